"""The engine: facts in, obligations out. It knows names, refs and numbers; no room.

`apply` is a function of one journal line and a ledger. The live ledger writes rows; the replay's ledger is a dict
(`replay.py`). Because both run the same lines through the same function, obligations are a function of the journal.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol
from uuid import UUID, uuid5

from guanjia.kernel import fixed, periods
from guanjia.kernel.errors import Refusal
from guanjia.kernel.ids import Ref

from . import clocks, ladders, when
from .inforce import LIVE, InForce
from .models import DueChange, Evidence, Obligation, SubjectClock
from .rule import Earliest, EndOfPeriod, Param, Payload, RoleNamed

WAIVED, EXTENDED, REASSIGNED = "rulebook.duty.waived", "rulebook.duty.extended", "rulebook.duty.reassigned"
RECOMPUTED = "rulebook.clock.recomputed"
#: facts of the rulebook itself that name obligations
ORDERS = (WAIVED, EXTENDED, REASSIGNED, RECOMPUTED)
DRAWN = "rulebook.draw.drawn"
_NAMESPACE = UUID("6d1f1c9e-5a55-5f7c-9a43-9d5f6f0d8c11")


@dataclass(frozen=True)
class Line:
    """A journal line as the engine sees it."""

    id: UUID
    fact: str
    payload: Mapping[str, Any]
    subject: Ref
    about: tuple[Ref, ...]
    at: datetime
    company_id: UUID
    project_id: UUID | None
    recorded_at: datetime
    via: str = ""

    @classmethod
    def of(cls, entry: Any) -> "Line":
        return cls(
            id=entry.id,
            fact=entry.fact,
            payload=entry.payload,
            subject=entry.subject,
            about=tuple(entry.about),
            at=entry.happened_at,
            company_id=entry.company_id,
            project_id=entry.project_id,
            recorded_at=entry.recorded_at,
            via=entry.via,
        )

    @property
    def refs(self) -> tuple[Ref, ...]:
        return (self.subject, *self.about)


class Ledger(Protocol):
    """Where obligations are kept, and what one is made of there."""

    new: Callable[..., Any]

    def open_about(self, ids: Iterable[UUID]) -> Iterable[Any]: ...
    def open_named(self, ids: Iterable[UUID]) -> Iterable[Any]: ...
    def changes_of(self, obligation: Any) -> list[DueChange]: ...
    def add(self, obligation: Any) -> None: ...
    def meet(self, obligation: Any, line: Line) -> None: ...
    def void(self, obligation: Any, line: Line, reason: str) -> None: ...
    def move(self, obligation: Any, change: DueChange) -> None: ...
    def assign(self, obligation: Any, person_id: UUID) -> None: ...


def hear(batch: list[tuple[Any, Any]]) -> None:
    """The journal's listener: apply a batch of lines to the rows."""
    lines = [Line.of(entry) for entry, _act in batch]
    if not any(line.fact in ORDERS or LIVE.hears(line.fact, line.company_id) for line in lines):
        return
    ledger = Rows(lines)
    for line in lines:
        apply(line, ledger)
    ledger.write()


def apply(line: Line, ledger: Ledger, rules: InForce = LIVE) -> None:
    """Meet, void, stop, let run and open what this line does so to under the rules in force."""
    if line.fact in ORDERS:
        obey(line, ledger, rules)
        return
    duties = rules.closed_by(line.fact, line.company_id)
    if duties:
        for obligation in list(ledger.open_about([ref.id for ref in line.refs])):
            duty = duties.get(key_of(obligation))
            if duty is None:
                continue
            duty = rules.as_opened(duty, obligation)
            if not duty.finds(obligation, line.refs, line.payload):
                continue
            if duty.is_met_by(line.fact, line.payload):
                ledger.meet(obligation, line)
            elif duty.is_voided_by(line.fact, line.payload):
                ledger.void(obligation, line, line.fact)
            elif duty.is_stopped_by(line.fact, line.payload):
                change(obligation, DueChange.PAUSE, line, ledger, rules)
            elif duty.is_let_run_by(line.fact, line.payload):
                change(obligation, DueChange.RESUME, line, ledger, rules)
    for duty in rules.opened_by(line.fact, line.company_id):
        if line.project_id and duty.opens(line.fact, line.payload) and rules.is_awake(duty, line.project_id, line.at):
            for obligation in obligations_of(duty, line, rules, ledger.new):
                ledger.add(obligation)


def heard(rules: InForce, company_id: UUID) -> tuple[str, ...]:
    """The facts without which `apply` comes to another result."""
    return (*ORDERS, *sorted(rules.facts(company_id)))


def obey(line: Line, ledger: Ledger, rules: InForce) -> None:
    """Do what somebody decided about obligations that the line names; those that are no longer open stay as they are."""
    named = line.payload["obligations"] if line.fact == RECOMPUTED else [line.payload["obligation_id"]]
    for obligation in list(ledger.open_named([UUID(str(one)) for one in named])):
        if line.fact == WAIVED:
            ledger.void(obligation, line, str(line.payload["reason"])[:200])
        elif line.fact == REASSIGNED:
            ledger.assign(obligation, UUID(str(line.payload["person_id"])))
        elif line.fact == EXTENDED:
            change(obligation, DueChange.EXTEND, line, ledger, rules)
        else:
            change(obligation, DueChange.RECOMPUTE, line, ledger, rules)


def change(obligation: Any, kind: str, line: Line, ledger: Ledger, rules: InForce) -> None:
    """Move a due time as the line demands: reckoned anew from the terms it was opened with and all changes so far."""
    before = ledger.changes_of(obligation)
    new = DueChange(
        obligation_id=obligation.id,
        kind=kind,
        at=line.at,
        entry_id=line.id,
        from_due=obligation.due_at,
        known_at=clocks.known_at(line.recorded_at, before, line.payload.get("known_at") if kind == DueChange.RECOMPUTE else None),
        held_by=line.subject.id if kind in (DueChange.PAUSE, DueChange.RESUME) else None,
        until=datetime.fromisoformat(line.payload["until"]) if kind == DueChange.EXTEND else None,
    )
    if not clocks.says_something(new, before, obligation):
        return
    reckoned = clocks.reckon(obligation, [*before, new], rules)
    new.to_due = reckoned.due_at
    if kind == DueChange.RECOMPUTE and new.to_due == new.from_due:
        return
    obligation.due_at = reckoned.due_at
    obligation.paused_at, obligation.runs_on_at = reckoned.paused or (None, None)
    if obligation.overdue_at is not None and obligation.due_at > line.at:
        obligation.overdue_at = None
        obligation.climbed &= ~ladders.OVERDUE_BIT
    ledger.move(obligation, new)


def key_of(obligation: Any) -> str:
    return f"{obligation.rule}/{obligation.stage}" if obligation.stage else obligation.rule


# -- what a line opens ---------------------------------------------------------------------------
def obligations_of(duty: Any, line: Line, rules: InForce, new: Callable[..., Any] = Obligation) -> list[Any]:
    """The obligations that a line opens under a duty, made by `new`: one, or one for each thing drawn."""
    if line.fact == DRAWN:
        drawn = [Ref.parse(chosen) for chosen in line.payload["chosen"]]
        return [_obligation(duty, line, subject, rules, new, occasion=line.payload["period"]) for subject in drawn]
    subject = duty.subject_of(line.subject, line.about)
    if subject is None:
        return []
    receivers = duty.receivers_of(line.refs, line.payload)
    return [_obligation(duty, line, subject, rules, new, occasion=str(line.id), toward=toward) for toward in receivers]


def _obligation(duty: Any, line: Line, subject: Ref, rules: InForce, new: Callable[..., Any], *, occasion: str, toward: str = "") -> Any:
    starts_at = line.at
    if duty.sleeps is not None:
        asleep = term_of(duty, duty.sleeps, line, line.at, rules)
        starts_at = max(line.at, asleep.due_at if asleep else line.at)
    counted_from = starts_at
    if duty.counts_from is not None and line.payload.get(duty.counts_from.key):
        counted_from = datetime.fromisoformat(line.payload[duty.counts_from.key])
    term = term_of(duty, duty.due, line, counted_from, rules) or Term(counted_from)
    debtor, finder = (_first(line, kind) if kind else None for kind in (duty.owed_by, duty.match))
    role, person = owner_of(duty, line)
    post = rules.post(role, line.project_id, line.at) if role else None
    return new(
        id=uuid5(_NAMESPACE, f"{duty.rule}|{duty.stage}|{subject}|{toward}|{occasion}"),
        company_id=line.company_id,
        project_id=line.project_id,
        rule=duty.rule,
        stage=duty.stage,
        subject_kind=subject.kind,
        subject_id=subject.id,
        toward=toward,
        owed_by=str(debtor or ""),
        found_by=finder.id if finder else None,
        occasion=occasion,
        owner_role=role,
        owner_post_id=post.pk if post else None,
        assignee_id=person,
        opened_by=line.id,
        opened_at=line.at,
        starts_at=starts_at,
        counted_from=None if counted_from == starts_at else counted_from,
        due_at=max(term.due_at, starts_at),
        length=term.length,
        calendar=term.calendar,
        handbook=rules.handbook(duty.rule, line.project_id, line.at),
    )


def _first(line: Line, about: Any) -> Ref | None:
    """The first thing of a kind that the line is about."""
    return next((ref for ref in line.refs if ref.kind == about.kind), None)


def owner_of(duty: Any, line: Line) -> tuple[str, UUID | None]:
    """(role, person) who owes: a role of the closed list, or the person the fact names."""
    given = duty.owner if isinstance(duty.owner, tuple) else (duty.owner,)
    role, person = "", None
    for one in given:
        if isinstance(one, Payload):
            named = line.payload.get(one.key)
            person = UUID(str(named)) if named else person
        elif isinstance(one, RoleNamed):
            role = str(line.payload.get(one.key) or role)
        elif one:
            role = one
    return role, person


@dataclass(frozen=True, slots=True)
class Term:
    """How long somebody has: until when, and the length and calendar it was reckoned by ("" for an agreed moment)."""

    due_at: datetime
    length: str = ""
    calendar: str = ""


def term_of(duty: Any, given: Any, line: Line, counted_from: datetime, rules: InForce) -> Term | None:
    """The term of a binding's `due`: a moment of the fact, a length of the catalogue, or the earliest of several."""
    if isinstance(given, Earliest):
        found = [term_of(duty, one, line, counted_from, rules) for one in given.options]
        return min((term for term in found if term is not None), key=lambda term: term.due_at, default=None)
    if isinstance(given, Payload):
        moment = line.payload.get(given.key)
        return Term(datetime.fromisoformat(moment)) if moment else None
    if isinstance(given, EndOfPeriod):
        return Term(periods.bounds(line.payload["period"]).end)
    given = Param("within") if given is None else given
    text = rules.resolve(given, duty.rule, line.project_id, line.at)
    if text is None:
        raise Refusal([f"{duty.rule}: no length of time for this project"])
    kind = rules.resolve(duty.calendar if duty.calendar is not None else Param("calendar"), duty.rule, line.project_id, line.at)
    length = when.parse_span(str(text))
    calendar = when.parse_calendar(kind) if isinstance(kind, str) else kind
    if length.unit is when.Unit.AT_ONCE and duty.danger and line.payload.get(duty.danger):
        length, calendar = when.DANGER, when.CalendarKind.CLOCK
    due_at = when.due(counted_from, length, calendar, rules.calendar(line.project_id, line.recorded_at))
    return Term(due_at, str(length), str(calendar or length.usual_calendar))


# -- the live ledger -----------------------------------------------------------------------------
@dataclass
class Rows:
    """Obligations as rows: what is open about the batch's subjects is read (and locked) once, written once."""

    lines: list[Line]
    open: dict[UUID, Obligation] = field(default_factory=dict)
    touched: set[UUID] = field(default_factory=set)
    added: list[Obligation] = field(default_factory=list)
    changed: dict[UUID, Obligation] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    read: set[UUID] = field(default_factory=set)
    moved: dict[UUID, Obligation] = field(default_factory=dict)
    due_changes: dict[UUID, list[DueChange]] = field(default_factory=dict)
    new: ClassVar[type] = Obligation

    def __post_init__(self) -> None:
        ids, finders = set(), set()
        for line in self.lines:
            heard = LIVE.closed_by(line.fact, line.company_id)
            if heard:
                ids |= {ref.id for ref in line.refs}
            if any(duty.match is not None for duty in heard.values()):
                finders |= {ref.id for ref in line.refs}
            if LIVE.opened_by(line.fact, line.company_id):
                ids.add(line.subject.id)
        if finders:
            ids |= set(Obligation.objects.unscoped("engine").open().filter(found_by__in=finders).values_list("subject_id", flat=True))
        self._read(ids)

    def _read(self, ids: Iterable[UUID]) -> None:
        new = set(ids) - self.read
        if new:
            self.read |= new
            self.open.update({row.id: row for row in fixed.read(Obligation, _OPEN, [list(new)])})

    def open_about(self, ids: Iterable[UUID]) -> list[Obligation]:
        wanted = set(ids)
        found = (o for o in self.open.values() if o.subject_id in wanted or o.found_by in wanted)
        return sorted(found, key=lambda o: (o.due_at, o.id))

    def open_named(self, ids: Iterable[UUID]) -> list[Obligation]:
        ids = list(ids)
        self._read(Obligation.objects.unscoped("engine").open().filter(pk__in=ids).values_list("subject_id", flat=True))
        named = [self.open[one] for one in sorted(ids) if one in self.open]
        self._read_changes(named)
        return named

    def changes_of(self, obligation: Obligation) -> list[DueChange]:
        self._read_changes([obligation])
        return self.due_changes[obligation.id]

    def _read_changes(self, obligations: Iterable[Obligation]) -> None:
        new = {o.id for o in obligations} - set(self.due_changes)
        if new:
            self.due_changes |= {one: [] for one in new}
            for change in DueChange.objects.filter(obligation_id__in=new).order_by("pk"):
                self.due_changes[change.obligation_id].append(change)

    def add(self, obligation: Obligation) -> None:
        self._read([obligation.subject_id])
        if obligation.id not in self.open and obligation.id not in self.changed:
            self.open[obligation.id] = obligation
            self.added.append(obligation)
            self.touched.add(obligation.subject_id)

    def meet(self, obligation: Obligation, line: Line) -> None:
        obligation.met_at = max(line.at, obligation.opened_at)
        self.evidence.append(
            Evidence(obligation=obligation, entry_id=line.id, recorded_late=line.recorded_at > obligation.due_at >= line.at)
        )
        self._close(obligation)

    def void(self, obligation: Obligation, line: Line, reason: str) -> None:
        obligation.voided_at, obligation.void_reason = max(line.at, obligation.opened_at), reason
        obligation.waived = line.fact == WAIVED
        self._close(obligation)

    def move(self, obligation: Obligation, change: DueChange) -> None:
        self.due_changes[obligation.id].append(change)
        self.moved[obligation.id] = obligation
        self.touched.add(obligation.subject_id)
        if obligation.next_rung_at is not None or obligation.climbed:  # imported history has no ladder
            plan_ladder(obligation)

    def assign(self, obligation: Obligation, person_id: UUID) -> None:
        obligation.assignee_id = person_id
        self.moved[obligation.id] = obligation
        self.touched.add(obligation.subject_id)

    def _close(self, obligation: Obligation) -> None:
        self.open.pop(obligation.id, None)
        self.changed[obligation.id] = obligation
        self.touched.add(obligation.subject_id)

    def write(self) -> None:
        """Insert what is new, with its ladder; update what is closed; keep the subjects' clocks: one statement."""
        if not self.touched:
            return
        imported = {line.id for line in self.lines if line.via == "import"}
        for obligation in self.added:
            if obligation.opened_by not in imported:  # history warns and escalates nothing
                plan_ladder(obligation)
        new = {obligation.id for obligation in self.added}
        closed = [o for o in self.changed.values() if o.id not in new]
        timed = clocks_of(self.touched, self.open.values())
        silent = self.touched - {clock.subject_id for clock in timed}
        fixed.run(
            _WRITE.format(
                opened=fixed.insert(Obligation, then="ON CONFLICT DO NOTHING"),
                proven=fixed.insert(Evidence),
                timed=fixed.insert(SubjectClock, then=_MOVED),
            ),
            [*map(fixed.document, (self.added, closed, self.evidence, timed)), list(silent)],
        )
        if self.moved:
            fixed.run(_MOVE, [fixed.document(o for o in self.moved.values() if o.id not in new)])
            DueChange.objects.bulk_create([c for changes in self.due_changes.values() for c in changes if c.pk is None])


def plan_ladder(obligation: Obligation) -> None:
    """When its ladder has something to do: nothing while its clock stands still, and what is left when it runs on by itself."""
    ladders.plan(obligation)
    if obligation.next_rung_at is not None and obligation.runs_on_at is not None:
        obligation.next_rung_at = max(obligation.next_rung_at, obligation.runs_on_at)


_OPEN = "WHERE met_at IS NULL AND voided_at IS NULL AND subject_id = ANY(%s) ORDER BY id FOR UPDATE"
_WRITE = """
WITH opened AS ({opened}),
     closed AS (
         UPDATE rulebook_obligation o SET met_at = v.met_at, voided_at = v.voided_at, void_reason = v.void_reason,
                waived = v.waived
           FROM json_to_recordset(%s::json)
                AS v(id uuid, met_at timestamptz, voided_at timestamptz, void_reason text, waived bool)
          WHERE o.id = v.id),
     proven AS ({proven}),
     timed AS ({timed})
DELETE FROM rulebook_subjectclock WHERE subject_id = ANY(%s)
"""
_MOVE = """
UPDATE rulebook_obligation o
   SET due_at = v.due_at, paused_at = v.paused_at, runs_on_at = v.runs_on_at, overdue_at = v.overdue_at, climbed = v.climbed,
       next_rung_at = v.next_rung_at, assignee_id = v.assignee_id
  FROM json_to_recordset(%s::json) AS v(id uuid, due_at timestamptz, paused_at timestamptz, runs_on_at timestamptz,
       overdue_at timestamptz, climbed smallint, next_rung_at timestamptz, assignee_id uuid)
 WHERE o.id = v.id
"""
_MOVED = """
ON CONFLICT (subject_id) DO UPDATE SET next_due_at = EXCLUDED.next_due_at, rule = EXCLUDED.rule, owner_post_id = EXCLUDED.owner_post_id
"""


def clocks_of(touched: set[UUID], still_open: Iterable[Obligation]) -> list[SubjectClock]:
    """The clocks of the touched subjects: each shows the least due time of what is open; where nothing is, there is none."""
    soonest: dict[UUID, Obligation] = {}
    for obligation in still_open:
        if obligation.subject_id in touched:
            first = soonest.get(obligation.subject_id)
            if first is None or obligation.due_at < first.due_at:
                soonest[obligation.subject_id] = obligation
    return [
        SubjectClock(
            subject_id=o.subject_id,
            subject_kind=o.subject_kind,
            company_id=o.company_id,
            project_id=o.project_id,
            next_due_at=o.due_at,
            rule=o.rule,
            owner_post_id=o.owner_post_id,
        )
        for o in soonest.values()
    ]
