"""Measures: of the subjects of one fact in a period, how many had the other fact.

Counted from the journal, never from a neighbour's rows.
"""

from dataclasses import dataclass
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
    owed = set()
    for one in binding.of:
        rows = JournalEntry.objects.unscoped("engine").filter(
            project_id=project.pk, fact=one.fact, happened_at__gte=span.start, happened_at__lt=span.end
        )
        owed |= {subject for subject, payload in rows.values_list("subject_id", "payload") if one.matches(one.fact, payload)}
    reached: set[UUID] = set()
    for one in binding.counted_by:
        abouts = JournalAbout.objects.filter(subject_id__in=owed, entry__fact=one.fact)
        reached |= {subject for subject, payload in abouts.values_list("subject_id", "entry__payload") if one.matches(one.fact, payload)}
    return Measured(frozenset(owed), frozenset(owed & reached))
