"""Moving in and out: spells begin and end, households follow."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.estate import services as estate
from guanjia.estate.belonging import still_there
from guanjia.estate.models import House
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Conflict, IllegalMove, NotFound, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.rows import differences, keep
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from .. import dates, facts, folders, gates, selectors
from ..models import Customer, Household, Occupancy
from ..states import HOUSEHOLD_OF, OWNERS, ROLES, TENANTS
from ._stays import fit, held, tell_changed
from .people import change_customer, register_customer

WHOLE = Decimal(100)


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
    share: Decimal | None = None,
    act: Act,
) -> Occupancy:
    """From `starts_on` (today) a customer belongs to a house in a role; somebody unknown is registered by name and contact.

    Owners and co-owners join the owner's household, tenants and users the tenant's, family and others those who live there. A
    `contact` not yet on file is added. `use` (「let」, 「owner_occupied」), if said, becomes the use of the house from that day.
    `share` is what an owner holds of the house, in per cent.

    Raises GateClosed without name, contact or house (CUS-001), BadInput for bad values, Conflict when the customer has that
    role there already.
    """
    starts_on = starts_on or timezone.localdate(act.at)
    _sensible(role, starts_on, act)
    house = held(house, project, act)
    still_there(house, ends_on)
    _shares_fit(house, share, starts_on, ends_on)
    if customer is None:
        customer = register_customer(project=project, name=name, phones=[contact], act=act)
    elif customer.project_id != project.pk:
        raise NotFound()
    else:
        customer = customer.person
        if contact.strip():
            customer = change_customer(customer, phones=[*customer.numbers(), contact], act=act)
    _not_there_yet(house, customer, role, starts_on, ends_on, act)
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
            share=share,
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


@usecase("customers.occupancy.change")
def change_occupancy(occupancy: Occupancy, *, starts_on: date | None = None, share: Decimal | None = None, act: Act) -> Occupancy:
    """Put right since when a customer belongs to the house, and which share he holds of it; what is None stays.

    Raises BadInput when the shares of some day would come to more than a whole.
    """
    house = held(occupancy.house, occupancy.project, act)
    begins = occupancy.starts_on if starts_on is None else starts_on
    _sensible(occupancy.role, begins, act)
    _shares_fit(house, occupancy.share if share is None else share, begins, occupancy.ends_on, but=occupancy)
    given = {"starts_on": starts_on, "share": share}
    changes = differences(occupancy, **{name: value for name, value in given.items() if value is not None})
    if not changes:
        return occupancy
    keep(occupancy, only=list(changes))
    household = occupancy.household
    if differences(household, starts_on=min(household.starts_on, occupancy.starts_on)):
        keep(household, only=["starts_on"])
    tell_changed(occupancy, changes, act)
    return occupancy


@usecase("customers.occupancy.move_out", gate=gates.MoveOut)
def move_out(occupancy: Occupancy, *, ends_on: date | None = None, act: Act) -> Occupancy:
    """`ends_on` (today) is the first day on which the customer no longer belongs to the house.

    When the last owner or tenant of a household leaves, those who live there through them leave the same day.
    Raises IllegalMove if the occupancy has ended already, BadInput for a day before it began.
    """
    ends_on = ends_on or timezone.localdate(act.at)
    house = held(occupancy.house, occupancy.project, act)
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
    fit(household)
    return occupancy


def _sensible(role: str, starts_on: date, act: Act) -> None:
    """A role that there is, and a day that somebody can mean: all that is wrong with them at once."""
    reasons = []
    if role not in ROLES:
        reasons.append(Reason(_("没有「%(role)s」这种身份。") % {"role": role}, field="role"))
    reasons += dates.odd_beginning(starts_on, timezone.localdate(act.at))
    if reasons:
        raise BadInput(reasons)


def _shares_fit(house: House, share: Decimal | None, starts_on: date, ends_on: date | None, but: Occupancy | None = None) -> None:
    """What the owners of the house hold of it on any day comes to a whole at most."""
    if share is None:
        return
    others = house.occupancies.overlapping(starts_on, ends_on).exclude(share=None).exclude(pk=but.pk if but else None)
    spans = list(others.values_list("starts_on", "ends_on", "share"))
    for day in {starts_on, *(begins for begins, _ends, _share in spans if begins > starts_on)}:
        held_by_others = sum(part for begins, ends, part in spans if begins <= day and (ends is None or day < ends))
        if held_by_others + share > WHOLE:
            left = {"day": day, "left": f"{(WHOLE - held_by_others).normalize():f}"}
            raise BadInput(Reason(_("%(day)s 的产权份额合计超过 100%%，最多还有 %(left)s%%。") % left, field="share"))


def _not_there_yet(house: House, customer: Customer, role: str, starts_on: date, ends_on: date | None, act: Act) -> None:
    """The constraint says it of one file; a person may have several."""
    files = selectors.files_of([customer], act)
    if house.occupancies.overlapping(starts_on, ends_on).filter(customer__in=files, role=role).exists():
        raise Conflict(Reason(_("这段时间内此人在本房屋已有同样的身份。")))


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


def _principals(household: Household) -> Any:
    """Those by whose right the others live there."""
    return household.occupancies.filter(role__in=HOUSEHOLD_OF)
