"""The rulebook: rule -> obligation -> evidence.

A clause of the catalogue keeps its id, words, source and numbers. A room's `rules.py` binds it: a `Duty` opens on one
fact and is met by another; a `Need` or `Fields` keeps a gate shut, a `Window` outside its hours, a `Cap` when it is full; a `Coverage` measures a share,
a `Tally` counts over a period; a `Retention` keeps a
kind of record; whatever is neither clock nor guard carries the id by `realises`. `engine` turns journal lines into
obligations, `gates.unmet` answers what is still missing, `ticking` opens periodic duties and says what is overdue,
`replay` rebuilds it all from the journal.

Nothing here knows a room: facts and gates are names, things are `Ref`s.
"""

from typing import Any

from .limits import Cap, Tally, Window
from .rule import Coverage, Duty, Fields, Need, On, Periodic, Retention, about, earliest, on, param, payload, realises

__all__ = [
    "Cap",
    "Coverage",
    "Duty",
    "Fields",
    "Need",
    "On",
    "Periodic",
    "Retention",
    "Tally",
    "Window",
    "about",
    "earliest",
    "forecast",
    "on",
    "param",
    "payload",
    "realises",
    "unmet",
]


def __getattr__(name: str) -> Any:
    """`unmet` and `forecast` need the tables, which Django loads after this package: they are fetched when first asked for."""
    if name in ("unmet", "forecast"):
        from . import gates

        return getattr(gates, name)
    raise AttributeError(name)
