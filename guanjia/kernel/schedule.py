"""Periodic work, each period exactly once, however long the outage: the row is the claim and the proof."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from .usecase import whole

#: what is done once a day, by name
DAILY: dict[str, Callable[[datetime], Any]] = {}

_CLAIM = """
INSERT INTO kernel_schedulerun (kind, period, started_at, finished_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (kind, period) DO NOTHING RETURNING id
"""


def claim(kind: str, period: str, at: datetime) -> bool:
    """True for the first to claim this run. Claim in the transaction of the effect: rolled back, it is free again."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [kind, period, at, at])
        return cursor.fetchone() is not None


def daily(kind: str) -> Callable:
    """Run the decorated `fn(at)` once a day, in one transaction with its claim, for rooms that the rulebook cannot know."""

    def register(fn: Callable[[datetime], Any]) -> Callable:
        DAILY[kind] = fn
        return fn

    return register


def keep_days(at: datetime) -> int:
    """Do what is done daily and was not done on the day of `at`; returns how many were."""
    day = timezone.localdate(at).isoformat()
    return sum(whole(lambda kind=kind, fn=fn: _once(kind, day, fn, at)) for kind, fn in DAILY.items())


def _once(kind: str, day: str, fn: Callable[[datetime], Any], at: datetime) -> bool:
    if not claim(kind, day, at):
        return False
    fn(at)
    return True
