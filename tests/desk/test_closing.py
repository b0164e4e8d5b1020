"""It is over when the customer says so, and not before."""

import pytest

from guanjia.desk import services as desk
from guanjia.desk.models import Case
from guanjia.kernel.errors import BadInput, GateClosed, IllegalMove
from guanjia.rulebook import registry
from guanjia.rulebook.coverage import measure
from tests import make
from tests.conftest import moment

from .life import due, met, owed, repair, told


@pytest.fixture
def resolved(world, act):
    """A question, answered; the customer has not said a word yet."""
    case = make.case(moment("10:00"), type="praise", content="谢谢你们")
    case = desk.accept_case(case, answer="谢谢您", act=act("10:05"))
    return desk.resolve_case(case, result="已转达", act=act("10:10"))


@pytest.mark.rule("DESK-084")
def test_a_case_is_not_closed_before_the_customer_agrees(resolved, act):
    with pytest.raises(GateClosed) as no:
        desk.close_case(resolved, outcome="fixed", act=act("11:00"))
    assert no.value.rules == ["DESK-084"]
    assert no.value.reasons[0].cure == "desk.case.confirm"


@pytest.mark.rule("DESK-084")
def test_a_manager_may_decide_with_a_reason_and_an_agent_may_not(resolved, act):
    with pytest.raises(GateClosed):
        desk.close_case(resolved, outcome="manager", manager_reason="联系不上", act=act("11:00"))
    with pytest.raises(GateClosed):
        desk.close_case(resolved, outcome="manager", act=act("11:00", by="desk_supervisor"))
    case = desk.close_case(resolved, outcome="manager", manager_reason="三次联系不上", act=act("11:00", by="desk_supervisor"))
    assert (case.state, case.manager_reason) == ("closed", "三次联系不上")


@pytest.mark.rule("DESK-084")
def test_who_is_not_satisfied_opens_it_again(resolved, act):
    with pytest.raises(BadInput) as no:
        desk.confirm_case(resolved, satisfaction=2, act=act("11:00"))
    assert no.value.rules == ["DESK-084"]
    case = desk.deny_case(resolved, reason="还在滴水", satisfaction=1, act=act("11:00"))
    assert (case.state, case.resolved_at, case.reopened_count) == ("open", None, 1)


def test_a_confirmed_case_closes_by_itself(resolved, act):
    desk.confirm_case(resolved, satisfaction=5, feedback="很好", way="tap", act=act("11:00"))
    case = make.fresh(resolved)
    assert (case.state, case.outcome, case.closed_at) == ("closed", "fixed", moment("11:00"))
    assert told(case)[-2:] == ["desk.case.confirmed", "desk.case.closed"]
    assert not owed(case)


def test_a_closed_case_can_be_reopened_and_a_new_one_cannot_be_closed(resolved, world, act):
    with pytest.raises(IllegalMove):
        desk.reopen_case(make.case(moment("12:00"), type="praise"), reason="?", act=act("12:01"))
    desk.confirm_case(resolved, act=act("11:00"))
    case = desk.reopen_case(make.fresh(resolved), reason="又来电", act=act("03-04 09:00"))
    assert (case.state, case.closed_at, case.confirmed_at, case.outcome) == ("open", None, None, "")


@pytest.mark.rule("WORK-011")
def test_a_reported_repair_becomes_an_order_within_five_minutes(world, act):
    case = make.case(moment("00:12"))
    assert due(case, "WORK-011") == "03-02 00:17"
    assert owed(case)["WORK-011"].assignee == world.people["desk_agent"]
    case = desk.accept_case(case, promise_at=moment("00:45"), explanation="师傅马上到", act=act("00:13"))
    desk.order_work(case, act=act("00:14"))
    assert "WORK-011" in met(case)


@pytest.fixture
def leak(world, act):
    """The leak at midnight, with an order on its way."""
    return make.case(moment("00:12"), promise_at=moment("00:45"), explanation="师傅马上到", order={})


@pytest.mark.rule("WORK-027")
def test_when_the_slip_returns_the_customer_is_told_at_once(world, act):
    case = make.case(moment("10:00"), promise_at=moment("10:45"), explanation="师傅马上到", order={}, customer_phone="0591-87654321")
    Case.objects.unscoped("tests").filter(pk=case.pk).update(customer_phone="")  # no number: nothing can tell him by itself
    repair(case.works.get().order, "10:20")
    assert due(case, "WORK-027") == "03-02 10:41"
    desk.notify_customer(make.fresh(case), way="visit", text="已修好", act=act("10:30"))
    assert "WORK-027" in met(case)


@pytest.mark.rule("WORK-027")
def test_when_work_stops_the_customer_is_told_or_a_new_time_agreed(leak, act):
    repair(leak.works.get().order, "00:20", until="paused")
    assert "WORK-027" in owed(leak)
    assert "缺角阀" in leak.notes.get(kind="system").text
    desk.notify_customer(leak, way="phone", text="缺配件，上午再来", act=act("00:40"))
    assert "WORK-027" in met(leak)


def test_when_all_work_is_done_the_case_resolves_itself_and_the_customer_is_asked(leak, world, act):
    second = desk.order_work(leak, craft="electric", content="吊顶灯进水", act=act("00:15"))
    repair(leak.works.exclude(order=second).get().order, "00:20")
    assert make.fresh(leak).state == "open"
    repair(second, "00:40")
    case = make.fresh(leak)
    assert (case.state, case.result) == ("resolved", "更换角阀，不再渗漏")
    assert "王师傅" in case.process
    assert "WORK-027" in met(case)
    assert "desk.case.notified" in told(case)
    desk.confirm_case(case, satisfaction=5, act=act("08:00"))
    assert make.fresh(case).confirmed_at == moment("08:00")


@pytest.mark.rule("DESK-005")
def test_the_share_of_resolved_cases_counts_what_was_answered_at_once(world, act, resolved):
    make.case(moment("10:30"), type="praise")
    desk.answer_at_once(project=world.project, type="enquiry", content="几点？", answer="十点", act=act("10:40"))
    make.case(moment("04-01 10:30"), type="praise")
    (share,) = (b for b in registry.coverages if b.rule == "DESK-005")
    march = measure(share, world.project, "2026-03")
    assert (march.numerator, march.denominator) == (2, 3)
    assert share.clause.param(share.target.key) == 0.9


def test_the_story_of_a_case_is_told_without_gaps(leak, act):
    repair(leak.works.get().order, "00:20")
    facts = told(leak)
    assert [fact for fact in facts if fact.startswith("desk.case.")] == [
        "desk.case.opened",
        "desk.case.accepted",
        "desk.case.promised",
        "desk.case.work_ordered",
        "desk.case.resolved",
        "desk.case.notified",
    ]
    assert {"work.order.opened", "work.order.arrived", "work.order.completed"} <= set(facts)
