"""The job that reckons backtests.

It touches nothing but the row that asked, so a second delivery only reckons again. A large question is dealt out to
processes of their own, a heap of projects each; whoever reckons looks at the row twice a second, says how far it has come,
and stops when the row no longer says "running": that is how cancelling works. A job that the worker gave up leaves a row
which `end_lost` ends in plain sight.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from guanjia.kernel import clock, environment, jobs
from guanjia.kernel.act import Act, system_act
from guanjia.kernel.jobs import job
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.org import selectors as org

from . import backtest, facts, lines
from .authoring.compiling import Runs, clause_for, compile_rule
from .models import Backtest

PROCESSES = min(2, os.cpu_count() or 1)
WORTH_A_PROCESS = 100_000  # lines; below that a process takes longer to start than to read
LOOK_SECONDS = 0.5
SWITCH, DRAFT = "on", "draft"  # keys of a change that are no number of the clause
STOPPED = 3  # how a process says that nobody waits any more


class NoLongerWanted(Exception):
    """The row says that nobody waits for the answer any more."""


@job("rulebook.backtest.reckon", whole_in_one=False)
def reckon(backtest_id: str) -> None:
    """Reckon one backtest from its beginning, whoever tried before."""
    begun = Backtest.objects.unscoped("job").filter(pk=backtest_id, state__in=Backtest.LIVING)
    if not begun.update(state=Backtest.RUNNING, started_at=clock.now(), lines_read=0):
        return
    row = Backtest.objects.unscoped("job").select_related("by").get(pk=backtest_id)
    act = org.act_of(row.by, clock.now(), "job")
    system = system_act(clock.now(), company_id=row.company_id, via="job")
    if not {UUID(one) for one in row.projects} <= act.rights.projects("rulebook.backtest.ask"):
        end(row, state=Backtest.FAILED, error=_("您已不在其中的某个项目任职，请重新选择项目。"), act=system)
        return
    try:
        told = _dealt_out(row)
    except NoLongerWanted:
        return
    end(row, state=Backtest.DONE, result=told, act=system_act(clock.now(), company_id=row.company_id, via="job"))


def question_of(row: Backtest, projects: Iterable[UUID] | None = None) -> backtest.Question:
    """What a row asks, of all its projects or of some."""
    since, until = row.span
    changes = backtest.Changes(
        values={(rule, key): value for rule, key, value in row.changes if key not in (SWITCH, DRAFT)},
        switches={rule: value for rule, key, value in row.changes if key == SWITCH},
        added=tuple(duty for rule, key, value in row.changes if key == DRAFT for duty in _drafted(rule, value)),
    )
    of = tuple(UUID(one) for one in row.projects) if projects is None else tuple(projects)
    return backtest.Question(row.company_id, of, since, min(until, clock.now()), changes, row.everything)


def _drafted(rule: str, draft: dict[str, Any]) -> tuple[Any, ...]:
    """The duties of a draft, speaking on all days."""
    return compile_rule(clause_for(rule, draft["title"], draft["definition"]), draft["definition"], Runs())


def _dealt_out(row: Backtest) -> dict[str, Any]:
    """The answer, reckoned here or by several processes at once."""
    question = question_of(row)
    found = backtest.extent(question)
    Backtest.objects.unscoped("job").filter(pk=row.pk).update(lines=found.lines)
    row.lines = found.lines
    heaps = lines.parts(found, max(1, min(PROCESSES, found.lines // WORTH_A_PROCESS)))
    if len(heaps) < 2:
        return backtest.merged([backtest.run(question, Watch(row.pk), found)])
    return backtest.merged(by_processes(row, found, heaps))


def by_processes(row: Backtest, found: lines.Extent, heaps: list[tuple[UUID, ...]]) -> list[dict[str, Any]]:
    """The answer for each heap of projects, all reckoned at once; NoLongerWanted as soon as the row says so."""
    children = [
        Child(row, {"first": found.first, "last": found.last, "counts": {str(one): found.counts[one] for one in heap}}) for heap in heaps
    ]
    watch = Watch(row.pk)
    try:
        while any(child.is_busy for child in children):
            watch(0, found.lines)  # a child that waits for a disk could not look itself
            time.sleep(LOOK_SECONDS / 2)
        return [child.answer() for child in children]
    finally:
        for child in children:
            child.end()


class Child:
    """A process that reckons one heap; what it says goes into files, so that nobody waits at a full pipe."""

    def __init__(self, row: Backtest, heap: dict[str, Any]):
        self.files = [tempfile.TemporaryFile("w+") for _nth in range(3)]  # noqa: SIM115 (`end` closes them)
        asked, told, complaint = self.files
        json.dump(heap, asked)
        asked.seek(0)
        here = connection.settings_dict
        url = environment.url_of(
            {"host": here["HOST"], "port": here["PORT"] or 5432, "user": here["USER"], "password": here["PASSWORD"], "dbname": here["NAME"]}
        )
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "backtest_part", str(row.pk)],
            cwd=settings.BASE_DIR,
            stdin=asked,
            stdout=told,
            stderr=complaint,
            env=os.environ | {"DATABASE_URL": url},
        )

    @property
    def is_busy(self) -> bool:
        return self.process.poll() is None

    def answer(self) -> dict[str, Any]:
        """What it found out. NoLongerWanted if it stopped for that; RuntimeError if it failed."""
        _asked, told, complaint = self.files
        if self.process.returncode == STOPPED:
            raise NoLongerWanted
        told.seek(0)
        complaint.seek(0)
        if self.process.returncode:
            raise RuntimeError(f"a part of a backtest ended with {self.process.returncode}: {complaint.read()[-2000:]}")
        return json.load(told)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for file in self.files:
            file.close()


def reckon_part(backtest_id: str, heap: dict[str, Any]) -> dict[str, Any]:
    """One heap of projects, in a process of its own that ends with the one that started it."""
    row = Backtest.objects.unscoped("job").get(pk=backtest_id)
    counts = {UUID(project): count for project, count in heap["counts"].items()}
    found = lines.Extent(heap["first"], heap["last"], counts)
    return backtest.run(question_of(row, counts), Watch(row.pk, parent=os.getppid()), found)


class Watch:
    """Says how far the reckoning has come, and ends it when nobody waits any more."""

    def __init__(self, backtest_id: UUID, parent: int = 0):
        self.backtest_id, self.parent = backtest_id, parent
        self.told, self.next = 0, 0.0

    def __call__(self, read: int, in_all: int) -> None:
        if self.parent and os.getppid() != self.parent:
            raise NoLongerWanted
        if time.monotonic() < self.next:
            return
        self.next = time.monotonic() + LOOK_SECONDS
        running = Backtest.objects.unscoped("job").filter(pk=self.backtest_id, state=Backtest.RUNNING)
        if not running.update(lines_read=F("lines_read") + read - self.told):
            raise NoLongerWanted
        self.told = read


# -- the end -------------------------------------------------------------------------------------
def ended(row: Backtest, state: str, act: Act, *, error: str = "", result: dict[str, Any] | None = None) -> Backtest:
    """A step of cancelling and ending: the row says how, and the journal too."""
    row.state, row.error, row.result, row.finished_at = state, error[:300], result, act.at
    row.save(update_fields=["state", "error", "result", "finished_at"])
    record(row, facts.BacktestEnded(state=state, lines=row.lines_read, error=row.error), act=act)
    return row


@usecase("rulebook.backtest.end")
def end(row: Backtest, *, state: str, error: str = "", result: dict[str, Any] | None = None, act: Act) -> None:
    """End what is being reckoned, unless somebody ended it before."""
    if row.is_living:
        if state == Backtest.DONE:
            row.lines_read = row.lines
            row.save(update_fields=["lines_read"])
        ended(row, state, act, error=error, result=result)


def end_lost(at: datetime) -> int:
    """End those whose job was given up after its workers died; returns how many. For the worker's beat."""
    waiting = list(Backtest.objects.unscoped("job").filter(state__in=Backtest.LIVING, job_id__isnull=False))
    alive = jobs.living(row.job_id for row in waiting) if waiting else set()
    lost = [row for row in waiting if row.job_id not in alive]
    for row in lost:
        act = system_act(at, company_id=row.company_id, via="job")
        end(row, state=Backtest.FAILED, error=_("计算它的后台进程中断了，请再试一次。"), act=act)
    return len(lost)
