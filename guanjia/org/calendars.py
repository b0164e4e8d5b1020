"""Calendars as rows: service hours by weekday, and the days that differ. The rows decide; a package may seed them.

A calendar is dated by when it became known. What was reckoned on Monday with Monday's calendar is reckoned the same for
ever, although a day was changed on Tuesday: whoever reckons says what could be known (`History.known_at`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

import holidays

from guanjia.kernel import memo
from guanjia.kernel.worktime import DayKind, WorkCalendar

from .models import Calendar, CalendarPast

ROUND_THE_CLOCK = {str(day): [[0, 1440]] for day in range(7)}


@dataclass(frozen=True)
class History:
    """A calendar as it is, and as it was known before: (until, what it said till then), oldest first."""

    now: WorkCalendar
    earlier: tuple[tuple[datetime, WorkCalendar], ...] = ()

    def known_at(self, moment: datetime) -> WorkCalendar:
        """What the calendar was known to say at that moment, of all days past and future."""
        return next((calendar for until, calendar in self.earlier if moment < until), self.now)


def history(calendar: Calendar) -> History:
    """A calendar's rows as arithmetic, with all that they said before."""
    hours, days = calendar.hours, {row.date: DayKind(row.kind) for row in calendar.days.all()}
    now = work_calendar(hours, days)
    earlier = []
    newest_first = calendar.pasts.order_by("-known_until", "-pk")
    for until, changed in groupby(newest_first, key=lambda past: past.known_until):
        hours, days = _undone(hours, days, changed)
        earlier.append((until, work_calendar(hours, days)))
    return History(now, tuple(reversed(earlier)))


def _undone(hours: dict[str, Any], days: dict[date, DayKind], pasts: Iterable[CalendarPast]) -> tuple[dict[str, Any], dict[date, DayKind]]:
    """Hours and days as they were before these changes."""
    days = dict(days)
    for past in pasts:
        if past.date is None:
            hours = past.hours
        elif past.kind:
            days[past.date] = DayKind(past.kind)
        else:
            days.pop(past.date, None)
    return hours, days


def work_calendar(hours: dict[str, Any], days: dict[date, DayKind]) -> WorkCalendar:
    """The arithmetic value of service hours and days."""
    week = tuple(tuple(tuple(span) for span in hours.get(str(day), [])) for day in range(7))
    return WorkCalendar(week=week, days=days)


def known_from(recorded_at: datetime) -> datetime:
    """When a change of a calendar is known everywhere.

    A process may remember the old rows for a while, and a transaction may be under way: until both are surely over, the
    old calendar is the one that counts, so that nobody can later doubt with which one something was reckoned.
    """
    return recorded_at + 2 * memo.staleness()


def statutory_days(year: int) -> list[tuple[date, str, str]]:
    """(date, kind, source) of the holidays of mainland China and the weekend days worked for them, as far as they are published."""
    china = holidays.country_holidays("CN", years=year, language="zh_CN")
    days: list[tuple[date, str, str]] = [(day, "holiday", str(name)) for day, name in sorted(china.items())]
    weekend_workdays: Any = getattr(china, "weekend_workdays", set())
    days += [(day, "work", "调休上班") for day in sorted(weekend_workdays) if day.year == year]
    return sorted(days)
