"""Moving in and out: spells begin and end, households follow."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.estate import services as estate
from guanjia.estate.keeping import differences, keep
from guanjia.estate.models import House
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, NotFound, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from .. import facts, folders, gates
from ..models import Customer, Household, Occupancy
from ..states import HOUSEHOLD_OF, OWNERS, ROLES, TENANTS
from .people import change_customer, register_customer


@usecase("customers.occupancy.move_in", gate=gates.MoveIn)
def move_in(
    *,
    project: Project,
    house: House | None,
    customer: Customer | None = None,
    role: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
    name: str = "",
    contact: str = "",
    use: str = "",
    act: Act,
) -> Occupancy:
    """From `starts_on` (today) a customer belongs to a house in a role; somebody unknown is registered by name and contact.

    Owners and co-owners join the owner's household, tenants and users the tenant's, family and others those who live there. A
    `contact` not yet on file is added. `use` (「let」, 「owner_occupied」), if said, becomes the use of the house from that day.

    Raises GateClosed without name, contact or house (CUS-001), BadInput for bad values, Conflict when the customer has that
    role there already.
    """
    starts_on = starts_on or timezone.localdate(act.at)
    if role not in ROLES:
        raise BadInput(Reason(_("没有「%(role)s」这种身份。") % {"role": role}, field="role"))
    house = _held(house, project, act)
    if customer is None:
        customer = register_customer(project=project, name=name, phones=[contact], act=act)
    elif customer.project_id != project.pk:
        raise NotFound()
    elif contact.strip():
        customer = change_customer(customer, phones=[*customer.numbers(), contact], act=act)
    household = _household_for(house, role, starts_on, ends_on, act)
    occupancy = keep(
        Occupancy(
            project=project,
            household=household,
            customer=customer,
            house=house,
            role=role,
            starts_on=starts_on,
            ends_on=ends_on,
            created_at=act.at,
        )
    )
    record(
        occupancy,
        facts.MovedIn(role=role, label=str(ROLES[role]), starts_on=starts_on, ends_on=ends_on),
        act=act,
        about=(customer, house, household),
    )
    if use:
        estate.change_use(house, use=use, starts_on=starts_on, ends_on=ends_on, act=act)
    return occupancy


@usecase("customers.occupancy.move_out", gate=gates.MoveOut)
def move_out(occupancy: Occupancy, *, ends_on: date | None = None, act: Act) -> Occupancy:
    """`ends_on` (today) is the first day on which the customer no longer belongs to the house.

    When the last owner or tenant of a household leaves, those who live there through them leave the same day.
    Raises IllegalMove if the occupancy has ended already, BadInput for a day before it began.
    """
    ends_on = ends_on or timezone.localdate(act.at)
    house = _held(occupancy.house, occupancy.project, act)
    if occupancy.ends_on is not None and occupancy.ends_on <= ends_on:
        raise IllegalMove(Reason(_("已于 %(day)s 迁出。") % {"day": occupancy.ends_on}))
    if ends_on <= occupancy.starts_on:
        raise BadInput(Reason(_("迁出日须晚于入住日 %(day)s。") % {"day": occupancy.starts_on}, field="ends_on"))
    household = occupancy.household
    leaving = [occupancy]
    if occupancy.role in HOUSEHOLD_OF and not _principals(household).on(ends_on).exclude(pk=occupancy.pk).exists():
        leaving += household.occupancies.exclude(pk=occupancy.pk).filter(starts_on__lt=ends_on).overlapping(ends_on, None)
    for one in leaving:
        one.ends_on = ends_on
        keep(one, only=["ends_on"])
        record(
            one, facts.MovedOut(role=one.role, label=str(ROLES[one.role]), ends_on=ends_on), act=act, about=(one.customer, house, household)
        )
    _fit(household)
    return occupancy


def _held(house: House | None, project: Project, act: Act) -> House:
    """The house, locked, so that who moves in and out of one house does so one after the other."""
    if house is None or house.project_id != project.pk:
        raise NotFound()
    return House.objects.visible_to(act).select_for_update(of=("self",)).get(pk=house.pk)


def _household_for(house: House, role: str, starts_on: date, ends_on: date | None, act: Act) -> Household:
    """The household that the newcomer joins, widened to hold the whole stay; a new one, with its folder, if nobody of that side
    is there."""
    there = list(house.households.overlapping(starts_on, ends_on).order_by("starts_on"))
    side = HOUSEHOLD_OF.get(role) or (TENANTS if any(h.kind == TENANTS and h.holds_on(starts_on) for h in there) else OWNERS)
    same = [h for h in there if h.kind == side]
    household = next((h for h in same if h.holds_on(starts_on)), same[0] if same else None)
    if household is None:
        household = keep(Household(project=house.project, house=house, kind=side, starts_on=starts_on, ends_on=ends_on, created_at=act.at))
        folders.of_household(household, act)
        return household
    widened = (min(household.starts_on, starts_on), None if None in (household.ends_on, ends_on) else max(household.ends_on, ends_on))
    if differences(household, starts_on=widened[0], ends_on=widened[1]):
        keep(household, only=["starts_on", "ends_on"])
    return household


def _fit(household: Household) -> None:
    """A household lasts as long as the last of its people stays."""
    ends = list(household.occupancies.values_list("ends_on", flat=True))
    if differences(household, ends_on=None if None in ends else max(ends)):
        keep(household, only=["ends_on"])


def _principals(household: Household) -> Any:
    """Those by whose right the others live there."""
    return household.occupancies.filter(role__in=HOUSEHOLD_OF)
