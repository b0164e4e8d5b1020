"""How people write where a flat is: 「3栋2单元1801室」, 「3#2-1801」 and 「3-2-1801」 are one place.

Pure text; knows no tables.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

MARKS = re.compile(r"(号楼|栋|幢|座|楼|单元|梯|室|房|号|#|/|—|–|－|~|\s)+")


def code(*levels: str) -> str:
    """The short address of a house from its building, entrance (may be blank) and number: 「3-2-1801」."""
    return "-".join(filter(None, map(normal, levels)))


@lru_cache(8192)  # an import asks this of the same few thousand levels again and again
def normal(text: str) -> str:
    """A written address or part of one in the form that `code` has: marks become hyphens, letters capitals."""
    text = unicodedata.normalize("NFKC", text).strip().upper()
    return re.sub(r"-+", "-", MARKS.sub("-", text)).strip("-")


class Levels(NamedTuple):
    """Building, entrance, floor and room of an address; "" and None where it does not say."""

    building: str
    entrance: str
    floor: int | None
    number: str


FLOOR = re.compile(r"(-?\d{1,3})\s*(?:楼|层|F)(?!\d*号楼)", re.IGNORECASE)
ROOM = re.compile(r"(\d{1,3})\d\d[A-Z]?", re.ASCII)


def levels(text: str) -> Levels | None:
    """「3#2单元1801」, 「3-2-1801」 and 「3栋2单元18楼1801室」 taken apart; None for what has not two, three or four levels.

    Where no entrance is said, the floor is that of the room number (「1801」 lies on the eighteenth).
    """
    written = unicodedata.normalize("NFKC", text).strip().upper()
    floor = next((one for one in FLOOR.finditer(written) if one.start() and re.search(r"\d|[A-Z]", written[one.end() :])), None)
    if floor is not None:
        written = f"{written[: floor.start()]}-{written[floor.end() :]}"
    parts = [part for part in normal(written).split("-") if part]
    if parts and not re.search(r"[0-9A-Z]", parts[0]):
        return None
    match parts:
        case [building, number]:
            return Levels(building, "", int(floor[1]) if floor else floor_of(number), number)
        case [building, entrance, number]:
            return Levels(building, entrance, int(floor[1]) if floor else None, number)
        case [building, entrance, level, number] if level.isdigit() and number.startswith(level):
            return Levels(building, entrance, int(level), number)
    return None


def floor_of(number: str) -> int | None:
    """The floor that a room number tells: 「1801」 -> 18; None for 「A12」 or 「12」."""
    room = ROOM.fullmatch(number)
    return int(room[1]) if room else None


def in_order(code: str) -> str:
    """A key by which addresses sort as people count: 「2-1-302」 before 「10-1-101」."""
    return re.sub(r"\d+", lambda number: number[0].zfill(5), code)


def candidates(text: str) -> list[str]:
    """What a searched text may mean as a `code`, the whole of it first: 「翠湖花园 3-2-1801」 also means 「3-2-1801」."""
    whole = re.sub(r"[-\s]+", "-", normal(text)).strip("-")
    after_the_name = re.sub(r"^[^0-9A-Z]+", "", whole)
    return [one for one in dict.fromkeys((whole, after_the_name)) if one]
