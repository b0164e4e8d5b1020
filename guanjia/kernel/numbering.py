"""Human numbers: gapless per project (or company), prefix and day. CS-20260302-0041."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from . import fixed

_NEXT = """
INSERT INTO kernel_sequence (scope_id, prefix, day, value) VALUES (%(scope)s, %(prefix)s, %(day)s, %(count)s)
ON CONFLICT (scope_id, prefix, day) DO UPDATE SET value = kernel_sequence.value + %(count)s
RETURNING value
"""


def next_number(prefix: str, scope: Any, at: datetime) -> str:
    """The next number of that day in the project's time zone. Call inside a use case, late: the row stays locked until the commit."""
    return next_numbers(prefix, scope, at, 1)[0]


def next_numbers(prefix: str, scope: Any, at: datetime, count: int) -> list[str]:
    """The next `count` numbers, in order, for whoever makes many at once."""
    if not count:
        return []
    day = timezone.localtime(at).date()
    ((last,),) = fixed.run(_NEXT, {"scope": scope.pk, "prefix": prefix, "day": day, "count": count})
    return [f"{prefix}-{day:%Y%m%d}-{value:04d}" for value in range(last - count + 1, last + 1)]
