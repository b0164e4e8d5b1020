"""The clock of one obligation: its terms and the changes it has had, handed to `timeline`.

A due time is always reckoned from the beginning, by the terms the obligation was opened with and the calendar that was
known when the last change was written down. So it comes out the same whenever, and by whomever, it is reckoned again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guanjia.kernel.periods import Span

from . import timeline, when
from .inforce import LIVE, InForce
from .models import DueChange, Obligation
from .rule import PAUSE_CAP, Param


@dataclass(frozen=True, slots=True)
class Reckoned:
    """When the time runs out, and from when to when at the latest it stands still now, if it does."""

    due_at: datetime
    paused: Span | None = None


def reckon(obligation: Obligation, changes: list[DueChange], rules: InForce = LIVE) -> Reckoned:
    """Where the changes so far put the due time. An agreed moment has no clock: it can be put off, never paused."""
    said = moves(changes)
    if not obligation.length:
        untils = [change.until for change in said if isinstance(change, timeline.Extend)]
        return Reckoned(max([changes[0].from_due, *untils]))
    cap_days = cap_of(obligation, rules)
    due_at = timeline.due_at(*terms_of(obligation, changes[-1].known_at, rules), said, cap_days)
    return Reckoned(max(due_at, obligation.starts_at), timeline.standing(said, obligation.counts_from, cap_days))


def trace_of(obligation: Obligation, changes: list[DueChange], opened_known_at: datetime, rules: InForce = LIVE) -> timeline.Trace | None:
    """What the clock did from the beginning to the due time; None for an agreed moment."""
    if not obligation.length:
        return None
    known = changes[-1].known_at if changes else opened_known_at
    return timeline.trace(*terms_of(obligation, known, rules), moves(changes), cap_of(obligation, rules))


def terms_of(obligation: Obligation, known: datetime, rules: InForce) -> tuple[Any, ...]:
    """Counted from when, how long, on which calendar, and the project's calendar as it was known."""
    return (
        obligation.counts_from,
        when.parse_span(obligation.length),
        when.CalendarKind(obligation.calendar),
        rules.calendar(obligation.project_id, known),
    )


def moves(changes: Iterable[DueChange]) -> list[timeline.Change]:
    """The changes as the clock understands them; a changed calendar is no change of the clock."""
    said: list[timeline.Change] = []
    for change in changes:
        if change.kind == DueChange.PAUSE:
            said.append(timeline.Pause(change.at, change.held_by))
        elif change.kind == DueChange.RESUME:
            said.append(timeline.Resume(change.at, change.held_by))
        elif change.kind == DueChange.EXTEND:
            said.append(timeline.Extend(change.until))
    return said


def cap_of(obligation: Obligation, rules: InForce) -> int:
    """For how many days its clock may stand still altogether, as the project had it when the obligation was opened."""
    duty = rules.duty(f"{obligation.rule}/{obligation.stage}" if obligation.stage else obligation.rule, obligation.company_id)
    given = duty.pause_cap if duty is not None else Param("pause_cap", PAUSE_CAP)
    return when.parse_days(str(rules.resolve(given, obligation.rule, obligation.project_id, obligation.opened_at)))


def known_at(recorded_at: datetime, before: list[DueChange], said: str | None = None) -> datetime:
    """Up to when the calendar is known: never less than at an earlier change; a changed calendar says it itself."""
    moments = [recorded_at, *(change.known_at for change in before)]
    return max([*moments, datetime.fromisoformat(said)] if said else moments)


def says_something(new: DueChange, before: list[DueChange], obligation: Obligation) -> bool:
    """False for a pause or its end that changes nothing: who holds a clock already, or never held it. An agreed moment is not paused."""
    if new.held_by is None:
        return bool(obligation.length) or new.kind == DueChange.EXTEND
    last = next((change.kind for change in reversed(before) if change.held_by == new.held_by), DueChange.RESUME)
    return bool(obligation.length) and new.kind != last
