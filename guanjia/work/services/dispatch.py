"""Sending somebody, and agreeing when he comes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Conflict, IllegalMove, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Person

from .. import facts, gates, selectors
from ..models import Appointment, Assignment, WorkOrder
from ..states import APPOINTMENT, BOOKED, ORDER
from ._order import about, change, end_assignment, require


@usecase("work.order.assign", gate=gates.AssignOrder)
def assign_order(
    order: WorkOrder, *, technician: Person, on_duty_in_room: bool | None = None, instead_of: Person | None = None, why: str = "", act: Act
) -> WorkOrder:
    """Put an order into a technician's hands.

    An order that somebody has is taken from him only when the caller names him (`instead_of`): of two foremen who
    assign at once, the second is told. Raises Conflict for that, and when the technician is promised elsewhere at the
    booked time; BadInput if he holds no post that does such work here.
    """
    ORDER.require(order, "assign")
    before = order.technician
    if before is not None and (instead_of is None or instead_of.pk != before.pk):
        raise Conflict([Reason(_("%(name)s 刚刚接手了这张工单。要改派，请刷新后再派。") % {"name": before.name}, field="technician")])
    if before is not None and before.pk == technician.pk:
        raise BadInput([Reason(_("这张工单已经派给%(name)s。") % {"name": technician.name}, field="technician")])
    if technician.pk not in {person.pk for person in selectors.technicians(order.project, act.at, order.craft)}:
        raise BadInput([Reason(_("%(name)s 现在不在本项目的维修岗位上。") % {"name": technician.name}, field="technician")])
    if on_duty_in_room is None:
        on_duty_in_room = selectors.is_in_duty_room(technician, act.at, but=order)
    window = selectors.open_appointment(order)
    end_assignment(order, "reassigned", act.at)
    order = ORDER.move(order, "assign", act=act, technician=technician)
    if window is not None:
        with _one_place_at_a_time(technician):
            change(window, technician=technician)
    Assignment.objects.create(
        project=order.project,
        order=order,
        technician=technician,
        assigned_by_id=act.person_id,
        assigned_at=act.at,
        on_duty_in_room=on_duty_in_room,
        why=why[:200],
        created_at=act.at,
    )
    record(
        order,
        facts.OrderAssigned(
            place=order.place,
            technician_id=str(technician.pk),
            technician=technician.name,
            on_duty_in_room=on_duty_in_room,
            by_appointment=window is not None,
            ends_at=window.ends_at if window else None,
            instead_of=before.name if before else "",
            why=why[:200],
        ),
        act=act,
        about=about(order),
    )
    return order


@usecase("work.order.accept")
def accept_order(order: WorkOrder, *, act: Act) -> WorkOrder:
    """The technician takes the order; people with own reach can take only what was assigned to them."""
    order = ORDER.move(order, "accept", act=act)
    order.assignments.filter(ended_at=None).update(accepted_at=act.at)
    record(order, facts.OrderAccepted(technician_id=str(order.technician_id)), act=act, about=about(order))
    return order


@usecase("work.order.decline")
def decline_order(order: WorkOrder, *, reason: str, act: Act) -> WorkOrder:
    """Give the order back before coming; it waits for somebody else."""
    require(reason=(reason, _("请填写退单原因。")))
    technician_id = order.technician_id
    end_assignment(order, "declined", act.at)
    order = ORDER.move(order, "decline", act=act, technician=None)
    window = selectors.open_appointment(order)
    if window is not None:
        change(window, technician=None)
    record(
        order,
        facts.OrderDeclined(
            declined_by=str(technician_id),
            reason=reason.strip(),
            by_appointment=window is not None,
            ends_at=window.ends_at if window else None,
        ),
        act=act,
        about=about(order),
    )
    return order


@usecase("work.order.chase")
def chase_order(order: WorkOrder, *, note: str = "", act: Act) -> WorkOrder:
    """Remind the repair team of an order that takes long (WORK-014)."""
    _still_open(order)
    record(order, facts.OrderChased(note=note.strip()), act=act, about=about(order))
    return order


@usecase("work.order.escalate")
def escalate_order(order: WorkOrder, *, to_role: str = "engineering_head", note: str = "", act: Act) -> WorkOrder:
    """Tell the head of repair about an order that takes long (WORK-014)."""
    _still_open(order)
    record(order, facts.OrderEscalated(to_role=to_role, note=note.strip()), act=act, about=about(order))
    return order


# -- appointments ----------------------------------------------------------------------------------
@usecase("work.appointment.book", gate=gates.BookAppointment)
def book_appointment(order: WorkOrder, *, starts_at: datetime, ends_at: datetime, agreed_with: str = "", act: Act) -> Appointment:
    """Agree a window in which somebody comes; returns it.

    Raises BadInput for a window that is over or runs backwards, Conflict if the order has one already or its
    technician is promised elsewhere just then.
    """
    _still_open(order)
    if selectors.open_appointment(order) is not None:
        raise Conflict([Reason(_("这张工单已有预约，请改约。"), cure="work.appointment.move")])
    return _book(order, starts_at, ends_at, agreed_with, act)


@usecase("work.appointment.move")
def move_appointment(appointment: Appointment, *, starts_at: datetime, ends_at: datetime, reason: str, act: Act) -> Appointment:
    """Agree another window; the old one stays readable. Returns the new one."""
    require(reason=(reason, _("请填写改约原因。")))
    # The order too is held, so that nobody calls it off while a new window is being agreed.
    order = WorkOrder.objects.visible_to(act).select_for_update(of=("self",)).get(pk=appointment.order_id)
    _still_open(order)
    APPOINTMENT.move(appointment, "move", act=act, reason=reason.strip()[:200])
    record(appointment, facts.AppointmentMoved(reason=reason.strip()), act=act, about=(order, *about(order)))
    return _book(order, starts_at, ends_at, appointment.agreed_with, act)


@usecase("work.appointment.miss")
def miss_appointment(appointment: Appointment, *, note: str = "", act: Act) -> Appointment:
    """Nobody came. What was owed stays owed until somebody does."""
    appointment = APPOINTMENT.move(appointment, "miss", act=act, reason=note.strip()[:200])
    order = appointment.order
    record(appointment, facts.AppointmentMissed(note=note.strip()), act=act, about=(order, *about(order)))
    return appointment


def _book(order: WorkOrder, starts_at: datetime, ends_at: datetime, agreed_with: str, act: Act) -> Appointment:
    wrong = []
    if ends_at <= starts_at:
        wrong.append(Reason(_("预约结束须晚于开始。"), field="ends_at"))
    if ends_at <= act.at:
        wrong.append(Reason(_("约定的时间已经过去。"), field="starts_at"))
    if wrong:
        raise BadInput(wrong)
    with _one_place_at_a_time(order.technician):
        appointment = Appointment.objects.create(
            project=order.project,
            order=order,
            technician=order.technician,
            starts_at=starts_at,
            ends_at=ends_at,
            state=BOOKED,
            agreed_with=agreed_with.strip(),
            booked_at=act.at,
            created_at=act.at,
        )
    record(
        appointment,
        facts.AppointmentBooked(
            starts_at=starts_at, ends_at=ends_at, technician_id=str(order.technician_id or ""), window=_window(starts_at, ends_at)
        ),
        act=act,
        about=(order, *about(order)),
    )
    return appointment


def _window(starts_at: datetime, ends_at: datetime) -> str:
    start, end = localtime(starts_at), localtime(ends_at)
    return f"{start:%m-%d %H:%M}–{end:%H:%M}" if start.date() == end.date() else f"{start:%m-%d %H:%M}–{end:%m-%d %H:%M}"


def _still_open(order: WorkOrder) -> None:
    if order.is_done:
        raise IllegalMove([Reason(_("工单%(state)s，不必再办。") % {"state": ORDER.labels[order.state]})])


@contextmanager
def _one_place_at_a_time(technician: Person | None) -> Iterator[None]:
    """Let PostgreSQL decide who came first, and tell the other in words."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as clash:
        name = technician.name if technician else ""
        if "work_appointment_one_place_at_a_time" in str(clash):
            raise Conflict([Reason(_("%(name)s 那时已另有预约，请换人或换时间。") % {"name": name}, field="starts_at")]) from None
        if "work_appointment_one_an_order" in str(clash):
            raise Conflict([Reason(_("这张工单已有预约，请改约。"), cure="work.appointment.move")]) from None
        raise
