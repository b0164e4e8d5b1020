"""Houses: registering, putting right, selling, handing over, and what they are used for."""

from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.rows import differences, keep
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from .. import addresses, facts, gates
from ..belonging import belongs, of_project, still_there
from ..models import Building, Entrance, House, HouseUse
from ..states import HANDED_OVER, HOUSE, UNDECORATED, UNSOLD
from ._uses import begin_use


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
    on = on or timezone.localdate(act.at)
    still_there(house)
    house = HOUSE.move(house, "sell", sold_on=on, act=act)
    record(house, facts.HouseSold(on=on), act=act)
    return house


@usecase("estate.house.take_back")
def take_back_house(house: House, *, reason: str, act: Act) -> House:
    """A sale is undone before hand-over: the house is unsold again."""
    if not reason.strip():
        raise BadInput(Reason(_("请写明退房原因。"), field="reason"))
    house = HOUSE.move(house, "take_back", sold_on=None, act=act)
    record(house, facts.HouseTakenBack(reason=reason.strip()), act=act)
    return house


@usecase("estate.house.hand_over", gate=gates.HandOverHouse)
def hand_over_house(house: House, *, on: date | None = None, use: str = UNDECORATED, act: Act) -> House:
    """A sold house is handed over, undecorated unless `use` says otherwise. Raises GateClosed, IllegalMove."""
    on = on or timezone.localdate(act.at)
    still_there(house)
    house = HOUSE.move(house, "hand_over", handed_over_on=on, act=act)
    record(house, facts.HouseHandedOver(on=on), act=act)
    begin_use(house, use or UNDECORATED, on, None, act)
    return house


@usecase("estate.house.change_use")
def change_use(
    house: House, *, use: str, starts_on: date, ends_on: date | None = None, reason: str = "", keys_at: str = "", act: Act
) -> HouseUse:
    """From `starts_on` (until `ends_on`, if known) a house that was handed over is used as `use`; returns the spell.

    A new base use ends the one before it and any decorating; decorating lies over the base use and leaves it be.
    `reason` and `keys_at` say why it stands empty, say, and where its keys are. Called by those who know (lease, occupancy,
    decoration, custody), never guessed. Raises IllegalMove before hand-over and for a house that was split or merged away,
    Conflict if a later spell is in the way.
    """
    if house.state != HANDED_OVER:
        raise IllegalMove(
            Reason(_("%(house)s 还是「%(state)s」，交付以后才能登记用途。") % {"house": house.path, "state": HOUSE.labels[house.state]})
        )
    still_there(house, ends_on)
    spell = begin_use(house, use, starts_on, ends_on, act)
    noted = differences(spell, reason=reason.strip() or spell.reason, keys_at=keys_at.strip() or spell.keys_at)
    return keep(spell, only=noted) if noted else spell


@usecase("estate.use.describe")
def describe_use(use: HouseUse, *, reason: str = "", keys_at: str = "", act: Act) -> HouseUse:
    """Note why a house is used so (stands empty, say), and where its keys are."""
    noted = differences(use, reason=reason.strip(), keys_at=keys_at.strip())
    if noted:
        keep(use, only=noted)
        record(use, facts.UseDescribed(fields=sorted(noted)), act=act, about=(use.house,))
    return use
