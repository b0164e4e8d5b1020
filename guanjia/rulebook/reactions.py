"""What the rulebook does because something happened on a lower floor: a changed calendar moves the clocks that still run."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from guanjia.kernel.act import Act
from guanjia.kernel.journal import reacts_to
from guanjia.org import selectors as org

from . import services


@reacts_to("org.calendar.day_set")
def reckon_from_the_day(entry: Any, act: Act) -> None:
    recompute(entry.subject_id, entry.payload["known_from"], act, since=date.fromisoformat(entry.payload["date"]))


@reacts_to("org.calendar.published")
def reckon_from_the_year(entry: Any, act: Act) -> None:
    recompute(entry.subject_id, entry.payload["known_from"], act, since=date(entry.payload["year"], 1, 1))


@reacts_to("org.calendar.hours_set")
def reckon_all(entry: Any, act: Act) -> None:
    recompute(entry.subject_id, entry.payload["known_from"], act)


def recompute(calendar_id: UUID, known_from: str | None, act: Act, since: date | None = None) -> None:
    """Reckon anew in each project that lives by the calendar; nothing to do where none did when it changed."""
    if known_from:
        for project in org.projects_on(calendar_id):
            services.recompute_clocks(project=project, known_at=datetime.fromisoformat(known_from), since=since, act=act)
