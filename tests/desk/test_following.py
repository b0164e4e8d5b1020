"""No case without an owner and a next due time (DESK-007)."""

import pytest
from django.db import IntegrityError, connection, transaction

from guanjia.desk import services as desk
from guanjia.desk.following import next_look
from guanjia.desk.models import Case
from guanjia.kernel.errors import GateClosed
from guanjia.kernel.worktime import WorkCalendar
from guanjia.rulebook.models import SubjectClock
from tests import make
from tests.conftest import moment

from .life import due, met, owed, repair


def at_commit():
    """What PostgreSQL would say if the transaction ended here."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def case(world, act):
    return desk.accept_case(make.case(moment("10:00")), promise_at=moment("10:40"), explanation="师傅在路上", act=act("10:02"))


@pytest.mark.rule("DESK-007")
def test_an_open_case_has_an_owner(case):
    with pytest.raises(IntegrityError, match="desk_open_case_has_owner"), transaction.atomic():
        Case.objects.unscoped("tests").filter(pk=case.pk).update(owner=None)


@pytest.mark.rule("DESK-007")
def test_an_unfinished_case_cannot_be_committed_without_a_next_due_time(case):
    def take_its_clock_away():
        SubjectClock.objects.filter(subject_id=case.pk).delete()
        at_commit()

    def write_one_past_the_rules():
        Case.objects.create(project=case.project, type="praise", title="谢谢", content="谢谢", opened_at=moment("10:00"))
        at_commit()

    at_commit()
    for deed in (take_its_clock_away, write_one_past_the_rules):
        with pytest.raises(IntegrityError, match="no next due time"), transaction.atomic():
            deed()


@pytest.mark.rule("DESK-007")
def test_from_the_first_moment_to_the_last_there_is_a_next_due_time(world, act):
    def clock(case):
        at_commit()
        return SubjectClock.objects.filter(subject_id=case.pk).first()

    case = make.case(moment("10:00"))
    assert clock(case)
    case = desk.accept_case(case, answer="好的", act=act("10:02"))
    assert clock(case)
    desk.order_work(case, act=act("10:03"))
    assert clock(case)
    case = desk.ask_customer(case, question="门禁密码？", act=act("10:04"))
    case = desk.resume_case(case, act=act("10:05"))
    repair(case.works.get().order, "10:10")
    case = make.fresh(case)
    assert case.state == "resolved"
    assert clock(case)
    case = make.fresh(desk.deny_case(case, reason="还在滴", act=act("11:00")))
    assert clock(case)
    case = desk.resolve_case(case, result="重做防水", act=act("12:00"))
    case = make.fresh(desk.confirm_case(case, satisfaction=4, act=act("12:30")))
    assert case.state in ("resolved", "closed")
    if case.state == "closed":
        assert clock(case) is None


@pytest.mark.rule("DESK-007")
def test_whoever_looks_at_a_case_says_when_he_looks_again(case, act):
    assert due(case, "DESK-007/follow") == "03-02 10:40"
    desk.follow_case(case, note="已催", again_at=moment("14:00"), act=act("10:30"))
    assert due(case, "DESK-007/follow") == "03-02 14:00"
    desk.follow_case(case, act=act("13:00"))
    assert due(case, "DESK-007/follow") == "03-03 20:00"
    assert "DESK-007/follow" in met(case)


@pytest.mark.rule("DESK-007")
def test_a_case_is_not_settled_while_work_is_open(case, act):
    order = desk.order_work(case, act=act("10:05"))
    with pytest.raises(GateClosed) as no:
        desk.resolve_case(case, result="好了", act=act("10:06"))
    assert "DESK-007" in no.value.rules
    with pytest.raises(GateClosed):
        desk.withdraw_case(case, reason="不用了", act=act("10:06", by="desk_supervisor"))
    repair(order, "10:10")
    assert make.fresh(case).state == "resolved"


def test_a_withdrawn_case_owes_nothing(case, act):
    case = desk.withdraw_case(case, reason="自己修好了", act=act("10:10", by="desk_supervisor"))
    assert not owed(case)
    at_commit()


def test_the_next_look_is_what_was_promised_or_the_next_working_day():
    calendar = WorkCalendar.weekdays("09:00-18:00")
    friday = moment("03-06 17:00")
    assert next_look(calendar, friday) == moment("03-09 18:00")
    assert next_look(calendar, friday, moment("03-07 10:00")) == moment("03-07 10:00")
    assert next_look(calendar, friday, moment("03-05 10:00")) == moment("03-09 18:00")
