"""Work that is due now, done by a worker: a thin layer over procrastinate.

    @job("kernel.message.deliver")
    def deliver(message_id: str) -> None: ...

    deliver.later(message_id=str(message.id))      # part of the running transaction: rolled back, there is no job

The queue delivers at least once, sometimes at the same time twice. A job's effect therefore runs in one transaction
that first locks the queue's own row at this very attempt, and leaves a `JobRun`: a second delivery finds it and stops.
Timers are never jobs; they are obligations.
"""

import functools
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection
from procrastinate import JobContext
from procrastinate.contrib.django import app

from . import clock, wall
from .models import JobRun
from .usecase import whole

ATTEMPTS_MAX = 3

_FENCE = "SELECT 1 FROM procrastinate_jobs WHERE id = %s AND status = 'doing' AND attempts = %s FOR UPDATE"
JOBS: dict[str, Callable] = {}


def job(name: str, *, queue: str = "default", whole_in_one: bool = True) -> Callable:
    """Make `fn(**plain values)` a job. With `whole_in_one` False the job keeps its own place (a cursor row) and commits by chunks."""

    def decorate(fn: Callable) -> Callable:
        @functools.wraps(fn)
        def run(context: JobContext, **kwargs: Any) -> None:
            with wall.everyone("job"):  # a job is ids only: whose they are it learns from their rows
                if whole_in_one:
                    whole(lambda: _fenced(context, name, fn, kwargs))
                else:
                    fn(**kwargs)

        task = app.task(name=name, queue=queue, pass_context=True, retry=ATTEMPTS_MAX - 1)(run)
        JOBS[name] = fn
        fn.later = lambda **kwargs: task.defer(**kwargs)
        return fn

    return decorate


def _fenced(context: JobContext, name: str, fn: Callable, kwargs: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FENCE, [context.job.id, context.job.attempts])
        if cursor.fetchone() is None or JobRun.objects.filter(job_id=context.job.id).exists():
            return
    fn(**kwargs)
    JobRun.objects.create(job_id=context.job.id, name=name, finished_at=clock.now())


def living(job_ids: Iterable[int]) -> set[int]:
    """Which of these jobs are still waiting or being done; the others were done, or set aside as failed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM procrastinate_jobs WHERE id = ANY(%s) AND status IN ('todo', 'doing')", [list(job_ids)])
        return {id for (id,) in cursor.fetchall()}
