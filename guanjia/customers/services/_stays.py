"""What moving and letting share: a house held, stays that end another day, households that last as long as their people."""

from datetime import date

from guanjia.estate.models import House
from guanjia.kernel.act import Act
from guanjia.kernel.errors import NotFound
from guanjia.kernel.journal import record
from guanjia.kernel.rows import differences, keep
from guanjia.org.models import Project

from .. import facts
from ..models import Household, Occupancy


def held(house: House | None, project: Project, act: Act) -> House:
    """The house, locked, so that who moves in and out of one house does so one after the other."""
    if house is None or house.project_id != project.pk:
        raise NotFound()
    return House.objects.visible_to(act).select_for_update(of=("self",)).get(pk=house.pk)


def change_end(occupancy: Occupancy, ends_on: date | None, act: Act) -> None:
    """The stay lasts until another day than was thought; the household lasts as long as the last of its people."""
    changes = differences(occupancy, ends_on=ends_on)
    if changes:
        keep(occupancy, only=["ends_on"])
        fit(occupancy.household)
        tell_changed(occupancy, changes, act)


def tell_changed(occupancy: Occupancy, changes: dict, act: Act) -> None:
    labels = "、".join(str(Occupancy._meta.get_field(name).verbose_name) for name in changes)
    about = (occupancy.customer, occupancy.house, occupancy.household)
    record(occupancy, facts.OccupancyChanged(changes=changes, labels=labels), act=act, about=about)


def fit(household: Household) -> None:
    """A household lasts as long as the last of its people stays."""
    ends = list(household.occupancies.values_list("ends_on", flat=True))
    if differences(household, ends_on=None if None in ends else max(ends)):
        keep(household, only=["ends_on"])
