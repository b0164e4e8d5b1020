"""What a draft would have done: the same engine over the journal of the last months, with the draft alone in force.

Nothing is written. Duties are counted as they would have been opened, met and late. At a gate the passings that the
journal remembers are asked again, as far as the fact tells what the rule looks at; what it does not tell is said.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from guanjia.kernel.gates import GATES
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import FACTS
from guanjia.kernel.models import JournalAbout, JournalEntry
from guanjia.kernel.worktime import WorkCalendar
from guanjia.org.models import Post, Project
from guanjia.rulebook import coverage, engine, offers, when
from guanjia.rulebook.engine import Line
from guanjia.rulebook.inforce import InForce
from guanjia.rulebook.replay import Memory

from .compiling import Runs, clause_for, compile_rule, is_satisfied
from .own import Book

DAYS = 90
SAMPLES = 6
MOST_LINES = 30_000  # some seconds of an ordinary machine


@dataclass(frozen=True)
class Sample:
    """One past case: what it is, when, and how the rule would have gone."""

    subject: Ref
    at: datetime
    outcome: str  # met | late | open | late_open | voided | shut | drawn | missed
    due_at: datetime | None = None
    met_at: datetime | None = None


@dataclass
class Preview:
    """Numbers of the past; None where the rule has no such number."""

    days: int
    since: datetime
    touched: int = 0
    opened: int = 0
    met: int = 0
    late: int = 0
    open: int = 0
    voided: int = 0
    passed: int | None = None  # how often the gate was passed in the cases the rule speaks of
    shut: int | None = None  # how many of them the rule would have refused
    untold: tuple[str, ...] = ()  # labels of what the journal does not tell
    kept_waiting: int = 0  # passings of a gate while the duty would still have shut it
    population: int | None = None
    drawn: int | None = None
    numerator: int | None = None
    denominator: int | None = None
    is_cut: bool = False  # the journal of these days was too long to read at once
    samples: list[Sample] = field(default_factory=list)

    @property
    def in_time_share(self) -> float | None:
        """Met in time of what fell due."""
        due = self.met + self.late
        return self.met / due if due else None


class Draft(InForce):
    """Only the draft is in force, everywhere, since ever; owners are left out, for nobody is told anything."""

    def __init__(self, bindings: Iterable[Any]):
        self.book = Book().add(*bindings)
        self.calendars: dict[UUID, WorkCalendar] = {}

    def hears(self, fact: str, company_id: UUID | None) -> bool:
        return self.book.hears(fact)

    def opened_by(self, fact: str, company_id: UUID | None) -> Iterable[Any]:
        return self.book.opens.get(fact, ())

    def closed_by(self, fact: str, company_id: UUID | None) -> dict[str, Any]:
        return {duty.key: duty for duty in self.book.closes.get(fact, ())}

    def as_opened(self, duty: Any, obligation: Any) -> Any:
        return duty

    def is_awake(self, binding: Any, project_id: UUID, at: datetime) -> bool:
        return binding.runs.covers(project_id, at)

    def value(self, rule: str, key: str, project_id: UUID, at: datetime, default: Any = None) -> Any:
        return default

    def handbook(self, rule: str, project_id: UUID, at: datetime) -> str:
        return ""

    def calendar(self, project_id: UUID, known_at: datetime | None = None) -> WorkCalendar:
        if project_id not in self.calendars:
            self.calendars[project_id] = super().calendar(project_id)
        return self.calendars[project_id]

    def post(self, role: str, project_id: UUID, at: datetime) -> Post | None:
        return None


def preview(definition: dict[str, Any], projects: Iterable[Project], at: datetime, *, days: int = DAYS) -> Preview:
    """What a sound definition would have done in these projects of one company in the `days` before `at`."""
    projects = list(projects)
    seen = Preview(days, at - timedelta(days=days))
    if not projects:
        return seen
    runs = Runs(projects=frozenset(project.pk for project in projects))
    bindings = compile_rule(clause_for("OWN-000", "", definition), definition, runs)
    {
        "duty": _run_duties,
        "periodic": _run_draw,
        "coverage": _run_share,
    }.get(definition["mechanism"], _ask_gate)(seen, definition, bindings, projects, at)
    seen.samples = sorted(seen.samples, key=lambda sample: sample.at, reverse=True)[:SAMPLES]
    return seen


# -- duties --------------------------------------------------------------------------------------------
def _run_duties(seen: Preview, definition: dict[str, Any], bindings: Iterable[Any], projects: list[Project], at: datetime) -> None:
    rules = Draft(bindings)
    passings = {fact: gate for gate in rules.book.blocks for fact in _facts_behind(gate)}
    memory = Memory()
    for line in _lines({*rules.book.opens, *rules.book.closes, *passings}, projects, seen, at):
        gate = passings.get(line.fact)
        if gate is not None and any(gate in duty.blocks for duty in _open_duties(memory, line.subject.id, rules)):
            seen.kept_waiting += 1
        engine.apply(line, memory, rules)
    made = list(memory.all.values())
    seen.opened = len(made)
    seen.touched = len({one.subject_id for one in made})
    for one in made:
        outcome = _outcome(one, at)
        seen.met += outcome == "met"
        seen.late += outcome in ("late", "late_open")
        seen.open += outcome in ("open", "late_open")
        seen.voided += outcome == "voided"
        seen.samples.append(Sample(one.subject, one.opened_at, outcome, one.due_at, one.met_at))
    seen.samples.sort(key=lambda sample: (sample.outcome in ("late", "late_open"), sample.at), reverse=True)
    seen.samples = seen.samples[:SAMPLES]


def _open_duties(memory: Memory, subject: UUID, rules: Draft) -> Iterator[Any]:
    for obligation in memory.open_about([subject]):
        yield rules.book.by_key[engine.key_of(obligation)]


def _outcome(obligation: Any, at: datetime) -> str:
    if obligation.met_at is not None:
        return "late" if obligation.met_at > obligation.due_at else "met"
    if obligation.voided_at is not None:
        return "voided"
    return "late_open" if obligation.due_at < at else "open"


# -- at a gate -----------------------------------------------------------------------------------------
def _ask_gate(seen: Preview, definition: dict[str, Any], bindings: Iterable[Any], projects: list[Project], at: datetime) -> None:
    """Ask the passings again. A condition on something the fact does not tell is taken to hold; a demand on it is not counted."""
    gate = offers.GATE_OFFERS[definition["gate"]]
    facts = _facts_behind(gate.name)
    told = set.intersection(*(set(FACTS[fact].field_names()) for fact in facts)) if facts else set()
    wanted = {*definition.get("where", {}), *(one["field"] for one in definition.get("demands", ())), *definition.get("fields", ())}
    if definition.get("field"):
        wanted.add(definition["field"])
    seen.untold = tuple(str(gate.words[key].label) for key in sorted(wanted - told) if key in gate.words)
    where = {key: values for key, values in definition.get("where", {}).items() if key in told}
    passed = set()
    seen.passed = seen.shut = 0
    for line in _lines(set(facts), projects, seen, at):
        if not all(line.payload.get(key) in values for key, values in where.items()):
            continue
        seen.passed += 1
        passed.add(line.subject.id)
        if _would_refuse(definition, bindings, line, told):
            seen.shut += 1
            seen.samples.append(Sample(line.subject, line.at, "shut"))
    seen.touched = len(passed)


def _would_refuse(definition: dict[str, Any], bindings: Iterable[Any], line: Line, told: set[str]) -> bool:
    if definition["mechanism"] == "approval":
        return True
    if definition["mechanism"] == "window":
        key = definition.get("field", "")
        moment = line.at if not key else line.payload.get(key)
        moment = datetime.fromisoformat(moment) if isinstance(moment, str) and moment else moment
        return moment is not None and not next(iter(bindings)).missing.holds(moment, line.project_id)
    demands = definition.get("demands") or [{"field": key, "is": "filled"} for key in definition.get("fields", ())]
    return any(one["field"] in told and not is_satisfied(one, line.payload.get(one["field"])) for one in demands)


def _facts_behind(gate: str) -> tuple[str, ...]:
    return GATES[gate].passes_to


# -- draws and shares ------------------------------------------------------------------------------------
def _run_draw(seen: Preview, definition: dict[str, Any], bindings: Iterable[Any], projects: list[Project], at: datetime) -> None:
    """Whom it would draw from today, and how many a period; the past populations are nobody's to know."""
    population = offers.POPULATIONS[definition["population"]]
    period = when.parse_every(definition["every"]).key_at(at)
    members = [ref for project in projects for ref in population.draw(project, period, at)]
    seen.population = seen.touched = len(members)
    seen.drawn = ceil(len(members) * definition["share"])
    seen.samples = [Sample(ref, at, "drawn") for ref in members[:SAMPLES]]


def _run_share(seen: Preview, definition: dict[str, Any], bindings: Iterable[Any], projects: list[Project], at: datetime) -> None:
    """The share over the days as one period."""
    [binding] = bindings
    owed, reached = coverage.counted(binding, [project.pk for project in projects], seen.since, at)
    seen.denominator, seen.numerator, seen.touched = len(owed), len(owed & reached), len(owed)
    kind = offers.FACT_OFFERS[binding.of[0].fact].kind
    seen.samples = [Sample(Ref(kind, one), at, "missed") for one in sorted(owed - reached)[-SAMPLES:]]


# -- the journal -----------------------------------------------------------------------------------------
def _lines(facts: set[str], projects: list[Project], seen: Preview, at: datetime) -> Iterator[Line]:
    """The lines of these facts in the order of the journal, as far back as `seen` looks; the newest of them where they are too many."""
    rows = (
        JournalEntry.objects.unscoped("engine")
        .filter(
            company_id=projects[0].company_id,
            fact__in=sorted(facts),
            happened_at__gte=seen.since,
            happened_at__lte=at,
            project_id__in=[project.pk for project in projects],
        )
        .order_by("-seq")
        .only("id", "fact", "payload", "subject_kind", "subject_id", "happened_at", "recorded_at", "company_id", "project_id")
    )
    newest = list(rows[: MOST_LINES + 1])
    seen.is_cut = len(newest) > MOST_LINES
    entries = newest[:MOST_LINES][::-1]
    abouts: dict[UUID, list[Ref]] = {}
    for start in range(0, len(entries), 5000):
        ids = [entry.id for entry in entries[start : start + 5000]]
        for entry_id, kind, subject in JournalAbout.objects.filter(entry_id__in=ids).values_list("entry_id", "kind", "subject_id"):
            abouts.setdefault(entry_id, []).append(Ref(kind, subject))
    for entry in entries:
        subject = entry.subject
        yield Line(
            id=entry.id,
            fact=entry.fact,
            payload=entry.payload,
            subject=subject,
            about=tuple(ref for ref in abouts.get(entry.id, ()) if ref != subject),
            at=entry.happened_at,
            company_id=entry.company_id,
            project_id=entry.project_id,
            recorded_at=entry.recorded_at,
        )
