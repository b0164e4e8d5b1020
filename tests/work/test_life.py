"""The life of an order: what may follow what, who may do it, and that unsigned work is unfinished work."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from guanjia.kernel.errors import BadInput, Conflict, IllegalMove, NotAllowed, NotFound
from guanjia.kernel.models import OutboundMessage
from guanjia.rulebook.priority import priority
from guanjia.work import selectors
from guanjia.work import services as work
from guanjia.work.models import WorkOrder
from guanjia.work.states import DONE, KINDS, ORDER
from tests import make


@pytest.mark.rule("WORK-001")
def test_a_home_repair_goes_from_the_desk_to_the_owners_signature(world):
    order = make.order(state="completed")
    said = [fact for fact in make.facts_about(order) if fact.startswith("work.order.")]
    assert said == [
        f"work.order.{happened}" for happened in ("opened", "assigned", "accepted", "arrived", "started", "finished", "signed", "completed")
    ]
    assert order.sign_off.capacity == "owner"


@pytest.mark.rule("WORK-036")
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "rework"])
def test_every_kind_of_order_lives_by_one_table(world, kind):
    order = make.order(kind=kind, state="completed")
    assert (order.state, order.assignments.get().end) == ("completed", "done")


@pytest.mark.rule("WORK-001", "WORK-036")
def test_no_step_can_be_skipped(world, act):
    order = make.order(state="assigned")
    for skip in (work.arrive_order, work.start_order, work.resume_order):
        with pytest.raises(IllegalMove):
            skip(order, act=act("10:30", by="technician"))
    with pytest.raises(IllegalMove):
        work.finish_order(order, result="好了", act=act("10:30", by="technician"))
    assert make.fresh(order).state == "assigned"


@given(st.lists(st.sampled_from(sorted(ORDER.moves)), max_size=40))
def test_an_order_never_leaves_its_table(moves):
    state = "new"
    for move in moves:
        sources, target = ORDER.moves[move]
        if state in sources:
            state = target
    assert state in ORDER.labels
    assert not (state == "completed" and "complete" not in moves)


@pytest.mark.parametrize(("urgency", "importance", "expected"), [(3, 3, 1), (3, 2, 2), (2, 2, 3), (3, 1, 3), (1, 1, 4)])
@pytest.mark.rule("WORK-037")
def test_priority_follows_from_urgency_and_importance(world, urgency, importance, expected):
    assert make.order(urgency=urgency, importance=importance).priority == expected == priority(urgency, importance)


@pytest.mark.rule("WORK-037")
def test_the_board_shows_the_important_and_urgent_first(world, act):
    slow, fast = make.order(urgency=1, importance=1), make.order(urgency=3, importance=3)
    assert list(selectors.board(act("10:00"))) == [fast, slow]


def test_work_that_nobody_signed_for_is_unfinished(world, act):
    order = make.order(state="finished")
    assert order in selectors.board(act("11:00"))
    assert order.state not in DONE


def test_opening_tells_everything_that_is_wrong_at_once(world, act):
    with pytest.raises(BadInput) as no:
        work.open_order(project=world.project, kind="rework", craft="magic", place="home", content=" ", urgency=9, act=act("10:00"))
    assert {reason.field for reason in no.value.reasons} == {"craft", "urgency", "content", "house", "first_order"}


def test_a_rework_names_the_order_it_repeats(world):
    first = make.order(state="completed")
    again = make.order(kind="rework", first_order=first, house=first.house)
    assert list(first.reworks.all()) == [again]


def test_the_permission_to_enter_is_copied_without_what_nobody_asked_for(world):
    order = make.order(entry={"someone_home": True, "may_use_key": False, "visit_time": "下午", "pin": "1234"})
    assert order.entry_permission == {"someone_home": True, "may_use_key": False, "visit_time": "下午"}


# -- who may do what -------------------------------------------------------------------------------
@pytest.mark.rule("ORG-031")
def test_the_desk_reports_the_foreman_sends_the_technician_does(world, act):
    order = make.order()
    technician = world.people["technician"]
    world.people["engineering_assistant"], _post = make.staff(world, "engineering_assistant")
    with pytest.raises(NotAllowed):
        work.open_order(
            project=world.project, kind="repair", craft="electric", place="public", content="灯坏", act=act("10:00", by="technician")
        )
    with pytest.raises(NotAllowed):
        work.assign_order(order, technician=technician, act=act("10:01", by="technician"))
    order = work.assign_order(order, technician=technician, act=act("10:01", by="foreman"))
    with pytest.raises(NotAllowed):
        work.accept_order(order, act=act("10:02", by="desk_agent"))
    order = work.accept_order(order, act=act("10:02", by="technician"))
    work.chase_order(order, act=act("10:03", by="engineering_assistant"))
    with pytest.raises(NotAllowed):
        work.chase_order(order, act=act("10:03", by="technician"))
    order = work.arrive_order(order, act=act("10:05", by="technician"))
    with pytest.raises(NotAllowed):
        work.start_order(order, act=act("10:06", by="desk_agent"))
    order = work.start_order(order, act=act("10:06", by="technician"))
    order = work.finish_order(order, result="好了", act=act("10:30", by="technician"))
    assert work.reject_order(order, reason="仍滴水", act=act("10:31", by="engineering_head")).state == "working"


@pytest.mark.rule("ORG-031")
def test_a_technician_sees_only_his_own_orders(world, act):
    colleague, _post = make.staff(world, "technician", name="李师傅")
    mine, his = make.order(state="assigned"), make.order(state="assigned", technician=colleague)
    me = act("10:10", by="technician")
    assert list(selectors.board(me)) == list(selectors.my_orders(me)) == [mine]
    with pytest.raises(NotAllowed):
        work.accept_order(his, act=me)
    for reference in (str(his.pk), his.number):
        with pytest.raises(NotFound):
            selectors.order_for(me, reference)
    assert selectors.order_for(me, mine.number.lower()) == mine


def test_an_order_of_another_project_is_not_found(world, act):
    other = make.world(name="望江苑", code="WJ", company=world.company)
    foreign = make.order(project=other.project)
    with pytest.raises(NotFound):
        selectors.order_for(act("10:00"), foreign.number)
    with pytest.raises(NotAllowed):
        work.chase_order(foreign, act=act("10:00"))
    with pytest.raises(BadInput):
        work.assign_order(make.order(project=world.project), technician=other.people["technician"], act=act("10:00", by="foreman"))


# -- hands -----------------------------------------------------------------------------------------
def test_an_order_is_taken_from_somebody_only_by_naming_him(world, act):
    second, _post = make.staff(world, "technician", name="李师傅")
    order = make.order(state="accepted")
    first = order.technician
    with pytest.raises(Conflict):
        work.assign_order(order, technician=second, act=act("10:10", by="foreman"))
    order = work.assign_order(order, technician=second, instead_of=first, act=act("10:10", by="foreman"))
    assert [(a.technician, a.end) for a in order.assignments.all()] == [(first, "reassigned"), (second, "")]
    assert order.state == "assigned"


def test_a_declined_order_waits_for_somebody_else(world, act):
    order = work.decline_order(make.order(state="accepted"), reason="家中有事", act=act("10:10", by="technician"))
    assert (order.state, order.technician) == ("new", None)
    assert order.assignments.get().end == "declined"


def test_a_pause_needs_a_reason_of_the_list(world, act):
    order = make.order(state="working")
    with pytest.raises(BadInput):
        work.pause_order(order, reason="tired", act=act("11:00", by="technician"))
    order = work.pause_order(order, reason="parts", note="等角阀", act=act("11:00", by="technician"))
    assert order.state == "paused"
    assert work.resume_order(order, act=act("12:00", by="technician")).state == "working"


def test_what_is_done_cannot_be_called_off(world, act):
    with pytest.raises(IllegalMove):
        work.cancel_order(make.order(state="completed"), reason="算了", act=act("12:00"))
    cancelled = work.cancel_order(make.order(state="working"), reason="住户改期", act=act("12:00"))
    assert cancelled.assignments.get().end == "cancelled"


def test_rejected_work_needs_a_new_signature(world, act):
    order = work.reject_order(make.order(state="completed"), reason="仍滴水", act=act("15:00", by="engineering_head"))
    assert (order.state, order.sign_off, order.completed_at, order.rejections) == ("working", None, None, 1)
    technician = act("16:00", by="technician")
    order = work.finish_order(order, result="换总成", act=technician)
    again = work.sign_order(order, signer_name="王小明", capacity="owner", image=make.glass(), act=technician)
    assert again.sign_off.slot == "sign_off_2"
    assert work.complete_order(again, act=technician).state == "completed"


# -- what PostgreSQL itself refuses ------------------------------------------------------------------
@pytest.mark.rule("WORK-008", "WORK-020", "WORK-036")
@pytest.mark.parametrize(
    "broken",
    [
        {"state": "gone"},
        {"state": "completed", "sign_off": None},
        {"paid": True, "price_agreed_at": None},
        {"technician": None},
        {"kind": "rework", "first_order": None},
        {"urgency": 7},
        {"price_fen": -1},
        {"house": None, "place_text": ""},
    ],
)
def test_the_database_keeps_what_must_always_hold(world, broken):
    order = make.order(state="completed")
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkOrder.objects.unscoped("tests").filter(pk=order.pk).update(**broken)


def test_the_technician_is_told_of_his_order(world, act):
    technician = world.people["technician"]
    technician.phone = "+8613900000001"
    technician.save(update_fields=["phone"])
    order = make.order(state="assigned")
    message = OutboundMessage.objects.unscoped("tests").get(subject_id=order.pk)
    assert order.number in message.text
    assert "厨房水管漏水" in message.text
