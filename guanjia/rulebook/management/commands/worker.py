"""manage.py worker: does queued jobs, ticks the rulebook, and rescues jobs whose worker died.

Any number may run. The tick is taken by whoever holds the advisory lock; what it does is proved by rows, so a lost
lock doubles nothing. A job left behind by a dead worker is offered again at most three times, then set aside as failed.
"""

import asyncio
import logging
import threading
from datetime import UTC, datetime

from asgiref.sync import async_to_sync
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from guanjia.kernel import clock, jobs, once, schedule, wall
from guanjia.rulebook import reckoning, ticking

TICK_SECONDS = 5
DEAD_AFTER_SECONDS = 30
BEAT_LOCK = 0x67756162

log = logging.getLogger("guanjia.worker")


class Command(BaseCommand):
    help = "处理后台任务，按时推进规则（可同时运行多个）"

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="只推进一次并处理完现有任务，然后退出")
        parser.add_argument("--concurrency", type=int, default=2)

    def handle(self, *args, once: bool, concurrency: int, **options):
        wall.shut()  # beats and jobs say themselves what they are for
        if once:
            beat()
            self._work(concurrency, wait=False)
            return
        stop = threading.Event()
        heart = threading.Thread(target=_beats, args=(stop,), name="beat", daemon=True)
        heart.start()
        try:
            self._work(concurrency, wait=True)
        finally:
            stop.set()
            heart.join(timeout=10)

    def _work(self, concurrency: int, *, wait: bool) -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
            asyncio.run(_run(worker_app, concurrency=concurrency, wait=wait))


async def _run(worker_app, *, concurrency: int, wait: bool) -> None:
    async with worker_app.open_async():
        await worker_app.run_worker_async(
            concurrency=concurrency,
            wait=wait,
            delete_jobs="successful",
            fetch_job_polling_interval=1.0,
            shutdown_graceful_timeout=20,
            install_signal_handlers=wait,
        )


def _beats(stop: threading.Event) -> None:
    while not stop.wait(TICK_SECONDS):
        try:
            beat()
        except DatabaseError as fault:  # the database went away: the next beat finds it again
            log.warning("beat missed: %s", fault)
            connection.close()
        except Exception:
            log.exception("beat failed")
            connection.close()


def beat() -> dict[str, int] | None:
    """One beat: rescue, tick, sweep; None if another worker is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [BEAT_LOCK])
        if not cursor.fetchone()[0]:
            return None
    try:
        rescue()
        with wall.everyone("engine"):
            reckoning.end_lost(clock.now())
            done = ticking.tick(clock.now())
            schedule.keep_days(clock.now())
        once.sweep()
        return done
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [BEAT_LOCK])


def rescue() -> int:
    """Offer the jobs of dead workers again; set aside those that killed three. Returns how many were found."""
    manager = app.job_manager
    stalled = list(async_to_sync(manager.get_stalled_jobs)(seconds_since_heartbeat=DEAD_AFTER_SECONDS))
    for job in stalled:
        with transaction.atomic():
            if job.attempts + 1 >= jobs.ATTEMPTS_MAX:
                log.error("job %s (%s) set aside after %s attempts", job.id, job.task_name, job.attempts + 1)
                async_to_sync(manager.finish_job)(job, Status.FAILED, False)
            else:
                async_to_sync(manager.retry_job)(job, retry_at=datetime.now(UTC))
    return len(stalled)
