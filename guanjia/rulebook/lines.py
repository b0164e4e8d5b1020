"""The journal as the engine reads it, many lines at once: for replay and backtest, which walk through millions.

Plain SQL and no model instances. The walk goes by the numbers of the chain, a stretch at a time, so that no statement
sorts the whole and nobody's snapshot is held open; lines that were written after the walk began are not part of it.
Nothing here decides who may see what: whoever asks has been let in before.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.db import connection

from guanjia.kernel.ids import Ref

from .engine import Line

STRETCH = 3000  # lines read at once
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Walk:
    """Which lines: of a company, some of its projects (None: all), some facts, what happened from `since` until before `until`.

    A line of no project speaks to all of them and always belongs.
    """

    company_id: UUID
    facts: tuple[str, ...] | None = None
    projects: tuple[UUID, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None

    def condition(self) -> tuple[str, dict]:
        """The WHERE of it, and its values."""
        said = ["e.company_id = %(company)s"]
        if self.facts is not None:
            said.append("e.fact = ANY(%(facts)s)")
        if self.projects is not None:
            said.append("(e.project_id = ANY(%(projects)s) OR e.project_id IS NULL)")
        if self.since is not None:
            said.append("e.happened_at >= %(since)s")
        if self.until is not None:
            said.append("e.happened_at < %(until)s")
        values = {"company": self.company_id, "facts": list(self.facts or ()), "projects": list(self.projects or ())}
        return " AND ".join(said), values | {"since": self.since, "until": self.until}


@dataclass(frozen=True)
class Extent:
    """How far a walk goes: the first and the last number of the chain, and how many lines each project has between them."""

    first: int
    last: int
    counts: dict[UUID | None, int]

    @property
    def lines(self) -> int:
        return sum(self.counts.values())


def extent(walk: Walk) -> Extent:
    """Counted beforehand: it tells how much there is to do and where to begin."""
    condition, values = walk.condition()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.project_id, count(*), min(e.seq), max(e.seq) FROM kernel_journalentry e WHERE {condition} GROUP BY 1", values
        )
        rows = cursor.fetchall()
    return Extent(min((row[2] for row in rows), default=1), max((row[3] for row in rows), default=0), {row[0]: row[1] for row in rows})


def stretches(walk: Walk, within: Extent | None = None) -> Iterator[list[Line]]:
    """The lines of a walk in the order of the chain, some thousands at a time."""
    within = within or extent(walk)
    condition, values = walk.condition()
    statement = (
        "SELECT e.id, e.fact, e.payload, e.subject_kind || ':' || e.subject_id, e.project_id::text,"
        " (extract(epoch FROM e.happened_at) * 1000000)::bigint, (extract(epoch FROM e.recorded_at) * 1000000)::bigint,"
        " (SELECT string_agg(a.kind || ':' || a.subject_id, ' ' ORDER BY a.id) FROM kernel_journalabout a WHERE a.entry_id = e.id)"
        f" FROM kernel_journalentry e WHERE {condition} AND e.seq BETWEEN %(low)s AND %(high)s ORDER BY e.seq"
    )
    make = _maker(walk.company_id)
    step = max(1, round(STRETCH * (within.last - within.first + 1) / max(within.lines, 1)))
    for low in range(within.first, within.last + 1, step):
        with connection.cursor() as cursor:
            cursor.execute(statement, values | {"low": low, "high": min(within.last, low + step - 1)})
            rows = cursor.fetchall()
        yield [make(*row) for row in rows]


def of(walk: Walk) -> Iterator[Line]:
    """The lines of a walk, one by one."""
    for stretch in stretches(walk):
        yield from stretch


def _maker(company_id: UUID) -> Callable[..., Line]:
    """Builds the engine's lines of one company from rows. Moments come as microseconds: whole numbers are read quickly and exactly."""
    projects: dict[str | None, UUID | None] = {None: None}

    def make(id, fact, payload, subject, project, happened, recorded, about) -> Line:
        own = _ref(subject)
        others = tuple([ref for ref in map(_ref, (about or "").split()) if ref != own])
        if project not in projects:
            projects[project] = UUID(project)
        at = EPOCH + timedelta(microseconds=happened)
        recorded_at = at if recorded == happened else EPOCH + timedelta(microseconds=recorded)
        return Line(id, fact, json.loads(payload), own, others, at, company_id, projects[project], recorded_at)

    return make


@lru_cache(200_000)
def _ref(text: str) -> Ref:
    """A subject is spoken of in twenty lines that lie close together: its reference is read once."""
    return Ref.parse(text)


def parts(found: Extent, most: int) -> list[tuple[UUID, ...]]:
    """The projects of an extent dealt out into at most `most` heaps of about as many lines each."""
    heaps: list[tuple[int, list[UUID]]] = [(0, []) for _nth in range(most)]
    for project, lines in sorted(found.counts.items(), key=lambda one: -one[1]):
        if project is not None:
            index = min(range(most), key=lambda nth: heaps[nth][0])
            heaps[index] = (heaps[index][0] + lines, [*heaps[index][1], project])
    return [tuple(projects) for _lines, projects in heaps if projects]
