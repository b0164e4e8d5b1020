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
from .models import DueChange, Obligation

COMPARED = (
    "rule",
    "stage",
    "subject_id",
    "toward",
    "owed_by",
    "occasion",
    "owner_role",
    "assignee_id",
    "opened_at",
    "starts_at",
    "due_at",
    "paused_at",
    "runs_on_at",
    "met_at",
    "voided_at",
)


@dataclass
class Memory:
    """A ledger in memory."""

    all: dict[UUID, Obligation] = field(default_factory=dict)
    open: dict[UUID, dict[UUID, Obligation]] = field(default_factory=lambda: defaultdict(dict))
    changes: dict[UUID, list[DueChange]] = field(default_factory=lambda: defaultdict(list))

    def open_about(self, ids: Iterable[UUID]) -> list[Obligation]:
        found = {o.id: o for key in set(ids) for o in self.open.get(key, {}).values()}
        return sorted(found.values(), key=lambda o: (o.due_at, o.id))

    def open_named(self, ids: Iterable[UUID]) -> list[Obligation]:
        return [self.all[one] for one in sorted(ids) if one in self.all and self.all[one].is_open]

    def changes_of(self, obligation: Obligation) -> list[DueChange]:
        return self.changes[obligation.id]

    def add(self, obligation: Obligation) -> None:
        if obligation.id not in self.all:
            self.all[obligation.id] = obligation
            for key in _keys(obligation):
                self.open[key][obligation.id] = obligation

    def meet(self, obligation: Obligation, line: Line) -> None:
        obligation.met_at = max(line.at, obligation.opened_at)
        self._close(obligation)

    def void(self, obligation: Obligation, line: Line, reason: str) -> None:
        obligation.voided_at, obligation.void_reason = max(line.at, obligation.opened_at), reason
        self._close(obligation)

    def move(self, obligation: Obligation, change: DueChange) -> None:
        self.changes[obligation.id].append(change)

    def assign(self, obligation: Obligation, person_id: UUID) -> None:
        obligation.assignee_id = person_id

    def _close(self, obligation: Obligation) -> None:
        for key in _keys(obligation):
            self.open[key].pop(obligation.id, None)


def _keys(obligation: Obligation) -> set[UUID]:
    """By which things a fact may find it."""
    return {obligation.subject_id, *([obligation.found_by] if obligation.found_by else [])}


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
    memory = rebuild(company_id)
    rebuilt = memory.all
    found = [*_moved_otherwise(company_id, memory)]
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


def _moved_otherwise(company_id: UUID, memory: Memory) -> Iterator[str]:
    """Due times that moved in other steps than the journal implies."""
    stored = defaultdict(list)
    rows = DueChange.objects.filter(obligation__company_id=company_id).order_by("pk")
    for row in rows.values_list("obligation_id", "kind", "at", "from_due", "to_due").iterator(chunk_size=5000):
        stored[row[0]].append(row[1:])
    for key in {*stored, *(one for one, changes in memory.changes.items() if changes)}:
        told = [(one.kind, one.at, one.from_due, one.to_due) for one in memory.changes[key]]
        if stored[key] != told:
            yield f"{key}：时限变动 表中 {len(stored[key])} 次，日志 {len(told)} 次，或先后不同"
