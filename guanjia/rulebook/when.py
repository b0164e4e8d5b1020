"""The handbook's words for time: "5 minutes", "3 days", "same day", "at once", "half year".

A phrase of the catalogue becomes a value (`Length`, `Every`), and a value with a moment becomes a
due time. Hours and minutes run exactly. A period in days does not count the day it opens and ends
when its last day ends, at 24:00, given as the midnight that follows: met at that very midnight is
still in time. On the service calendar the last day ends with the service of that day.

Nothing here knows rules, projects or pauses; those are in `registry`, `parameters`, `timeline`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache

from django.utils.translation import gettext as _

from guanjia.kernel import periods
from guanjia.kernel.worktime import SHANGHAI, WorkCalendar

AT_ONCE_MINUTES = 15  # of service time; the handbooks say 马上, 第一时间, 及时
DANGER_MINUTES = 5  # round the clock


class Unit(StrEnum):
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    SAME_DAY = "same day"
    AT_ONCE = "at once"


class CalendarKind(StrEnum):
    """Whose time passes."""

    CLOCK = "clock"  # round the clock
    SERVICE = "service"  # while the project serves
    WORKING = "working"  # on working days
    CALENDAR = "calendar"  # on all days


EXACT = {Unit.MINUTE: 1, Unit.HOUR: 60}
IN_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
MONTHS = {Unit.MONTH: 1, Unit.YEAR: 12}
WORDS = (Unit.SAME_DAY, Unit.AT_ONCE)


@dataclass(frozen=True, slots=True)
class Length:
    """How long the handbook allows or demands; `str()` gives the phrase back."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 1 or (self.unit in WORDS and self.amount != 1):
            raise ValueError(f"no such length: {self.amount} {self.unit}")

    def __str__(self) -> str:
        if self.unit in WORDS:
            return self.unit.value
        return f"{self.amount} {self.unit}" + ("s" if self.amount > 1 else "")

    @property
    def usual_calendar(self) -> CalendarKind:
        """What is meant when the rule names no calendar."""
        if self.unit in WORDS:
            return CalendarKind.SERVICE
        return CalendarKind.CLOCK if self.unit in EXACT else CalendarKind.CALENDAR

    def say(self) -> str:
        """In the language of the reader: 「3 天」、「当日」."""
        return {
            Unit.MINUTE: _("%(count)d 分钟"),
            Unit.HOUR: _("%(count)d 小时"),
            Unit.DAY: _("%(count)d 天"),
            Unit.WEEK: _("%(count)d 周"),
            Unit.MONTH: _("%(count)d 个月"),
            Unit.YEAR: _("%(count)d 年"),
            Unit.SAME_DAY: _("当日"),
            Unit.AT_ONCE: _("立即"),
        }[self.unit] % {"count": self.amount}


@dataclass(frozen=True, slots=True)
class Every:
    """How often the handbook asks: every `count` periods of `kind`, on `weekday` (Monday is 0)."""

    kind: periods.Kind
    count: int = 1
    weekday: int | None = None

    def key_at(self, moment: datetime, *, tz: tzinfo = SHANGHAI) -> str:
        """The key of the period that `moment` belongs to: the occasion of the duty."""
        return periods.period_of(self.kind, moment, count=self.count, tz=tz)

    def window(self, key: str, *, tz: tzinfo = SHANGHAI) -> periods.Span:
        """When the duty of that period is to be done: all of it, or its weekday."""
        if self.weekday is None:
            return periods.bounds(key, tz=tz)
        day = periods.days(key).start + timedelta(days=self.weekday)
        return periods.bounds(periods.period_on("day", day), tz=tz)


#: "at once" where somebody is in danger
DANGER = Length(DANGER_MINUTES, Unit.MINUTE)

# Reading

NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
PHRASE = re.compile(r"(?:(?P<amount>\d{1,4}|[a-z]+) )?(?P<unit>[a-z]+?)s?", re.ASCII)
HALF = {"hour": Length(30, Unit.MINUTE), "month": Length(15, Unit.DAY), "year": Length(6, Unit.MONTH)}
MANY = {"quarter": Length(3, Unit.MONTH), "season": Length(3, Unit.MONTH)}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CALENDARS = {"service hours": CalendarKind.SERVICE, "working days": CalendarKind.WORKING, "calendar days": CalendarKind.CALENDAR}


@lru_cache(1000)
def parse_span(text: str) -> Length:
    """The length that a phrase means. ValueError when it is prose ("set per case")."""
    words = _words(text)
    if words in WORDS:
        return Length(1, Unit(words))
    match = PHRASE.fullmatch(words)
    if match:
        amount, unit = match["amount"] or "1", match["unit"]
        if amount == "half" and unit in HALF:
            return HALF[unit]
        count = int(amount) if amount.isdecimal() else NUMBERS.get(amount, 0)
        if count and unit in MANY:
            return Length(count * MANY[unit].amount, MANY[unit].unit)
        if count and unit in set(Unit):
            return Length(count, Unit(unit))
    raise ValueError(f"not a length of time: {text!r}")


def parse_days(text: str) -> int:
    """How many times 24 hours a phrase means: "5 days", "2 weeks". ValueError for anything else."""
    length = parse_span(text)
    if length.unit not in IN_DAYS:
        raise ValueError(f"not a number of days: {text!r}")
    return length.amount * IN_DAYS[length.unit]


def parse_every(text: str) -> Every:
    """The rhythm that a phrase means: "month", "2 weeks", "half year", "week on Sunday", "year end".

    Year end is the year: a periodic duty is due by the end of its period anyway. ValueError when
    the phrase is prose ("as needed").
    """
    words = _words(text)
    rest, on, weekday = words.partition(" on ")
    if on and rest == "week" and weekday in WEEKDAYS:
        return Every(periods.Kind.WEEK, weekday=WEEKDAYS.index(weekday))
    if words in ("half year", "half a year"):
        return Every(periods.Kind.HALF_YEAR)
    match = PHRASE.fullmatch(words.removesuffix(" end"))
    if match:
        amount, unit = match["amount"] or "1", match["unit"]
        count = int(amount) if amount.isdecimal() else NUMBERS.get(amount, 0)
        unit = "quarter" if unit == "season" else unit
        if count and unit in set(periods.Kind):
            return Every(periods.Kind(unit), count)
    raise ValueError(f"not a rhythm: {text!r}")


@lru_cache(100)
def parse_calendar(text: str) -> CalendarKind:
    """The calendar that a phrase names: "service hours", "working". ValueError for others."""
    words = _words(text)
    return CALENDARS[words] if words in CALENDARS else CalendarKind(words)


def say_calendar(kind: CalendarKind) -> str:
    """Whose time passes, in the language of the reader: 「只计工作日」."""
    return {
        CalendarKind.CLOCK: _("昼夜连续计时"),
        CalendarKind.SERVICE: _("只计服务时间"),
        CalendarKind.WORKING: _("只计工作日"),
        CalendarKind.CALENDAR: _("按自然日"),
    }[kind]


def is_parsable(text: str) -> bool:
    """Whether the phrase is a length or a rhythm; otherwise a binding must say what it means."""
    for parse in (parse_span, parse_every):
        try:
            parse(text)
        except ValueError:
            continue
        return True
    return False


def _words(text: str) -> str:
    return " ".join(str(text).lower().split())


# Reckoning


@dataclass(frozen=True, slots=True)
class Clock:
    """When the time of a duty begins to run, on what hours it runs, and when it has run out."""

    starts_at: datetime
    ticks: WorkCalendar
    due_at: datetime


def due(
    opened_at: datetime,
    length: Length,
    calendar_kind: CalendarKind | str | None,
    work_calendar: WorkCalendar,
    **at_once: bool | int,
) -> datetime:
    """The moment by which it must have happened; happening at that very moment is in time.

    Without a calendar kind the usual one of the length; keywords as for `clock`. Raises NeverOpens when the project's
    calendar holds no such time.
    """
    return clock(opened_at, length, calendar_kind, work_calendar, **at_once).due_at


def clock(
    opened_at: datetime,
    length: Length,
    calendar_kind: CalendarKind | str | None,
    work_calendar: WorkCalendar,
    *,
    danger: bool = False,
    at_once_minutes: int = AT_ONCE_MINUTES,
    danger_minutes: int = DANGER_MINUTES,
) -> Clock:
    """As `due`, with what `timeline` needs to let the same time pass between pauses."""
    kind = CalendarKind(calendar_kind or length.usual_calendar)
    opened_at = opened_at.astimezone(work_calendar.tz)
    if length.unit is Unit.AT_ONCE and danger:
        return _exactly(opened_at, danger_minutes, work_calendar.round_the_clock)
    if length.unit is Unit.AT_ONCE:
        return _exactly(opened_at, at_once_minutes, _attended(kind, work_calendar))
    if length.unit is Unit.SAME_DAY:
        return _same_day(opened_at, _attended(kind, work_calendar))
    if length.unit in EXACT:
        hours = work_calendar.round_the_clock
        if kind in (CalendarKind.SERVICE, CalendarKind.WORKING):
            hours = _attended(kind, work_calendar)
        return _exactly(opened_at, length.amount * EXACT[length.unit], hours)
    return _in_days(opened_at, length, kind, work_calendar)


def _attended(kind: CalendarKind, calendar: WorkCalendar) -> WorkCalendar:
    return calendar.only_workdays if kind is CalendarKind.WORKING else calendar


def _exactly(opened_at: datetime, minutes: int, ticks: WorkCalendar) -> Clock:
    return Clock(opened_at, ticks, ticks.add_minutes(opened_at, minutes))


def _same_day(opened_at: datetime, ticks: WorkCalendar) -> Clock:
    """By the end of service; what comes after closing is for the next day of service."""
    day = opened_at.date()
    end = ticks.end_of_service(day)
    if end is None or opened_at >= end:
        end = ticks.end_of_service(ticks.add_service_days(day, 1))
    return Clock(opened_at, ticks, end)


def _in_days(opened_at: datetime, length: Length, kind: CalendarKind, calendar: WorkCalendar) -> Clock:
    opening_day = opened_at.date()
    starts_at = _midnight_after(opening_day, calendar.tz)
    last_day = _last_day(opening_day, length, kind, calendar)
    if kind is CalendarKind.SERVICE:
        return Clock(starts_at, calendar, calendar.end_of_service(last_day))
    ticks = calendar.whole_workdays if kind is CalendarKind.WORKING else calendar.round_the_clock
    return Clock(starts_at, ticks, _midnight_after(last_day, calendar.tz))


def _last_day(day: date, length: Length, kind: CalendarKind, calendar: WorkCalendar) -> date:
    """Days are counted one by one; weeks, months and years go by the date.

    A date that does not exist becomes the last of its month, and one that nobody works or serves
    on moves to the next day on which somebody does.
    """
    count = length.amount
    if length.unit is Unit.DAY:
        if kind is CalendarKind.WORKING:
            return calendar.add_working_days(day, count)
        if kind is CalendarKind.SERVICE:
            return calendar.add_service_days(day, count)
        return day + timedelta(days=count)
    if length.unit is Unit.WEEK:
        last = day + timedelta(weeks=count)
    else:
        last = add_months(day, count * MONTHS[length.unit])
    if kind is CalendarKind.WORKING and not calendar.is_workday(last):
        return calendar.add_working_days(last, 1)
    if kind is CalendarKind.SERVICE and not calendar.spans_of(last):
        return calendar.add_service_days(last, 1)
    return last


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later (earlier when negative), or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _midnight_after(day: date, tz: tzinfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tz)
