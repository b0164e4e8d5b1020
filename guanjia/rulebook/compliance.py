"""How the clauses are kept, counted. What each number means is decided here and nowhere else.

**Which period.** An obligation belongs to the day on which it falls due (in the handbooks' own time), wherever it was
opened or met: what fell due in May is May's, though it was opened in April and met in June. A period is counted up to
and including today; what falls due tomorrow is tomorrow's, and what sleeps is nobody's until that day. If its due time
moves, it belongs to the day of the due time it has now. So May's line is never finished: what was open at the end of
May and is met in June leaves "open" and joins "late". Who wants May as it stood, signs it (`insight`).

**Which kind.** Each obligation is exactly one of:
    in_time   met no later than its due time
    late      met after it
    lapsed    fell away after its due time, unmet: the breach stays, whatever happened to its subject later
    waived    a person took it away, with a reason; before or after its time
    voided    fell away before its time (the case was withdrawn, reopened, …): nobody owed it any more
    open      neither; and past its due time (`open_late`), or not yet
`owed` is all of them together: what fell due in the period. What counts against the clause is `breached` = late +
lapsed + open_late; the rate is in_time of in_time + breached. Waived, voided and not yet due are in neither part.

**Reopening.** A reopened case opens new obligations by a new occasion, and each is counted on its own day. The one that
was met before the case was reopened stays met; the one still open falls away (voided), or lapses if it was late already.

**Minutes.** From the start of the clock to the fulfilment, nights and pauses included, of what was met in time or late.
The ninetieth percentile is read from steps of ten per cent each, so it is right to within five.

**Outsiders.** What a customer or partner owes is counted apart (`outside`): the post chases, the lateness is not its own.

Closed days are read from `rollups`, today (and any day in which something has changed since) from the obligations.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from guanjia.kernel import periods
from guanjia.kernel.act import Act
from guanjia.kernel.journal import settle_accounts
from guanjia.kernel.models import JournalAbout, JournalEntry
from guanjia.org import selectors as org

from .catalogue import load
from .models import Obligation, ObligationQuerySet, RollupMark, StaleDay

STEP = 1.1  # a bin of the spread is this much wider than the one before
ZONE = "Asia/Shanghai"
KEYS = ("day", "month", "project", "rule", "stage", "handbook", "post", "person", "outside")
COUNTS = ("owed", "in_time", "late", "lapsed", "waived", "voided", "open", "open_late", "seconds_sum")


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of one group; see the words of the module."""

    owed: int = 0
    in_time: int = 0
    late: int = 0
    lapsed: int = 0
    waived: int = 0
    voided: int = 0
    open: int = 0
    open_late: int = 0
    seconds_sum: int = 0
    bins: Mapping[int, int] = field(default_factory=dict)

    def __add__(self, other: "Counts") -> "Counts":
        both = {name: getattr(self, name) + getattr(other, name) for name in COUNTS}
        return Counts(**both, bins={b: self.bins.get(b, 0) + other.bins.get(b, 0) for b in {**self.bins, **other.bins}})

    @property
    def met(self) -> int:
        return self.in_time + self.late

    @property
    def breached(self) -> int:
        """Met late, fallen away unmet after the time, or open past it."""
        return self.late + self.lapsed + self.open_late

    @property
    def due(self) -> int:
        """What counts: met in time or breached."""
        return self.in_time + self.breached

    @property
    def share(self) -> float | None:
        """Met in time of what counts; None of nothing."""
        return self.in_time / self.due if self.due else None

    @property
    def minutes_mean(self) -> float | None:
        """From the start of the clock to the fulfilment; None if nothing was met."""
        return self.seconds_sum / 60 / self.met if self.met else None

    @property
    def minutes_p90(self) -> float | None:
        """Nine of ten were met within this many minutes (to five per cent); None if nothing was met or nobody asked."""
        wanted, seen = 0.9 * sum(self.bins.values()), 0
        for number, count in sorted(self.bins.items()):
            seen += count
            if seen >= wanted:
                return 0.5 if number == 0 else STEP ** (number - 0.5)
        return None

    def as_json(self) -> dict[str, Any]:
        """Plain numbers, for files and for what is frozen."""
        mean, p90, share = self.minutes_mean, self.minutes_p90, self.share
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("bins", "seconds_sum")} | {
            "breached": self.breached,
            "share": None if share is None else round(share, 4),
            "minutes_mean": None if mean is None else round(mean, 1),
            "minutes_p90": None if p90 is None else round(p90, 1),
        }


NOTHING = Counts()


@dataclass(frozen=True)
class Asked:
    """What is to be counted: half-open days, and what narrows them. None narrows nothing."""

    since: date
    until: date
    projects: tuple[UUID, ...] | None = None
    rules: tuple[str, ...] | None = None
    stage: str | None = None
    handbook: str | None = None
    post: UUID | None = None
    person: UUID | None = None
    outside: bool | None = False  # None counts both

    @classmethod
    def of_period(cls, period: str, **narrowed: Any) -> "Asked":
        """By the key of a period: 2026-03, 2026-Q1, 2026-03-02."""
        return cls(*periods.days(period), **narrowed)

    def of_chapter(self, module: str) -> "Asked":
        """Only the clauses of one chapter, and of those only what was asked for."""
        return replace(self, rules=tuple(r for r, c in load().items() if c.module == module and (self.rules is None or r in self.rules)))


def counts(act: Act, asked: Asked, by: Iterable[str] = ("rule",), *, spread: bool = False) -> dict[tuple, Counts]:
    """The numbers of each group that owed anything, over what the act sees as a whole; keys are tuples in the order of `by`.

    A month is its first day. The spread of minutes is read only if asked for.
    """
    settle_accounts()
    return count_in(projects_seen(act, asked.projects), asked, by, today=timezone.localtime(act.at).date(), now=act.at, spread=spread)


def total(act: Act, asked: Asked) -> Counts:
    """All of it as one, with its spread."""
    return counts(act, asked, (), spread=True).get((), NOTHING)


def projects_seen(act: Act, wanted: tuple[UUID, ...] | None = None) -> list[UUID]:
    """The projects whose numbers the act may read: those it sees as a whole, never only its own rows."""
    whole = None if act.rights.everywhere else act.rights.projects()
    seen = [pk for pk in org.projects_of(act).values_list("pk", flat=True) if whole is None or pk in whole]
    return [pk for pk in seen if wanted is None or pk in wanted]


def several(act: Act, asked: Asked, *groupings: tuple[str, ...]) -> list[dict[tuple, Counts]]:
    """`counts` by several groupings at once, in their order: each table is read once for all of them. Without the spread."""
    settle_accounts()
    found: list[dict[tuple, Counts]] = [{} for _by in groupings]
    keys = tuple(dict.fromkeys(key for by in groupings for key in by))
    masks = {mask_of(keys, by): n for n, by in enumerate(groupings)}
    projects = projects_seen(act, asked.projects)
    for source, where, values in pieces_of(projects, asked, keys, today=timezone.localtime(act.at).date(), now=act.at):
        for mask, key, numbers in read_several(source, keys, groupings, where, values):
            n = masks[mask]
            key = tuple(value for name, value in zip(keys, key, strict=True) if name in groupings[n])
            found[n][key] = found[n].get(key, NOTHING) + numbers
    return found


def mask_of(keys: tuple[str, ...], by: tuple[str, ...]) -> int:
    """What PostgreSQL's GROUPING(keys) answers for this grouping: a bit for each key that is not in it."""
    return sum(1 << (len(keys) - 1 - n) for n, key in enumerate(keys) if key not in by)


def count_in(projects: list[UUID], asked: Asked, by: Iterable[str], *, today: date, now: Any, spread: bool = False) -> dict[tuple, Counts]:
    """`counts` over given projects."""
    by = tuple(by)
    found: dict[tuple, Counts] = {}
    with connection.cursor() as cursor:
        for source, where, values in pieces_of(projects, asked, by, today=today, now=now):
            read(cursor, found, source, by, where, values, spread)
    return found


def pieces_of(
    projects: list[UUID], asked: Asked, keys: tuple[str, ...], *, today: date, now: Any
) -> list[tuple["Source", str, dict[str, Any]]]:
    """What is to be read: closed months from their rollup, other closed days from theirs, the rest from the obligations."""
    until = min(asked.until, today + timedelta(days=1))
    if not projects or asked.since >= until or (asked.rules is not None and not asked.rules):
        return []
    asked = replace(asked, until=until)
    found = []
    for source, where, values in plan(projects, asked, keys, today):
        narrowed, more = narrow(asked, source)
        found.append((source, f"{where}{narrowed}", {"projects": projects, "now": now} | values | more))
    return found


@dataclass(frozen=True)
class Source:
    """A table with these numbers, and what its columns are called."""

    table: str
    keys: Mapping[str, str]
    counts: Mapping[str, str]
    bins: str


_ROLLED = {name: name for name in ("rule", "stage", "handbook")} | {
    "project": "project_id",
    "post": "owner_post_id",
    "outside": "is_outside",
}
_SUMS = {name: f"sum({name})" for name in COUNTS if name != "open_late"} | {"open": "0", "open_late": "sum(open)"}
MONTHS = Source("rulebook_rollupmonth o", _ROLLED | {"month": "month"}, _SUMS, "unnest(bins, bin_counts)")
DAYS = Source(
    "rulebook_rollupday o",
    _ROLLED | {"month": "date_trunc('month', day)::date", "day": "day", "person": "assignee_id"},
    _SUMS,
    "unnest(bins, bin_counts)",
)
_DUE = f"(due_at AT TIME ZONE '{ZONE}')::date"
SECONDS = "greatest(0, extract(epoch FROM met_at - starts_at))::bigint"
BIN = f"CASE WHEN {SECONDS} < 60 THEN 0 ELSE 1 + floor(ln({SECONDS} / 60.0) / ln({STEP}))::int END"
#: how one obligation is counted, as filters over the table; `now` decides only between the two kinds of open
KINDS = {
    "in_time": "met_at <= due_at",
    "late": "met_at > due_at",
    "waived": "voided_at IS NOT NULL AND waived",
    "lapsed": "voided_at > due_at AND NOT waived",
    "voided": "voided_at <= due_at AND NOT waived",
    "open": "met_at IS NULL AND voided_at IS NULL AND due_at >= %(now)s",
    "open_late": "met_at IS NULL AND voided_at IS NULL AND due_at < %(now)s",
}
LIVE_ROWS = Source(
    "rulebook_obligation o",
    _ROLLED | {"month": f"date_trunc('month', {_DUE})::date", "day": _DUE, "person": "assignee_id", "outside": "(owed_by <> '')"},
    {"owed": "count(*)", "seconds_sum": f"coalesce(sum({SECONDS}) FILTER (WHERE met_at IS NOT NULL), 0)"}
    | {name: f"count(*) FILTER (WHERE {condition})" for name, condition in KINDS.items()},
    f"(SELECT {BIN}, 1 WHERE met_at IS NOT NULL)",
)
STALE_ROWS = replace(
    LIVE_ROWS,
    table="rulebook_obligation o JOIN"
    " unnest(%(stale_projects)s::uuid[], %(stale_starts)s::timestamptz[], %(stale_ends)s::timestamptz[]) s(project, starts, ends)"
    " ON o.project_id = s.project AND o.due_at >= s.starts AND o.due_at < s.ends",
)


def plan(projects: list[UUID], asked: Asked, by: tuple[str, ...], today: date) -> list[tuple[Source, str, dict[str, Any]]]:
    """Which table answers for which stretch: (source, condition, values)."""
    closed = min(asked.until, rolled_until(), today)
    noted = StaleDay.objects.unscoped("engine").filter(day__gte=asked.since, day__lt=closed, project_id__in=projects)
    stale = list(noted.values_list("project_id", "day").distinct())
    per_day = "day" in by or "person" in by or asked.person is not None
    months = [] if per_day else whole_months(asked.since, closed, without={d.replace(day=1) for _p, d in stale})
    pieces: list[tuple[Source, str, dict[str, Any]]] = []
    if months:
        pieces.append((MONTHS, "project_id = ANY(%(projects)s) AND month = ANY(%(months)s)", {"months": months}))
    spans = days_left(asked.since, closed, months)
    if spans:
        either = " OR ".join(f"(day >= %(from{n})s AND day < %(to{n})s)" for n in range(len(spans)))
        where = f"project_id = ANY(%(projects)s) AND ({either})"
        values: dict[str, Any] = {f"from{n}": since for n, (since, _until) in enumerate(spans)}
        values |= {f"to{n}": until for n, (_since, until) in enumerate(spans)}
        if stale:
            where += " AND (project_id, day) NOT IN (SELECT * FROM unnest(%(stale_projects)s::uuid[], %(stale_days)s::date[]))"
            values |= {"stale_projects": [p for p, _d in stale], "stale_days": [d for _p, d in stale]}
        pieces.append((DAYS, where, values))
    known = list(asked.rules) if asked.rules is not None else rules_in_use()
    if stale:
        values = {
            "stale_projects": [p for p, _d in stale],
            "stale_starts": [midnight(d) for _p, d in stale],
            "stale_ends": [midnight(d + timedelta(days=1)) for _p, d in stale],
            "known": known,
        }
        pieces.append((STALE_ROWS, "rule = ANY(%(known)s)", values))
    since = max(closed, asked.since)
    if since < asked.until:
        where = "project_id = ANY(%(projects)s) AND rule = ANY(%(known)s) AND due_at >= %(starts)s AND due_at < %(ends)s"
        pieces.append((LIVE_ROWS, where, {"known": known, "starts": midnight(since), "ends": midnight(asked.until)}))
    return pieces


def narrow(asked: Asked, source: Source) -> tuple[str, dict[str, Any]]:
    """The conditions that the question adds, and their values."""
    said = {
        "rule": ("= ANY(%(rules)s)", list(asked.rules) if asked.rules is not None else None),
        "stage": ("= %(stage)s", asked.stage),
        "handbook": ("= %(handbook)s", asked.handbook),
        "post": ("= %(post)s", asked.post),
        "person": ("= %(person)s", asked.person),
        "outside": ("= %(outside)s", asked.outside),
    }
    text, values = "", {}
    for key, (condition, value) in said.items():
        if value is not None:
            text += f" AND {source.keys[key]} {condition}"
            values["rules" if key == "rule" else key] = value
    return text, values


def read(
    cursor: Any,
    found: dict[tuple, Counts],
    source: Source,
    by: tuple[str, ...],
    where: str,
    values: dict[str, Any],
    spread: bool,
) -> None:
    """Add one table's numbers to what was found."""
    keys = [source.keys[key] for key in by]
    grouped = f" GROUP BY {', '.join(str(n + 1) for n in range(len(keys)))}" if keys else ""
    figures = ", ".join(f"{source.counts[name]}::bigint" for name in COUNTS)
    cursor.execute(f"SELECT {', '.join([*keys, figures])} FROM {source.table} WHERE {where}{grouped}", values)
    for row in cursor.fetchall():
        numbers = row[len(keys) :]
        if numbers[0]:
            key = row[: len(keys)]
            found[key] = found.get(key, NOTHING) + Counts(*map(int, numbers))
    if spread:
        columns = ", ".join([*keys, "b.bin"])
        grouped = f" GROUP BY {', '.join(str(n + 1) for n in range(len(keys) + 1))}"
        cursor.execute(
            f"SELECT {columns}, sum(b.n)::bigint FROM {source.table} CROSS JOIN LATERAL {source.bins} b(bin, n) WHERE {where}{grouped}",
            values,
        )
        spreads: dict[tuple, dict[int, int]] = {}
        for *key, number, count in cursor.fetchall():
            spreads.setdefault(tuple(key), {})[number] = int(count)
        for key, bins in spreads.items():
            found[key] = found.get(key, NOTHING) + Counts(bins=bins)


def read_several(
    source: Source, keys: tuple[str, ...], groupings: tuple[tuple[str, ...], ...], where: str, values: dict[str, Any]
) -> list[tuple[int, tuple, Counts]]:
    """(which grouping, its keys, its numbers) of one table, read once."""
    columns = [source.keys[key] for key in keys]
    sets = ", ".join(f"({', '.join(source.keys[key] for key in by)})" for by in groupings)
    which = f"GROUPING({', '.join(columns)})" if columns else "0"
    figures = ", ".join(f"{source.counts[name]}::bigint" for name in COUNTS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join([which, *columns, figures])} FROM {source.table} WHERE {where} GROUP BY GROUPING SETS ({sets})", values
        )
        rows = cursor.fetchall()
    width = len(keys) + 1
    return [(mask, tuple(row[: width - 1]), Counts(*map(int, row[width - 1 :]))) for mask, *row in rows if row[width - 1]]


# -- the obligations behind a number ---------------------------------------------------------------
_OPEN = Q(met_at=None, voided_at=None)


def behind(act: Act, asked: Asked, kind: str = "") -> ObligationQuerySet:
    """The obligations that a number counts, the latest due first. `kind`: one of the module's words, "breached", or "" for all."""
    settle_accounts()
    until = min(asked.until, timezone.localtime(act.at).date() + timedelta(days=1))
    kinds = {
        "in_time": Q(met_at__lte=F("due_at")),
        "late": Q(met_at__gt=F("due_at")),
        "lapsed": Q(voided_at__gt=F("due_at"), waived=False),
        "waived": Q(voided_at__isnull=False, waived=True),
        "voided": Q(voided_at__lte=F("due_at"), waived=False),
        "open": _OPEN & Q(due_at__gte=act.at),
        "open_late": _OPEN & Q(due_at__lt=act.at),
    }
    kinds |= {"breached": kinds["late"] | kinds["lapsed"] | kinds["open_late"], "": Q()}
    rows = Obligation.objects.visible_to(act).filter(
        kinds[kind],
        project_id__in=projects_seen(act, asked.projects),
        rule__in=asked.rules if asked.rules is not None else rules_in_use(),
        due_at__gte=midnight(asked.since),
        due_at__lt=midnight(until),
    )
    said = {"stage": asked.stage, "handbook": asked.handbook, "owner_post_id": asked.post, "assignee_id": asked.person}
    rows = rows.filter(**{name: value for name, value in said.items() if value is not None})
    if asked.outside is not None:
        rows = rows.exclude(owed_by="") if asked.outside else rows.filter(owed_by="")
    return rows.order_by("-due_at", "-pk").select_related("project", "owner_post", "assignee")


def words_about(obligations: Iterable[Obligation], fact: str) -> dict[UUID, JournalEntry]:
    """The newest line of that fact (`rulebook.duty.late_explained`, `rulebook.duty.waived`) about each obligation."""
    subjects = {row.subject_id: row.company_id for row in obligations}
    if not subjects:
        return {}
    lines = JournalEntry.objects.unscoped("link").filter(
        pk__in=JournalAbout.objects.filter(subject_id__in=list(subjects), entry__fact=fact).values("entry_id")
    )
    return {UUID(line.payload["obligation_id"]): line for line in lines.order_by("seq")}


# -- small words -----------------------------------------------------------------------------------
def rolled_until() -> date:
    """Days before this one are counted in rollups; long ago where no tick has ever closed a day."""
    return RollupMark.objects.values_list("closed_until", flat=True).first() or date.min


def rules_in_use() -> list[str]:
    """The clauses that ever opened an obligation, hopped from one to the next along the index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE known AS ((SELECT rule FROM rulebook_obligation ORDER BY rule LIMIT 1) UNION ALL"
            " SELECT (SELECT o.rule FROM rulebook_obligation o WHERE o.rule > k.rule ORDER BY o.rule LIMIT 1)"
            " FROM known k WHERE k.rule IS NOT NULL) SELECT rule FROM known WHERE rule IS NOT NULL"
        )
        return [rule for (rule,) in cursor.fetchall()]


def midnight(day: date) -> Any:
    """The moment at which a day of the handbooks begins."""
    return periods.bounds(f"{day:%Y-%m-%d}").start


def whole_months(since: date, until: date, without: set[date]) -> list[date]:
    """The first days of the months that lie wholly in [since, until), but for those left out."""
    month, found = since.replace(day=1), []
    while month < until:
        after = (month + timedelta(days=32)).replace(day=1)
        if month >= since and after <= until and month not in without:
            found.append(month)
        month = after
    return found


def days_left(since: date, until: date, months: list[date]) -> list[tuple[date, date]]:
    """The stretches of [since, until) that these whole months (in order) leave over."""
    found, start = [], since
    for month in months:
        if start < month:
            found.append((start, month))
        start = (month + timedelta(days=32)).replace(day=1)
    return [*found, (start, until)] if start < until else found
