"""Checklist: a clause kept by looking. A sample that passed is evidence of the sample and of nothing else.

So such a clause is never said to be enforced: what is told is how many of how many were looked at, and how many passed.
Counted from the journal; which list it was and what was checked, a completed check says.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guanjia.kernel import periods
from guanjia.kernel.ids import Ref
from guanjia.kernel.models import JournalAbout
from guanjia.org.models import Project

from . import when
from .inforce import LIVE
from .rule import Binding, Param

CHECKED = "quality.check.completed"


class Checklist(Binding):
    """`Checklist("ORG-035", list="department", population=departments)`: what could be looked at in a period, by which list."""

    def __init__(
        self,
        rule: str,
        *,
        list: str,
        population: Callable[[Project, str, datetime], Iterable[Ref]],
        every: str | Param = "month",
        stage: str = "",
        awake: bool = True,
    ):
        self.rule, self.stage, self.awake = rule, stage, awake
        self.list, self.population, self.every = list, population, every
        self.__post_init__()


@dataclass(frozen=True)
class Sample:
    """Of a population, who was looked at in a period and how many of them passed the last time they were."""

    project: Project
    period: str
    population: int
    looked_at: int
    passed: int

    @property
    def share(self) -> float | None:
        """The share that was looked at; None of nobody."""
        return self.looked_at / self.population if self.population else None


def sample(binding: Checklist, project: Project, at: datetime) -> Sample:
    """The sample of the period that runs at that moment."""
    every = str(LIVE.resolve(binding.every, binding.rule, project.pk, at))
    period = when.parse_every(every).key_at(at)
    span = periods.bounds(period)
    whole = {ref.id for ref in binding.population(project, period, at)}
    lines = JournalAbout.objects.filter(
        subject_id__in=whole, entry__fact=CHECKED, entry__project_id=project.pk, happened_at__gte=span.start, happened_at__lt=span.end
    ).order_by("happened_at", "entry__seq")
    last: dict[Any, bool] = {}
    for subject_id, payload in lines.values_list("subject_id", "entry__payload"):
        if payload["list"] == binding.list:
            last[subject_id] = bool(payload["passed"])
    return Sample(project, period, len(whole), len(last), sum(last.values()))
