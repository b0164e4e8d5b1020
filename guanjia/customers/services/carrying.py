"""A house was split, or several were merged: those who live there are carried to the houses that began, the same day.

Nobody moves, so nothing that a move-in asks for is asked. Owners own every house that began; the others live in one of them.
What was stays readable: a spell ends in the old house and one begins in the new.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from guanjia.estate.models import House
from guanjia.estate.spells import Spell
from guanjia.kernel.act import Act
from guanjia.kernel.journal import record
from guanjia.kernel.numbering import next_number
from guanjia.kernel.rows import keep
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from .. import facts, folders, selectors
from ..models import Household, Lease, Occupancy
from ..states import OWNERS_OF_TITLE, ROLES
from ._stays import fit


@usecase("customers.household.carry")
def carry_households(*, project: Project, ended: Sequence[House], begun: Sequence[House], main: House, on: date, act: Act) -> None:
    """End on that day whatever goes on in the houses that ended, and begin it in those that began.

    Owners and co-owners have each of `begun`; everybody else lives in `main`, and what was let goes on there. What was agreed for
    later begins there as agreed. Shares in the title stand as they were after a split; after a merge nobody has looked yet.
    """
    rows = Occupancy.objects.visible_to(act).filter(house__in=ended).overlapping(on, None)
    living = list(rows.select_related("customer", "household", "house").order_by("starts_on", "pk"))
    for old in living:
        for house in begun if old.role in OWNERS_OF_TITLE else [main]:
            _begin(old, house, max(old.starts_on, on), old.share if len(ended) == 1 else None, act)
    for old in living:
        _leave(old, on)
    for household in {old.household_id: old.household for old in living}.values():
        if household.occupancies.exists():
            fit(household)
        elif folders.emptied(household):
            household.delete()
    leases = Lease.objects.visible_to(act).filter(house__in=ended).overlapping(on, None)
    for lease in leases.select_related("house", "tenant", "landlord").order_by("starts_on", "pk"):
        _carry_lease(lease, main, on, act)


def _begin(old: Occupancy, house: House, starts_on: date, share: Decimal | None, act: Act) -> None:
    """What the old one is in that house; nothing if the customer is just that there already, by another of the houses merged."""
    same = Occupancy.objects.visible_to(act).filter(house=house, customer=old.customer, role=old.role)
    if same.overlapping(starts_on, old.ends_on).exists():
        return
    household = _household(old.household, house, starts_on, old.ends_on, act)
    new = Occupancy(
        project=house.project,
        household=household,
        customer=old.customer,
        house=house,
        role=old.role,
        share=share,
        starts_on=starts_on,
        ends_on=old.ends_on,
        created_at=act.at,
    )
    keep(new)
    fact = facts.Carried(role=old.role, label=str(ROLES[old.role]), before=old.house.path, after=house.path, on=starts_on)
    record(new, fact, act=act, about=(old.customer, old, old.house, house, old.household, household))


def _leave(old: Spell, on: date) -> None:
    """A spell ends in the old house; one that would have begun there later never was."""
    if old.starts_on >= on:
        old.delete()
        return
    old.ends_on = on
    keep(old, only=["ends_on"])


def _carry_lease(old: Lease, house: House, on: date, act: Act) -> None:
    """The lease goes on over the house that began, under a number of its own; what was missing of it is missing still (EST-009)."""
    starts_on, ends_on = max(old.starts_on, on), old.ends_on
    record(old, facts.LeaseEnded(ends_on=on), act=act, about=(old.house, old.tenant, old.landlord))
    _leave(old, on)
    people = {"tenant": old.tenant, "landlord": old.landlord, "note": old.note, "completed_at": old.completed_at}
    new = Lease(project=house.project, house=house, starts_on=starts_on, ends_on=ends_on, created_at=act.at, **people)
    new.number = next_number("ZL", house.project, act.at)
    keep(new)
    missing = selectors.missing_of_lease(new)
    said = facts.LeaseRegistered(complete=not missing, missing="、".join(missing), starts_on=starts_on, ends_on=ends_on)
    record(new, said, act=act, about=(old, house, old.house, new.tenant, new.landlord))


def _household(old: Household, house: House, starts_on: date, ends_on: date | None, act: Act) -> Household:
    """The household of the same side in the house that began, wide enough for this stay."""
    there = house.households.filter(kind=old.kind).order_by("starts_on").first()
    if there is None:
        begun = Household(project=house.project, house=house, kind=old.kind, starts_on=starts_on, ends_on=ends_on, created_at=act.at)
        folders.of_household(keep(begun), act)
        return begun
    begins, ends = min(there.starts_on, starts_on), None if None in (there.ends_on, ends_on) else max(there.ends_on, ends_on)
    if (begins, ends) != (there.starts_on, there.ends_on):
        there.starts_on, there.ends_on = begins, ends
        keep(there, only=["starts_on", "ends_on"])
    return there
