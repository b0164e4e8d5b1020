"""Backtest: what would have been owed if the rules had been others, reckoned from the journal, touching nothing.

A period of the journal is walked once. Every line goes through the engine's own `apply` for two books: the rules as they
are, and the same with the changes laid over them. Both sides are reckoned by the same code, so that they differ by the
change alone. What people did, and what the system wrote down (draws, overdue marks), stays as it was: a backtest asks what
would have been *owed*, not what people would have done.

Duties that are still open when the period begins are carried in: reading starts earlier by the longest time that any of
the rules gives, and by a month at least (`warm_up`). What was open for longer was long overdue by then on both sides.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from itertools import chain
from typing import Any
from uuid import UUID

from django.utils import timezone

from guanjia.kernel import memo
from guanjia.kernel.worktime import WorkCalendar
from guanjia.org import selectors as org
from guanjia.org.models import Post

from . import engine, lines, when
from .catalogue import load
from .inforce import LIVE, InForce
from .models import Parameter
from .replay import Memory, Owed
from .rule import Duty, Param

SAMPLES = 20  # subjects shown of each kind
POSTS = 60  # posts whose hours are told; the others are summed up in "other"
HOURS = 24 * 7
WARM_UP_MIN, WARM_UP_MAX = timedelta(days=31), timedelta(days=400)
DAYS = {when.Unit.DAY: 2, when.Unit.WEEK: 8, when.Unit.MONTH: 32, when.Unit.YEAR: 367}  # at most, on any calendar
QUARTER_HOUR = 900
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Changes:
    """What would be otherwise: numbers of clauses, clauses switched on or off, bindings put in the place of a clause's own."""

    values: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    switches: Mapping[str, bool] = field(default_factory=dict)
    added: tuple[Duty, ...] = ()

    @property
    def rules(self) -> frozenset[str]:
        """The clauses that are touched."""
        return frozenset({rule for rule, _key in self.values} | set(self.switches) | {duty.rule for duty in self.added})


@dataclass(frozen=True)
class Question:
    """Which part of the journal, under which changes; `everything` reckons the untouched rules too, for the whole load."""

    company_id: UUID
    projects: tuple[UUID, ...]
    since: datetime
    until: datetime
    changes: Changes = field(default_factory=Changes)
    everything: bool = False


# -- the rules of one side -----------------------------------------------------------------------
class Laid(InForce):
    """LIVE for some rules, with changes laid over it; remembers as long as it lives, since a walk sees one state of all."""

    def __init__(self, company_id: UUID, speaks: Callable[[str], bool], changes: Changes | None = None, base: InForce = LIVE):
        self.base, self.changes, self.company_id = base, changes or Changes(), company_id
        self._speaks, self._tz = speaks, timezone.get_current_timezone()
        self._replaced = {duty.rule for duty in self.changes.added}
        self._days = org.turning_days(company_id)
        self._opened: dict[str, tuple[Any, ...]] = {}
        self._closed: dict[str, dict[str, Any]] = {}
        self._values: dict[tuple, Any] = {}
        self._posts: dict[tuple, Post | None] = {}
        self._today: tuple[datetime | None, date | None] = (None, None)

    # -- which bindings speak
    def facts(self, company_id: UUID | None) -> frozenset[str]:
        known = self.base.facts(company_id) | {one.fact for duty in self.changes.added for one in _facts_of(duty)}
        return frozenset(fact for fact in known if self.hears(fact, company_id))

    def hears(self, fact: str, company_id: UUID | None) -> bool:
        return bool(self.opened_by(fact, company_id) or self.closed_by(fact, company_id))

    def opened_by(self, fact: str, company_id: UUID | None) -> tuple[Any, ...]:
        found = self._opened.get(fact)
        if found is None:
            own = (duty for duty in self.base.opened_by(fact, company_id) if self._keeps(duty))
            added = (duty for duty in self.changes.added if any(one.fact == fact for one in duty.opens_on))
            found = self._opened[fact] = (*own, *added)
        return found

    def closed_by(self, fact: str, company_id: UUID | None) -> dict[str, Any]:
        found = self._closed.get(fact)
        if found is None:
            found = {key: duty for key, duty in self.base.closed_by(fact, company_id).items() if self._keeps(duty)}
            found |= {duty.key: duty for duty in self.changes.added if fact in duty.heard}
            self._closed[fact] = found
        return found

    def as_opened(self, duty: Any, obligation: Any) -> Any:
        return duty if duty.rule in self._replaced else self.base.as_opened(duty, obligation)

    def duty(self, key: str, company_id: UUID | None) -> Any | None:
        return next((duty for duty in self.changes.added if duty.key == key), None) or self.base.duty(key, company_id)

    def _keeps(self, duty: Any) -> bool:
        return self._speaks(duty.rule) and duty.rule not in self._replaced

    # -- with which numbers
    def is_awake(self, binding: Any, project_id: UUID, at: datetime) -> bool:
        switched = self.changes.switches.get(binding.rule)
        if switched is not None:
            return switched
        if binding.rule in self._replaced:
            return True
        return self._remembered(
            ("awake", binding.key, binding.edition, project_id.int), at, lambda: self.base.is_awake(binding, project_id, at)
        )

    def value(self, rule: str, key: str, project_id: UUID, at: datetime, default: Any = None) -> Any:
        if (rule, key) in self.changes.values:
            return self.changes.values[rule, key]
        if rule in self._replaced and rule not in load():
            return default
        return self._remembered((rule, key, project_id.int, default), at, lambda: self.base.value(rule, key, project_id, at, default))

    def handbook(self, rule: str, project_id: UUID, at: datetime) -> str:
        if rule in self._replaced:
            return ""
        return self._remembered((rule, project_id.int), at, lambda: self.base.handbook(rule, project_id, at))

    def _remembered(self, key: tuple, at: datetime, ask: Callable[[], Any]) -> Any:
        """What is decided is decided by days."""
        key = (*key, self._day_of(at))
        try:
            return self._values[key]
        except KeyError:
            if len(self._values) > 200_000:
                self._values.clear()
            found = self._values[key] = ask()
            return found

    def _day_of(self, at: datetime) -> date:
        if self._today[0] is not at:
            self._today = (at, at.astimezone(self._tz).date())
        return self._today[1]

    # -- on whose time, owed by whom
    def calendar(self, *which: Any) -> WorkCalendar:
        return self.base.calendar(*which)

    def post(self, role: str, project_id: UUID, at: datetime) -> Post | None:
        key = (role, project_id.int, bisect_right(self._days, self._day_of(at)))
        if key not in self._posts:
            self._posts[key] = self.base.post(role, project_id, at)
        return self._posts[key]


def _facts_of(duty: Duty) -> Iterable[Any]:
    return (*duty.opens_on, *duty.met_by, *duty.voided_by, *duty.pauses_on, *duty.resumes_on)


# -- the count of one side -----------------------------------------------------------------------
@dataclass
class Kept:
    """How one clause was kept: counts of the duties that lived in the period."""

    owed: int = 0
    carried: int = 0
    met: int = 0
    met_late: int = 0
    voided: int = 0
    open: int = 0
    late: int = 0

    @property
    def share(self) -> float | None:
        """Met in time of what fell due; None of nothing."""
        due = self.met + self.met_late + self.late
        return self.met / due if due else None

    @property
    def breaches(self) -> int:
        return self.met_late + self.late

    def __add__(self, other: "Kept") -> "Kept":
        return Kept(**{name: count + getattr(other, name) for name, count in asdict(self).items()})


class Counted(Memory):
    """A ledger that keeps what is open and only counts what is over."""

    def __init__(self, since: datetime, until: datetime, *, remember: bool, tz: tzinfo | None = None):
        super().__init__()
        self.since, self.until, self.remember = since, until, remember
        self.rules: dict[str, Kept] = defaultdict(Kept)
        self.opened: Counter = Counter()  # (post or role, hour of the week)
        self.due: Counter = Counter()
        self.touched: dict[str, dict[UUID, tuple]] = defaultdict(dict)  # rule -> subject -> (kind, project)
        self.broken: dict[str, dict[UUID, tuple]] = defaultdict(dict)
        self._tz = tz or timezone.get_current_timezone()
        self._slots: dict[int, int] = {}

    def add(self, obligation: Owed) -> None:
        self._hold(obligation)

    def _let_go(self, obligation: Owed) -> None:
        super()._let_go(obligation)
        self.changes.pop(obligation.id, None)
        self._count(obligation)

    def finish(self) -> None:
        """Count what is open when the period ends."""
        for obligation in self.named.values():
            self._count(obligation)
        self.open.clear()
        self.named.clear()

    def _count(self, o: Owed) -> None:
        over_at = o.met_at or o.voided_at
        if o.owed_by or (over_at is not None and over_at < self.since):  # what an outsider owes is nobody's lateness
            return
        kept = self.rules[o.rule]
        kept.owed += 1
        who = o.owner_post_id or o.owner_role
        if o.opened_at < self.since:
            kept.carried += 1
        else:
            self.opened[who, self._slot(o.opened_at)] += 1
        late = False
        if o.met_at is not None:
            late = o.met_at > o.due_at
            if late:
                kept.met_late += 1
            else:
                kept.met += 1
        elif o.voided_at is not None:
            kept.voided += 1
        else:
            kept.open += 1
            late = o.due_at < self.until
            if late:
                kept.late += 1
        if o.voided_at is None and self.since <= o.due_at < self.until:
            self.due[who, self._slot(o.due_at)] += 1
        if self.remember:
            self.touched[o.rule][o.subject_id] = (o.subject_kind, o.project_id)
            if late:
                self.broken[o.rule][o.subject_id] = (o.subject_kind, o.project_id)

    def _slot(self, at: datetime) -> int:
        """The hour of the week: 0 is Monday after midnight."""
        quarter = int(at.timestamp()) // QUARTER_HOUR
        found = self._slots.get(quarter)
        if found is None:
            local = at.astimezone(self._tz)
            found = self._slots[quarter] = local.weekday() * 24 + local.hour
        return found


# -- the walk ------------------------------------------------------------------------------------
@dataclass
class Side:
    """A book of rules and what it came to."""

    rules: Laid
    ledger: Counted
    hears: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.hears = frozenset(engine.heard(self.rules, self.rules.company_id))


def run(question: Question, progress: Progress = lambda read, lines: None, found: lines.Extent | None = None) -> dict[str, Any]:
    """Walk through the journal and return what `merged` and the pages understand (plain values, fit for JSON).

    `progress(lines read, lines in all)` is called after every few thousand lines; whatever it raises ends the walk.
    """
    with memo.held():
        return _run(question, progress, found)


def _run(question: Question, progress: Progress, found: lines.Extent | None) -> dict[str, Any]:
    before, after, same = sides = _sides(question)
    walk = _walk(question, sides)
    found = found or lines.extent(walk)
    read = 0
    progress(read, found.lines)
    for stretch in lines.stretches(walk, found):
        for line in stretch:
            for side in sides:
                if line.fact in side.hears:
                    engine.apply(line, side.ledger, side.rules)
        read += len(stretch)
        progress(read, found.lines)
    for side in sides:
        side.ledger.finish()
    return _told(question, before.ledger, after.ledger, same.ledger, read)


def extent(question: Question) -> lines.Extent:
    """How many lines of which project there are to read."""
    return lines.extent(_walk(question, _sides(question)))


def _walk(question: Question, sides: Iterable[Side]) -> lines.Walk:
    facts = sorted(frozenset().union(*(side.hears for side in sides)))
    return lines.Walk(question.company_id, tuple(facts), question.projects, question.since - warm_up(question), question.until)


def _sides(question: Question) -> tuple[Side, Side, Side]:
    """Touched rules are reckoned twice, the others once: they come to the same on both sides."""
    changed = question.changes.rules
    spans = (question.since, question.until)
    company = question.company_id
    return (
        Side(Laid(company, changed.__contains__), Counted(*spans, remember=True)),
        Side(Laid(company, changed.__contains__, question.changes), Counted(*spans, remember=True)),
        Side(Laid(company, lambda rule: question.everything and rule not in changed), Counted(*spans, remember=False)),
    )


def warm_up(question: Question) -> timedelta:
    """How much earlier than the period reading begins: the longest time that a rule gives, at least a month."""
    changes, company = question.changes, question.company_id
    duties = {id(duty): duty for fact in LIVE.facts(company) for duty in LIVE.opened_by(fact, company)}.values()
    mine = [*changes.added, *(duty for duty in duties if question.everything or duty.rule in changes.rules)]
    decided: dict[tuple[str, str], set[Any]] = defaultdict(set)
    rows = Parameter.objects.unscoped("engine").filter(project_id__in=question.projects).values_list("rule", "key", "value").distinct()
    for rule, key, value in rows:
        decided[rule, key].add(str(value))
    longest = WARM_UP_MIN
    for duty in mine:
        for given in (duty.due, duty.sleeps):
            for one in getattr(given, "options", (Param("within") if given is None and given is duty.due else given,)):
                if not isinstance(one, Param):
                    known = {one}
                else:
                    now = {LIVE.value(duty.rule, one.key, project, question.until, one.default) for project in question.projects}
                    known = {*now, one.default, changes.values.get((duty.rule, one.key)), *decided[duty.rule, one.key]}
                longest = max([longest, *map(_at_most, known)])
    return min(longest, WARM_UP_MAX)


def _at_most(text: Any) -> timedelta:
    try:
        length = when.parse_span(str(text))
    except ValueError:  # a moment of the fact, or nothing
        return timedelta()
    return timedelta(days=length.amount * DAYS[length.unit] + 14) if length.unit in DAYS else timedelta(days=14)


# -- what is told --------------------------------------------------------------------------------
def _told(question: Question, before: Counted, after: Counted, same: Counted, read: int) -> dict[str, Any]:
    rules = {}
    for rule in sorted({*before.rules, *after.rules, *question.changes.rules}):
        rules[rule] = {
            "before": asdict(before.rules[rule]),
            "after": asdict(after.rules[rule]),
            "changed": True,
            "newly_touched": _more(after.touched[rule], before.touched[rule]),
            "no_longer_touched": _more(before.touched[rule], after.touched[rule]),
            "newly_late": _more(after.broken[rule], before.broken[rule]),
            "no_longer_late": _more(before.broken[rule], after.broken[rule]),
        }
    for rule, kept in same.rules.items():
        rules[rule] = {"before": asdict(kept), "after": asdict(kept), "changed": False}
    return {
        "lines": read,
        "read_from": (question.since - warm_up(question)).isoformat(),
        "rules": rules,
        "load": {
            "before": {"opened": _grid(before.opened, same.opened), "due": _grid(before.due, same.due)},
            "after": {"opened": _grid(after.opened, same.opened), "due": _grid(after.due, same.due)},
        },
    }


def _more(these: dict[UUID, tuple], those: dict[UUID, tuple]) -> dict[str, Any]:
    """Subjects of the one that the other has not: how many, and the latest few with their kind and project."""
    found = [subject for subject in these if subject not in those]
    shown = [[these[subject][0], str(subject), str(these[subject][1])] for subject in found[-SAMPLES:]]
    return {"count": len(found), "samples": shown}


def _grid(*counters: Counter) -> dict[str, dict[str, int]]:
    """Post or role -> hour of the week -> how many; only hours with any."""
    told: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (who, slot), count in chain.from_iterable(counter.items() for counter in counters):
        told[str(who)][str(slot)] += count
    return {who: dict(slots) for who, slots in told.items()}


def merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """One answer of the answers for several heaps of projects."""
    rules: dict[str, dict[str, Any]] = {}
    for rule in sorted({rule for part in parts for rule in part["rules"]}):
        told = [part["rules"][rule] for part in parts if rule in part["rules"]]
        rules[rule] = {"changed": told[0]["changed"]}
        for side in ("before", "after"):
            rules[rule][side] = asdict(sum((Kept(**one[side]) for one in told), Kept()))
        for name in ("newly_touched", "no_longer_touched", "newly_late", "no_longer_late"):
            some = [one[name] for one in told if name in one]
            if some:
                samples = list(chain.from_iterable(zip(*(one["samples"] for one in some), strict=False)))
                samples = samples if len(some) > 1 and samples else list(chain.from_iterable(one["samples"] for one in some))
                rules[rule][name] = {"count": sum(one["count"] for one in some), "samples": samples[:SAMPLES]}
    return {
        "lines": sum(part["lines"] for part in parts),
        "read_from": min((part["read_from"] for part in parts), default=""),
        "rules": rules,
        "load": {
            side: {what: _summed([p["load"][side][what] for p in parts]) for what in ("opened", "due")} for side in ("before", "after")
        },
    }


def _summed(grids: list[dict[str, dict[str, int]]]) -> dict[str, dict[str, int]]:
    """Grids laid on each other; beyond the busiest posts the rest is one."""
    told: dict[str, Counter] = defaultdict(Counter)
    for grid in grids:
        for who, slots in grid.items():
            told[who].update(slots)
    busiest = sorted(told, key=lambda who: -told[who].total())
    kept: dict[str, dict[str, int]] = {who: dict(told[who]) for who in busiest[:POSTS]}
    if busiest[POSTS:]:
        kept["other"] = dict(sum((told[who] for who in busiest[POSTS:]), Counter()))
    return kept
