"""Questions about houses, always asked on somebody's behalf."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from guanjia.kernel.act import Act

from . import addresses
from .models import Building, CommonArea, House


def houses(act: Act) -> QuerySet[House]:
    """The houses this act may see, in the order of their addresses."""
    return House.objects.visible_to(act).select_related("building", "entrance")


def house_for(act: Act, id: Any) -> House:
    """One house by its key; NotFound for a foreign, missing or malformed one."""
    return houses(act).find(act, id)


def houses_matching(text: str, act: Act) -> QuerySet[House]:
    """Houses at a written address, or at what has been typed of it so far.

    Understands 「3-2-1801」, 「3栋2单元1801室」, 「翠湖花园 3-2」 and the room number alone; nothing for a blank text.
    """
    wanted = Q(pk=None)
    for code in addresses.candidates(text):
        wanted |= Q(code__startswith=code) | Q(number=code)
    return houses(act).filter(wanted)


def houses_on(day: date, act: Act) -> QuerySet[House]:
    """Houses with `use` as it was on that day, for the colour grid; `house.standing(house.use)` is the word."""
    return houses(act).with_use(day)


def buildings(act: Act) -> QuerySet[Building]:
    """The buildings this act may see, by code."""
    return Building.objects.visible_to(act)


def areas(act: Act, building: Building | None = None) -> QuerySet[CommonArea]:
    """Common areas by name; of one building, if given."""
    rows = CommonArea.objects.visible_to(act).select_related("building")
    return rows.filter(building=building) if building else rows
