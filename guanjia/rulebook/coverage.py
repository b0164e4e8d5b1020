"""Measures: of the subjects of one fact in a period, how many had the other fact.

Counted from the journal, never from a neighbour's rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from guanjia.kernel import periods
from guanjia.kernel.models import JournalAbout, JournalEntry
from guanjia.org.models import Project

from .rule import Coverage


@dataclass(frozen=True)
class Measured:
    """Which subjects counted, and which of them were reached; the drill-down of a share."""

    owed: frozenset[UUID]
    reached: frozenset[UUID]

    @property
    def denominator(self) -> int:
        return len(self.owed)

    @property
    def numerator(self) -> int:
        return len(self.reached)


def measure(binding: Coverage, project: Project, period: str) -> Measured:
    """The share of one period (a key such as 2026-03) in one project."""
    span = periods.bounds(period)
    owed, reached = counted(binding, [project.pk], span.start, span.end)
    return Measured(frozenset(owed), frozenset(owed & reached))


def counted(binding: Coverage, projects: Iterable[UUID], start: datetime, end: datetime) -> tuple[set[UUID], set[UUID]]:
    """(owed, reached): the subjects that had the one fact in [start, end), and those of them that ever had the other."""
    owed = set()
    for one in binding.of:
        rows = JournalEntry.objects.unscoped("engine").filter(
            project_id__in=list(projects), fact=one.fact, happened_at__gte=start, happened_at__lt=end
        )
        owed |= {subject for subject, payload in rows.values_list("subject_id", "payload") if one.matches(one.fact, payload)}
    reached: set[UUID] = set()
    for one in binding.counted_by:
        abouts = JournalAbout.objects.filter(subject_id__in=owed, entry__fact=one.fact)
        reached |= {subject for subject, payload in abouts.values_list("subject_id", "entry__payload") if one.matches(one.fact, payload)}
    return owed, reached
