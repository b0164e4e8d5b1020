"""Periods of the calendar: half-open spans, and the keys that name them.

    2026   2026-H1   2026-Q1   2026-03   2026-W10 (ISO)   2026-03-02

A key for several periods at once carries the count: "2026-W09/2" is the two weeks that begin with
week 9. Such runs lie on a fixed grid that begins with Monday 1 January 2024, so that a moment
belongs to exactly one of them. Keys are what makes periodic duties safe to repeat.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, tzinfo
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from guanjia.kernel.worktime import SHANGHAI

GRID = date(2024, 1, 1)


class Kind(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half year"
    YEAR = "year"


class Span(NamedTuple):
    """From `start` to just before `end`; both dates or both aware moments, None for no end."""

    start: Any
    end: Any = None

    def holds(self, point: Any) -> bool:
        return self.start <= point and (self.end is None or point < self.end)

    def overlaps(self, other: Span) -> bool:
        return self.common(other) is not None

    def common(self, other: Span) -> Span | None:
        """What lies in both, or None: spans that only touch share nothing."""
        start = max(self.start, other.start)
        ends = [end for end in (self.end, other.end) if end is not None]
        end = min(ends) if ends else None
        return Span(start, end) if end is None or start < end else None


def period_of(kind: Kind | str, moment: datetime, *, count: int = 1, tz: tzinfo = SHANGHAI) -> str:
    """The key of the period (or run of `count` periods) that holds the aware `moment` in `tz`."""
    if moment.tzinfo is None:
        raise ValueError("a period needs an aware moment")
    return period_on(kind, moment.astimezone(tz).date(), count=count)


def period_on(kind: Kind | str, day: date, *, count: int = 1) -> str:
    """The key of the period (or run of `count` periods) that holds `day`."""
    if count < 1:
        raise ValueError("a run of periods has at least one")
    kind = Kind(kind)
    index = _index(kind, day)
    return _key(kind, index - (index - _index(kind, GRID)) % count, count)


def bounds(key: str, *, tz: tzinfo = SHANGHAI) -> Span:
    """The half-open (start, end) of the period as aware midnights. ValueError for a bad key."""
    return Span(*(datetime.combine(day, time(), tz) for day in days(key)))


def days(key: str) -> Span:
    """The half-open (first day, day after the last) of the period. ValueError for a bad key."""
    kind, index, count = _parse(key)
    return Span(_first_day(kind, index), _first_day(kind, index + count))


def previous(key: str) -> str:
    """The key of the period just before."""
    kind, index, count = _parse(key)
    return _key(kind, index - count, count)


def following(key: str) -> str:
    """The key of the period just after."""
    kind, index, count = _parse(key)
    return _key(kind, index + count, count)


def kind_of(key: str) -> Kind:
    """What sort of period the key names. ValueError for a bad key."""
    return _parse(key)[0]


def label(key: str) -> str:
    """The key in words: 「2026年第1季度」、「2026年第10周（3月2日至8日）」."""
    kind, index, count = _parse(key)
    if count > 1:
        return _RUN[kind]() % {"first": label(_key(kind, index, 1)), "count": count}
    first, after = days(key)
    iso = first.isocalendar()
    last = date.fromordinal(after.toordinal() - 1)
    text = _LABEL[kind](first) % {
        "year": iso.year if kind is Kind.WEEK else first.year,
        "month": first.month,
        "day": first.day,
        "quarter": first.month // 3 + 1,
        "week": iso.week,
        "last_month": last.month,
        "last_day": last.day,
    }
    return text


_LABEL = {
    Kind.DAY: lambda first: _("%(year)d年%(month)d月%(day)d日"),
    Kind.WEEK: lambda first: _("%(year)d年第%(week)d周（%(month)d月%(day)d日至%(last_month)d月%(last_day)d日）"),
    Kind.MONTH: lambda first: _("%(year)d年%(month)d月"),
    Kind.QUARTER: lambda first: _("%(year)d年第%(quarter)d季度"),
    Kind.HALF_YEAR: lambda first: _("%(year)d年上半年") if first.month == 1 else _("%(year)d年下半年"),
    Kind.YEAR: lambda first: _("%(year)d年"),
}
_RUN = {
    Kind.DAY: lambda: _("%(first)s起%(count)d天"),
    Kind.WEEK: lambda: _("%(first)s起%(count)d周"),
    Kind.MONTH: lambda: _("%(first)s起%(count)d个月"),
    Kind.QUARTER: lambda: _("%(first)s起%(count)d个季度"),
    Kind.HALF_YEAR: lambda: _("%(first)s起%(count)d个半年"),
    Kind.YEAR: lambda: _("%(first)s起%(count)d年"),
}


# Each kind numbers its periods; everything above is arithmetic on those numbers.

_MONTHS = {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.HALF_YEAR: 6, Kind.YEAR: 12}


def _index(kind: Kind, day: date) -> int:
    if kind is Kind.DAY:
        return day.toordinal()
    if kind is Kind.WEEK:
        return (day.toordinal() - 1) // 7  # day 1 was a Monday
    return (day.year * 12 + day.month - 1) // _MONTHS[kind]


def _first_day(kind: Kind, index: int) -> date:
    if kind is Kind.DAY:
        return date.fromordinal(index)
    if kind is Kind.WEEK:
        return date.fromordinal(index * 7 + 1)
    year, month = divmod(index * _MONTHS[kind], 12)
    return date(year, month + 1, 1)


def _key(kind: Kind, index: int, count: int) -> str:
    first = _first_day(kind, index)
    iso = first.isocalendar()
    key = {
        Kind.DAY: f"{first:%Y-%m-%d}",
        Kind.WEEK: f"{iso.year:04}-W{iso.week:02}",
        Kind.MONTH: f"{first:%Y-%m}",
        Kind.QUARTER: f"{first:%Y}-Q{first.month // 3 + 1}",
        Kind.HALF_YEAR: f"{first:%Y}-H{first.month // 6 + 1}",
        Kind.YEAR: f"{first:%Y}",
    }[kind]
    return key if count == 1 else f"{key}/{count}"


_KEY = re.compile(
    r"(?P<year>[12]\d{3})(?:-(?:W(?P<week>\d\d)|Q(?P<quarter>[1-4])|H(?P<half>[12])"
    r"|(?P<month>\d\d)(?:-(?P<day>\d\d))?))?(?:/(?P<count>[1-9]\d*))?",
    re.ASCII,
)


def _parse(key: str) -> tuple[Kind, int, int]:
    match = _KEY.fullmatch(key)
    if not match:
        raise ValueError(f"not a period: {key!r}")
    part = {name: int(text) for name, text in match.groupdict().items() if text}
    year, count = part["year"], part.get("count", 1)
    if "week" in part:
        kind, first = Kind.WEEK, date.fromisocalendar(year, part["week"], 1)
    elif "quarter" in part:
        kind, first = Kind.QUARTER, date(year, part["quarter"] * 3 - 2, 1)
    elif "half" in part:
        kind, first = Kind.HALF_YEAR, date(year, part["half"] * 6 - 5, 1)
    else:
        kind = Kind.DAY if "day" in part else Kind.MONTH if "month" in part else Kind.YEAR
        first = date(year, part.get("month", 1), part.get("day", 1))
    index = _index(kind, first)
    if (index - _index(kind, GRID)) % count or key.endswith("/1"):
        raise ValueError(f"not a period: {key!r}")
    return kind, index, count
