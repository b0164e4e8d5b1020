"""Complaints: graded by effect, stopped before they are argued, never filed away."""

import pytest

from guanjia.desk import services as desk
from guanjia.kernel.errors import BadInput, GateClosed, IllegalMove
from guanjia.org.models import AuthorityLimit, Role
from guanjia.rulebook import registry
from guanjia.rulebook.coverage import measure
from tests import make
from tests.conftest import moment

from .life import due, met, owed


@pytest.fixture
def complaint(world, act):
    """Guards who would not open at night; accepted on Monday at ten, with a promise."""
    return make.case(moment("10:00"), type="complaint", promise_at=moment("18:00"), explanation="先向保安部核实")


@pytest.mark.rule("DESK-036")
def test_a_major_complaint_goes_to_the_director_on_the_day(complaint, world, act):
    case = desk.grade_complaint(complaint, rank=3, act=act("10:10"))
    assert [due(case, f"DESK-036/{stage}") for stage in ("told", "answered", "resolved")] == ["03-02 20:00", "03-05 00:00", "03-13 00:00"]
    desk.escalate_case(case, to_role="dept_head", act=act("10:20"))
    assert "DESK-036/told" in owed(case)
    desk.escalate_case(case, to_role="office_manager", act=act("10:30"))
    assert "DESK-036/told" in met(case)
    assert owed(case)["DESK-036/resolved"].owner_post == world.posts["office_manager"]
    desk.reply_case(case, text="已查实", way="phone", act=act("03-03 10:00"))
    assert "DESK-036/answered" in met(case)
    desk.resolve_case(case, result="已道歉", act=act("03-04 10:00"))
    assert "DESK-036/resolved" in met(case)


@pytest.mark.rule("DESK-037")
def test_an_important_complaint_reaches_the_department_within_the_hour(complaint, world, act):
    case = desk.grade_complaint(complaint, rank=2, act=act("10:10"))
    assert (due(case, "DESK-037/passed"), due(case, "DESK-037/resolved")) == ("03-02 11:10", "03-06 00:00")
    desk.escalate_case(case, to_role="dept_head", act=act("10:40"))
    assert "DESK-037/passed" in met(case)
    desk.resolve_case(case, result="已整改", act=act("03-04 10:00"))
    assert "DESK-037/resolved" in met(case)


@pytest.mark.rule("DESK-038")
def test_a_minor_complaint_has_two_days_or_what_the_resident_asked_for(complaint, world, act):
    case = desk.grade_complaint(complaint, rank=1, act=act("10:10"))
    assert due(case, "DESK-038") == "03-05 00:00"
    hurried = make.case(moment("10:00"), type="complaint", complaint=make.GRIEVANCE | {"demanded_by": moment("03-03 12:00")})
    hurried = desk.grade_complaint(hurried, rank=1, act=act("10:10"))
    assert due(hurried, "DESK-038") == "03-03 12:00"
    patient = make.case(moment("10:00"), type="complaint", complaint=make.GRIEVANCE | {"demanded_by": moment("03-20 12:00")})
    patient = desk.grade_complaint(patient, rank=1, act=act("10:10"))
    assert due(patient, "DESK-038") == "03-05 00:00"
    desk.resolve_case(case, result="已道歉", act=act("03-03 10:00"))
    assert "DESK-038" in met(case)


def test_another_grade_has_other_clocks(complaint, act):
    case = desk.grade_complaint(complaint, rank=1, act=act("10:10"))
    case = desk.grade_complaint(case, rank=3, act=act("10:20"))
    assert "DESK-038" not in owed(case)
    assert "DESK-036/told" in owed(case)
    with pytest.raises(BadInput):
        desk.grade_complaint(case, rank=3, act=act("10:30"))


@pytest.mark.rule("DESK-039")
def test_the_resident_hears_how_it_stands_on_the_same_day(complaint, act):
    assert due(complaint, "DESK-039") == "03-02 20:00"
    desk.notify_customer(complaint, way="phone", text="正在核实", act=act("15:00"))
    assert "DESK-039" in met(complaint)


@pytest.mark.rule("DESK-040")
def test_harm_is_stopped_before_anything_else(world, act):
    case = make.case(
        moment("03:00"),
        type="complaint",
        promise_at=moment("09:00"),
        explanation="先止损",
        complaint=make.GRIEVANCE | {"harm_ongoing": True},
    )
    assert due(case, "DESK-040") == "03-02 03:05"
    case = desk.grade_complaint(case, rank=1, act=act("03:01"))
    with pytest.raises(GateClosed) as no:
        desk.offer(case, plan="赔偿", act=act("03:02"))
    assert no.value.rules == ["DESK-040"]
    with pytest.raises(GateClosed) as no:
        desk.resolve_case(case, result="好了", act=act("03:02"))
    assert no.value.rules == ["DESK-040"]
    desk.stop_harm(case, measure="关总阀", act=act("03:03"))
    assert "DESK-040" in met(case)
    assert desk.resolve_case(case, result="好了", act=act("03:10")).state == "resolved"
    with pytest.raises(IllegalMove):
        desk.stop_harm(make.case(moment("04:00"), type="complaint"), measure="?", act=act("04:01"))


@pytest.mark.rule("DESK-028")
def test_a_complaint_is_graded_and_agreed_upon_before_it_counts_as_handled(complaint, act):
    with pytest.raises(GateClosed) as no:
        desk.resolve_case(complaint, result="已道歉", act=act("11:00"))
    assert [(reason.rule, reason.cure) for reason in no.value.reasons] == [("DESK-028", "desk.complaint.grade")]
    case = desk.grade_complaint(complaint, rank=1, act=act("11:00"))
    desk.offer(case, plan="上门道歉，送一个月停车券", act=act("11:10"))
    with pytest.raises(GateClosed) as no:
        desk.resolve_case(case, result="已道歉", act=act("11:20"))
    assert [reason.cure for reason in no.value.reasons] == ["desk.complaint.agree"]
    desk.agree(case, act=act("11:30"))
    with pytest.raises(IllegalMove):
        desk.agree(case, act=act("11:31"))
    assert desk.resolve_case(case, result="已道歉", act=act("11:40")).state == "resolved"


@pytest.mark.rule("DESK-031")
def test_a_complaint_tells_its_whole_story_before_it_is_closed(complaint, act):
    case = desk.grade_complaint(complaint, rank=1, act=act("11:00"))
    case = desk.resolve_case(case, result="已道歉", act=act("12:00"))
    case = make.fresh(desk.confirm_case(case, satisfaction=4, act=act("13:00")))
    assert case.state == "resolved"
    with pytest.raises(GateClosed) as no:
        desk.close_case(case, outcome="explained", act=act("14:00"))
    assert {reason.field for reason in no.value.reasons if reason.rule == "DESK-031"} == {"process", "feedback"}


def test_a_case_can_turn_out_to_be_a_complaint(world, act):
    case = make.case(moment("10:00"), type="help", content="保安不给开门")
    desk.register_complaint(case, **make.GRIEVANCE, act=act("10:20"))
    assert make.fresh(case).type == "complaint"
    assert "DESK-039" in owed(case)
    with pytest.raises(IllegalMove):
        desk.register_complaint(case, **make.GRIEVANCE, act=act("10:21"))


@pytest.mark.rule("DESK-031")
def test_registering_asks_for_the_same_facts(world, act):
    case = make.case(moment("10:00"), type="help", content="保安不给开门", area_text="3 栋")
    with pytest.raises(GateClosed) as no:
        desk.register_complaint(case, act=act("10:20"))
    assert {reason.field for reason in no.value.reasons} == {"occurred_at", "accused", "course", "demand"}


@pytest.mark.rule("ORG-033")
def test_an_offer_beyond_ones_authority_needs_the_managers_word(complaint, world, act):
    AuthorityLimit.objects.create(company=world.company, role=Role.objects.get(code="desk_agent"), matter="desk.remedy", amount_fen=20_000)
    case = desk.grade_complaint(complaint, rank=1, act=act("10:10"))
    desk.offer(case, plan="送停车券", cost_fen=20_000, act=act("10:20"))
    with pytest.raises(GateClosed) as no:
        desk.offer(case, plan="退一季物业费", cost_fen=60_000, act=act("10:30"))
    assert [(reason.rule, reason.cure) for reason in no.value.reasons] == [("ORG-033", "desk.case.mark_beyond_authority")]
    desk.mark_beyond_authority(case, amount_fen=60_000, act=act("10:31"))
    desk.escalate_case(case, to_role="office_manager", act=act("10:32"))
    desk.instruct_case(case, instruction="可退半季", amount_fen=30_000, act=act("11:00", by="office_manager"))
    with pytest.raises(GateClosed):
        desk.offer(case, plan="退一季物业费", cost_fen=60_000, act=act("11:10"))
    assert desk.offer(case, plan="退半季物业费", cost_fen=30_000, act=act("11:10")).cost_fen == 30_000


@pytest.mark.rule("DESK-053")
def test_all_complaints_are_handled_and_revisited(complaint, world, act):
    make.case(moment("10:30"), type="complaint")
    case = desk.grade_complaint(complaint, rank=1, act=act("11:00"))
    desk.resolve_case(case, result="已道歉", act=act("12:00"))
    handled, revisited = (b for b in registry.coverages if b.rule == "DESK-053")
    march = measure(handled, world.project, "2026-03")
    assert (march.numerator, march.denominator) == (1, 2)
    march = measure(revisited, world.project, "2026-03")
    assert (march.numerator, march.denominator) == (0, 1)
    assert handled.clause.param(handled.target.key) == revisited.clause.param(revisited.target.key) == 1.0
