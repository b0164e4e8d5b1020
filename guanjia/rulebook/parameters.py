"""A clause's numbers: what the catalogue says, or what a project decided from a day on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from guanjia.kernel.memo import remembered

from .catalogue import load
from .models import Parameter

#: what a project may set for itself that belongs to no clause: the hours in which nobody is warned or reminded ("" for
#: none), and whether what is told to people also goes out as a short message, which costs money
HOUSE = "HOUSE"
SETTINGS: dict[str, dict[str, Any]] = {HOUSE: {"quiet_hours": "21:00-08:00", "notice_sms": False}}


def value(rule: str, key: str, project_id: UUID, at: datetime, default: Any = None) -> Any:
    """The value in force for a project at a moment: the newest override that has begun, else the catalogue's, else `default`."""
    today = timezone.localtime(at).date()
    for starts_on, overridden in _overrides(project_id).get((rule, key), ()):
        if starts_on <= today:
            return overridden
    given = SETTINGS[rule] if rule in SETTINGS else load()[rule].params
    return given.get(key, default)


@remembered
def _overrides(project_id: UUID) -> dict[tuple[str, str], list[tuple[Any, Any]]]:
    rows = Parameter.objects.unscoped("engine").filter(project_id=project_id).order_by("rule", "key", "-starts_on")
    overrides: dict[tuple[str, str], list[tuple[Any, Any]]] = {}
    for row in rows:
        overrides.setdefault((row.rule, row.key), []).append((row.starts_on, row.value))
    return overrides
