"""Houses: registering, putting right, selling, handing over, and what they are used for."""

from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from .. import addresses, facts, gates
from ..belonging import belongs, of_project
from ..keeping import differences, keep
from ..models import Building, Entrance, House, HouseUse
from ..states import DECORATING, HANDED_OVER, HOUSE, UNDECORATED, UNSOLD, USES


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
        building=of_project(project, building),
        entrance=of_project(project, entrance),
        floor=floor,
        number=addresses.normal(number),
        kind=kind,
        area_m2=area_m2,
        layout=layout.strip(),
        state=state,
        created_at=act.at,
    )
    belongs(entrance, building)
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
        "building": of_project(house.project, building),
        "entrance": of_project(house.project, entrance),
        "floor": floor,
        "number": number and addresses.normal(number),
        "kind": kind,
        "area_m2": area_m2,
        "layout": layout,
    }
    belongs(entrance, building or house.building)
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
    decorated = not overlay and any(spell.use == DECORATING for spell in running)
    for spell in running:
        if spell.starts_on < starts_on and (spell.use == DECORATING or not overlay):
            spell.ends_on = starts_on
            keep(spell, only=["ends_on"])
    begun_today = (s for s in running if s.starts_on == starts_on and (s.use == DECORATING) == overlay)
    spell = next(begun_today, None) or HouseUse(project=house.project, house=house, starts_on=starts_on, created_at=act.at)
    spell.use, spell.ends_on = use, ends_on
    keep(spell)
    told = facts.HouseUseChanged(use=use, label=str(USES[use]), starts_on=starts_on, ends_on=ends_on, before=before, decorated=decorated)
    record(house, told, act=act)
    return spell
