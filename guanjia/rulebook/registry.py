"""The bindings found in the rooms at start-up, indexed by fact and by gate, then frozen."""

import sys
from collections import defaultdict
from typing import Any

BINDINGS: list[Any] = []
MARKS: dict[str, list[tuple[str, str]]] = defaultdict(list)  # rule -> [(room, what realises it)]

opens: dict[str, list[Any]] = defaultdict(list)  # fact -> duties it opens
closes: dict[str, list[Any]] = defaultdict(list)  # fact -> duties it meets, voids, stops or lets run
needs: dict[str, list[Any]] = defaultdict(list)  # gate -> needs and fields
blocks: dict[str, list[Any]] = defaultdict(list)  # gate -> duties that shut it
retentions: dict[str, list[Any]] = defaultdict(list)  # kind -> retentions
tallies: dict[str, list[Any]] = defaultdict(list)  # fact -> tallies it adds to
periodics: list[Any] = []
coverages: list[Any] = []
by_key: dict[str, Any] = {}  # "DESK-036/told" -> duty
_frozen = False
#: the modules of the binding classes: who calls them is who declares
DECLARED_WITH = ("guanjia.rulebook.rule", "guanjia.rulebook.limits", "guanjia.rulebook.registry")


def add(binding: Any) -> None:
    """Take a binding in; after start-up that is too late."""
    if _frozen:
        raise RuntimeError(f"{binding.rule}: rules are bound at start-up, in a room's rules.py")
    BINDINGS.append(binding)


def mark(rule: str, *, room: str, by: str) -> None:
    if (room, by) not in MARKS[rule]:
        MARKS[rule].append((room, by))


def calling_room() -> str:
    """The room whose module is being loaded: "desk" for guanjia.desk.rules."""
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name.startswith("guanjia.") and not name.startswith(DECLARED_WITH):
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
    elif kind == "Coverage":
        coverages.append(binding)
    elif kind == "Retention":
        retentions[binding.kind].append(binding)


def of_rule(rule: str) -> list[Any]:
    """All bindings of a clause, in the order they were declared."""
    return [binding for binding in BINDINGS if binding.rule == rule]


def realised_rules() -> set[str]:
    """Ids that are bound or marked."""
    return {binding.rule for binding in BINDINGS} | set(MARKS)
