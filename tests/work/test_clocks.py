"""The clocks of the repair team: what opens them, what stops them, who owes."""

from datetime import timedelta

import pytest

from guanjia.kernel import records
from guanjia.kernel.errors import GateClosed
from guanjia.work import services as work
from tests import make
from tests.conftest import moment


def only(order, rule, stage=""):
    found = make.duties(order, rule, stage)
    assert len(found) == 1
    return found[0]


# -- WORK-002 ----------------------------------------------------------------------------------------
@pytest.mark.rule("WORK-002")
def test_a_technician_in_the_duty_room_is_at_the_door_in_five_minutes(world, act):
    order = make.order(state="assigned", at=moment("10:00"))
    owed = only(order, "WORK-002")
    assert (owed.due_at, owed.assignee) == (moment("10:06"), world.people["technician"])  # assigned at 10:01
    order = work.accept_order(order, act=act("10:02", by="technician"))
    work.arrive_order(order, act=act("10:05", by="technician"))
    assert make.fresh(owed).met_at == moment("10:05")


@pytest.mark.rule("WORK-002")
def test_a_technician_who_is_out_owes_no_five_minutes(world, act):
    make.order(state="on_site")
    second = make.order(state="assigned")
    assert make.duties(second, "WORK-002") == []
    assert not second.assignments.get().on_duty_in_room


@pytest.mark.rule("WORK-002")
def test_public_places_and_appointments_have_no_five_minutes(world, act):
    assert make.duties(make.order(place="public", state="assigned"), "WORK-002") == []
    booked = make.order()
    work.book_appointment(booked, starts_at=moment("14:00"), ends_at=moment("15:00"), act=act("10:00"))
    booked = work.assign_order(booked, technician=world.people["technician"], act=act("10:01", by="foreman"))
    assert make.duties(booked, "WORK-002") == []


@pytest.mark.rule("WORK-002")
def test_whoever_gives_the_order_back_owes_nothing_more(world, act):
    order = make.order(state="assigned")
    work.decline_order(order, reason="家中有事", act=act("10:02", by="technician"))
    assert only(order, "WORK-002").voided_at == moment("10:02")


# -- WORK-003 ----------------------------------------------------------------------------------------
@pytest.mark.rule("WORK-003")
def test_with_everybody_out_the_desk_books_a_time(world, act):
    make.order(state="on_site")
    order = make.order(technician_on_duty=None, at=moment("10:30"))
    owed = only(order, "WORK-003")
    assert (owed.owner_role, owed.due_at) == ("desk_agent", moment("10:45"))
    work.book_appointment(order, starts_at=moment("14:00"), ends_at=moment("15:00"), act=act("10:40"))
    assert make.fresh(owed).met_at == moment("10:40")


@pytest.mark.rule("WORK-003")
def test_with_somebody_in_the_duty_room_nothing_is_booked(world):
    assert make.duties(make.order(technician_on_duty=None), "WORK-003") == []


@pytest.mark.rule("WORK-003")
def test_a_project_without_technicians_has_nobody_on_duty(db):
    make.world(roles=("desk_agent",))
    assert len(make.duties(make.order(technician_on_duty=None), "WORK-003")) == 1


# -- WORK-012 ----------------------------------------------------------------------------------------
@pytest.mark.rule("WORK-012")
def test_an_emergency_is_attended_in_fifteen_minutes_by_night_too(world, act):
    order = make.order(urgency=3, at=moment("02:00"))
    owed = only(order, "WORK-012")
    assert owed.due_at == moment("02:15")
    order = work.assign_order(order, technician=world.people["technician"], act=act("02:01", by="foreman"))
    order = work.accept_order(order, act=act("02:02", by="technician"))
    work.arrive_order(order, act=act("02:10", by="technician"))
    assert make.fresh(owed).met_at == moment("02:10")


@pytest.mark.rule("WORK-012")
def test_what_is_not_urgent_has_no_fifteen_minutes(world):
    assert make.duties(make.order(urgency=2), "WORK-012") == []


# -- WORK-014 ----------------------------------------------------------------------------------------
@pytest.mark.rule("WORK-014")
def test_an_order_that_does_not_come_back_is_chased_then_told_to_the_head(world, act):
    order = make.order(state="assigned", at=moment("10:00"))
    chased, told = only(order, "WORK-014", "chased"), only(order, "WORK-014", "told")
    assert chased.starts_at == told.starts_at == moment("03-03 10:01")
    assert (chased.due_at, told.due_at) == (moment("03-03 10:16"), moment("03-03 14:01"))
    work.chase_order(order, note="请尽快", act=act("03-03 10:10"))
    work.escalate_order(order, note="仍未修复", act=act("03-03 12:00"))
    assert (make.fresh(chased).met_at, make.fresh(told).met_at) == (moment("03-03 10:10"), moment("03-03 12:00"))


@pytest.mark.rule("WORK-014")
def test_an_order_that_came_back_in_time_is_not_chased(world):
    order = make.order(state="finished")
    assert only(order, "WORK-014", "chased").voided_at
    assert only(order, "WORK-014", "told").voided_at


@pytest.mark.rule("WORK-014")
def test_a_new_technician_gets_a_new_threshold(world, act):
    second, _post = make.staff(world, "technician", name="李师傅")
    order = make.order(state="assigned", at=moment("10:00"))
    work.assign_order(order, technician=second, instead_of=order.technician, act=act("18:00", by="foreman"))
    before, after = make.duties(order, "WORK-014", "chased")
    assert (before.voided_at, after.starts_at) == (moment("18:00"), moment("03-03 18:00"))


# -- WORK-024 ----------------------------------------------------------------------------------------
@pytest.mark.rule("WORK-024")
def test_the_technician_comes_within_the_agreed_window(world, act):
    order = make.order(state="accepted")
    work.book_appointment(order, starts_at=moment("14:00"), ends_at=moment("15:00"), act=act("10:30"))
    owed = only(order, "WORK-024")
    assert (owed.due_at, owed.assignee) == (moment("15:00"), world.people["technician"])
    work.arrive_order(order, act=act("14:20", by="technician"))
    assert make.fresh(owed).met_at == moment("14:20")


@pytest.mark.rule("WORK-024")
def test_a_moved_appointment_owes_the_new_window(world, act):
    order = make.order(state="accepted")
    window = work.book_appointment(order, starts_at=moment("14:00"), ends_at=moment("15:00"), act=act("10:30"))
    work.move_appointment(window, starts_at=moment("16:00"), ends_at=moment("17:00"), reason="住户要出门", act=act("11:00"))
    first, second = make.duties(order, "WORK-024")
    assert (first.voided_at, second.due_at) == (moment("11:00"), moment("17:00"))


@pytest.mark.rule("WORK-024")
def test_the_window_is_owed_by_whoever_has_the_order(world, act):
    second, _post = make.staff(world, "technician", name="李师傅")
    order = make.order(state="accepted")
    work.book_appointment(order, starts_at=moment("14:00"), ends_at=moment("15:00"), act=act("10:30"))
    work.assign_order(order, technician=second, instead_of=order.technician, act=act("11:00", by="foreman"))
    open_ones = [duty for duty in make.duties(order, "WORK-024") if duty.is_open]
    assert [(duty.assignee, duty.due_at) for duty in open_ones] == [(second, moment("15:00"))]
    work.decline_order(order, reason="家中有事", act=world.act(moment("11:30"), "foreman"))
    open_ones = [duty for duty in make.duties(order, "WORK-024") if duty.is_open]
    assert [(duty.assignee, duty.owner_role) for duty in open_ones] == [(None, "foreman")]


@pytest.mark.rule("WORK-024")
def test_an_appointment_that_was_missed_stays_owed(world, act):
    order = make.order(state="accepted")
    window = work.book_appointment(order, starts_at=moment("14:00"), ends_at=moment("15:00"), act=act("10:30"))
    work.miss_appointment(window, act=act("15:10"))
    assert only(order, "WORK-024").is_open


# -- WORK-007 ----------------------------------------------------------------------------------------
@pytest.mark.rule("WORK-007")
def test_task_slips_are_kept_for_two_years(world):
    order = make.order(state="completed")
    manager = world.act(order.completed_at + timedelta(days=729), "office_manager")
    with pytest.raises(GateClosed) as no:
        records.destroy(order, act=manager)
    assert no.value.rules == ["WORK-007"]
    later = world.act(order.completed_at + timedelta(days=732), "office_manager")
    assert records.destroy(order, act=later).number == order.number


@pytest.mark.rule("WORK-007")
def test_an_order_that_is_not_done_is_not_destroyed(world):
    order = make.order(state="finished")
    with pytest.raises(GateClosed):
        records.destroy(order, act=world.act(order.finished_at + timedelta(days=2000), "office_manager"))
