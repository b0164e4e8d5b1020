"""A clause's numbers: what the catalogue says, or what a project decided from a day on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from guanjia.kernel.memo import remembered

from .catalogue import load
from .models import Parameter


def value(rule: str, key: str, project_id: UUID, at: datetime, default: Any = None) -> Any:
    """The value in force for a project at a moment: the newest override that has begun, else the catalogue's, else `default`."""
    today = timezone.localtime(at).date()
    for starts_on, overridden in _overrides(project_id).get((rule, key), ()):
        if starts_on <= today:
            return overridden
    clause = load().get(rule)  # a company's own rule has its numbers in its edition
    return clause.params.get(key, default) if clause is not None else default


@remembered
def _overrides(project_id: UUID) -> dict[tuple[str, str], list[tuple[Any, Any]]]:
    rows = Parameter.objects.unscoped("engine").filter(project_id=project_id).order_by("rule", "key", "-starts_on")
    overrides: dict[tuple[str, str], list[tuple[Any, Any]]] = {}
    for row in rows:
        overrides.setdefault((row.rule, row.key), []).append((row.starts_on, row.value))
    return overrides
