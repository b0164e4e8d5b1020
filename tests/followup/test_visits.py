"""Return visits: planned by themselves, made by somebody independent, handed in, reviewed, and acted on."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from guanjia.desk import services as desk
from guanjia.followup import selectors
from guanjia.followup import services as followup
from guanjia.followup.models import ReturnVisit
from guanjia.kernel import records, signatures
from guanjia.kernel.errors import BadInput, GateClosed, IllegalMove, NotAllowed
from guanjia.quality import selectors as quality_selectors
from guanjia.quality import services as quality
from guanjia.work import selectors as work_selectors
from guanjia.work import services as work
from tests import make
from tests.conftest import moment
from tests.desk.life import repair

from .conftest import ANSWERS, asked, visit_of, visits_about


# -- planned by themselves ---------------------------------------------------------------------------
def test_finished_work_plans_a_visit_about_its_case(repaired, world, act):
    visit = repaired.visit
    assert (visit.case, visit.visit_class, visit.visitor_role) == (repaired.case, "repair", "steward")
    assert visit.due_at == make.duties(repaired.order, "FUP-028")[0].due_at
    assert list(selectors.visits_due(act("11:00"))) == [visit]


def test_work_that_no_case_asked_for_is_visited_about_itself(world):
    order = make.order(state="completed", kind="planned", place="public", work_class="works")
    visit = visit_of(order)
    assert (visit.order, visit.case, visit.visit_class) == (order, None, "works")


def test_two_orders_of_one_case_share_a_visit(world, act):
    case = make.case(moment("10:00"), promise_at=moment("18:00"), explanation="师傅随后上门")
    orders = [desk.order_work(case, work_class="other", technician_on_duty=True, act=act("10:05")) for _ in range(2)]
    for order, at in zip(orders, ("10:10", "10:30"), strict=True):
        repair(order, at)
    asked(visit_of(case), act("15:00", by="steward"))
    assert all(make.duties(order, "FUP-028")[0].met_at == moment("15:00") for order in orders)


def test_a_call_for_help_is_asked_about_when_it_is_resolved(world, act):
    case = make.case(moment("10:00"), type="help", content="老人独自在家，请上门看看", promise_at=moment("12:00"), explanation="管家马上到")
    case = desk.resolve_case(case, result="老人平安", act=act("11:00"))
    assert visit_of(case).visit_class == "service"


def test_planning_again_returns_the_open_visit(repaired, world, act):
    again = followup.plan_visit(project=world.project, about=repaired.case, visit_class="repair", act=act("11:00"))
    assert again == repaired.visit
    second = ReturnVisit(
        project=world.project, about_kind="desk.case", about_id=repaired.case.pk, visit_class="repair", planned_at=moment("11:00")
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save(force_insert=True)


def test_a_visit_nobody_answered_stays_owed(repaired, act):
    tried = followup.attempt_visit(repaired.visit, way="phone", note="无人接听", act=act("14:00", by="steward"))
    tried = followup.attempt_visit(tried, way="phone", note="关机", act=act("15:00", by="steward"))
    assert tried.attempts.count() == 2
    assert make.duties(repaired.order, "FUP-028")[0].is_open
    assert asked(tried, act("16:00", by="steward")).state == "made"


# -- FUP-001 -------------------------------------------------------------------------------------------
@pytest.mark.rule("FUP-001")
def test_a_complaint_is_revisited_within_three_days_before_it_closes(complaint, act):
    (owed,) = make.duties(complaint.case, "FUP-001")
    assert (owed.due_at, owed.owner_role) == (moment("03-07 00:00"), "office_manager")
    assert complaint.visit.due_at == owed.due_at
    with pytest.raises(GateClosed) as no:
        desk.close_case(complaint.case, outcome="fixed", act=act("03-03 11:00"))
    assert "FUP-001" in no.value.rules
    asked(complaint.visit, act("03-04 10:00", by="desk_supervisor"))
    assert make.fresh(owed).met_at == moment("03-04 10:00")


@pytest.mark.rule("FUP-001")
def test_a_complaint_taken_up_again_owes_another_visit(complaint, act):
    case = desk.reopen_case(complaint.case, reason="又犯", act=act("03-03 12:00"))
    desk.resolve_case(case, result="换人", act=act("03-05 10:00"))
    first, second = make.duties(case, "FUP-001")
    assert (first.voided_at, second.due_at) == (moment("03-03 12:00"), moment("03-09 00:00"))
    assert visit_of(case).due_at == second.due_at


@pytest.mark.rule("FUP-001")
def test_a_complaint_is_not_tapped_away(complaint, world, resident):
    with pytest.raises(GateClosed) as no:
        followup.tap_by_customer(project=world.project, case=complaint.case, satisfaction=5, act=resident(complaint.case, "03-03 20:00"))
    assert no.value.rules == ["FUP-001"]
    assert make.duties(complaint.case, "FUP-001")[0].is_open


# -- FUP-015 -------------------------------------------------------------------------------------------
@pytest.mark.rule("FUP-015")
def test_the_technician_does_not_ask_about_his_own_work(repaired, world, act):
    with pytest.raises(GateClosed) as no:
        asked(repaired.visit, act("15:00", by="steward"), visitor=world.people["technician"], visitor_signature=make.glass())
    assert no.value.rules == ["FUP-015"]


@pytest.mark.rule("FUP-015")
def test_a_technician_who_had_the_order_for_a_while_is_not_independent_either(world, act):
    order = make.order(state="accepted")
    second, _post = make.staff(world, "technician", name="李师傅")
    order = work.assign_order(order, technician=second, instead_of=order.technician, act=act("10:10", by="foreman"))
    visit = followup.plan_visit(project=world.project, about=order, visit_class="repair", act=act("12:00"))
    for technician in (world.people["technician"], second):
        with pytest.raises(GateClosed):
            asked(visit, act("15:00", by="steward"), visitor=technician, visitor_signature=make.glass())


@pytest.mark.rule("FUP-015")
def test_whoever_handled_a_complaint_does_not_ask_about_it(complaint, act):
    with pytest.raises(GateClosed) as no:
        asked(complaint.visit, act("03-04 10:00", by="desk_agent"))
    assert no.value.rules == ["FUP-015"]
    assert asked(complaint.visit, act("03-04 10:00", by="desk_supervisor")).visitor.name == "周主管"


@pytest.mark.rule("FUP-015")
@pytest.mark.parametrize("accused", ["保安班长钱队长", "钱队长"])
def test_the_accused_does_not_ask(world, act, accused):
    case = make.case(
        moment("10:00"), type="complaint", complaint=make.GRIEVANCE | {"accused": accused}, promise_at=moment("18:00"), explanation="核实"
    )
    case = desk.resolve_case(desk.grade_complaint(case, rank=1, act=act("10:10")), result="已道歉", act=act("11:00"))
    with pytest.raises(GateClosed) as no:
        asked(visit_of(case), act("15:00", by="office_manager"), visitor=world.people["security_leader"], visitor_signature=make.glass())
    assert no.value.rules == ["FUP-015"]


@pytest.fixture
def accused_post(world, act):
    """A complaint whose accused is named by the post that Miss He holds."""
    name = str(world.posts["dept_head"].name)
    case = make.case(
        moment("10:00"), type="complaint", complaint=make.GRIEVANCE | {"accused": name}, promise_at=moment("18:00"), explanation="核实"
    )
    return desk.resolve_case(desk.grade_complaint(case, rank=1, act=act("10:10")), result="已道歉", act=act("11:00"))


@pytest.mark.rule("FUP-015")
def test_the_accused_department_asks_only_where_the_project_wants_it_so(accused_post, world, act):
    with pytest.raises(GateClosed):
        asked(visit_of(accused_post), act("15:00", by="dept_head"))
    make.parameter(rule="FUP-015", key="accused_head", value=True, starts_on=date(2026, 3, 3))
    assert asked(visit_of(accused_post), act("03-03 10:00", by="dept_head")).state == "made"


@pytest.mark.rule("FUP-015")
@pytest.mark.parametrize(
    ("rank", "switched", "role"),
    [(3, False, "office_manager"), (2, True, "office_manager"), (1, False, "desk_supervisor"), (1, True, "dept_head")],
)
def test_who_asks_about_a_complaint_follows_from_its_rank(world, act, rank, switched, role):
    if switched:
        make.parameter(rule="FUP-015", key="accused_head", value=True, starts_on=date(2026, 3, 2))
    case = make.case(moment("10:00"), type="complaint", promise_at=moment("18:00"), explanation="核实")
    case = desk.resolve_case(desk.grade_complaint(case, rank=rank, act=act("10:10")), result="已道歉", act=act("11:00"))
    assert visit_of(case).visitor_role == role


# -- FUP-016, FUP-018 ------------------------------------------------------------------------------------
@pytest.mark.rule("FUP-016")
@pytest.mark.parametrize("field", ["shortcomings", "suggestions"])
def test_all_five_contents_are_asked(repaired, act, field):
    with pytest.raises(GateClosed) as no:
        asked(repaired.visit, act("15:00", by="steward"), **{field: "  "})
    assert [(reason.rule, reason.field) for reason in no.value.reasons] == [("FUP-016", field)]


@pytest.mark.rule("FUP-016")
def test_the_marks_too(repaired, act):
    with pytest.raises(GateClosed) as no:
        asked(repaired.visit, act("15:00", by="steward"), quality=None, effect=None, satisfaction=None, shortcomings="", suggestions="")
    assert {reason.field for reason in no.value.reasons} == {"quality", "effect", "satisfaction", "shortcomings", "suggestions"}
    with pytest.raises(BadInput) as no:
        asked(repaired.visit, act("15:00", by="steward"), quality=6, result="great")
    assert {reason.field for reason in no.value.reasons} == {"quality", "result"}
    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnVisit.objects.unscoped("tests").filter(pk=repaired.visit.pk).update(state="made")


@pytest.mark.rule("FUP-018")
@pytest.mark.parametrize("way", ["visit", "letter"])
def test_whoever_was_not_telephoned_signs(repaired, act, way):
    steward = act("15:00", by="steward")
    with pytest.raises(GateClosed) as no:
        asked(repaired.visit, steward, way=way)
    assert no.value.rules == ["FUP-018"]
    made = asked(repaired.visit, steward, way=way, resident_name="王小明", resident_signature=make.glass())
    assert signatures.given(made, "visit").signer_name == "王小明"


@pytest.mark.rule("FUP-018")
def test_a_call_needs_no_signature_of_the_resident(repaired, act):
    assert asked(repaired.visit, act("15:00", by="steward"), way="phone").state == "made"


@pytest.mark.rule("FUP-018")
def test_a_record_written_for_somebody_else_bears_his_name(repaired, world, act):
    steward = world.people["steward"]
    with pytest.raises(GateClosed) as no:
        asked(repaired.visit, act("15:00"), visitor=steward)
    assert no.value.rules == ["FUP-018"]
    made = asked(repaired.visit, act("15:00"), visitor=steward, visitor_signature=make.glass())
    assert (made.visitor, signatures.given(made, "visitor").signer_name) == (steward, steward.name)


# -- handed in, reviewed ---------------------------------------------------------------------------------
@pytest.mark.rule("FUP-017")
def test_a_visit_is_planned_made_handed_in_and_reviewed(repaired, act):
    visit = asked(repaired.visit, act("15:00", by="steward"))
    with pytest.raises(IllegalMove):
        followup.review_visit(visit, result="passed", opinion="同意", act=act("16:00", by="office_manager"))
    visit = followup.hand_in_visit(visit, act=act("16:00", by="steward"))
    with pytest.raises(NotAllowed):
        followup.review_visit(visit, result="passed", opinion="同意", act=act("16:30", by="steward"))
    visit = followup.review_visit(visit, result="passed", opinion="同意", act=act("17:00", by="office_manager"))
    assert (visit.state, visit.reviewer.name) == ("reviewed", "陈经理")
    assert [fact.rpartition(".")[2] for fact in make.facts_about(visit) if fact.startswith("followup")] == [
        "planned",
        "made",
        "handed_in",
        "reviewed",
    ]


@pytest.mark.rule("FUP-017")
def test_a_review_says_why(repaired, act):
    visit = followup.hand_in_visit(asked(repaired.visit, act("15:00", by="steward")), act=act("15:30", by="steward"))
    with pytest.raises(BadInput):
        followup.review_visit(visit, result="passed", opinion=" ", act=act("16:00", by="office_manager"))


@pytest.mark.rule("FUP-021")
def test_the_record_is_handed_in_within_a_day(repaired, world, act):
    visit = asked(repaired.visit, act("15:00", by="steward"))
    (owed,) = make.duties(visit, "FUP-021")
    assert (owed.due_at, owed.assignee) == (moment("03-03 15:00"), world.people["steward"])
    followup.hand_in_visit(visit, act=act("03-03 09:00", by="steward"))
    assert make.fresh(owed).met_at == moment("03-03 09:00")


@pytest.mark.rule("FUP-020")
def test_a_failed_visit_is_put_right_by_a_person_and_a_day(repaired, world, act):
    visit = asked(repaired.visit, act("15:00", by="steward"), shortcomings="维修后未清理地面", satisfaction=3)
    visit = followup.hand_in_visit(visit, act=act("15:30", by="steward"))
    manager = act("16:00", by="office_manager")
    visit = followup.review_visit(visit, result="failed", opinion="地面没有清理", act=manager)
    (owed,) = make.duties(visit, "FUP-020")
    assert owed.is_open
    assert owed.owner_role == "office_manager"
    rectification = quality_selectors.rectifications_of(visit, manager).get()
    assert rectification.matter == "维修后未清理地面"
    quality.plan_rectification(rectification, person=world.people["dept_head"], due_on=date(2026, 3, 5), opinion="加强培训", act=manager)
    assert make.fresh(owed).met_at == moment("16:00")


@pytest.mark.rule("FUP-020")
def test_a_passed_visit_asks_for_nothing_more(repaired, act):
    visit = followup.hand_in_visit(asked(repaired.visit, act("15:00", by="steward")), act=act("15:30", by="steward"))
    visit = followup.review_visit(visit, result="passed", opinion="同意", act=act("16:00", by="office_manager"))
    assert make.duties(visit, "FUP-020") == []


@pytest.mark.rule("FUP-022")
def test_records_are_kept_for_two_years(repaired, world, act):
    visit = followup.hand_in_visit(asked(repaired.visit, act("15:00", by="steward")), act=act("15:30", by="steward"))
    with pytest.raises(GateClosed) as no:
        records.destroy(visit, act=world.act(visit.handed_in_at + timedelta(days=729), "office_manager"))
    assert no.value.rules == ["FUP-022"]
    records.destroy(visit, act=world.act(visit.handed_in_at + timedelta(days=732), "office_manager"))
    assert make.fresh(visit).shortcomings == ""


# -- FUP-026, FUP-027, FUP-028 -----------------------------------------------------------------------------
@pytest.mark.rule("FUP-026", "FUP-028")
@pytest.mark.parametrize(("work_class", "rule", "other"), [("safety", "FUP-026", "FUP-028"), ("other", "FUP-028", "FUP-026")])
def test_repairs_are_revisited_within_two_days(world, act, work_class, rule, other):
    order = make.order(state="completed", work_class=work_class)
    (owed,) = make.duties(order, rule)
    assert owed.due_at == moment("03-05 00:00")
    assert make.duties(order, other) == []
    asked(visit_of(order), act("03-03 10:00", by="steward"))
    assert make.fresh(owed).met_at == moment("03-03 10:00")


@pytest.mark.rule("FUP-028")
def test_what_is_no_repair_is_not_revisited_as_one(world):
    assert make.duties(make.order(state="completed", kind="planned", place="public"), "FUP-028") == []


@pytest.mark.rule("FUP-028")
def test_rejected_work_owes_its_visit_when_it_is_done_again(world, act):
    order = make.order(state="completed")
    work.reject_order(order, reason="仍滴水", act=act("15:00", by="engineering_head"))
    assert make.duties(order, "FUP-028")[0].voided_at == moment("15:00")


@pytest.mark.rule("FUP-027")
def test_a_leak_is_revisited_within_three_days_of_the_dry_test(world, act):
    order = make.order(state="completed", work_class="leak")
    assert make.duties(order, "FUP-027") == []
    order = work.test_water(order, dry=False, act=act("11:00", by="technician"))
    assert make.duties(order, "FUP-027") == []
    work.test_water(order, act=act("03-03 11:00", by="technician"))
    (owed,) = make.duties(order, "FUP-027")
    assert owed.due_at == moment("03-07 00:00")
    asked(visit_of(order), act("03-04 10:00", by="steward"))
    assert make.fresh(owed).met_at == moment("03-04 10:00")


# -- FUP-029 -------------------------------------------------------------------------------------------------
@pytest.mark.rule("FUP-029")
def test_a_problem_is_sent_back_to_work_at_once(repaired, act):
    visit = asked(repaired.visit, act("15:00", by="steward"), result="problem", effect=2, shortcomings="还在滴水")
    again = work_selectors.orders_of(repaired.case, act("15:01")).get(kind="rework")
    assert (again.first_order, again.house, "还在滴水" in again.content) == (repaired.order, repaired.order.house, True)
    (owed,) = make.duties(visit, "FUP-029")
    assert owed.met_at == moment("15:00")
    case = make.fresh(repaired.case)
    assert (case.state, case.has_open_work()) == ("open", True)


@pytest.mark.rule("FUP-029")
def test_a_problem_with_a_closed_case_opens_it_again(repaired, act):
    desk.confirm_case(repaired.case, satisfaction=4, act=act("11:00"))
    assert make.fresh(repaired.case).state == "closed"
    asked(repaired.visit, act("15:00", by="steward"), result="problem", effect=2, shortcomings="还在滴水")
    assert make.fresh(repaired.case).state == "open"


@pytest.mark.rule("FUP-029")
def test_a_problem_with_work_that_no_case_asked_for_is_a_rework_too(world, act):
    first = make.order(state="completed")
    visit = asked(visit_of(first), act("15:00", by="steward"), result="problem", shortcomings="还在滴水")
    assert first.reworks.get().state == "new"
    assert make.duties(visit, "FUP-029")[0].met_at


@pytest.mark.rule("FUP-029")
def test_a_problem_without_any_order_takes_the_case_up_again(complaint, act):
    visit = asked(complaint.visit, act("03-04 10:00", by="desk_supervisor"), result="problem", shortcomings="又被拦")
    assert make.fresh(complaint.case).state == "open"
    assert make.duties(visit, "FUP-029") == []
    (owed,) = make.duties(complaint.case, "FUP-029", "reopened")
    assert owed.met_at == moment("03-04 10:00")


@pytest.mark.rule("FUP-029")
def test_a_good_visit_orders_nothing(repaired, act):
    asked(repaired.visit, act("15:00", by="steward"))
    assert repaired.order.reworks.count() == 0


# -- who sees and does what ------------------------------------------------------------------------------------
def test_a_visit_of_another_project_is_out_of_reach(repaired, world, act):
    other = make.world(name="望江苑", code="WJ", company=world.company)
    with pytest.raises(NotAllowed):
        asked(repaired.visit, other.act(moment("15:00"), "steward"))
    assert list(selectors.visits_due(other.act(moment("15:00"), "steward"))) == []


def test_a_visit_is_made_once(repaired, act):
    visit = asked(repaired.visit, act("15:00", by="steward"))
    with pytest.raises(IllegalMove):
        asked(visit, act("15:01", by="desk_supervisor"))
    assert len(visits_about(repaired.case)) == 1


def test_a_visit_can_be_planned_about_anything(world, act):
    house, customer = make.house(), make.customer()
    living = make.occupancy(house=house, customer=customer)
    visit = followup.plan_visit(
        project=world.project, about=living, visit_class="move_in", house=house, customer=customer, act=act("10:00")
    )
    assert (visit.visitor_role, visit.house, visit.due_at) == ("office_manager", house, None)
    assert asked(visit, act("15:00", by="office_manager")).resident_name == "王小明"
    with pytest.raises(BadInput):
        followup.plan_visit(project=world.project, about=house, visit_class="whim", act=act("10:00"))


def test_the_answers_stand_on_the_record(repaired, act):
    visit = asked(repaired.visit, act("15:00", by="steward"), content="水压正常")
    assert {name: getattr(visit, name) for name in ANSWERS} == ANSWERS
