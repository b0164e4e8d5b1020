"""What a rule may look at before a house is registered or handed over, split or merged, and before a meter is read."""

from datetime import date
from typing import Any

from guanjia.kernel.gates import Gate


class RegisterHouse(Gate, name="estate.house.register", passes_to="estate.house.registered"):
    """The five levels of the address (EST-010); blank where nothing was given."""

    district: str = ""
    community: str = ""
    building: str = ""
    entrance_or_floor: str = ""
    room: str = ""

    @classmethod
    def of(
        cls, project: Any = None, *, building: Any, number: str = "", entrance: Any = None, floor: int | None = None, act: Any, **_: Any
    ) -> "RegisterHouse":
        level_four = entrance.name if entrance else "" if floor is None else str(floor)
        return cls(
            **cls.common(project or building, act),
            district=building.address_district.strip(),
            community=building.address_community.strip(),
            building=building.name.strip(),
            entrance_or_floor=level_four.strip(),
            room=number.strip(),
        )


class HandOverHouse(Gate, name="estate.house.hand_over", passes_to="estate.house.handed_over"):
    """Asked by the rules of move-in."""

    kind: str = ""

    @classmethod
    def of(cls, house: Any, *, act: Any, **_: Any) -> "HandOverHouse":
        return cls(**cls.common(house, act), kind=house.kind)


class SplitHouse(Gate, name="estate.house.split", passes_to="estate.house.split"):
    """A house is about to end on that day and become `parts`."""

    on: date | None = None
    parts: int = 0

    @classmethod
    def of(cls, house: Any, *, parts: Any = (), on: date | None = None, act: Any, **_: Any) -> "SplitHouse":
        return cls(**cls.common(house, act), on=on, parts=len(parts))


class MergeHouses(Gate, name="estate.house.merge", passes_to="estate.house.merged"):
    """Houses are about to end on that day and become one."""

    on: date | None = None
    houses: int = 0

    @classmethod
    def of(cls, house: Any, *, others: Any = (), on: date | None = None, act: Any, **_: Any) -> "MergeHouses":
        return cls(**cls.common(house, act), on=on, houses=1 + len(others))


class ReadMeter(Gate, name="estate.meter.read", passes_to="estate.meter.read"):
    purpose: str = ""
