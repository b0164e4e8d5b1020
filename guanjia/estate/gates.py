"""What a rule may look at before a house is registered or handed over."""

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
