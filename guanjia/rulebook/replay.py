"""Replay: rebuild the obligations of a company from its journal alone, and compare them with the rows.

The same `engine.apply` runs over the same lines, with a dict instead of tables. What differs is a fault of the
program or a touched row, and is named.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from guanjia.kernel import memo
from guanjia.kernel.ids import Ref

from . import engine, lines
from .engine import Line
from .inforce import LIVE
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
    "waived",
    "handbook",
)


@dataclass(slots=True)
class Owed:
    """An obligation that is no row: the columns of `Obligation`, a tenth of its weight."""

    id: UUID
    company_id: UUID
    project_id: UUID
    rule: str
    stage: str
    subject_kind: str
    subject_id: UUID
    occasion: str
    opened_by: UUID
    opened_at: datetime
    starts_at: datetime
    due_at: datetime
    toward: str = ""
    owner_role: str = ""
    owner_post_id: UUID | None = None
    assignee_id: UUID | None = None
    met_at: datetime | None = None
    voided_at: datetime | None = None
    void_reason: str = ""
    waived: bool = False
    overdue_at: datetime | None = None
    length: str = ""
    calendar: str = ""
    handbook: str = ""
    owed_by: str = ""
    next_rung_at: datetime | None = None
    climbed: int = 0
    paused_at: datetime | None = None
    runs_on_at: datetime | None = None
    counted_from: datetime | None = None
    found_by: UUID | None = None

    @property
    def counts_from(self) -> datetime:
        return self.counted_from or self.starts_at

    @property
    def subject(self) -> Ref:
        return Ref(self.subject_kind, self.subject_id)

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.voided_at is None


@dataclass
class Memory:
    """A ledger in memory."""

    all: dict[UUID, Owed] = field(default_factory=dict)
    #: subject -> obligation, by the whole numbers of their keys: a UUID is hashed in Python, a number is not
    open: dict[int, dict[int, Owed]] = field(default_factory=dict)
    changes: dict[UUID, list[DueChange]] = field(default_factory=dict)
    named: dict[int, Owed] = field(default_factory=dict)  # what is open, by its own key
    new: ClassVar[type] = Owed

    def open_about(self, ids: Iterable[UUID]) -> list[Owed]:
        found = [o for key in {id.int for id in ids} if key in self.open for o in self.open[key].values()]
        if len(found) < 2:
            return found
        return sorted({o.id.int: o for o in found}.values(), key=lambda o: (o.due_at, o.id))

    def open_named(self, ids: Iterable[UUID]) -> list[Owed]:
        return [self.named[one.int] for one in sorted(ids) if one.int in self.named]

    def changes_of(self, obligation: Owed) -> list[DueChange]:
        return self.changes.setdefault(obligation.id, [])

    def add(self, obligation: Owed) -> None:
        if obligation.id not in self.all:
            self.all[obligation.id] = obligation
            self._hold(obligation)

    def meet(self, obligation: Owed, line: Line) -> None:
        obligation.met_at = max(line.at, obligation.opened_at)
        self._let_go(obligation)

    def void(self, obligation: Owed, line: Line, reason: str) -> None:
        obligation.voided_at, obligation.void_reason = max(line.at, obligation.opened_at), reason
        obligation.waived = line.fact == engine.WAIVED
        self._let_go(obligation)

    def move(self, obligation: Owed, change: DueChange) -> None:
        self.changes[obligation.id].append(change)

    def assign(self, obligation: Owed, person_id: UUID) -> None:
        obligation.assignee_id = person_id

    def _hold(self, obligation: Owed) -> None:
        self.named.setdefault(obligation.id.int, obligation)
        for key in _keys(obligation):
            self.open.setdefault(key, {}).setdefault(obligation.id.int, obligation)

    def _let_go(self, obligation: Owed) -> None:
        self.named.pop(obligation.id.int, None)
        for key in _keys(obligation):
            held = self.open.get(key)
            if held is not None:
                held.pop(obligation.id.int, None)
                if not held:
                    del self.open[key]


def _keys(obligation: Owed) -> tuple[int, ...]:
    """By which things a fact may find it."""
    own = obligation.subject_id.int
    return (own,) if obligation.found_by is None or obligation.found_by.int == own else (own, obligation.found_by.int)


def rebuild(company_id: UUID) -> Memory:
    """The obligations that the journal of a company implies."""
    memory = Memory()
    with memo.held():
        for line in lines.of(lines.Walk(company_id, engine.heard(LIVE, company_id))):
            engine.apply(line, memory)
    return memory


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
        told = [(one.kind, one.at, one.from_due, one.to_due) for one in memory.changes.get(key, ())]
        if stored[key] != told:
            yield f"{key}：时限变动 表中 {len(stored[key])} 次，日志 {len(told)} 次，或先后不同"
