"""Windows in which somebody comes: one an order, one place at a time for each technician."""

import pytest
from django.db import IntegrityError, transaction

from guanjia.kernel.errors import BadInput, Conflict, IllegalMove
from guanjia.work import selectors
from guanjia.work import services as work
from guanjia.work.models import Appointment
from tests import make
from tests.conftest import moment

TWO, THREE, FOUR, FIVE = moment("14:00"), moment("15:00"), moment("16:00"), moment("17:00")


def test_nobody_is_promised_to_two_places_at_once(world, act):
    first, second = make.order(state="accepted"), make.order(state="accepted")
    work.book_appointment(first, starts_at=TWO, ends_at=FOUR, act=act("10:30"))
    with pytest.raises(Conflict) as no:
        work.book_appointment(second, starts_at=THREE, ends_at=FIVE, act=act("10:31"))
    assert world.people["technician"].name in str(no.value)
    assert work.book_appointment(second, starts_at=FOUR, ends_at=FIVE, act=act("10:32")).state == "booked"


def test_the_database_itself_keeps_two_windows_apart(world, act):
    first, second = make.order(state="accepted"), make.order(state="accepted")
    work.book_appointment(first, starts_at=TWO, ends_at=FOUR, act=act("10:30"))
    window = work.book_appointment(second, starts_at=FOUR, ends_at=FIVE, act=act("10:31"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.unscoped("tests").filter(pk=window.pk).update(starts_at=THREE)


def test_sending_somebody_who_is_promised_elsewhere_is_refused_and_changes_nothing(world, act):
    busy = make.order(state="accepted")
    work.book_appointment(busy, starts_at=TWO, ends_at=FOUR, act=act("10:30"))
    waiting = make.order()
    work.book_appointment(waiting, starts_at=THREE, ends_at=FIVE, act=act("10:31"))
    with pytest.raises(Conflict):
        work.assign_order(waiting, technician=world.people["technician"], act=act("10:32", by="foreman"))
    waiting = make.fresh(waiting)
    assert (waiting.state, waiting.technician) == ("new", None)
    assert selectors.open_appointment(waiting).technician is None


def test_an_order_has_one_window_at_a_time(world, act):
    order = make.order()
    work.book_appointment(order, starts_at=TWO, ends_at=THREE, act=act("10:30"))
    with pytest.raises(Conflict):
        work.book_appointment(order, starts_at=FOUR, ends_at=FIVE, act=act("10:31"))


def test_a_window_runs_forwards_and_lies_ahead(world, act):
    order = make.order()
    with pytest.raises(BadInput) as no:
        work.book_appointment(order, starts_at=THREE, ends_at=TWO, act=act("18:00"))
    assert {reason.field for reason in no.value.reasons} == {"starts_at", "ends_at"}


def test_a_moved_window_stays_readable(world, act):
    order = make.order(state="accepted")
    window = work.book_appointment(order, starts_at=TWO, ends_at=THREE, agreed_with="王小明", act=act("10:30"))
    later = work.move_appointment(window, starts_at=FOUR, ends_at=FIVE, reason="住户要出门", act=act("11:00"))
    assert [(w.state, w.agreed_with) for w in order.appointments.all()] == [("moved", "王小明"), ("booked", "王小明")]
    assert selectors.open_appointment(order) == later
    assert list(selectors.appointments(act("11:00"), TWO, FIVE)) == [later]


def test_coming_keeps_the_window_and_calling_off_drops_it(world, act):
    kept, dropped = make.order(state="accepted"), make.order()
    for order, start, end in ((kept, TWO, THREE), (dropped, FOUR, FIVE)):
        work.book_appointment(order, starts_at=start, ends_at=end, act=act("10:30"))
    work.arrive_order(kept, place="3-2-1801", act=act("14:05", by="technician"))
    work.cancel_order(dropped, reason="不修了", act=act("14:06"))
    assert [kept.appointments.get().state, dropped.appointments.get().state] == ["kept", "dropped"]
    assert kept.attendances.get().place == "3-2-1801"


def test_what_is_done_needs_no_window(world, act):
    with pytest.raises(IllegalMove):
        work.book_appointment(make.order(state="completed"), starts_at=TWO, ends_at=THREE, act=act("11:00"))
