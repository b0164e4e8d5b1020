"""A building as one looks at it: entrances side by side, floors from the top, doors in their columns.

Pure: it takes houses and says where each stands. A door is what is left of a room number when its floor is taken away:
「1801」 on floor 18 is door 01; 「1801A」 stands in the same place, 「1801-1802」 over two. Where a floor's numbers follow no such
rule (shops, basements) its houses stand in a row, in the order of their addresses.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from .models import House

Doors = tuple[int, int]  # the first and the last door


@dataclass
class Place:
    """A place in a row: the houses in it (several where one was split), and over how many columns; none where no door is."""

    houses: list[House] = field(default_factory=list)
    span: int = 1


@dataclass
class Storey:
    """One floor; `label` is blank for houses of which no floor is known. `is_regular` floors have one place a column."""

    label: str
    places: list[Place]
    is_regular: bool = True


@dataclass
class Stair:
    """One entrance; `name` is blank for houses that have none."""

    name: str
    doors: list[str]
    storeys: list[Storey]


def stairs_of(houses: Iterable[House]) -> list[Stair]:
    """The entrances of a building's houses, which come in the order of their addresses."""
    by_entrance: dict[str, list[House]] = defaultdict(list)
    for house in houses:
        by_entrance[house.entrance.name if house.entrance else ""].append(house)
    return [_stair(name, here) for name, here in by_entrance.items()]


def doors_of(house: House) -> Doors | None:
    """The doors that a house has by its number, None if the number does not say."""
    if house.floor is None:
        return None
    found = re.fullmatch(rf"{house.floor}(\d\d)[A-Z]?\d?(?:-{house.floor}(\d\d)[A-Z]?)?", house.number)
    if found is None:
        return None
    first = int(found[1])
    return first, max(first, int(found[2] or first))


def _stair(name: str, houses: list[House]) -> Stair:
    by_floor: dict[int | None, list[tuple[House, Doors | None]]] = defaultdict(list)
    for house in houses:
        by_floor[house.floor].append((house, doors_of(house)))
    regular = {floor for floor, here in by_floor.items() if _are_apart([doors for _house, doors in here])}
    columns = sorted({door for floor in regular for _house, doors in by_floor[floor] for door in range(doors[0], doors[1] + 1)})
    floors = sorted(by_floor, key=lambda floor: -999 if floor is None else floor, reverse=True)
    storeys = [
        Storey(_label(floor), _places(by_floor[floor], columns) if floor in regular else _in_a_row(by_floor[floor]), floor in regular)
        for floor in floors
    ]
    return Stair(name, [f"{door:02d}" for door in columns], storeys)


def _are_apart(spans: list[Doors | None]) -> bool:
    """Whether all doors are known, and none that reaches over several has another in its midst."""
    if None in spans:
        return False
    wide = [span for span in spans if span[0] < span[1]]
    return not any(one != other and one[0] <= other[1] and other[0] <= one[1] for one in wide for other in spans)


def _places(here: list[tuple[House, Doors]], columns: list[int]) -> list[Place]:
    at: dict[int, Place] = {}
    for house, (first, last) in here:
        place = at.setdefault(first, Place(span=sum(first <= door <= last for door in columns)))
        place.houses.append(house)
    places, covered = [], 0
    for door in columns:
        if covered:
            covered -= 1
            continue
        place = at.get(door, Place())
        places.append(place)
        covered = place.span - 1
    return places


def _in_a_row(here: list[tuple[House, Doors | None]]) -> list[Place]:
    return [Place([house]) for house, _doors in here]


def _label(floor: int | None) -> str:
    return "" if floor is None else str(floor)
