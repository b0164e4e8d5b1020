"""The clock of a duty against an oracle that ticks minute by minute."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from guanjia.kernel.worktime import SHANGHAI, DayKind, WorkCalendar
from guanjia.rulebook.timeline import Pause, Resume, SegmentKind, due_at, explain_zh, trace
from guanjia.rulebook.when import CalendarKind, Length, Unit, due, parse_span

MINUTE = timedelta(minutes=1)
DAYS = {
    date(2026, 2, 14): DayKind.WORK,
    **{date(2026, 2, day): DayKind.HOLIDAY for day in range(15, 24)},
    date(2026, 2, 28): DayKind.WORK,
}
OFFICE = WorkCalendar.weekdays("08:30-12:00 13:30-17:30", DAYS)
DESK = WorkCalendar.daily("08:00-20:00", DAYS)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def oracle_minutes(length, kind, calendar, day):
    """Which minutes of the day count, as 0 and 1."""
    exact = length.unit in (Unit.MINUTE, Unit.HOUR)
    served = length.unit in (Unit.SAME_DAY, Unit.AT_ONCE) or kind is CalendarKind.SERVICE
    if kind is CalendarKind.WORKING and not calendar.is_workday(day):
        return [0] * 1440
    if served or (exact and kind is CalendarKind.WORKING):
        spans = calendar.spans_of(day)
        return [int(any(start <= minute < end for start, end in spans)) for minute in range(1440)]
    return [1] * 1440


def oracle_due(opened_at, length, kind, calendar, changes, cap_days):
    """Tick: a minute counts when it is on the hours of the clock and nobody holds it."""
    midnight = datetime.combine(opened_at.date(), datetime.min.time(), SHANGHAI)
    counts = []

    def counting(minute):
        while minute >= len(counts):
            day = opened_at.date() + timedelta(days=len(counts) // 1440)
            counts.extend(oracle_minutes(length, kind, calendar, day))
            if len(counts) == 1440 and length.unit in (Unit.DAY, Unit.WEEK, Unit.MONTH):
                counts[:] = [0] * 1440  # the opening day does not count
        return counts[minute]

    opened = (opened_at - midnight) // MINUTE
    needed = sum(map(counting, range(opened, (due(opened_at, length, kind, calendar) - midnight) // MINUTE)))
    happening = sorted(((change.at - midnight) // MINUTE, isinstance(change, Pause)) for change in changes)
    minute, held, left = opened, False, cap_days * 1440
    while needed:
        while happening and happening[0][0] <= minute:
            held = happening.pop(0)[1]
        if held and left:
            left -= 1
        else:
            needed -= counting(minute)
        minute += 1
    return midnight + minute * MINUTE


moments = st.integers(0, 40 * 1440).map(lambda n: at("2026-02-05 00:00") + n * MINUTE)
lengths = st.one_of(
    st.builds(Length, st.integers(1, 4000), st.just(Unit.MINUTE)),
    st.builds(Length, st.integers(1, 50), st.just(Unit.HOUR)),
    st.builds(Length, st.integers(1, 8), st.just(Unit.DAY)),
    st.builds(Length, st.integers(1, 2), st.sampled_from([Unit.WEEK, Unit.MONTH])),
    st.sampled_from([Length(1, Unit.SAME_DAY), Length(1, Unit.AT_ONCE)]),
)
changes_after = st.lists(st.tuples(st.sampled_from([Pause, Resume]), st.integers(-500, 20_000)), max_size=7)
kinds, calendars = st.sampled_from(CalendarKind), st.sampled_from([OFFICE, DESK])


@settings(max_examples=60, deadline=None)
@given(moments, lengths, kinds, calendars, changes_after, st.integers(0, 6))
@example(at("2026-02-13 16:00"), Length(3, Unit.DAY), CalendarKind.WORKING, OFFICE, [(Pause, 600), (Resume, 30_000)], 5)
@example(at("2026-03-02 10:00"), Length(1, Unit.DAY), CalendarKind.CALENDAR, OFFICE, [(Pause, 60), (Resume, 120)], 5)
def test_the_due_time_is_where_the_ticking_ends(opened_at, length, kind, calendar, offsets, cap_days):
    changes = [change(opened_at + n * MINUTE) for change, n in offsets]
    assume(len({change.at for change in changes}) == len(changes))
    expected = oracle_due(opened_at, length, kind, calendar, changes, cap_days)
    assert due_at(opened_at, length, kind, calendar, changes, cap_days) == expected


@settings(max_examples=80, deadline=None)
@given(moments, st.timedeltas(timedelta(0), MINUTE), lengths, kinds, calendars, changes_after, st.integers(0, 6))
def test_a_trace_has_no_gaps_and_runs_for_exactly_the_length(opened_at, seconds, length, kind, calendar, offsets, cap_days):
    opened_at += seconds
    changes = [change(opened_at + n * MINUTE) for change, n in offsets]
    told = trace(opened_at, length, kind, calendar, changes, cap_days)
    assert told.due_at == due_at(opened_at, length, kind, calendar, changes, cap_days)
    assert told.segments[0].start == opened_at
    assert told.segments[-1].end == told.due_at
    assert told.segments[-1].kind is SegmentKind.RUNNING
    assert all(a.end == b.start and a.kind is not b.kind for a, b in pairwise(told.segments))
    undisturbed = trace(opened_at, length, kind, calendar)
    assert told.total(SegmentKind.RUNNING) == undisturbed.total(SegmentKind.RUNNING)
    assert told.total(SegmentKind.PAUSED) <= timedelta(days=cap_days)
    assert all(explain_zh(told))


@settings(max_examples=80, deadline=None)
@given(moments, lengths, kinds, calendars)
def test_without_pauses_it_is_the_due_time_of_the_handbook(opened_at, length, kind, calendar):
    told = trace(opened_at, length, kind, calendar)
    assert told.due_at == due_at(opened_at, length, kind, calendar) == due(opened_at, length, kind, calendar)
    assert told.total(SegmentKind.PAUSED) == timedelta(0)


# As people would say it


def test_a_pause_moves_the_due_time_by_itself():
    changes = [Pause(at("2026-03-03 10:00")), Resume(at("2026-03-04 15:00"))]
    assert due_at(at("2026-03-02 09:00"), parse_span("3 days"), "calendar", OFFICE, changes) == at("2026-03-07 05:00")


def test_a_pause_out_of_hours_costs_nothing():
    changes = [Pause(at("2026-03-02 20:30")), Resume(at("2026-03-03 07:00"))]
    assert due_at(at("2026-03-02 19:00"), parse_span("2 hours"), "service", DESK, changes) == at("2026-03-03 09:00")


def test_an_unfinished_pause_is_reckoned_to_its_cap():
    told = trace(at("2026-03-02 09:00"), parse_span("24 hours"), "clock", OFFICE, [Pause(at("2026-03-02 10:00"))])
    assert told.due_at == at("2026-03-08 09:00")
    assert told.cap_reached_at == at("2026-03-07 10:00")


def test_pauses_share_one_cap():
    changes = [Pause(at("2026-03-02 10:00")), Resume(at("2026-03-06 10:00")), Pause(at("2026-03-06 12:00"))]
    told = trace(at("2026-03-02 09:00"), parse_span("24 hours"), "clock", OFFICE, changes, 5)
    assert told.cap_reached_at == at("2026-03-07 12:00")
    assert told.due_at == at("2026-03-08 09:00")


def test_a_pause_after_the_due_time_comes_too_late():
    changes = [Pause(at("2026-03-02 10:00"))]
    assert due_at(at("2026-03-02 09:00"), parse_span("1 hour"), "clock", OFFICE, changes) == at("2026-03-02 10:00")


def test_danger_and_parameters_reach_the_clock():
    opened_at = at("2026-03-02 00:12")
    assert due_at(opened_at, parse_span("at once"), None, DESK, danger=True) == at("2026-03-02 00:17")
    assert trace(opened_at, parse_span("at once"), None, DESK, at_once_minutes=20).due_at == at("2026-03-02 08:20")


def test_segments_count_their_minutes():
    told = trace(
        at("2026-03-02 17:00"), parse_span("1 hour"), "service", OFFICE, [Pause(at("2026-03-02 17:10")), Resume(at("2026-03-02 17:20"))]
    )
    assert [(s.kind.value, s.minutes) for s in told.segments] == [
        ("running", 10),
        ("paused", 10),
        ("running", 10),
        ("shut", 15 * 60),
        ("running", 40),
    ]


@pytest.mark.parametrize(
    ("phrase", "kind", "changes", "cap_days", "sentences"),
    [
        (
            "1 hour",
            "clock",
            [],
            5,
            [
                "2026年3月2日 00:12 开始，期限：1 小时，昼夜连续计时。",
                "3月2日 00:12 至 3月2日 01:12 计时 1 小时。",
                "2026年3月2日 01:12 到期。",
            ],
        ),
        (
            "3 days",
            "calendar",
            [Pause(at("2026-03-03 10:00")), Resume(at("2026-03-04 15:30"))],
            1,
            [
                "2026年3月2日 00:12 开始，期限：3 天，按自然日。",
                "3月2日 00:12 至 3月3日 10:00 计时 10 小时，另有 23 小时 48 分钟 不计时。",
                "3月3日 10:00 至 3月4日 10:00 暂停 1 天。",
                "3月4日 10:00 至 3月6日 24:00 计时 2 天 14 小时。",
                "暂停累计已满 1 天，3月4日 10:00 起照常计时。",
                "2026年3月6日 24:00 到期。",
            ],
        ),
        (
            "same day",
            None,
            [Pause(at("2026-03-02 07:00")), Resume(at("2026-03-02 08:00"))],
            5,
            [
                "2026年3月2日 00:12 开始，期限：当日，只计服务时间。",
                "3月2日 00:12 至 3月2日 07:00 不计时。",
                "3月2日 07:00 至 3月2日 08:00 暂停 1 小时。",
                "3月2日 08:00 至 3月2日 20:00 计时 12 小时。",
                "2026年3月2日 20:00 到期。",
            ],
        ),
    ],
)
def test_a_trace_explains_itself(phrase, kind, changes, cap_days, sentences):
    told = trace(at("2026-03-02 00:12"), parse_span(phrase), kind, DESK, changes, cap_days)
    assert explain_zh(told) == sentences
