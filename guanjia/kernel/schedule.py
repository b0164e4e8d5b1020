"""Periodic work, each period exactly once, however long the outage: the row is the claim and the proof."""

from datetime import datetime

from django.db import connection

_CLAIM = """
INSERT INTO kernel_schedulerun (kind, period, started_at, finished_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (kind, period) DO NOTHING RETURNING id
"""


def claim(kind: str, period: str, at: datetime) -> bool:
    """True for the first to claim this run. Claim in the transaction of the effect: rolled back, it is free again."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [kind, period, at, at])
        return cursor.fetchone() is not None
