"""Two people at once: one is served, the other is told."""

import pytest

from guanjia.kernel.errors import Conflict, IllegalMove, NotAllowed
from guanjia.kernel.models import JournalEntry
from guanjia.work import services as work
from tests import make
from tests.conftest import moment
from tests.desk.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(results) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def happened(fact: str) -> int:
    return JournalEntry.objects.unscoped("tests").filter(fact=fact).count()


def test_two_foremen_send_two_technicians_and_one_is_told():
    world = make.world()
    second, _post = make.staff(world, "technician", name="李师傅")
    other_foreman, _post = make.staff(world, "foreman", name="孙班长")
    order = make.order()
    at = moment("10:05")
    results = at_once(
        lambda: work.assign_order(order, technician=world.people["technician"], act=world.act(at, "foreman")),
        lambda: work.assign_order(order, technician=second, act=make.org_selectors.act_of(other_foreman, at, "console")),
    )
    assert kinds(results) == ["Conflict", "WorkOrder"]
    sent = next(result for result in results if not isinstance(result, Conflict))
    assert sent.technician.name in str(next(result for result in results if isinstance(result, Conflict)))
    assert (order.assignments.count(), happened("work.order.assigned")) == (1, 1)


def test_an_order_taken_away_while_its_technician_accepts_is_in_one_pair_of_hands():
    world = make.world()
    second, _post = make.staff(world, "technician", name="李师傅")
    order = make.order(state="assigned")
    first = order.technician
    accepted, sent = at_once(
        lambda: work.accept_order(order, act=world.act(moment("10:05"), "technician")),
        lambda: work.assign_order(order, technician=second, instead_of=first, act=world.act(moment("10:05"), "foreman")),
    )
    assert sent.technician == second
    assert isinstance(accepted, NotAllowed) or accepted.state == "accepted"
    order = make.fresh(order)
    assert (order.technician, order.state) == (second, "assigned")
    assert order.assignments.filter(ended_at=None).count() == 1


def test_a_thumb_that_taps_twice_accepts_once():
    world = make.world()
    order = make.order(state="assigned")
    results = at_once(*[lambda: work.accept_order(order, act=world.act(moment("10:05"), "technician"))] * 2)
    assert kinds(results) == ["IllegalMove", "WorkOrder"]
    assert happened("work.order.accepted") == 1


def test_two_residents_are_not_promised_one_technician_at_one_time():
    world = make.world()
    first, second = make.order(state="accepted"), make.order(state="accepted")
    results = at_once(
        *[
            lambda order=order: work.book_appointment(
                order, starts_at=moment("14:00"), ends_at=moment("15:00"), act=world.act(moment("10:30"))
            )
            for order in (first, second)
        ]
    )
    assert kinds(results) == ["Appointment", "Conflict"]


def test_a_window_moved_while_the_order_is_called_off_leaves_nobody_waiting():
    world = make.world()
    window = make.appointment()
    order = window.order
    results = at_once(
        lambda: work.cancel_order(order, reason="不修了", act=world.act(moment("10:30"))),
        lambda: work.move_appointment(
            window, starts_at=moment("16:00"), ends_at=moment("17:00"), reason="改期", act=world.act(moment("10:30"))
        ),
    )
    assert not any(isinstance(result, Exception) and not isinstance(result, IllegalMove) for result in results), results
    if make.fresh(order).state == "cancelled":
        assert order.appointments.filter(state="booked").count() == 0
