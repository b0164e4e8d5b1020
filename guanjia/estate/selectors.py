"""Questions about houses, always asked on somebody's behalf."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel import signatures
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Reason
from guanjia.org.models import Project

from . import addresses
from .models import Building, CommonArea, House, HouseChange, HouseChangePart, HouseUse, Meter, MeterReading
from .states import CUSTODY, SLOTS, VACANT

BY_CODE = (Length("code"), "code")  # 「2」 before 「10」


def houses(act: Act) -> QuerySet[House]:
    """The houses this act may see, in the order of their addresses."""
    return House.objects.visible_to(act).select_related("building", "entrance")


def house_for(act: Act, id: Any) -> House:
    """One house by its key; NotFound for a foreign, missing or malformed one."""
    return houses(act).find(act, id)


def houses_matching(text: str, act: Act) -> QuerySet[House]:
    """Houses at a written address, or at what has been typed of it so far.

    Understands 「3-2-1801」, 「3栋2单元1801室」, 「翠湖花园 3-2」 and the room number alone; nothing for a blank text. Houses that a
    split or merge has ended are not among them: what is reported today is reported of their successors.
    """
    wanted = Q(pk=None)
    for code in addresses.candidates(text):
        wanted |= Q(code__startswith=code) | Q(number=code)
    return houses(act).standing_on(timezone.localdate(act.at)).filter(wanted)


def place_of(code: str, project: Project, act: Act) -> dict[str, Any]:
    """Building, entrance and number of the house that is to have this address: 「3-2-1801」 or 「3栋2单元1801」.

    Raises BadInput for an address without a building or entrance that is registered.
    """
    levels = addresses.normal(code).split("-")
    known = {building.code: building for building in buildings(act).filter(project=project).prefetch_related("entrances")}
    building = known.get(levels[0])
    if building is None or len(levels) < 2:
        raise BadInput(Reason(_("「%(code)s」不是本项目的房号：请写成 楼号-单元-房号，楼栋须先登记。") % {"code": code}, field="code"))
    entrance = next((entrance for entrance in building.entrances.all() if entrance.name == levels[1]), None) if len(levels) > 2 else None
    if len(levels) > 2 and entrance is None:
        raise BadInput(Reason(_("%(building)s没有 %(name)s 单元，请先登记。") % {"building": building, "name": levels[1]}, field="code"))
    return {"building": building, "entrance": entrance, "number": "-".join(levels[2 if entrance else 1 :])}


def houses_on(day: date, act: Act) -> QuerySet[House]:
    """The houses that there were on that day, with `use` as it was; `house.standing` is the word."""
    return houses(act).standing_on(day).with_use(day)


def empty_since(houses: Iterable[House], day: date, act: Act) -> dict[Any, HouseUse]:
    """House -> the spell in which it stands empty on that day. One query."""
    rows = HouseUse.objects.visible_to(act).on(day).filter(house__in=[house.pk for house in houses], use=VACANT)
    return {spell.house_id: spell for spell in rows}


def buildings(act: Act) -> QuerySet[Building]:
    """The buildings this act may see, by code."""
    return Building.objects.visible_to(act)


def areas(act: Act, building: Building | None = None) -> QuerySet[CommonArea]:
    """Common areas by name; of one building, if given."""
    rows = CommonArea.objects.visible_to(act).select_related("building")
    return rows.filter(building=building) if building else rows


def changes_of(house: House, act: Act) -> list[HouseChange]:
    """The splits and merges by which a house began and ended, the latest first; each with its `parts`. Two queries."""
    parts = Prefetch("parts", HouseChangePart.objects.visible_to(act).select_related("house"))
    return list(HouseChange.objects.visible_to(act).filter(parts__house=house).distinct().prefetch_related(parts).order_by("-on", "-pk"))


def successors_in(changes: Iterable[HouseChange], house: House) -> list[House]:
    """The houses that the house became in these changes; none while it is there."""
    for change in changes:
        parts = list(change.parts.all())
        if any(part.house_id == house.pk and not part.is_new for part in parts):
            return [part.house for part in parts if part.is_new]
    return []


def custody_readings(house: House, on: date, act: Act) -> list[tuple[Meter, MeterReading | None, list[Any]]]:
    """Each meter of a house with its custody reading of that day, if there is one, and whose signatures it lacks. Three queries."""
    meters = list(Meter.objects.visible_to(act).filter(house=house, installed_on__lte=on, removed_on=None).order_by("kind", "code"))
    rows = MeterReading.objects.visible_to(act).filter(meter__in=meters, purpose=CUSTODY, read_on=on).select_related("meter")
    readings = {reading.meter_id: reading for reading in rows}
    signed = {(one.subject_id, one.slot) for one in signatures.of_all(list(readings.values()))}
    return [
        (meter, reading, [label for slot, label in SLOTS.items() if reading is not None and (reading.pk, slot) not in signed])
        for meter in meters
        for reading in [readings.get(meter.pk)]
    ]
