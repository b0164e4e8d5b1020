"""The bindings found in the rooms at start-up, indexed by fact and by gate, then frozen."""

import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple


class Mark(NamedTuple):
    """What makes a clause real without being a clock or a guard: in which room, by which thing, and in which way."""

    room: str
    by: str
    way: str  # of `WAYS_OF_MARKS`


#: the ways of the catalogue's closed list that are marked and not bound
WAYS_OF_MARKS = ("formula", "role", "access", "seed", "machine", "register", "constraint", "retention")

BINDINGS: list[Any] = []
MARKS: dict[str, list[Mark]] = defaultdict(list)
NUMBERS: dict[str, list[Any]] = defaultdict(list)

opens: dict[str, list[Any]] = defaultdict(list)  # fact -> duties it opens
closes: dict[str, list[Any]] = defaultdict(list)  # fact -> duties it meets, voids, stops or lets run
needs: dict[str, list[Any]] = defaultdict(list)  # gate -> needs and fields
blocks: dict[str, list[Any]] = defaultdict(list)  # gate -> duties that shut it
approvals: dict[str, list[Any]] = defaultdict(list)  # gate -> approvals
retentions: dict[str, list[Any]] = defaultdict(list)  # kind -> retentions
tallies: dict[str, list[Any]] = defaultdict(list)  # fact -> tallies it adds to
periodics: list[Any] = []
coverages: list[Any] = []
checklists: list[Any] = []
penalties: dict[str, list[Any]] = defaultdict(list)  # fact -> penalties it suggests
by_key: dict[str, Any] = {}  # "DESK-036/told" -> duty
_frozen = False
_apart: ContextVar[bool] = ContextVar("bindings stand apart", default=False)


@contextmanager
def apart() -> Iterator[None]:
    """Bindings made inside stand in no registry: a company's own rules, which are in force for it alone."""
    token = _apart.set(True)
    try:
        yield
    finally:
        _apart.reset(token)


def add(binding: Any) -> None:
    """Take a binding in; after start-up that is too late."""
    if _apart.get():
        return
    if _frozen:
        raise RuntimeError(f"{binding.rule}: rules are bound at start-up, in a room's rules.py")
    BINDINGS.append(binding)


def mark(rule: str, *, room: str, by: str, way: str) -> None:
    one = Mark(room, by, way)
    if one not in MARKS[rule]:
        MARKS[rule].append(one)


def calling_room() -> str:
    """The room whose module is being loaded: "desk" for guanjia.desk.rules."""
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name.startswith("guanjia.") and not name.startswith("guanjia.rulebook"):
            return name.split(".")[1]
        frame = frame.f_back
    return ""


def freeze() -> None:
    """Build the indexes; nothing is added afterwards."""
    global _frozen
    _frozen = True
    for binding in BINDINGS:
        _index(binding)


def _index(binding: Any) -> None:
    kind = type(binding).__name__
    if kind in ("Duty", "Periodic"):
        if binding.key in by_key:
            raise TypeError(f"{binding.key} is bound twice; give the second clock a stage")
        by_key[binding.key] = binding
        for one in binding.opens_on:
            opens[one.fact].append(binding)
        for fact in binding.heard:
            closes[fact].append(binding)
        for gate in binding.blocks:
            blocks[gate].append(binding)
        if kind == "Periodic":
            periodics.append(binding)
    elif kind in ("Need", "Fields", "Window", "Cap"):
        needs[binding.gate].append(binding)
    elif kind == "Tally":
        for one in binding.counts:
            tallies[one.fact].append(binding)
    elif kind == "Approval":
        approvals[binding.gate].append(binding)
    elif kind == "Coverage":
        coverages.append(binding)
    elif kind == "Checklist":
        checklists.append(binding)
    elif kind == "Penalty":
        penalties[binding.on.fact].append(binding)
    elif kind == "Retention":
        retentions[binding.kind].append(binding)


def of_rule(rule: str) -> list[Any]:
    """All bindings of a clause, in the order they were declared."""
    return [binding for binding in BINDINGS if binding.rule == rule]


def params_of(rule: str) -> dict[str, Any]:
    """The numbers that a clause's bindings ask for with a default of their own, where the handbook says none: key -> default."""
    given = [value for binding in of_rule(rule) for value in vars(binding).values()]
    given += NUMBERS.get(rule, [])
    return {value.key: value.default for value in given if type(value).__name__ == "Param" and value.default is not None}


def number(rule: str, param: Any) -> Any:
    """A number of a clause that is asked for outside of any binding; returns it."""
    NUMBERS[rule].append(param)
    return param


def ways_of(rule: str) -> tuple[str, ...]:
    """By which mechanisms a clause is kept, each once, in the order of declaration: ("duty", "need", "machine")."""
    bound = [type(binding).__name__.lower() for binding in of_rule(rule)]
    return tuple(dict.fromkeys(bound + [mark.way for mark in MARKS.get(rule, ())]))


def realised_rules() -> set[str]:
    """Ids that are bound or marked."""
    return {binding.rule for binding in BINDINGS} | set(MARKS)
