"""Buildings, their entrances, and common areas."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import Reason
from guanjia.kernel.journal import record
from guanjia.kernel.rows import check_fields, differences, keep
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from .. import addresses, facts
from ..belonging import of_project
from ..models import Building, CommonArea, Entrance
from ..states import VENUE


@usecase("estate.building.register")
def register_building(
    *,
    project: Project,
    code: str,
    name: str = "",
    address_district: str = "",
    address_community: str = "",
    entrance_names: Iterable[str] = (),
    act: Act,
) -> Building:
    """A building of the project with its entrances; what is not said of its address comes from the project's own.

    Raises BadInput for a blank level of the address (EST-010), Conflict for a code that is taken.
    """
    building = Building(
        project=project,
        code=addresses.normal(code),
        name=name.strip() or _("%(code)s栋") % {"code": addresses.normal(code)},
        address_district=address_district.strip() or project.district,
        address_community=address_community.strip() or project.name,
        created_at=act.at,
    )
    keep(building)
    record(building, facts.BuildingRegistered(code=building.code, name=building.name), act=act)
    _add_entrances(building, entrance_names, act)
    return building


@usecase("estate.building.correct")
def correct_building(
    building: Building,
    *,
    code: str | None = None,
    name: str | None = None,
    address_district: str | None = None,
    address_community: str | None = None,
    entrance_names: Iterable[str] = (),
    act: Act,
) -> Building:
    """Put a building's address right; its houses follow. What is None stays as it is; entrances are only ever added."""
    given = {
        "code": code and addresses.normal(code),
        "name": name,
        "address_district": address_district,
        "address_community": address_community,
    }
    _add_entrances(building, entrance_names, act)
    changes = differences(building, **{k: v.strip() for k, v in given.items() if v is not None})
    if not changes:
        return building
    keep(building, only=changes)
    if {"code", "address_community"} & changes.keys():
        for house in building.houses.select_related("entrance").select_for_update(of=("self",)):
            house.building = building
            house.locate()
            keep(house, only=["code", "path", "sort_code"])
    record(building, facts.BuildingCorrected(changes=changes), act=act)
    return building


@usecase("estate.entrance.register")
def register_entrance(building: Building, *, name: str, act: Act) -> Entrance:
    """A staircase of the building. Raises Conflict when it is there already."""
    entrance = keep(Entrance(project=building.project, building=building, name=addresses.normal(name), created_at=act.at))
    record(entrance, facts.EntranceRegistered(name=entrance.name), act=act, about=(building,))
    return entrance


def _add_entrances(building: Building, written: Iterable[str], act: Act) -> None:
    there = set(building.entrances.values_list("name", flat=True))
    for name in dict.fromkeys(map(addresses.normal, written)):
        if name not in there:
            register_entrance(building, name=name, act=act)


@usecase("estate.area.register")
def register_area(
    *,
    project: Project,
    kind: str,
    name: str,
    building: Building | None = None,
    venue: str = "",
    capacity: int | None = None,
    rules: str = "",
    act: Act,
) -> CommonArea:
    """A common area of a building or, without one, of the whole project; a venue says which of the list it is (EST-014)."""
    area = CommonArea(
        project=project,
        building=of_project(project, building),
        kind=kind,
        name=name.strip(),
        venue=venue,
        capacity=capacity,
        rules=rules.strip(),
        created_at=act.at,
    )
    check_fields(area, _misplaced(area))
    keep(area)
    record(area, facts.AreaRegistered(kind=kind, name=area.name), act=act, about=(building,))
    return area


@usecase("estate.area.correct")
def correct_area(area: CommonArea, *, venue: str | None = None, capacity: int | None = None, rules: str = "", act: Act) -> CommonArea:
    """Put right which venue it is, how many it holds and what holds in it."""
    changes = differences(area, venue=area.venue if venue is None else venue, capacity=capacity, rules=rules.strip())
    if changes:
        check_fields(area, _misplaced(area))
        keep(area, only=changes)
        record(area, facts.AreaCorrected(changes=changes), act=act, about=(area.building,))
    return area


def _misplaced(area: CommonArea) -> list[Reason]:
    if area.kind == VENUE and not area.venue:
        return [Reason(_("活动场地须选择场地类别。"), field="venue")]
    if area.kind != VENUE and area.venue:
        return [Reason(_("只有活动场地才有场地类别。"), field="venue")]
    return []
