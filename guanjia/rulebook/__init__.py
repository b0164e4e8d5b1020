"""The rulebook: rule -> obligation -> evidence.

A clause of the catalogue keeps its id, words, source and numbers. A room's `rules.py` binds it: a `Duty` opens on one
fact and is met by another; a `Need` or `Fields` keeps a gate shut, a `Window` outside its hours, a `Cap` when it is full; a
`Coverage` measures a share, a `Tally` counts over a period; a `Retention` keeps a kind of record; an `Approval` keeps a gate
shut until others have said yes; a `Checklist` samples, a `Penalty` suggests;
whatever is neither clock nor guard carries the id by `realises`. `engine` turns journal lines into obligations, `gates.unmet`
answers what is still missing, `ticking` opens periodic duties and climbs ladders, `replay` rebuilds it all from the journal.

Nothing here knows a room: facts and gates are names, things are `Ref`s.
"""

from typing import Any

from .limits import Cap, Tally, Window
from .rule import Coverage, Duty, Fields, Need, On, Periodic, Retention, about, earliest, end_of_period, on, param, payload, realises

__all__ = [
    "Approval",
    "Cap",
    "Checklist",
    "Coverage",
    "Duty",
    "Fields",
    "Need",
    "On",
    "Penalty",
    "Periodic",
    "Retention",
    "Step",
    "Tally",
    "Window",
    "about",
    "earliest",
    "end_of_period",
    "forecast",
    "on",
    "param",
    "payload",
    "realises",
    "unmet",
]


def __getattr__(name: str) -> Any:
    """What needs the tables, which Django loads after this package, is fetched when first asked for."""
    if name in ("unmet", "forecast"):
        from . import gates

        return getattr(gates, name)
    if name in ("Approval", "Step"):
        from . import approval

        return getattr(approval, name)
    if name == "Checklist":
        from . import sampling

        return sampling.Checklist
    if name == "Penalty":
        from . import penalties

        return penalties.Penalty
    raise AttributeError(name)
