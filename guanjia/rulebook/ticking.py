"""The tick: what happens because time passes. Climbs ladders (`climbing`), opens what is periodic, takes readings.

Safe to run at any time, by several workers, after any outage: every step leaves a row that proves it was taken.
"""

import hashlib
import random
from dataclasses import asdict
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from guanjia.kernel import journal, periods, schedule
from guanjia.kernel.act import Act, system_act
from guanjia.kernel.models import ScheduleRun
from guanjia.kernel.usecase import usecase, whole
from guanjia.org import selectors as org
from guanjia.org.models import Project

from . import climbing, coverage, facts, rollups, services, when
from .authoring.compiling import speaks_of
from .inforce import LIVE
from .models import ApprovalStep, Draw, Reading
from .rule import Param

BATCH = 500
CATCH_UP_PERIODS = 7
LOOK_BACK = timedelta(days=1)


def tick(at: datetime) -> dict[str, int]:
    """Everything that is due by `at`; returns counts of what was done."""
    climbed = sum(climbing.climb(at), start=climbing.Climbed())
    return asdict(climbed) | {
        "drawn": draw_due(at),
        "readings": read_due(at),
        "approvals_late": approvals_late(at),
        "recomputed": recompute_due(at),
        "rolled_up": rollups.keep(at)["days"],
    }


# -- approvals -----------------------------------------------------------------------------------
def approvals_late(at: datetime) -> int:
    """Write down each step of an approval that is past its time, once; returns how many."""
    late = ApprovalStep.objects.filter(state="open", overdue_at__isnull=True, due_at__lt=at).select_related("request").order_by("due_at")
    steps = list(late[:BATCH])
    for step in steps:
        services.note_late_step(step.request, nth=step.nth, act=system_act(at, company_id=step.request.company_id))
    return len(steps)


# -- calendars -----------------------------------------------------------------------------------
def recompute_due(at: datetime) -> int:
    """Reckon anew what was opened between a change of a calendar and the moment it was known everywhere; returns how many moved.

    What was open already was moved in the act of the change. Looks back a day, each change of each project once.
    """
    owed = [
        (f"recompute:{project.pk.hex}", known_at.strftime("%Y%m%d%H%M%S%f"), project, known_at)
        for calendar_id, known_at in org.calendars_changed(at - LOOK_BACK, at)
        for project in org.projects_on(calendar_id)
    ]
    taken = set(ScheduleRun.objects.filter(kind__in={one[0] for one in owed}).values_list("kind", "period")) if owed else set()
    return sum(_recompute_once(*one, at) for one in owed if one[:2] not in taken)


def _recompute_once(kind: str, period: str, project: Project, known_at: datetime, at: datetime) -> int:
    act = system_act(at, company_id=project.company_id)
    return whole(lambda: services.recompute_clocks(project=project, known_at=known_at, act=act) if schedule.claim(kind, period, at) else 0)


# -- draws ---------------------------------------------------------------------------------------
def draw_due(at: datetime) -> int:
    """Draw for every periodic clause, project and period that has begun and has no draw yet; returns how many were drawn."""
    owed = [
        (binding, project, period)
        for project in _projects()
        for binding in LIVE.periodics(project.company_id)
        if LIVE.is_awake(binding, project.pk, at)
        for period in _begun(_rhythm(binding, project, at), at, since=_last_period(binding, project))
        if speaks_of(binding, period)
    ]
    return sum(_draw_once(binding, project, period, at) for binding, project, period in _unclaimed("draw", owed))


def _draw_once(binding: Any, project: Project, period: str, at: datetime) -> bool:
    act = system_act(at, company_id=project.company_id)
    return whole(
        lambda: (
            schedule.claim(_kind("draw", binding, project), period, at)
            and draw(project=project, rule=binding.key, period=period, act=act) is not None
        )
    )


@usecase("rulebook.draw.draw")
def draw(*, project: Project, rule: str, period: str, act: Act) -> Draw | None:
    """A seeded sample of the population of one clause and period, journalled with its digest; None if there was nobody."""
    binding = next(one for one in LIVE.periodics(project.company_id) if one.key == rule and LIVE.is_awake(one, project.pk, act.at))
    population = sorted(str(ref) for ref in binding.draw(project, period, act.at))
    if not population:
        return None
    share = LIVE.resolve(binding.share, binding.rule, project.pk, act.at) if binding.share is not None else 1
    seed = hashlib.sha256(f"{rule}|{project.pk}|{period}".encode()).hexdigest()
    chosen = sorted(random.Random(seed).sample(population, min(len(population), ceil(len(population) * float(share)))))
    digest = hashlib.sha256("\n".join(population).encode()).hexdigest()
    row = Draw.objects.create(
        project=project,
        rule=binding.rule,
        period=period,
        seed=seed,
        population=len(population),
        digest=digest,
        chosen=chosen,
        drawn_at=act.at,
    )
    journal.record(
        row, facts.DrawDrawn(rule=binding.rule, period=period, seed=seed, population=len(population), digest=digest, chosen=chosen), act=act
    )
    return row


# -- readings ------------------------------------------------------------------------------------
def read_due(at: datetime) -> int:
    """Take the reading of every measured clause, project and period that has ended; returns how many were taken."""
    owed = [
        (binding, project, period)
        for project in _projects()
        for binding in LIVE.coverages(project.company_id)
        if LIVE.is_awake(binding, project.pk, at)
        for period in [key for key in _begun(binding.every, at) if periods.bounds(key)[1] <= at][-2:]
        if speaks_of(binding, period)
    ]
    return sum(_read_once(binding, project, period, at) for binding, project, period in _unclaimed("read", owed))


def _read_once(binding: Any, project: Project, period: str, at: datetime) -> bool:
    act = system_act(at, company_id=project.company_id)
    return whole(
        lambda: (
            schedule.claim(_kind("read", binding, project), period, at)
            and read(project=project, rule=binding.rule, stage=binding.stage, period=period, act=act) is not None
        )
    )


@usecase("rulebook.reading.take")
def read(*, project: Project, rule: str, stage: str = "", period: str, act: Act) -> Reading:
    """Measure one clause over one period and keep the numbers; a share under its target is a fact of its own."""
    binding = next(
        one
        for one in LIVE.coverages(project.company_id)
        if (one.rule, one.stage) == (rule, stage) and LIVE.is_awake(one, project.pk, act.at)
    )
    measured = coverage.measure(binding, project, period)
    target = LIVE.resolve(binding.target or Param("target"), rule, project.pk, act.at)
    reading = Reading.objects.create(
        project=project,
        rule=rule,
        stage=stage,
        period=period,
        numerator_count=measured.numerator,
        denominator_count=measured.denominator,
        target=target,
        taken_at=act.at,
    )
    journal.record(
        reading,
        facts.ReadingTaken(rule=rule, stage=stage, period=period, numerator=measured.numerator, denominator=measured.denominator),
        act=act,
    )
    if measured.denominator and target is not None and measured.numerator < float(target) * measured.denominator:
        journal.record(
            reading,
            facts.ReadingShort(
                rule=rule, stage=stage, period=period, numerator=measured.numerator, denominator=measured.denominator, target=str(target)
            ),
            act=act,
        )
    return reading


# -- periods and proofs --------------------------------------------------------------------------
def _projects() -> list[Project]:
    return list(Project.objects.unscoped("engine").order_by("pk"))


def _rhythm(binding: Any, project: Project, at: datetime) -> str:
    return str(LIVE.resolve(binding.every, binding.rule, project.pk, at))


def _begun(every: str, at: datetime, since: str | None = None) -> list[str]:
    """The last few periods that have begun by `at`, oldest first; after an outage each is still taken once."""
    keys = [when.parse_every(every).key_at(at)]
    while len(keys) < CATCH_UP_PERIODS and keys[0] != since:
        keys.insert(0, periods.previous(keys[0]))
    return keys


def _unclaimed(what: str, owed: list[tuple[Any, Project, str]]) -> list[tuple[Any, Project, str]]:
    """What nobody has taken yet, asked once: most ticks find everything taken. Who takes it is decided by the claim."""
    kinds = {_kind(what, binding, project) for binding, project, _period in owed}
    taken = set(ScheduleRun.objects.filter(kind__in=kinds, period__in={period for *_who, period in owed}).values_list("kind", "period"))
    return [one for one in owed if (_kind(what, one[0], one[1]), one[2]) not in taken]


def _last_period(binding: Any, project: Project) -> str | None:
    return ScheduleRun.objects.filter(kind=_kind("draw", binding, project)).order_by("-started_at").values_list("period", flat=True).first()


def _kind(what: str, binding: Any, project: Project) -> str:
    return f"{what}:{binding.key}:{project.pk.hex}"
