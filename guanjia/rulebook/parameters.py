"""A clause's numbers: what a project decided from a day on, what its handbooks say, or what the catalogue says."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from guanjia.kernel.memo import remembered

from . import adoption
from .catalogue import load
from .models import Parameter

#: what a project may set for itself that belongs to no clause: the hours in which nobody is warned or reminded ("" for
#: none), and whether what is told to people also goes out as a short message, which costs money
HOUSE = "HOUSE"
SETTINGS: dict[str, dict[str, Any]] = {HOUSE: {"quiet_hours": "21:00-08:00", "notice_sms": False}}


def value(rule: str, key: str, project_id: UUID, at: datetime, default: Any = None) -> Any:
    """The value in force for a project at a moment: its own newest override that has begun, else its handbooks', else the
    catalogue's, else `default`. The key "on" asks whether the project lives by the clause at all."""
    own = override(rule, key, project_id, at)
    return in_handbook(rule, key, project_id, at, default) if own is None else own


def override(rule: str, key: str, project_id: UUID, at: datetime) -> Any:
    """What the project itself decided, from the newest day that has come; None if it decided nothing."""
    return _begun(_overrides(project_id).get((rule, key), ()), timezone.localtime(at).date())


def overrides_at(project_id: UUID, at: datetime) -> dict[tuple[str, str], Any]:
    """Everything that the project itself decided and that has begun, by (clause, key)."""
    today = timezone.localtime(at).date()
    found = {which: _begun(rows, today) for which, rows in _overrides(project_id).items()}
    return {which: value for which, value in found.items() if value is not None}


def _begun(rows: Iterable[tuple[Any, Any]], today: Any) -> Any:
    return next((value for starts_on, value in rows if starts_on <= today), None)


def in_handbook(rule: str, key: str, project_id: UUID, at: datetime, default: Any = None) -> Any:
    """The value that would hold if the project had decided nothing of its own."""
    if rule in SETTINGS:
        return SETTINGS[rule].get(key, default)
    clause, book = load().get(rule), adoption.in_use(project_id, at)
    if book is not None and clause is not None:
        if key == "on":
            return book.is_on(rule)
        entry = book.entries.get(rule)
        if entry is not None and key in entry.params:
            return entry.params[key]
    return default if clause is None else clause.params.get(key, default)


@remembered
def _overrides(project_id: UUID) -> dict[tuple[str, str], list[tuple[Any, Any]]]:
    rows = Parameter.objects.unscoped("engine").filter(project_id=project_id).order_by("rule", "key", "-starts_on")
    overrides: dict[tuple[str, str], list[tuple[Any, Any]]] = {}
    for row in rows:
        overrides.setdefault((row.rule, row.key), []).append((row.starts_on, row.value))
    return overrides
