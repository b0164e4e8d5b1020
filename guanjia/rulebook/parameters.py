"""A clause's numbers: what the catalogue says, or what a project decided from a day on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from guanjia.kernel.memo import remembered

from .catalogue import load
from .models import Parameter
from .rule import Param


def value(rule: str, key: str, project_id: UUID, at: datetime, default: Any = None) -> Any:
    """The value in force for a project at a moment: the newest override that has begun, else the catalogue's, else `default`."""
    today = timezone.localtime(at).date()
    for starts_on, overridden in _overrides(project_id).get((rule, key), ()):
        if starts_on <= today:
            return overridden
    return load()[rule].params.get(key, default)


def resolve(given: Any, rule: str, project_id: UUID, at: datetime) -> Any:
    """A binding's value: `param("x")` looked up, anything else as it is."""
    return value(rule, given.key, project_id, at, given.default) if isinstance(given, Param) else given


def is_awake(binding: Any, project_id: UUID, at: datetime) -> bool:
    """True if the project lives by this clause: the parameter `on`, else what the binding says."""
    return bool(value(binding.rule, "on", project_id, at, binding.awake))


@remembered
def _overrides(project_id: UUID) -> dict[tuple[str, str], list[tuple[Any, Any]]]:
    rows = Parameter.objects.unscoped("engine").filter(project_id=project_id).order_by("rule", "key", "-starts_on")
    overrides: dict[tuple[str, str], list[tuple[Any, Any]]] = {}
    for row in rows:
        overrides.setdefault((row.rule, row.key), []).append((row.starts_on, row.value))
    return overrides
