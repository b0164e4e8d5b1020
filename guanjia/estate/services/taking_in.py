"""Many houses at once: what `register_house` does for one, for the thousand lines of an old table."""

from collections.abc import Sequence

from guanjia.kernel.act import Act
from guanjia.kernel.bulk import insert_rows
from guanjia.kernel.errors import GateClosed
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import ask_all, bear_witness, usecase
from guanjia.org.models import Project

from .. import facts
from ..foreseeing import NewHouse, gate_of
from ..models import Building, Entrance, House, HouseUse
from ..states import HANDED_OVER, UNSOLD, USES
from .buildings import register_building, register_entrance


@usecase("estate.house.take_in")
def take_in_houses(*, project: Project, houses: Sequence[NewHouse], act: Act) -> list[House]:
    """The houses of the project, in their order, with buildings and entrances that were not there; each has its journal lines.

    Raises GateClosed with the reasons of all (EST-010 …); IntegrityError when one of the numbers is taken.
    """
    contexts = [gate_of(project, house, act) for house in houses]
    reasons = [reason for answer in ask_all(contexts) for reason in answer]
    if reasons:
        raise GateClosed(reasons)
    buildings = _buildings(project, houses, act)
    entrances = _entrances(buildings, houses, act)
    made = [_house(project, house, buildings[house.building], entrances.get((house.building, house.entrance)), act) for house in houses]
    insert_rows(made)
    for house in made:
        record(house, facts.HouseRegistered(path=house.path, kind=house.kind, state=house.state), act=act, about=(house.building,))
    _begin_uses(project, list(zip(houses, made, strict=True)), act)
    for context in contexts:
        bear_witness(context, act)
    return made


def _buildings(project: Project, houses: Sequence[NewHouse], act: Act) -> dict[str, Building]:
    codes = list(dict.fromkeys(house.building for house in houses))
    there = {row.code: row for row in Building.objects.unscoped("import").filter(project=project, code__in=codes)}
    for code in codes:
        if code not in there:
            there[code] = register_building(project=project, code=code, act=act)
    return there


def _entrances(buildings: dict[str, Building], houses: Sequence[NewHouse], act: Act) -> dict[tuple[str, str], Entrance]:
    by_key = {building.pk: code for code, building in buildings.items()}
    rows = Entrance.objects.unscoped("import").filter(building__in=list(by_key))
    there = {(by_key[row.building_id], row.name): row for row in rows}
    for house in houses:
        key = (house.building, house.entrance)
        if house.entrance and key not in there:
            there[key] = register_entrance(buildings[house.building], name=house.entrance, act=act)
    return there


def _house(project: Project, told: NewHouse, building: Building, entrance: Entrance | None, act: Act) -> House:
    house = House(
        project=project,
        building=building,
        entrance=entrance,
        floor=told.floor,
        number=told.number,
        kind=told.kind,
        area_m2=told.area_m2,
        layout=told.layout,
        state=HANDED_OVER if told.is_handed_over else UNSOLD,
        created_at=act.at,
    )
    house.locate()
    return house


def _begin_uses(project: Project, houses: list[tuple[NewHouse, House]], act: Act) -> None:
    used = [(told, house) for told, house in houses if told.use and told.use_from]
    insert_rows([HouseUse(project=project, house=house, use=told.use, starts_on=told.use_from, created_at=act.at) for told, house in used])
    for told, house in used:
        record(house, facts.HouseUseChanged(use=told.use, label=str(USES[told.use]), starts_on=told.use_from), act=act)
