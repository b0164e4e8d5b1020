"""A house was split, or several were merged: those who live there are carried to the houses that began, the same day.

Nobody moves, so nothing that a move-in asks for is asked. Owners own every house that began; the others live in one of them.
What was stays readable: a spell ends in the old house and one begins in the new.
"""

from collections.abc import Sequence
from datetime import date

from guanjia.estate.keeping import keep
from guanjia.estate.models import House
from guanjia.kernel.act import Act
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from .. import facts
from ..models import Household, Occupancy
from ..states import CO_OWNER, OWNER, ROLES
from .living import fit


@usecase("customers.occupancy.carry")
def carry_occupancies(
    *, project: Project, ended: Sequence[House], begun: Sequence[House], main: House, on: date, act: Act
) -> list[Occupancy]:
    """End on that day whatever goes on in the houses that ended, and begin it in those that began; returns what began.

    Owners and co-owners have each of `begun`, everybody else lives in `main`. What was agreed for later begins there as agreed.
    """
    carried = []
    running = Occupancy.objects.visible_to(act).filter(house__in=ended).overlapping(on, None)
    rows = list(running.select_related("customer", "household", "house").order_by("starts_on", "pk"))
    for old in rows:
        for house in begun if old.role in (OWNER, CO_OWNER) else [main]:
            new = _begin(old, house, max(old.starts_on, on), act)
            if new is not None:
                carried.append(new)
    for old in rows:
        if old.starts_on < on:
            old.ends_on = on
            keep(old, only=["ends_on"])
        else:
            old.delete()  # it never began there
    for household in {old.household_id: old.household for old in rows}.values():
        if household.occupancies.exists():
            fit(household)
        else:
            household.delete()
    return carried


def _begin(old: Occupancy, house: House, starts_on: date, act: Act) -> Occupancy | None:
    """What the old one is in that house; None if the customer is just that there already, by another of the houses merged."""
    same = Occupancy.objects.visible_to(act).filter(house=house, customer=old.customer, role=old.role)
    if same.overlapping(starts_on, old.ends_on).exists():
        return None
    household = _household(old.household, house, starts_on, old.ends_on, act)
    new = Occupancy(
        project=house.project,
        household=household,
        customer=old.customer,
        house=house,
        role=old.role,
        starts_on=starts_on,
        ends_on=old.ends_on,
        created_at=act.at,
    )
    keep(new)
    fact = facts.Carried(role=old.role, label=str(ROLES[old.role]), before=old.house.path, after=house.path, on=starts_on)
    record(new, fact, act=act, about=(old.customer, old, old.house, house, old.household, household))
    return new


def _household(old: Household, house: House, starts_on: date, ends_on: date | None, act: Act) -> Household:
    """The household of the same side in the house that began, wide enough for this stay."""
    there = house.households.filter(kind=old.kind).order_by("starts_on").first()
    if there is None:
        return keep(Household(project=house.project, house=house, kind=old.kind, starts_on=starts_on, ends_on=ends_on, created_at=act.at))
    begins, ends = min(there.starts_on, starts_on), None if None in (there.ends_on, ends_on) else max(there.ends_on, ends_on)
    if (begins, ends) != (there.starts_on, there.ends_on):
        there.starts_on, there.ends_on = begins, ends
        keep(there, only=["starts_on", "ends_on"])
    return there
