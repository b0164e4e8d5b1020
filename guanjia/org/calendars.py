"""Calendars as rows: service hours by weekday, and the days that differ. The rows decide; a package may seed them."""

from datetime import date
from typing import Any

import holidays

from guanjia.kernel.worktime import DayKind, WorkCalendar

from .models import Calendar

ROUND_THE_CLOCK = {str(day): [[0, 1440]] for day in range(7)}


def work_calendar(calendar: Calendar) -> WorkCalendar:
    """The arithmetic value of a calendar's rows."""
    week = tuple(tuple(tuple(span) for span in calendar.hours.get(str(day), [])) for day in range(7))
    days = {row.date: DayKind(row.kind) for row in calendar.days.all()}
    return WorkCalendar(week=week, days=days)


def statutory_days(year: int) -> list[tuple[date, str, str]]:
    """(date, kind, source) of the holidays of mainland China and the weekend days worked for them, as far as they are published."""
    china = holidays.country_holidays("CN", years=year, language="zh_CN")
    days: list[tuple[date, str, str]] = [(day, "holiday", str(name)) for day, name in sorted(china.items())]
    weekend_workdays: Any = getattr(china, "weekend_workdays", set())
    days += [(day, "work", "调休上班") for day in sorted(weekend_workdays) if day.year == year]
    return sorted(days)
