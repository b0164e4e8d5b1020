"""Keeps a small family of processes alive: web, worker and, where it is ours, the database.

They live and die together. A child that dies is started again, after a pause that grows while it keeps dying; the
embedded database is brought up again when it falls silent. SIGINT, SIGTERM and SIGHUP stop all of them, the database last.
"""

import contextlib
import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

from guanjia.kernel.embedded import EmbeddedPostgres, EmbeddedPostgresError
from guanjia.kernel.environment import CHECKOUT

log = logging.getLogger(__name__)

POLL_SECONDS = 0.2
DATABASE_CHECK_SECONDS = 1.0
PAUSE_SECONDS_MAX = 30
STEADY_SECONDS = 60  # whoever lived this long starts with a clean slate


@dataclass
class Child:
    name: str
    command: list[str]
    process: subprocess.Popen | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    pause: float = 0.5

    def start(self) -> None:
        # In a session of its own: Ctrl-C reaches us alone, and we decide who stops when.
        self.process = subprocess.Popen(self.command, cwd=CHECKOUT, start_new_session=True, preexec_fn=_die_with_parent)
        self.started_at = time.monotonic()

    def tend(self) -> None:
        """Start the child if its time has come; notice its death."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
        elif (code := self.process.poll()) is not None:
            self._end_group()
            self.pause = 0.5 if now - self.started_at > STEADY_SECONDS else min(self.pause * 2, PAUSE_SECONDS_MAX)
            self.start_at = now + self.pause
            self.process = None
            log.warning("%s ended with %s; starting it again in %.0f s", self.name, code, self.pause)

    def stop(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("%s did not stop in time; killing it", self.name)
        self._end_group()
        self.process.wait()

    def _end_group(self) -> None:
        """Also what the child has started: the workers of a killed web server would go on serving, unseen."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


class Supervisor:
    """`run` returns when it was told to stop and everybody has stopped. It calls `announce` once, when `answers` is first true."""

    def __init__(self, children: list[Child], *, database: EmbeddedPostgres | None = None, stop_seconds_max: float = 15):
        self.children = children
        self.database = database
        self.stop_seconds_max = stop_seconds_max
        self.stopping = False

    def run(self, *, answers=lambda: True, announce=lambda: None) -> None:
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        announced, next_check = False, time.monotonic() + DATABASE_CHECK_SECONDS
        try:
            while not self.stopping:
                if self.database and time.monotonic() >= next_check:
                    self._tend_database()
                    next_check = time.monotonic() + DATABASE_CHECK_SECONDS
                self._tend_children()
                if not announced and answers():
                    announce()
                    announced = True
                time.sleep(POLL_SECONDS)
        finally:
            self._stop_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _tend_children(self) -> None:
        for child in self.children:
            child.tend()

    def _tend_database(self) -> None:
        if not self.database.is_running():
            log.warning("the database does not answer; bringing it up again")
            try:
                self.database.ensure_running()
            except EmbeddedPostgresError as error:
                log.error("%s", error)

    def _stop(self, number, frame) -> None:
        self.stopping = True

    def _stop_all(self) -> None:
        living = [child for child in reversed(self.children) if child.process is not None]
        for child in living:
            child.process.terminate()
        deadline = time.monotonic() + self.stop_seconds_max
        for child in living:
            child.stop(deadline)
        if self.database:
            self.database.stop()


def _die_with_parent() -> None:
    """If the supervisor itself is killed, nobody would stop the children: Linux tells them."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
