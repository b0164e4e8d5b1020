"""The clock of a duty as a pure function: when it ran, when it stood still, when it runs out.

A pause stops the clock and resuming lets it run on, so a due time moves by exactly the time that was
paused while the clock would have run. Several may hold a clock at once (the customer is asked, a part is
awaited): it runs on when the last of them lets go. All pauses of one duty together last at most `cap_days`
times 24 hours; then the clock runs on by itself. A pause that has not ended is reckoned to the cap: the
due time is the latest possible until it is resumed. Whether a duty may pause at all is the rule's
business: an answer clock is simply given no pauses.

An extension names a moment, and the later holds: that moment, or what the clock says with its pauses.

The trace is made anew whenever somebody asks; only its due time is stored.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from django.utils.translation import gettext as _

from guanjia.kernel.periods import Span
from guanjia.kernel.worktime import WorkCalendar
from guanjia.rulebook import when
from guanjia.rulebook.when import CalendarKind, Length

CAP_DAYS = 5


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock is stopped at this moment by somebody; stopping a stopped clock changes nothing."""

    at: datetime
    by: Hashable = None


@dataclass(frozen=True, slots=True)
class Resume:
    """Somebody lets the clock run at this moment; nothing happens unless he was the last who held it."""

    at: datetime
    by: Hashable = None


@dataclass(frozen=True, slots=True)
class Extend:
    """Somebody was given time until this moment."""

    until: datetime


Change = Pause | Resume | Extend


class SegmentKind(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    SHUT = "shut"  # out of hours, a day that does not count, or not yet begun
    EXTENDED = "extended"  # the time ran out, and more was given


@dataclass(frozen=True, slots=True)
class Segment:
    """What the clock did from `start` to just before `end`; `minutes` are whole ones."""

    kind: SegmentKind
    start: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        return (self.end - self.start) // timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Trace:
    """The whole life of one clock, without gaps from `opened_at` to `due_at`."""

    opened_at: datetime
    length: Length
    calendar_kind: CalendarKind
    segments: tuple[Segment, ...]
    due_at: datetime
    cap_days: int = CAP_DAYS
    cap_reached_at: datetime | None = None

    def total(self, kind: SegmentKind) -> timedelta:
        """How long the clock was running, paused or shut altogether."""
        return sum((s.end - s.start for s in self.segments if s.kind is kind), timedelta())


def due_at(
    opened_at: datetime,
    length: Length,
    calendar_kind: CalendarKind | str | None,
    work_calendar: WorkCalendar,
    changes: Iterable[Change] = (),
    cap_days: int = CAP_DAYS,
    **at_once: bool | int,
) -> datetime:
    """When the time runs out, pauses considered. Keywords as for `when.due`."""
    clock = when.clock(opened_at, length, calendar_kind, work_calendar, **at_once)
    changes = list(changes)
    return _extended(_run_out(clock, _pauses(changes, opened_at, cap_days)[0]), changes)


def standing(changes: Iterable[Change], opened_at: datetime, cap_days: int = CAP_DAYS) -> Span | None:
    """From when to when at the latest the clock stands still, if somebody holds it now; None if nobody does.

    The end is where the cap is used up: it may lie in the past, then the clock runs although it is held.
    """
    left, held = timedelta(days=cap_days), None
    for stop in _stops(changes, opened_at):
        if stop.end is None:
            held = Span(stop.start, stop.start + left)
        else:
            left -= min(left, stop.end - stop.start)
    return held


def trace(
    opened_at: datetime,
    length: Length,
    calendar_kind: CalendarKind | str | None,
    work_calendar: WorkCalendar,
    changes: Iterable[Change] = (),
    cap_days: int = CAP_DAYS,
    **at_once: bool | int,
) -> Trace:
    """What the clock did from opening to due time. Keywords as for `when.due`."""
    clock = when.clock(opened_at, length, calendar_kind, work_calendar, **at_once)
    changes = list(changes)
    opened_at = opened_at.astimezone(work_calendar.tz)
    pauses, cap_reached_at = _pauses(changes, opened_at, cap_days)
    ends_at = _run_out(clock, pauses)
    extended_to = _extended(ends_at, changes)
    segments = tuple(_segments(clock, pauses, Span(opened_at, ends_at)))
    if extended_to > ends_at:
        segments += (Segment(SegmentKind.EXTENDED, ends_at, extended_to),)
    return Trace(
        opened_at,
        length,
        CalendarKind(calendar_kind or length.usual_calendar),
        segments,
        extended_to,
        cap_days,
        cap_reached_at if cap_reached_at and cap_reached_at < ends_at else None,
    )


def _extended(ends_at: datetime, changes: Iterable[Change]) -> datetime:
    """The later of when the clock runs out and the moments to which somebody was given time."""
    moments = [change.until.astimezone(ends_at.tzinfo) for change in changes if isinstance(change, Extend)]
    return max([ends_at, *moments])


def _pauses(changes: Iterable[Change], opened_at: datetime, cap_days: int) -> tuple[list[Span], datetime | None]:
    """The spans in which the clock stands still, and when the cap was used up, if it was."""
    left = timedelta(days=cap_days)
    pauses: list[Span] = []
    for start, end in _stops(changes, opened_at):
        if end is None or end - start >= left:
            pauses.append(Span(start, start + left))
            return pauses, start + left
        pauses.append(Span(start, end))
        left -= end - start
    return pauses, None


def _stops(changes: Iterable[Change], opened_at: datetime) -> Iterator[Span]:
    """From when to when somebody held the clock; the last may have no end."""
    holders: set[Hashable] = set()
    since = opened_at
    for change in sorted((one for one in changes if not isinstance(one, Extend)), key=lambda one: one.at):
        moment = max(change.at.astimezone(opened_at.tzinfo), opened_at)
        if isinstance(change, Pause):
            since = since if holders else moment
            holders.add(change.by)
        elif change.by in holders:
            holders.remove(change.by)
            if not holders:
                yield Span(since, moment)
    if holders:
        yield Span(since)


def _run_out(clock: when.Clock, pauses: list[Span]) -> datetime:
    """The due time moved by all that was paused before it came."""
    ends_at = clock.due_at
    for pause in pauses:
        if pause.start >= ends_at:
            break
        start, end = max(pause.start, clock.starts_at), max(pause.end, clock.starts_at)
        left = clock.ticks.between(start, ends_at)
        ends_at = clock.ticks.add(end, left)
    return ends_at


def _segments(clock: when.Clock, pauses: list[Span], life: Span) -> Iterator[Segment]:
    """The life cut where anything changes; what lies outside pauses is running or shut."""
    edges = {life.end, clock.starts_at, *(edge for pause in pauses for edge in pause)}
    moment, current = life.start, None
    while moment < life.end:
        until = min([clock.ticks.next_edge(moment), *(edge for edge in edges if edge > moment)])
        if any(pause.holds(moment) for pause in pauses):
            kind = SegmentKind.PAUSED
        elif moment >= clock.starts_at and clock.ticks.is_open(moment):
            kind = SegmentKind.RUNNING
        else:
            kind = SegmentKind.SHUT
        if current and current.kind is kind:
            current = Segment(kind, current.start, until)
        else:
            if current:
                yield current
            current = Segment(kind, moment, until)
        moment = until
    if current:
        yield current


# In words

STILL = (SegmentKind.PAUSED, SegmentKind.EXTENDED)


def explain_zh(trace: Trace) -> list[str]:
    """The trace in sentences for people, in the order of time; hours that do not count in one."""
    said = [
        _("%(moment)s 开始，期限：%(length)s，%(calendar)s。")
        % {
            "moment": _moment(trace.opened_at, year=True),
            "length": trace.length.say(),
            "calendar": when.say_calendar(trace.calendar_kind),
        }
    ]
    for kind, segments in groupby(trace.segments, lambda s: s.kind if s.kind in STILL else None):
        said.append(_step(kind, list(segments)))
    if trace.cap_reached_at:
        said.append(
            _("暂停累计已满 %(days)d 天，%(moment)s 起照常计时。") % {"days": trace.cap_days, "moment": _moment(trace.cap_reached_at)}
        )
    said.append(_("%(moment)s 到期。") % {"moment": _moment(trace.due_at, year=True, ending=True)})
    return said


def _step(kind: SegmentKind | None, segments: list[Segment]) -> str:
    counted = sum((s.end - s.start for s in segments if s.kind is not SegmentKind.SHUT), timedelta())
    shut = sum((s.end - s.start for s in segments if s.kind is SegmentKind.SHUT), timedelta())
    if kind is SegmentKind.PAUSED:
        sentence = _("%(start)s 至 %(end)s 暂停 %(counted)s。")
    elif kind is SegmentKind.EXTENDED:
        sentence = _("%(start)s 起延期至 %(end)s。")
    elif not counted:
        sentence = _("%(start)s 至 %(end)s 不计时。")
    elif shut:
        sentence = _("%(start)s 至 %(end)s 计时 %(counted)s，另有 %(shut)s 不计时。")
    else:
        sentence = _("%(start)s 至 %(end)s 计时 %(counted)s。")
    return sentence % {
        "start": _moment(segments[0].start),
        "end": _moment(segments[-1].end, ending=True),
        "counted": _duration(counted),
        "shut": _duration(shut),
    }


def _moment(moment: datetime, *, year: bool = False, ending: bool = False) -> str:
    """「3月5日 24:00」 rather than the midnight of the next day, where something ends."""
    clock = f"{moment:%H:%M}"
    if ending and clock == "00:00":
        moment, clock = moment - timedelta(minutes=1), "24:00"
    text = _("%(year)d年%(month)d月%(day)d日 %(clock)s") if year else _("%(month)d月%(day)d日 %(clock)s")
    return text % {"year": moment.year, "month": moment.month, "day": moment.day, "clock": clock}


def _duration(length: timedelta) -> str:
    minutes = length // timedelta(minutes=1)
    parts = ((minutes // 1440, _("%(count)d 天")), (minutes // 60 % 24, _("%(count)d 小时")), (minutes % 60, _("%(count)d 分钟")))
    return " ".join(text % {"count": count} for count, text in parts if count) or _("不到 1 分钟")
