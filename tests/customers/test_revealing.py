"""Who may see a customer's data in full, with whose leave, for how long; and that it is written down before it is shown."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction

from guanjia.customers import services as customers
from guanjia.kernel import alarms, reading, reveals
from guanjia.kernel.errors import BadInput, GateClosed, IllegalMove, NotAllowed, NotFound
from guanjia.kernel.ids import Ref
from guanjia.kernel.models import Alarm, JournalEntry, ReadLog, Reveal
from guanjia.kernel.states import EMERGENCY, LEGAL, MARKETING, SERVING
from guanjia.rulebook import services as rulebook
from guanjia.rulebook.models import ApprovalRequest
from tests import make, nets
from tests.conftest import moment
from tests.desk.life import owed

ID_NO = "110101199003070097"


@pytest.fixture
def act(world):
    """Acts of the desk agent, unless somebody else is named."""
    return lambda said="10:00", by="desk_agent": world.act(moment(said), by)


@pytest.fixture
def wang(world):
    return make.customer(id_no=ID_NO)


@pytest.fixture
def mine(world, wang):
    """A case of his that the desk agent has in hand."""
    return make.case(customer=wang)


@pytest.fixture
def asks(act, wang, mine):
    """Ask for fields of a record; the row is as it was asked."""

    def build(*fields, purpose=SERVING, matter=mine, of=wang, by="desk_agent", at="10:00", reason=""):
        ref = Ref.to(matter) if matter is not None else None
        return reveals.ask_to_reveal(of, fields=fields, purpose=purpose, matter=ref, reason=reason, act=act(at, by=by))

    return build


def asked_for_leave(row, whose, act) -> ApprovalRequest:
    """The request that the closed gate leads to."""
    with pytest.raises(GateClosed) as no:
        reveals.reveal(row, whose=whose, act=act)
    assert {one.cure for one in no.value.reasons} == {"rulebook.approval.request"}
    return rulebook.ask_at_gate(no.value.context, act=act)[0]


@pytest.fixture
def opened(asks, act, wang):
    """An identity number, asked for by the agent and let through by the manager at 10:05."""
    row = asks("id_no")
    leave = asked_for_leave(row, wang, act("10:00"))
    rulebook.decide_approval(leave, yes=True, act=act("10:05", by="office_manager"))
    return reveals.reveal(row, whose=wang, act=act("10:06"))


# -- leave -----------------------------------------------------------------------------------------
@pytest.mark.rule("CUS-006")
def test_what_the_law_calls_sensitive_always_takes_a_second_person(asks, act, wang):
    row = asks("id_no")  # on a matter in hand, and yet
    leave = asked_for_leave(row, wang, act())
    assert [step.role for step in leave.steps.all()] == ["office_manager"]
    with pytest.raises(NotAllowed):
        rulebook.decide_approval(leave, yes=True, act=act("10:01"))  # never the asker
    with pytest.raises(IllegalMove):
        reveals.show(row, whose=wang, act=act("10:02"))


@pytest.mark.rule("CUS-006")
def test_the_number_of_a_matter_in_hand_needs_nobody(asks, act, mine):
    row = reveals.reveal(asks("customer_phone", of=mine), whose=mine, act=act())
    assert reveals.show(row, whose=mine, act=act()) == {"customer_phone": mine.customer_phone and "138 0013 8000"}


@pytest.mark.rule("CUS-006")
def test_the_number_of_a_matter_of_somebody_else_takes_the_supervisor(world, asks, act, wang, mine):
    make.staff(world, "cleaning_head")
    other, _post = make.staff(world, "steward", name="外人")
    world.people["other"] = other
    row = asks("phones", by="other")
    leave = asked_for_leave(row, wang, act(by="other"))
    assert [step.role for step in leave.steps.all()] == ["desk_supervisor"]


@pytest.mark.rule("CUS-006")
def test_a_matter_about_other_people_opens_nobody(asks, act, world):
    stranger = make.customer(name="李四", phones=("13900139000",))
    leave = asked_for_leave(asks("phones", of=stranger), stranger, act())
    assert leave.state == "requested"


def test_a_leave_serves_once(opened, asks, act, wang):
    again = asked_for_leave(asks("id_no", at="10:10"), wang, act("10:10"))
    assert again.state == "requested"


def test_a_leave_not_used_for_a_day_is_gone(asks, act, wang):
    row = asks("id_no")
    leave = asked_for_leave(row, wang, act())
    rulebook.decide_approval(leave, yes=True, act=act("10:05", by="office_manager"))
    with pytest.raises(GateClosed):
        reveals.reveal(row, whose=wang, act=act("03-03 10:06"))


def test_two_may_ask_about_the_same_person_at_once(asks, act, wang):
    leaves = [asked_for_leave(asks(field), wang, act()) for field in ("id_no", "birth_date")]
    assert len({leave.pk for leave in leaves}) == 2


def test_nobody_opens_what_another_asked(asks, act, wang, opened):
    with pytest.raises(NotFound):
        reveals.show(opened, whose=wang, act=act("10:07", by="steward"))
    with pytest.raises(NotFound):
        reveals.reveal(asks("id_no"), whose=wang, act=act("10:07", by="steward"))


# -- purpose ---------------------------------------------------------------------------------------
@pytest.mark.rule("CUS-007")
@pytest.mark.parametrize(
    ("purpose", "with_matter", "reason", "field"),
    [(SERVING, False, "", "matter"), (LEGAL, False, "", "reason"), (MARKETING, False, "", "purpose"), (EMERGENCY, False, "", "purpose")],
)
def test_a_purpose_needs_what_it_rests_on(asks, act, wang, purpose, with_matter, reason, field):
    row = asks("phones", purpose=purpose, matter=None, reason=reason)
    with pytest.raises(GateClosed) as no:
        reveals.reveal(row, whose=wang, act=act())
    assert ("CUS-007", field) in [(one.rule, one.field) for one in no.value.reasons]


@pytest.mark.rule("CUS-007")
def test_marketing_rests_on_the_latest_word_of_the_customer(asks, act, wang):
    customers.give_consent(wang, purpose="marketing", act=act("09:00", by="steward"))
    row = asks("phones", purpose=MARKETING, matter=None)
    asked_for_leave(row, wang, act())
    customers.withdraw_consent(wang, purpose="marketing", act=act("10:01", by="steward"))
    with pytest.raises(GateClosed) as no:
        reveals.reveal(row, whose=wang, act=act("10:02"))
    assert "CUS-007" in no.value.rules


def test_no_purpose_is_invented(asks):
    with pytest.raises(BadInput):
        asks("phones", purpose="curiosity")
    with pytest.raises(BadInput):
        asks("name")
    with pytest.raises(BadInput):
        asks()


# -- time ------------------------------------------------------------------------------------------
@pytest.mark.rule("CUS-006")
def test_it_is_shown_for_half_an_hour_and_no_longer(opened, act, wang):
    assert reveals.show(opened, whose=wang, act=act("10:35")) == {"id_no": ID_NO}
    with pytest.raises(IllegalMove):
        reveals.show(make.fresh(opened), whose=wang, act=act("10:36"))


def test_it_is_shown_so_many_times(opened, act, wang):
    for _time in range(5):
        reveals.show(make.fresh(opened), whose=wang, act=act("10:10"))
    with pytest.raises(IllegalMove):
        reveals.show(make.fresh(opened), whose=wang, act=act("10:10"))


def test_it_can_be_put_away(opened, act, wang):
    reveals.hide(opened, act=act("10:08"))
    with pytest.raises(IllegalMove):
        reveals.show(make.fresh(opened), whose=wang, act=act("10:09"))


def test_a_project_may_shorten_the_time_and_never_lengthen_it(world, asks, act, mine):
    for said, minutes in ((20, 20), (60, 30)):
        make.parameter(rule="CUS-006", key="minutes", value=said, starts_on=moment("10:00").date())
        row = reveals.reveal(asks("customer_phone", of=mine), whose=mine, act=act())
        assert row.ends_at - row.opened_at == timedelta(minutes=minutes)


def test_the_database_keeps_the_half_hour(opened):
    opened.ends_at += timedelta(minutes=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        opened.save(update_fields=["ends_at"])


# -- the log ---------------------------------------------------------------------------------------
@pytest.mark.rule("CUS-006")
def test_every_look_is_written_down_with_why(opened, act, wang, mine):
    reveals.show(opened, whose=wang, act=act("10:10"))
    [line] = reading.reads_of(wang, act("10:11", by="office_manager"))
    assert (line.by_name, line.how, line.fields, line.purpose, line.matter) == ("李客服", "shown", ["id_no"], SERVING, Ref.to(mine))
    assert line.read_at == moment("10:10")


def test_neither_log_nor_journal_repeats_the_value(opened, act, wang):
    reveals.show(opened, whose=wang, act=act("10:10"))
    for model in (ReadLog, JournalEntry, Reveal, ApprovalRequest):
        for row in model.objects.unscoped("tests").values():
            assert ID_NO not in str(row)


def test_the_log_cannot_be_changed(opened, act, wang):
    reveals.show(opened, whose=wang, act=act("10:10"))
    rows = ReadLog.objects.unscoped("tests")
    for change in (lambda: rows.update(by_name="别人"), lambda: rows.delete()):
        with nets.owner(), pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            change()


def test_a_page_is_noted_with_one_statement(act, wang, django_assert_num_queries):
    others = [make.customer(name=f"住户{n}", phones=()) for n in range(3)]
    reader = act("10:10")
    with django_assert_num_queries(1):
        reading.note([wang, *others], act=reader)
    assert ReadLog.objects.unscoped("tests").count() == 4


def test_the_log_is_read_by_those_who_may(act, wang):
    with pytest.raises(NotAllowed):
        reading.reads_of(wang, act(by="desk_agent"))


# -- breaking the glass ------------------------------------------------------------------------------
@pytest.mark.rule("CUS-006")
def test_in_danger_it_opens_at_once_and_rings(world, act, wang):
    row = reveals.break_glass(wang, fields=["phones", "id_no"], reason="燃气泄漏，须立即联系住户", act=act("02:13"))
    assert reveals.show(row, whose=wang, act=act("02:13"))["id_no"] == ID_NO
    alarm = Alarm.objects.unscoped("tests").get()
    duty = owed(alarm)["CUS-006/glass"]
    assert duty.due_at == moment("02:13") + timedelta(hours=24)


@pytest.mark.rule("CUS-006")
def test_the_broken_glass_is_judged_by_somebody_else(act, wang):
    reveals.break_glass(wang, fields=["phones"], reason="燃气泄漏", act=act("02:13", by="office_manager"))
    alarm = Alarm.objects.unscoped("tests").get()
    with pytest.raises(NotAllowed):
        alarms.review_alarm(alarm, justified=True, finding="属实", act=act("09:00", by="office_manager"))
    assert "CUS-006/glass" in owed(alarm)


def test_a_judgement_says_why_and_is_given_once(world, act, wang):
    officer, _post = make.staff(world, "privacy_officer", name="孔专员")
    world.people["privacy_officer"] = officer
    reveals.break_glass(wang, fields=["phones"], reason="燃气泄漏", act=act("02:13"))
    alarm = Alarm.objects.unscoped("tests").get()
    with pytest.raises(BadInput):
        alarms.review_alarm(alarm, justified=True, finding=" ", act=act("09:00", by="privacy_officer"))
    alarms.review_alarm(alarm, justified=False, finding="当晚并无报警记录", act=act("09:00", by="privacy_officer"))
    assert owed(alarm) == {}
    with pytest.raises(IllegalMove):
        alarms.review_alarm(make.fresh(alarm), justified=True, finding="改口", act=act("09:05", by="privacy_officer"))


def test_the_glass_is_not_broken_without_a_word(act, wang):
    with pytest.raises(BadInput):
        reveals.break_glass(wang, fields=["phones"], reason="急", act=act())


# -- much reading, and decoys ------------------------------------------------------------------------
@pytest.mark.rule("CUS-030")
def test_reading_much_in_an_hour_rings(world, act, wang):
    for n in range(59):
        reading.note([wang], act=act(f"10:{n:02}"))
    assert not Alarm.objects.unscoped("tests").exists()
    reading.note([wang], act=act("10:59"))
    alarm = Alarm.objects.unscoped("tests").get()
    assert (alarm.kind, alarm.reader_name) == ("bulk", "李客服")
    assert "CUS-030/looked" in owed(alarm)


@pytest.mark.rule("CUS-030")
def test_a_new_hour_begins_anew(world, act, wang):
    for _n in range(50):
        reading.note([wang], act=act("10:30"))
        reading.note([wang], act=act("11:30"))
    assert not Alarm.objects.unscoped("tests").exists()


@pytest.mark.rule("CUS-030")
def test_many_records_at_once_count_as_many(world, act, wang):
    reading.note([wang] * 75, act=act())
    assert Alarm.objects.unscoped("tests").get().kind == "bulk"


@pytest.mark.rule("CUS-030")
def test_a_decoy_rings_the_moment_it_is_opened(world, act, wang):
    officer, _post = make.staff(world, "privacy_officer", name="孔专员")
    world.people["privacy_officer"] = officer
    reading.set_decoy(wang, act=act("09:00", by="privacy_officer"))
    reading.note([wang], act=act())
    alarm = Alarm.objects.unscoped("tests").get()
    assert (alarm.kind, alarm.raised_at) == ("decoy", moment("10:00"))
    assert "CUS-030/looked" in owed(alarm)
    reading.lift_decoy(wang, act=act("10:01", by="privacy_officer"))
    reading.note([wang], act=act("10:02"))
    assert Alarm.objects.unscoped("tests").count() == 1
