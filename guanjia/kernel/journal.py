"""What happened, and who listens.

`record()` writes one line: audit trail, timeline, event bus and rule trigger at once. Lines of one use case are
collected and, when the outermost use case ends, linked into the company's hash chain and inserted together, so
that the chain's lock is held only for that insert and the commit.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise

from . import clock, fixed
from .bulk import fresh, insert_many
from .ids import Ref, uuid7
from .models import ChainHead, JournalAbout, JournalEntry

MANY = 30  # from so many lines on, arrays are read faster than a document

FACTS: dict[str, type["Fact"]] = {}
REACTIONS: dict[str, list[Callable]] = defaultdict(list)
_listeners: list[Callable] = []


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened: past tense, ids and plain values."""

    name: ClassVar[str] = ""
    zh: ClassVar[str] = ""
    says: ClassVar[str] = ""

    def __init_subclass__(cls, *, name: str, zh: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if name in FACTS and FACTS[name].__qualname__ != cls.__qualname__:
            raise TypeError(f"fact {name} is declared twice")
        cls.name, cls.zh = name, zh
        FACTS[name] = dataclass(frozen=True, kw_only=True)(cls)

    @classmethod
    def field_names(cls) -> frozenset[str]:
        return frozenset(f.name for f in fields(cls))


def reacts_to(name: str) -> Callable:
    """Run the decorated `f(entry, act)` after a use case that recorded the fact `name`, in its transaction, as the system."""

    def register(fn: Callable) -> Callable:
        REACTIONS[name].append(fn)
        return fn

    return register


def listen(fn: Callable) -> Callable:
    """Install a listener to all facts: `fn(entries)`. Only the rulebook listens: its engine, and what counts for it."""
    _listeners.append(fn)
    return fn


def record(subject: Any, fact: Fact, *, act: Any, about: Iterable[Any] = (), project: Any = None) -> Any:
    """Write one journal line about `subject` (and what else it is `about`); returns the entry.

    Only inside a use case: a line without a transaction of its own would be a rumour. A bare `Ref` says its `project`.
    """
    book = current_book()
    if book is None:
        raise RuntimeError(f"{type(fact).name} recorded outside a use case")
    ref = as_ref(subject)
    from_project = project if project is not None else subject
    scoped = hasattr(from_project, "is_project_scoped")
    project_id = (from_project.project_id if from_project.is_project_scoped() else None) if scoped else from_project.pk
    entry = fresh(
        JournalEntry,
        id=uuid7(),
        company_id=from_project.company_id,
        project_id=project_id,
        seq=None,
        happened_at=act.at.astimezone(UTC),
        recorded_at=recorded_at(act),
        by_kind=act.by.kind,
        by_id=act.by.id,
        by_name=act.by.name,
        via=act.via,
        cause_id=act.cause,
        fact=type(fact).name,
        subject_kind=ref.kind,
        subject_id=ref.id,
        payload=plain(vars(fact)),
    )
    refs = [as_ref(one) for one in about if one is not None]
    entry.about = list(dict.fromkeys(ref for ref in refs if ref != entry.subject))
    book.entries.append(entry)
    book.unheard.append((entry, act))
    book.unanswered.append((entry, act))
    return entry


def recorded_at(act: Any) -> datetime:
    """When a line that this act records now is said to have been recorded: never before it happened."""
    return max(clock.now(), act.at.astimezone(UTC))


def record_plainly(fact: type[Fact], lines: Iterable[tuple["Place", Ref, dict[str, Any]]], *, act: Any) -> None:
    """Many lines of one fact by one act: (place, subject, payload) each, the payload made of plain values.

    What `record` does for one, at a fraction of the time, for the tick that says it of thousands.
    """
    book = current_book()
    if book is None:
        raise RuntimeError(f"{fact.name} recorded outside a use case")
    at, recorded = act.at.astimezone(UTC), recorded_at(act)
    by, via, cause = act.by, act.via, act.cause
    for place, subject, payload in lines:
        entry = fresh(
            JournalEntry,
            id=uuid7(),
            company_id=place.company_id,
            project_id=place.pk,
            seq=None,
            happened_at=at,
            recorded_at=recorded,
            by_kind=by.kind,
            by_id=by.id,
            by_name=by.name,
            via=via,
            cause_id=cause,
            fact=fact.name,
            subject_kind=subject.kind,
            subject_id=subject.id,
            payload=payload,
        )
        book.entries.append(entry)
        book.unheard.append((entry, act))
        book.unanswered.append((entry, act))


class Place(NamedTuple):
    """The company and project of a line whose subject is at hand only as a `Ref`."""

    company_id: UUID
    pk: UUID | None


def as_ref(thing: Any) -> Ref:
    return thing if isinstance(thing, Ref) else Ref.to(thing)


def plain(value: Any) -> Any:
    """JSON-able values: what the payload looks like to rules, reactions and the hash, now and when read back."""
    if value is None or type(value) in AS_THEY_ARE:
        return value
    if type(value) is UUID:
        return str(value)
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Ref | Decimal | Promise):
        return str(value)
    return value


AS_THEY_ARE = frozenset({str, int, bool, float})


# -- the book of the transaction -----------------------------------------------------------------
@dataclass
class Book:
    """The journal lines of the running transaction, and who has yet to hear them."""

    entries: list[Any] = field(default_factory=list)
    unheard: list[tuple] = field(default_factory=list)  # by the engine
    unanswered: list[tuple] = field(default_factory=list)  # by reactions
    memo: dict = field(default_factory=dict)  # values that hold for one transaction (parameters, calendars)

    def hear(self) -> None:
        """Let the engine hear what was recorded."""
        while self.unheard:
            batch, self.unheard = self.unheard, []
            for listener in _listeners:
                listener(batch)

    def mark(self) -> tuple[int, int, int]:
        return len(self.entries), len(self.unheard), len(self.unanswered)

    def forget_since(self, mark: tuple[int, int, int]) -> None:
        """Drop what a rolled-back savepoint recorded."""
        del self.entries[mark[0] :], self.unheard[mark[1] :], self.unanswered[mark[2] :]

    def close(self) -> None:
        """Link the lines into their companies' chains and insert them; the last thing before the commit."""
        by_company: dict[UUID, list] = defaultdict(list)
        for entry in self.entries:
            by_company[entry.company_id].append(entry)
        for company_id in sorted(by_company):
            _link(company_id, by_company[company_id])


def current_book() -> Book | None:
    return getattr(connection, "guanjia_book", None)


def settle_accounts() -> None:
    """Let the engine hear what this transaction recorded so far: whoever reads what is owed calls this first."""
    book = current_book()
    if book is not None:
        book.hear()


def open_book() -> Book:
    connection.guanjia_book = Book()
    return connection.guanjia_book


def drop_book() -> None:
    connection.guanjia_book = None


def _link(company_id: UUID, entries: list[JournalEntry]) -> None:
    ((seq, tip),) = fixed.run(_HEAD, [company_id]) or _first_head(company_id)
    for entry in entries:
        seq += 1
        entry.seq, entry.prev_hash = seq, tip
        tip = entry.hash = digest(entry)
    if len(entries) >= MANY:
        _insert_many(company_id, entries)
        fixed.run(_MOVE_HEAD, [seq, tip, company_id])
        return
    abouts = [
        JournalAbout(entry_id=entry.id, company_id=company_id, kind=ref.kind, subject_id=ref.id, happened_at=entry.happened_at)
        for entry in entries
        for ref in (entry.subject, *entry.about)
    ]
    fixed.run(
        f"WITH lines AS ({fixed.insert(JournalEntry)}), abouts AS ({fixed.insert(JournalAbout)}) {_MOVE_HEAD}",
        [fixed.document(entries), fixed.document(abouts), seq, tip, company_id],
    )


_HEAD = "SELECT seq, hash FROM kernel_chainhead WHERE company_id = %s FOR UPDATE"
_MOVE_HEAD = "UPDATE kernel_chainhead SET seq = %s, hash = %s WHERE company_id = %s"


def _first_head(company_id: UUID) -> list[tuple]:
    """The head of a company's new chain, held; of two who begin it at once, one waits for the other."""
    fixed.run("INSERT INTO kernel_chainhead (company_id, seq, hash) VALUES (%s, 0, '') ON CONFLICT DO NOTHING", [company_id])
    return fixed.run(_HEAD, [company_id])


def _insert_many(company_id: UUID, entries: list[JournalEntry]) -> None:
    """Many lines at once: the tick writes thousands."""
    insert_many(JournalEntry, _COLUMNS, (_values(entry) for entry in entries))
    insert_many(
        JournalAbout,
        ("entry_id", "company_id", "kind", "subject_id", "happened_at"),
        ((entry.id, company_id, ref.kind, ref.id, entry.happened_at) for entry in entries for ref in (entry.subject, *entry.about)),
    )


_COLUMNS = [field.attname for field in JournalEntry._meta.concrete_fields]


def _values(entry: JournalEntry) -> list[Any]:
    values = entry.__dict__
    return [json.dumps(values[name], ensure_ascii=False) if name == "payload" else values[name] for name in _COLUMNS]


def digest(entry: Any) -> str:
    """The hash of a line over everything it says and the hash of the line before it."""
    said = [
        entry.seq,
        entry.id,
        entry.company_id,
        entry.project_id,
        entry.happened_at,
        entry.recorded_at,
        entry.by_kind,
        entry.by_id,
        entry.by_name,
        entry.via,
        entry.cause_id,
        entry.fact,
        entry.subject_kind,
        entry.subject_id,
        entry.payload,
        sorted(str(ref) for ref in entry.about),
        entry.prev_hash,
    ]
    return hashlib.sha256(_spelt(said).encode()).hexdigest()


_spelt = json.JSONEncoder(default=plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def verify(company_id: UUID, *, chunk: int = 5000) -> tuple[int, str]:
    """Walk a company's chain; returns (lines read, "" or the first thing that is wrong, in Chinese)."""
    prev, seq = "", 0
    rows = JournalEntry.objects.unscoped("replay").filter(company_id=company_id).order_by("seq").prefetch_related("abouts")
    for entry in rows.iterator(chunk_size=chunk):
        entry.about = entry.stored_about()
        seq += 1
        if entry.seq != seq:
            return seq, f"第 {seq} 条缺失或次序被改动（读到第 {entry.seq} 条）"
        if entry.prev_hash != prev or entry.hash != digest(entry):
            return seq, f"第 {seq} 条（{entry.fact}，{entry.happened_at:%Y-%m-%d %H:%M}）内容与校验值不符"
        prev = entry.hash
    head = ChainHead.objects.filter(company_id=company_id).first()
    if head is not None and (head.seq, head.hash) != (seq, prev):
        return seq, f"末尾被截去：应有 {head.seq} 条，只读到 {seq} 条"
    return seq, ""


def timeline_of(subject: Any, *, limit: int = 200) -> list[JournalEntry]:
    """The newest lines about a subject the caller already holds, newest first."""
    mine = JournalAbout.objects.filter(kind=Ref.to(subject).kind, subject_id=subject.pk).order_by("-happened_at", "-entry_id")
    ids = list(mine.values_list("entry_id", flat=True)[:limit])
    return sorted(JournalEntry.objects.unscoped("link").filter(id__in=ids), key=lambda e: (e.happened_at, e.seq), reverse=True)
