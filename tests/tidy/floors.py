"""The floors of the house, read from the contract that import-linter holds: one picture, not two."""

import tomllib
from functools import cache

from tests.tidy.laws import ROOT, Source


@cache
def storeys() -> tuple[tuple[str, ...], ...]:
    """The rooms of each floor from the ground up: (("kernel",), ("org",), …, ("faces",))."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract.get("containers") == ["guanjia"])
    return tuple(tuple(name.strip(" ()") for name in layer.split("|")) for layer in reversed(layers))


@cache
def floor_of(room: str) -> int | None:
    """0 for kernel, upwards; None for what is no room (settings, urls)."""
    return next((floor for floor, rooms in enumerate(storeys()) if room in rooms), None)


def goes_down(from_room: str, to_room: str) -> bool:
    """Whether the one may know the other: a lower floor or the same room, never a neighbour."""
    return from_room == to_room or floor_of(to_room) < floor_of(from_room)


def is_room(room: str) -> bool:
    """Everything below the web machinery: what knows neither requests nor pages."""
    floor = floor_of(room)
    return floor is not None and floor < floor_of("web")


def in_rooms(source: Source) -> bool:
    return is_room(source.room)


def above_rooms(source: Source) -> bool:
    return source.room in ("web", "registers", "faces")
