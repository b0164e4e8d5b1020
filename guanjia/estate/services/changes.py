"""Splitting one house into several, and merging several into one.

Nothing is deleted: the houses that end keep their numbers, their spells and their story, and close on the day; those that
begin open on it. What belongs to estate (uses, parking, meters) is carried over here. Who lives there is not known on this
floor: `customers` hears the fact and carries them in the same transaction, and its constraint refuses the whole change
if anybody were left behind in a house that is no more (docs/decisions/0021).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import Reason
from guanjia.kernel.journal import record
from guanjia.kernel.rows import check_fields, keep
from guanjia.kernel.usecase import usecase

from .. import addresses, facts, gates
from ..belonging import of_project, still_there
from ..models import House, HouseChange, HouseChangePart, HouseUse, ParkingUse
from ..states import DECORATING, HANDED_OVER, MERGE, SPLIT, USES
from ._uses import begin_use


@dataclass(frozen=True)
class Part:
    """One of the houses that a split makes. Blank values are those of the house that is split."""

    number: str
    area_m2: Decimal
    layout: str = ""
    kind: str = ""
    use: str = ""


@usecase("estate.house.split", gate=gates.SplitHouse)
def split_house(house: House, *, parts: Sequence[Part], reason: str, main: int = 0, on: date | None = None, act: Act) -> list[House]:
    """On that day (today) a house ends and its parts begin; returns them in the order given.

    Those who live there stay in `parts[main]`; owners own every part. Uses go on in each part unless it names another.
    Raises BadInput with everything that is wrong (areas that do not add up say by how much), IllegalMove for a house that has ended.
    """
    on = on or timezone.localdate(act.at)
    still_there(house)
    check_fields(HouseChange(project=house.project, kind=SPLIT, on=on, reason=reason.strip()), _wrong_parts(house, parts, main, on, act))
    begun = [
        _begun(house, number=part.number, area_m2=part.area_m2, layout=part.layout, kind=part.kind or house.kind, on=on, act=act)
        for part in parts
    ]
    for new, part in zip(begun, parts, strict=True):
        _carry_uses([house], new, on, part.use, act)
    _end([house], begun[main], on, act)
    _write(SPLIT, on, reason, [house], begun, act)
    fact = facts.HouseSplit(
        on=on,
        parts=[str(new.pk) for new in begun],
        main=str(begun[main].pk),
        words="、".join(new.code for new in begun),
        reason=reason.strip(),
    )
    record(house, fact, act=act, about=begun)
    return begun


@usecase("estate.house.merge", gate=gates.MergeHouses)
def merge_houses(
    house: House,
    *,
    others: Sequence[House],
    number: str,
    reason: str,
    area_m2: Decimal | None = None,
    layout: str = "",
    use: str = "",
    on: date | None = None,
    act: Act,
) -> House:
    """On that day (today) the houses end and one begins, as large as all of them; everybody who lives in one of them lives there.

    They lie in one entrance and are delivered alike; where their uses differ, `use` says what the new house is used for. Raises
    BadInput with everything that is wrong, IllegalMove for a house that has ended.
    """
    on = on or timezone.localdate(act.at)
    pks = [of_project(house.project, one).pk for one in others if one.pk != house.pk]
    held = House.objects.visible_to(act).filter(pk__in=pks).select_related("building", "entrance").order_by("pk")
    ending = sorted([house, *held.select_for_update(of=("self",))], key=lambda one: one.sort_code)
    for one in ending:
        still_there(one)
    change = HouseChange(project=house.project, kind=MERGE, on=on, reason=reason.strip())
    check_fields(change, _wrong_merge(ending, number, area_m2, use, on, act))
    new = _begun(
        ending[0],
        number=number,
        area_m2=sum(one.area_m2 for one in ending),
        layout=layout,
        kind=house.kind,
        on=on,
        act=act,
    )
    _carry_uses(ending, new, on, use, act)
    _end(ending, new, on, act)
    _write(MERGE, on, reason, ending, [new], act)
    fact = facts.HouseMerged(
        on=on, parts=[str(one.pk) for one in ending], words="、".join(one.code for one in ending), reason=reason.strip()
    )
    record(new, fact, act=act, about=ending)
    return new


# -- what is wrong ---------------------------------------------------------------------------------
def _wrong_parts(house: House, parts: Sequence[Part], main: int, on: date, act: Act) -> list[Reason]:
    reasons = _wrong_day([house], on, act)
    numbers = [addresses.normal(part.number) for part in parts]
    if len(parts) < 2:
        reasons.append(Reason(_("至少拆成两部分。"), field="parts"))
    if not 0 <= main < max(len(parts), 1):
        reasons.append(Reason(_("请选定现住户留在哪一部分。"), field="main"))
    if len(set(numbers)) < len(numbers):
        reasons.append(Reason(_("各部分的房号不能相同。"), field="parts"))
    for taken in _taken(house, numbers):
        reasons.append(Reason(_("房号「%(number)s」已有房屋使用（注销的房号也不再用）。") % {"number": taken}, field="parts"))
    reasons += [Reason(_("没有「%(use)s」这种用途。") % {"use": part.use}, field="parts") for part in parts if part.use not in ("", *USES)]
    if any(part.area_m2 <= 0 for part in parts):
        reasons.append(Reason(_("各部分面积须大于 0。"), field="parts"))
    return reasons + _unequal(sum((part.area_m2 for part in parts), Decimal(0)), house.area_m2, "parts")


def _wrong_merge(ending: Sequence[House], number: str, area_m2: Decimal | None, use: str, on: date, act: Act) -> list[Reason]:
    reasons = _wrong_day(ending, on, act)
    if len(ending) < 2:
        reasons.append(Reason(_("请选择要合并的另一套房屋。"), field="others"))
    if len({(one.building_id, one.entrance_id) for one in ending}) > 1:
        reasons.append(Reason(_("只有同一单元的房屋才能合并。"), field="others"))
    if len({one.state for one in ending}) > 1:
        reasons.append(Reason(_("交付状态不同的房屋不能合并。"), field="others"))
    if not addresses.normal(number):
        reasons.append(Reason(_("请填写合并后的房号。"), field="number"))
    elif _taken(ending[0], [addresses.normal(number)]):
        reasons.append(Reason(_("房号「%(number)s」已有房屋使用（注销的房号也不再用）。") % {"number": number}, field="number"))
    if use not in ("", *USES):
        reasons.append(Reason(_("没有「%(use)s」这种用途。") % {"use": use}, field="use"))
    if not use and len({_base_use(one, on) for one in ending}) > 1:
        reasons.append(Reason(_("几套房屋现在的用途不同，请选择合并后的用途。"), field="use"))
    if area_m2 is not None:
        reasons += _unequal(area_m2, sum((one.area_m2 for one in ending), Decimal(0)), "area_m2")
    return reasons


def _wrong_day(houses: Iterable[House], on: date, act: Act) -> list[Reason]:
    """A change is written on its day or after it, never before; and nothing agreed for later may lie beyond it."""
    reasons = []
    if on > timezone.localdate(act.at):
        reasons.append(Reason(_("变更日期不能在今天以后。"), field="on"))
    for house in houses:
        if house.opened_on is not None and house.opened_on >= on:
            reasons.append(
                Reason(_("%(house)s 于 %(day)s 启用，变更日期须在其后。") % {"house": house.code, "day": house.opened_on}, field="on")
            )
        later = house.uses.filter(starts_on__gt=on).order_by("starts_on").first()
        if later is not None:
            reasons.append(
                Reason(
                    _("%(house)s 在 %(day)s 起已登记「%(use)s」，变更日期须不早于它。")
                    % {"house": house.code, "day": later.starts_on, "use": later},
                    field="on",
                )
            )
    return reasons


def _unequal(given: Decimal, wanted: Decimal, field: str) -> list[Reason]:
    """By how much the areas miss each other."""
    if given == wanted:
        return []
    more = given > wanted
    words = (
        _("各部分合计 %(given)s ㎡，原面积 %(wanted)s ㎡，多出 %(by)s ㎡。")
        if more
        else _("各部分合计 %(given)s ㎡，原面积 %(wanted)s ㎡，少了 %(by)s ㎡。")
    )
    return [Reason(words % {"given": given, "wanted": wanted, "by": abs(given - wanted)}, field=field)]


def _taken(house: House, numbers: Iterable[str]) -> list[str]:
    beside = House.objects.unscoped("uniqueness").filter(building=house.building, entrance=house.entrance, number__in=list(numbers))
    return sorted(beside.values_list("number", flat=True))


# -- what ends and what begins ---------------------------------------------------------------------
def _begun(house: House, *, number: str, area_m2: Decimal, layout: str, kind: str, on: date, act: Act) -> House:
    """A house in the place of another, with its delivery."""
    new = House(
        project=house.project,
        building=house.building,
        entrance=house.entrance,
        floor=house.floor,
        number=addresses.normal(number),
        kind=kind,
        area_m2=area_m2,
        layout=layout.strip(),
        state=house.state,
        sold_on=house.sold_on,
        handed_over_on=house.handed_over_on,
        opened_on=on,
        created_at=act.at,
    )
    new.locate()
    keep(new)
    record(new, facts.HouseRegistered(path=new.path, kind=new.kind, state=new.state), act=act, about=(new.building, house))
    return new


def _carry_uses(ending: Sequence[House], new: House, on: date, use: str, act: Act) -> None:
    """The new house is used as those were, or as `use` says; decorating goes on over it."""
    if new.state != HANDED_OVER:
        return
    running = [spell for one in ending for spell in one.uses.on(on)]
    base = next((spell for spell in running if spell.use != DECORATING), None)
    if use or base is not None:
        begin_use(new, use or base.use, on, None if use else base.ends_on, act)
    decorating = next((spell for spell in running if spell.use == DECORATING), None)
    if decorating is not None and use != DECORATING:
        begin_use(new, DECORATING, on, decorating.ends_on, act)


def _base_use(house: House, on: date) -> str:
    return next((spell.use for spell in house.uses.on(on) if spell.use != DECORATING), "")


def _end(ending: Sequence[House], heir: House, on: date, act: Act) -> None:
    """Close the houses: their uses end, their parking and their meters go to the heir."""
    for house in ending:
        for spell in house.uses.on(on):
            _cut(spell, on)
        for use in house.parking.overlapping(on, None):
            begins = max(use.starts_on, on)
            ends = use.ends_on
            _cut(use, on)
            keep(
                ParkingUse(
                    project=house.project, space=use.space, house=heir, right=use.right, starts_on=begins, ends_on=ends, created_at=act.at
                )
            )
        for meter in house.meters.filter(removed_on=None):
            meter.house = heir
            keep(meter, only=["house"])
            record(meter, facts.MeterMoved(code=meter.code, house=heir.path), act=act, about=(house, heir))
        house.closed_on = on
        keep(house, only=["closed_on"])


def _cut(spell: HouseUse | ParkingUse, on: date) -> None:
    """End a spell on that day. One that would only begin then never was."""
    if spell.starts_on >= on:
        spell.delete()
        return
    spell.ends_on = on
    keep(spell, only=["ends_on"])


def _write(kind: str, on: date, reason: str, ending: Sequence[House], begun: Sequence[House], act: Act) -> HouseChange:
    change = keep(HouseChange(project=ending[0].project, kind=kind, on=on, reason=reason.strip(), created_at=act.at))
    for houses, is_new in ((ending, False), (begun, True)):
        for house in houses:
            keep(
                HouseChangePart(project=house.project, change=change, house=house, is_new=is_new, area_m2=house.area_m2, created_at=act.at)
            )
    return change
