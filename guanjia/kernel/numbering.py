"""Human numbers: gapless per project (or company), prefix and day. CS-20260302-0041."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from . import fixed

_NEXT = """
INSERT INTO kernel_sequence (scope_id, prefix, day, value) VALUES (%s, %s, %s, 1)
ON CONFLICT (scope_id, prefix, day) DO UPDATE SET value = kernel_sequence.value + 1
RETURNING value
"""


def next_number(prefix: str, scope: Any, at: datetime) -> str:
    """The next number of that day in the project's time zone. Call inside a use case, late: the row stays locked until the commit."""
    day = timezone.localtime(at).date()
    ((value,),) = fixed.run(_NEXT, [scope.pk, prefix, day])
    return f"{prefix}-{day:%Y%m%d}-{value:04d}"
