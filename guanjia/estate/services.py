"""What may be done with buildings and houses."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, NotFound, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from . import addresses, facts, gates
from .keeping import differences, keep
from .models import Building, CommonArea, Entrance, House, HouseUse
from .states import DECORATING, HANDED_OVER, HOUSE, UNDECORATED, UNSOLD, USES


# -- buildings -----------------------------------------------------------------------------------
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
def register_area(*, project: Project, kind: str, name: str, building: Building | None = None, act: Act) -> CommonArea:
    """A common area of a building or, without one, of the whole project."""
    area = keep(CommonArea(project=project, building=_of(project, building), kind=kind, name=name.strip(), created_at=act.at))
    record(area, facts.AreaRegistered(kind=kind, name=area.name), act=act, about=(building,))
    return area


# -- houses --------------------------------------------------------------------------------------
@usecase("estate.house.register", gate=gates.RegisterHouse)
def register_house(
    *,
    project: Project,
    building: Building,
    number: str,
    area_m2: Decimal,
    entrance: Entrance | None = None,
    floor: int | None = None,
    kind: str = "flat",
    layout: str = "",
    state: str = UNSOLD,
    act: Act,
) -> House:
    """A house of the project. `state` says how far its delivery had come when we took it on.

    Raises GateClosed for an incomplete address (EST-010), BadInput for bad values, Conflict for a number that is taken.
    """
    house = House(
        project=project,
        building=_of(project, building),
        entrance=_of(project, entrance),
        floor=floor,
        number=addresses.normal(number),
        kind=kind,
        area_m2=area_m2,
        layout=layout.strip(),
        state=state,
        created_at=act.at,
    )
    _belongs(entrance, building)
    house.locate()
    keep(house)
    record(house, facts.HouseRegistered(path=house.path, kind=kind, state=state), act=act, about=(building,))
    return house


@usecase("estate.house.correct")
def correct_house(
    house: House,
    *,
    building: Building | None = None,
    entrance: Entrance | None = None,
    number: str | None = None,
    floor: int | None = None,
    kind: str | None = None,
    area_m2: Decimal | None = None,
    layout: str | None = None,
    act: Act,
) -> House:
    """Put a house's particulars right; what is None stays as it is. Cures an address that is wrong (EST-010).

    With a building the entrance, too, becomes the one given, or none.
    """
    given = {
        "building": _of(house.project, building),
        "entrance": _of(house.project, entrance),
        "floor": floor,
        "number": number and addresses.normal(number),
        "kind": kind,
        "area_m2": area_m2,
        "layout": layout,
    }
    _belongs(entrance, building or house.building)
    changes = differences(house, **{k: v for k, v in given.items() if v is not None or (building and k == "entrance")})
    if not changes:
        return house
    house.locate()
    keep(house, only=[*changes, "code", "path", "sort_code"])
    record(house, facts.HouseCorrected(changes=changes), act=act)
    return house


@usecase("estate.house.sell")
def sell_house(house: House, *, on: date | None = None, act: Act) -> House:
    """An unsold house is sold, today or on the day given. Raises IllegalMove if it is not for sale."""
    house = HOUSE.move(house, "sell", act=act)
    record(house, facts.HouseSold(on=on or timezone.localdate(act.at)), act=act)
    return house


@usecase("estate.house.take_back")
def take_back_house(house: House, *, reason: str, act: Act) -> House:
    """A sale is undone before hand-over: the house is unsold again."""
    if not reason.strip():
        raise BadInput(Reason(_("请写明退房原因。"), field="reason"))
    house = HOUSE.move(house, "take_back", act=act)
    record(house, facts.HouseTakenBack(reason=reason.strip()), act=act)
    return house


@usecase("estate.house.hand_over", gate=gates.HandOverHouse)
def hand_over_house(house: House, *, on: date | None = None, use: str = UNDECORATED, act: Act) -> House:
    """A sold house is handed over, undecorated unless `use` says otherwise. Raises GateClosed, IllegalMove."""
    on = on or timezone.localdate(act.at)
    house = HOUSE.move(house, "hand_over", act=act)
    record(house, facts.HouseHandedOver(on=on), act=act)
    _begin_use(house, use or UNDECORATED, on, None, act)
    return house


@usecase("estate.house.change_use")
def change_use(house: House, *, use: str, starts_on: date, ends_on: date | None = None, act: Act) -> HouseUse:
    """From `starts_on` (until `ends_on`, if known) a house that was handed over is used as `use`; returns the spell.

    A new base use ends the one before it and any decorating; decorating lies over the base use and leaves it be.
    Called by those who know (lease, occupancy, decoration, custody), never guessed. Raises IllegalMove before
    hand-over, Conflict if a later spell is in the way.
    """
    if house.state != HANDED_OVER:
        raise IllegalMove(
            Reason(_("%(house)s 还是「%(state)s」，交付以后才能登记用途。") % {"house": house.path, "state": HOUSE.labels[house.state]})
        )
    return _begin_use(house, use, starts_on, ends_on, act)


def _begin_use(house: House, use: str, starts_on: date, ends_on: date | None, act: Act) -> HouseUse:
    if use not in USES:
        raise BadInput(Reason(_("没有「%(use)s」这种用途。") % {"use": use}, field="use"))
    if ends_on is not None and ends_on <= starts_on:
        raise BadInput(Reason(_("止期须晚于起期。"), field="ends_on"))
    overlay = use == DECORATING
    running = list(house.uses.on(starts_on))
    before = next((spell.use for spell in running if spell.use != DECORATING), "")
    for spell in running:
        if spell.starts_on < starts_on and (spell.use == DECORATING or not overlay):
            spell.ends_on = starts_on
            keep(spell, only=["ends_on"])
    begun_today = (s for s in running if s.starts_on == starts_on and (s.use == DECORATING) == overlay)
    spell = next(begun_today, None) or HouseUse(project=house.project, house=house, starts_on=starts_on, created_at=act.at)
    spell.use, spell.ends_on = use, ends_on
    keep(spell)
    record(house, facts.HouseUseChanged(use=use, label=str(USES[use]), starts_on=starts_on, ends_on=ends_on, before=before), act=act)
    return spell


# -- guards --------------------------------------------------------------------------------------
def _of(project: Project, row: Any) -> Any:
    """The row, if it is the project's own; a foreign one is as good as none."""
    if row is not None and row.project_id != project.pk:
        raise NotFound()
    return row


def _belongs(entrance: Entrance | None, building: Building) -> None:
    if entrance is not None and entrance.building_id != building.pk:
        raise BadInput(
            Reason(_("「%(entrance)s」不是「%(building)s」的单元。") % {"entrance": entrance, "building": building}, field="entrance")
        )
