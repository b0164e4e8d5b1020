"""Replay: rebuild the obligations of a company from its journal alone, and compare them with the rows.

The same `engine.apply` runs over the same lines, with a dict instead of tables. What differs is a fault of the
program or a touched row, and is named.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from guanjia.kernel.ids import Ref
from guanjia.kernel.models import JournalEntry

from . import engine
from .engine import Line
from .models import Obligation

COMPARED = ("rule", "stage", "subject_id", "occasion", "owner_role", "opened_at", "starts_at", "due_at", "met_at", "voided_at", "waived")


@dataclass
class Memory:
    """A ledger in memory."""

    all: dict[UUID, Obligation] = field(default_factory=dict)
    open: dict[UUID, dict[UUID, Obligation]] = field(default_factory=lambda: defaultdict(dict))

    def open_about(self, ids: Iterable[UUID]) -> list[Obligation]:
        found = [o for key in set(ids) for o in self.open.get(key, {}).values()]
        return sorted(found, key=lambda o: (o.due_at, o.id))

    def add(self, obligation: Obligation) -> None:
        if obligation.id not in self.all:
            self.all[obligation.id] = obligation
            self.open[obligation.subject_id][obligation.id] = obligation

    def meet(self, obligation: Obligation, line: Line) -> None:
        obligation.met_at = max(line.at, obligation.opened_at)
        self.open[obligation.subject_id].pop(obligation.id, None)

    def void(self, obligation: Obligation, line: Line, reason: str) -> None:
        obligation.voided_at, obligation.void_reason = max(line.at, obligation.opened_at), reason
        obligation.waived = line.fact == engine.WAIVED
        self.open[obligation.subject_id].pop(obligation.id, None)


def rebuild(company_id: UUID) -> Memory:
    """The obligations that the journal of a company implies."""
    memory = Memory()
    for line in lines_of(company_id):
        engine.apply(line, memory)
    return memory


def lines_of(company_id: UUID) -> Iterator[Line]:
    """The journal of a company in its order, in chunks."""
    rows = JournalEntry.objects.unscoped("replay").filter(company_id=company_id).order_by("seq").prefetch_related("abouts")
    for entry in rows.iterator(chunk_size=5000):
        refs = tuple(ref for ref in (Ref(a.kind, a.subject_id) for a in entry.abouts.all()) if ref != entry.subject)
        yield Line(
            id=entry.id,
            fact=entry.fact,
            payload=entry.payload,
            subject=entry.subject,
            about=refs,
            at=entry.happened_at,
            company_id=entry.company_id,
            project_id=entry.project_id,
            recorded_at=entry.recorded_at,
        )


def differences(company_id: UUID) -> tuple[int, list[str]]:
    """(obligations compared, every difference in a sentence)."""
    rebuilt = rebuild(company_id).all
    found: list[str] = []
    seen = 0
    for row in Obligation.objects.unscoped("replay").filter(company_id=company_id).iterator(chunk_size=5000):
        seen += 1
        twin = rebuilt.pop(row.id, None)
        if twin is None:
            found.append(f"{row.rule} {row.subject}：表中有，日志推不出")
            continue
        for name in COMPARED:
            if getattr(row, name) != getattr(twin, name):
                found.append(f"{row.rule} {row.subject}：{name} 表中 {getattr(row, name)}，日志 {getattr(twin, name)}")
    found += [f"{twin.rule} {twin.subject}：日志应有，表中没有" for twin in rebuilt.values()]
    return seen + len(rebuilt), found
