"""Questions about orders: the board, one's own orders, who is in the duty room, whether a sign-off counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.timezone import localtime

from guanjia.kernel import vault
from guanjia.kernel.act import Act
from guanjia.kernel.errors import NotFound
from guanjia.kernel.ids import Ref
from guanjia.kernel.models import Signature
from guanjia.org import selectors as org
from guanjia.org.models import Person, Project, Role

from .models import Appointment, WorkOrder, WorkOrderQuerySet
from .states import ADULT_CAPACITIES, AWAY, BOOKED, DONE, PUBLIC_SIGNERS

NUMBER_PREFIX = "GD"  # 工单: GD-20260302-0041
ADULT_YEARS = 18
RECENT = timedelta(days=90)
USUAL_DOERS = ("technician",)
DOERS = {"cleaning": ("cleaner", "technician")}


# -- lists -----------------------------------------------------------------------------------------
def board(act: Act) -> WorkOrderQuerySet:
    """Every unfinished order that the act may see, the important and urgent first."""
    return WorkOrder.objects.visible_to(act).unfinished().with_names().by_priority()


def my_orders(act: Act) -> WorkOrderQuerySet:
    """The acting person's own unfinished orders, the important and urgent first."""
    return board(act).filter(technician_id=act.person_id)


def order_for(act: Act, number_or_id: str | UUID) -> WorkOrder:
    """The order with that number or id; NotFound alike for foreign, missing and (over several projects) ambiguous ones."""
    orders = WorkOrder.objects.with_names()
    if isinstance(number_or_id, str) and number_or_id.upper().startswith(NUMBER_PREFIX):
        found = list(orders.visible_to(act).filter(number=number_or_id.upper())[:2])
        if len(found) != 1:
            raise NotFound()
        return found[0]
    return orders.find(act, number_or_id)


def orders_of(source: Any, act: Act) -> WorkOrderQuerySet:
    """The orders whose source is that subject (instance or Ref), oldest first."""
    ref = source if isinstance(source, Ref) else Ref.to(source)
    return WorkOrder.objects.visible_to(act).of_source(ref).with_names().order_by("opened_at")


def appointments(act: Act, start: datetime, end: datetime) -> Any:
    """Booked windows that touch [start, end), in order."""
    rows = Appointment.objects.visible_to(act).filter(state=BOOKED, starts_at__lt=end, ends_at__gt=start)
    return rows.select_related("order__house", "order__area", "technician").order_by("starts_at")


def open_appointment(order: WorkOrder) -> Appointment | None:
    """The window in which somebody is expected for this order, if one is booked."""
    return order.appointments.filter(state=BOOKED).first()


# -- who is where ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Load:
    """What one technician has in hand: open orders, orders he is out on, orders of one craft done of late."""

    open: int = 0
    away: int = 0
    done_recently: int = 0


def technicians(project: Project, at: datetime, craft: str = "") -> list[Person]:
    """Everybody who holds a post that does such work in the project at that moment, each once."""
    held = [person for role in DOERS.get(craft, USUAL_DOERS) for person in org.holders_of(role, project, at)]
    return list({person.pk: person for person in held}.values())


def loads(people: Iterable[Person], at: datetime, craft: str = "") -> dict[UUID, Load]:
    """The load of each of these people. Looks at all of their orders, whoever asks: a load half seen misleads."""
    ids = [person.pk for person in people]
    rows = (
        WorkOrder.objects.unscoped("rights")
        .filter(technician_id__in=ids)
        .values("technician_id")
        .annotate(
            open=Count("id", filter=~Q(state__in=DONE)),
            away=Count("id", filter=Q(state__in=AWAY)),
            recent=Count("id", filter=Q(craft=craft, completed_at__gt=at - RECENT)),
        )
        .order_by()
    )
    counted = {row["technician_id"]: Load(row["open"], row["away"], row["recent"]) for row in rows}
    return {pk: counted.get(pk, Load()) for pk in ids}


def is_in_duty_room(technician: Person, at: datetime, *, but: WorkOrder | None = None) -> bool:
    """True unless the technician is out on an order (other than `but`) just now."""
    out = technician.orders.filter(state__in=AWAY)
    return not (out.exclude(pk=but.pk) if but else out).exists()


def is_technician_on_duty(project: Project, at: datetime, craft: str = "") -> bool:
    """True if at least one of those who do such work in the project sits in the duty room (WORK-003)."""
    people = technicians(project, at, craft)
    load = loads(people, at)
    return any(load[person.pk].away == 0 for person in people)


# -- signatures ------------------------------------------------------------------------------------
def is_by_adult(order: WorkOrder, signature: Signature) -> bool:
    """True if the signer is a grown-up of the order's household (WORK-009).

    A signer who is a known customer must live there (or own it) that day. A birth date decides where it is known;
    otherwise the declared capacity does. The signer's name is looked up among the household, so that a child of the
    house is not taken for a grown-up because somebody ticked the box.
    """
    if signature.capacity not in ADULT_CAPACITIES:
        return False
    if order.house_id is None:
        return True
    day = localtime(signature.created_at).date()
    living = [
        o.customer
        for o in order.house.occupancies.filter(Q(ends_on=None) | Q(ends_on__gt=day), starts_on__lte=day).select_related("customer")
    ]
    if signature.signer_kind == "customers.customer":
        signers = [c for c in living if signature.signer_id in (c.pk, c.kept_id)]
        if not signers:
            return False
    else:
        signers = [c for c in living if c.name == signature.signer_name]
    born = vault.opened_all(signers, ["birth_date"], "rule")
    return not any(c.capacity in ("limited", "none") or _is_minor(born[c.pk]["birth_date"], day) for c in signers)


def is_by_rank(order: WorkOrder, signature: Signature) -> bool:
    """True if the signer held, when signing, a post that may accept public repairs for the reporting unit (WORK-010)."""
    if signature.signer_kind != "org.person":
        return False
    held = (
        org.holdings_at(signature.created_at)
        .filter(person_id=signature.signer_id, company_id=order.company_id)
        .filter(Q(post__project_id=order.project_id) | Q(post__project=None))
    )
    return bool({holding.post.role_id for holding in held} & signing_roles(order.reporter_unit))


def signing_roles(unit: str) -> frozenset[str]:
    """The roles that may accept public repairs reported by a unit: those of the table and all above them."""
    superiors = dict(Role.objects.values_list("code", "superior_id"))
    allowed: set[str] = set()
    for role in PUBLIC_SIGNERS[unit]:
        step: str | None = role
        while step and step not in allowed:
            allowed.add(step)
            step = superiors.get(step)
    return frozenset(allowed)


def _is_minor(birth_date: Any, day: Any) -> bool:
    if birth_date is None:
        return False
    years = day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))
    return years < ADULT_YEARS
