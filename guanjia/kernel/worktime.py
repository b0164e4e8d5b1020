"""Working time: pure arithmetic over a calendar value.

Two questions are kept apart, because property companies answer them differently: when somebody is
there to serve (spans of each day), and which days count as working days (the law's, with holidays
and make-up Saturdays). A desk may serve on Sunday although Sunday is no working day.

Everything is counted on the wall clock of the calendar's time zone: a zone with daylight saving
would have its two odd nights counted like any other. Where the days come from is not known here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import cached_property
from itertools import accumulate
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTES_A_DAY = 24 * 60
MIDNIGHT = time()
MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000  # in microseconds, the unit of all counting below
SATURDAY = 5
LAST_DAY = date.max.toordinal() - 1  # so that the midnight after it can still be written

Spans = tuple[tuple[int, int], ...]
"""Half-open spans of one day in minutes after midnight, ascending: ((510, 720), (810, 1050))."""


class NeverOpens(ValueError):
    """The calendar holds no further open time, so the question has no answer."""


class DayKind(StrEnum):
    """What the calendar says of one particular date, against the week's habit."""

    WORK = "work"  # a make-up day: 调休上班
    REST = "rest"  # 调休放假
    HOLIDAY = "holiday"  # 法定节假日


def spans(text: str) -> Spans:
    """The spans written as "08:30-12:00 13:30-17:30"; "" is a day that stays shut.

    ValueError unless they ascend without overlap and end by 24:00.
    """
    return _checked(tuple((_minute_of_day(start), _minute_of_day(end)) for start, _, end in (part.partition("-") for part in text.split())))


def _minute_of_day(text: str) -> int:
    hours, colon, minutes = text.partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and int(minutes) < 60):
        raise ValueError(f"not a time of day: {text!r}")
    return int(hours) * 60 + int(minutes)


def _checked(day: Spans) -> Spans:
    day = tuple((start, end) for start, end in day)
    edges = [0, *(edge for span in day for edge in span), MINUTES_A_DAY]
    if edges != sorted(edges) or any(start == end for start, end in day):
        raise ValueError(f"spans must ascend within the day: {day}")
    return day


@dataclass(frozen=True)
class WorkCalendar:
    """When a project serves and which days it works.

    `week` gives the spans of Monday to Sunday. `workdays` are the weekdays that count as working
    days. `days` says what single dates are instead. A date marked rest or holiday is served like a
    Sunday and a make-up day like the first workday of the week, unless `rest_spans` or
    `makeup_spans` say otherwise. A night shift is written as two spans, before and after midnight.
    """

    week: tuple[Spans, ...]
    days: Mapping[date, DayKind] = field(default_factory=dict, hash=False)
    workdays: frozenset[int] = frozenset(range(SATURDAY))
    rest_spans: Spans | None = None
    makeup_spans: Spans | None = None
    tz: tzinfo = SHANGHAI

    def __post_init__(self) -> None:
        week = tuple(_checked(day) for day in self.week)
        if len(week) != 7 or not self.workdays <= frozenset(range(7)):
            raise ValueError("a week has seven days")
        rest = week[-1] if self.rest_spans is None else _checked(self.rest_spans)
        makeup = self.makeup_spans
        if makeup is None:
            makeup = next((week[day] for day in sorted(self.workdays) if week[day]), ())
        days = {day: DayKind(kind) for day, kind in self.days.items()}
        for name, value in (
            ("week", week),
            ("rest_spans", rest),
            ("days", days),
            ("makeup_spans", _checked(makeup)),
            ("workdays", frozenset(self.workdays)),
        ):
            object.__setattr__(self, name, value)

    @classmethod
    def daily(cls, text: str, days: Mapping[date, DayKind] | None = None) -> WorkCalendar:
        """Served on all days alike, as a hotline is: `daily("08:00-20:00")`."""
        return cls(week=(spans(text),) * 7, days=days or {})

    @classmethod
    def weekdays(cls, text: str, days: Mapping[date, DayKind] | None = None) -> WorkCalendar:
        """Served Monday to Friday: `weekdays("08:30-12:00 13:30-17:30")`."""
        return cls(week=(spans(text),) * 5 + ((),) * 2, days=days or {})

    # Days

    def is_workday(self, day: date) -> bool:
        """Whether `day` counts as a working day (whether or not anybody serves on it)."""
        kind = self.days.get(day)
        return day.weekday() in self.workdays if kind is None else kind is DayKind.WORK

    def spans_of(self, day: date) -> Spans:
        """The spans served on `day`, in minutes after midnight."""
        kind = self.days.get(day)
        if kind is None or (kind is DayKind.WORK and day.weekday() in self.workdays):
            return self.week[day.weekday()]
        return self.makeup_spans if kind is DayKind.WORK else self.rest_spans

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, or before it when negative; `day` itself for 0.

        Raises NeverOpens when there are not that many.
        """
        if count == 0:
            return day
        before = self._workdays.before(day.toordinal() + (count > 0))
        return date.fromordinal(self._workdays.reach(before + count + (count < 0), day.toordinal()))

    def add_service_days(self, day: date, count: int) -> date:
        """The `count`-th day after `day` on which somebody serves; `count` is not negative."""
        if count == 0:
            return day
        before = self._service_days.before(day.toordinal() + 1)
        return date.fromordinal(self._service_days.reach(before + count, day.toordinal()))

    def end_of_service(self, day: date) -> datetime | None:
        """When the last span of `day` ends (24:00 is the next midnight); None if the day is shut."""
        today = self.spans_of(day)
        return self._moment(day, today[-1][1] * MINUTE) if today else None

    # Minutes

    def add_minutes(self, start: datetime, minutes: int) -> datetime:
        """The first moment by which `minutes` of service time have passed since `start`.

        Five minutes to closing plus five is the closing time, not the next opening.
        Raises NeverOpens when the calendar has not that much time left, ValueError when negative.
        """
        return self.add(start, timedelta(minutes=minutes))

    def minutes_between(self, a: datetime, b: datetime) -> int:
        """Whole minutes of service time from `a` to `b`; negative when `b` is earlier."""
        return int(self.between(a, b) / timedelta(minutes=1))

    def add(self, start: datetime, service_time: timedelta) -> datetime:
        """`add_minutes` to the microsecond."""
        amount = service_time // MICROSECOND
        if amount < 0:
            raise ValueError("working time is only added forwards")
        local = self._local(start)
        if amount == 0:
            return local
        return self._at(self._elapsed(local) + amount, near=local.toordinal())

    def between(self, a: datetime, b: datetime) -> timedelta:
        """`minutes_between` to the microsecond."""
        return (self._elapsed(self._local(b)) - self._elapsed(self._local(a))) * MICROSECOND

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody serves at `moment`; spans include their start and exclude their end."""
        local = self._local(moment)
        passed = _time_of_day(local)
        return any(start * MINUTE <= passed < end * MINUTE for start, end in self.spans_of(local.date()))

    def next_open(self, moment: datetime) -> datetime:
        """`moment` itself when open, else the next opening. Raises NeverOpens when there is none."""
        local = self._local(moment)
        if self.is_open(local):
            return local
        return self._at(self._elapsed(local) + 1, near=local.toordinal()) - MICROSECOND

    def next_edge(self, moment: datetime) -> datetime:
        """The next moment after `moment` at which service opens or ends, or a day begins."""
        local = self._local(moment)
        passed = _time_of_day(local)
        edges = [edge * MINUTE for span in self.spans_of(local.date()) for edge in span]
        edges.append(MINUTES_A_DAY * MINUTE)
        return self._moment(local.date(), next(edge for edge in edges if edge > passed))

    # Derived calendars

    @cached_property
    def only_workdays(self) -> WorkCalendar:
        """The same hours, served on working days alone."""
        week = tuple(day if n in self.workdays else () for n, day in enumerate(self.week))
        return replace(self, week=week, rest_spans=())

    @cached_property
    def whole_workdays(self) -> WorkCalendar:
        """Round the clock on working days, shut on all others."""
        week = tuple(spans("00:00-24:00") if n in self.workdays else () for n in range(7))
        return replace(self, week=week, rest_spans=(), makeup_spans=spans("00:00-24:00"))

    @cached_property
    def round_the_clock(self) -> WorkCalendar:
        """Never shut: the same zone and working days, all hours."""
        always = spans("00:00-24:00")
        return replace(self, week=(always,) * 7, rest_spans=always, makeup_spans=always)

    # Counting

    @cached_property
    def _time(self) -> _Tally:
        return _Tally([_total(day) for day in self.week], {day: _total(self.spans_of(day)) for day in self.days})

    @cached_property
    def _workdays(self) -> _Tally:
        return _Tally([int(n in self.workdays) for n in range(7)], {day: int(self.is_workday(day)) for day in self.days})

    @cached_property
    def _service_days(self) -> _Tally:
        return _Tally([int(bool(day)) for day in self.week], {day: int(bool(self.spans_of(day))) for day in self.days})

    def _elapsed(self, local: datetime) -> int:
        """Microseconds of service time from the beginning of the calendar to `local`."""
        passed = _time_of_day(local)
        elapsed = self._time.before(local.toordinal())
        for start, end in self.spans_of(local.date()):
            if start * MINUTE < passed:
                elapsed += min(passed, end * MINUTE) - start * MINUTE
        return elapsed

    def _at(self, elapsed: int, *, near: int) -> datetime:
        """The first moment by which `elapsed` has passed: the inverse of `_elapsed`."""
        ordinal = self._time.reach(elapsed, near)
        day = date.fromordinal(ordinal)
        rest = elapsed - self._time.before(ordinal)
        for start, end in self.spans_of(day):
            length = (end - start) * MINUTE
            if rest <= length:
                return self._moment(day, start * MINUTE + rest)
            rest -= length
        raise AssertionError("a day holds what its tally says")

    def _local(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            raise ValueError("working time needs an aware moment")
        return moment.astimezone(self.tz)

    def _moment(self, day: date, passed: int) -> datetime:
        """`passed` microseconds after the midnight that begins `day`, on the wall clock."""
        return datetime.combine(day, MIDNIGHT, self.tz) + timedelta(microseconds=passed)


class _Tally:
    """Counts something that recurs weekly, with exceptions, up to any day and back again.

    Both directions cost a few steps whatever the distance, because whole weeks are multiplied and
    the exceptions are summed beforehand.
    """

    def __init__(self, week: list[int], exceptions: Mapping[date, int]) -> None:
        self._week = [0, *accumulate(week)]
        self._days = sorted(day.toordinal() for day in exceptions)
        self._shift = [0, *accumulate(exceptions[date.fromordinal(day)] - week[(day - 1) % 7] for day in self._days)]
        self._last = LAST_DAY if any(week) else max(self._days, default=0)

    def before(self, ordinal: int) -> int:
        """How much there is before the day with this ordinal (day 1 was a Monday)."""
        weeks, weekday = divmod(ordinal - 1, 7)
        return weeks * self._week[7] + self._week[weekday] + self._shift[bisect_left(self._days, ordinal)]

    def reach(self, amount: int, near: int) -> int:
        """The ordinal of the first day by whose end there is at least `amount`.

        Looked for around the day `near` in growing steps, as most answers are hours away.
        """
        low, high, step = near, near, 1
        while self.before(high + 1) < amount:
            if high > self._last:
                raise NeverOpens("the calendar has no such time left")
            low, high, step = high + 1, high + step, step * 2
        while self.before(low) >= amount:
            if low < 2:
                raise NeverOpens("the calendar had no such time before")
            low, high, step = max(1, low - step), low - 1, step * 2
        return bisect_left(range(low, high), amount, key=lambda day: self.before(day + 1)) + low


def _total(day: Spans) -> int:
    return sum(end - start for start, end in day) * MINUTE


def _time_of_day(local: datetime) -> int:
    return ((local.hour * 60 + local.minute) * 60 + local.second) * 1_000_000 + local.microsecond
