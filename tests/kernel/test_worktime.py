"""Working time against an oracle that looks at every single minute."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from guanjia.kernel.worktime import SHANGHAI, DayKind, NeverOpens, WorkCalendar, spans

FIRST = date(2024, 2, 19)  # a Monday; the leap day is a Thursday ten days later
DAYS = 21
OFFICE = WorkCalendar.weekdays(
    "08:30-12:00 13:30-17:30",
    {
        date(2026, 2, 14): DayKind.WORK,  # a make-up Saturday before Spring Festival
        **{date(2026, 2, day): DayKind.HOLIDAY for day in range(15, 24)},
        date(2026, 2, 28): DayKind.WORK,
    },
)
quickly = settings(max_examples=50, deadline=None)
ALWAYS = WorkCalendar.daily("00:00-24:00")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# The oracle


def oracle_spans(calendar, day):
    kind = calendar.days.get(day)
    if kind in (DayKind.REST, DayKind.HOLIDAY):
        return calendar.rest_spans
    if kind is DayKind.WORK and day.weekday() not in calendar.workdays:
        return calendar.makeup_spans
    return calendar.week[day.weekday()]


def oracle_is_open(calendar, moment):
    minute = moment.hour * 60 + moment.minute
    return any(minute in range(*span) for span in oracle_spans(calendar, moment.date()))


def oracle_minutes(calendar, start):
    """One by one, from `start` on: whether the minute is open."""
    day, first = start.date(), start.hour * 60 + start.minute
    while True:
        spans = oracle_spans(calendar, day)
        yield from (any(a <= minute < b for a, b in spans) for minute in range(first, 1440))
        day, first = day + timedelta(days=1), 0


def oracle_between(calendar, a, b):
    return sum(islice(oracle_minutes(calendar, a), (b - a) // timedelta(minutes=1)))


def oracle_add(calendar, start, minutes):
    passed, ticking = 0, oracle_minutes(calendar, start)
    while minutes:
        minutes -= next(ticking)
        passed += 1
    return start + timedelta(minutes=passed)


# What may come


def paired(edges):
    edges = sorted(edges)
    return tuple(zip(edges[::2], edges[1::2], strict=False))


day_spans = st.one_of(
    st.sampled_from([(), ((0, 1440),), ((510, 720), (810, 1050)), ((0, 360), (1320, 1440))]),
    st.sets(st.integers(0, 1440), max_size=6).map(paired),
)
calendars = st.builds(
    WorkCalendar,
    week=st.tuples(*[day_spans] * 7),
    days=st.dictionaries(st.dates(FIRST, FIRST + timedelta(days=DAYS)), st.sampled_from(DayKind), max_size=6),
    workdays=st.sampled_from([*map(frozenset, ((), range(5), range(7), (0, 3), (6,)))]),
    rest_spans=st.none() | day_spans,
    makeup_spans=st.none() | day_spans,
)
minutes_of_the_month = st.integers(0, DAYS * 1440).map(lambda n: datetime(2024, 2, 19, tzinfo=SHANGHAI) + timedelta(minutes=n))


@quickly
@given(calendars, minutes_of_the_month)
def test_open_is_what_the_spans_say(calendar, moment):
    assert calendar.is_open(moment) == oracle_is_open(calendar, moment)


@quickly
@given(calendars, minutes_of_the_month, minutes_of_the_month)
def test_minutes_between_equals_the_count_of_minutes(calendar, a, b):
    a, b = sorted((a, b))
    assert calendar.minutes_between(a, b) == oracle_between(calendar, a, b)
    assert calendar.minutes_between(b, a) == -calendar.minutes_between(a, b)


@quickly
@given(calendars, minutes_of_the_month, st.integers(0, 3000))
@example(OFFICE, at("2026-02-14 17:29"), 1)
@example(OFFICE, at("2026-02-14 17:29"), 2)
@example(OFFICE, at("2024-02-28 17:30"), 451)
@example(ALWAYS, at("2024-02-28 23:59"), 1441)
def test_adding_equals_walking_minute_by_minute(calendar, start, minutes):
    try:
        reached = calendar.add_minutes(start, minutes)
    except NeverOpens:
        assert not any(calendar.week)
        left = oracle_between(calendar, start, start + timedelta(days=2 * DAYS))
        assert left < minutes
    else:
        if reached - start < timedelta(days=2 * DAYS):
            assert reached == oracle_add(calendar, start, minutes)
        else:
            assert calendar.minutes_between(start, reached) == minutes


@quickly
@given(calendars, minutes_of_the_month, st.timedeltas(timedelta(0), timedelta(days=5)))
def test_nothing_is_lost_to_the_microsecond(calendar, start, amount):
    start += timedelta(seconds=34, microseconds=567_891)
    try:
        reached = calendar.add(start, amount)
    except NeverOpens:
        return
    assert calendar.between(start, reached) == amount
    assert not amount or calendar.between(start, reached - timedelta(microseconds=1)) < amount


@quickly
@given(calendars, minutes_of_the_month)
def test_the_next_opening_is_the_first_open_minute(calendar, moment):
    try:
        opening = calendar.next_open(moment)
    except NeverOpens:
        assert not any(calendar.week)
        assert calendar.minutes_between(moment, moment + timedelta(days=2 * DAYS)) == 0
    else:
        assert opening >= moment
        assert calendar.is_open(opening)
        assert calendar.between(moment, opening) == timedelta(0)


@quickly
@given(calendars, st.dates(FIRST, FIRST + timedelta(days=DAYS)), st.integers(-12, 12))
def test_working_days_equal_stepping_through_them(calendar, day, count):
    try:
        reached = calendar.add_working_days(day, count)
    except NeverOpens:
        assert not calendar.workdays
        return
    step = timedelta(days=1 if count > 0 else -1)
    stepped, left = day, abs(count)
    while left:
        stepped += step
        left -= calendar.is_workday(stepped)
    assert reached == stepped


@quickly
@given(calendars, st.dates(FIRST, FIRST + timedelta(days=DAYS)), st.integers(0, 12))
def test_service_days_equal_stepping_through_them(calendar, day, count):
    try:
        reached = calendar.add_service_days(day, count)
    except NeverOpens:
        assert not any(calendar.week)
        return
    while count:
        day += timedelta(days=1)
        count -= bool(calendar.spans_of(day))
    assert reached == day


@quickly
@given(calendars, st.dates(FIRST, FIRST + timedelta(days=DAYS)))
def test_the_end_of_service_is_when_nothing_more_comes_that_day(calendar, day):
    midnight = datetime.combine(day, datetime.min.time(), SHANGHAI)
    end = calendar.end_of_service(day)
    if end is None:
        assert calendar.minutes_between(midnight, midnight + timedelta(days=1)) == 0
    else:
        assert calendar.minutes_between(end, midnight + timedelta(days=1)) == 0
        assert calendar.is_open(end - timedelta(minutes=1))


@quickly
@given(calendars, minutes_of_the_month)
def test_derived_calendars_keep_to_working_days(calendar, moment):
    works = calendar.is_workday(moment.date())
    assert calendar.only_workdays.is_open(moment) == (works and calendar.is_open(moment))
    assert calendar.whole_workdays.is_open(moment) == works
    assert calendar.round_the_clock.is_open(moment)


@quickly
@given(calendars, minutes_of_the_month)
def test_nothing_changes_before_the_next_edge(calendar, moment):
    edge = calendar.next_edge(moment)
    assert moment < edge <= moment + timedelta(days=1)
    minutes = (edge - moment) // timedelta(minutes=1)
    assert {calendar.is_open(moment + timedelta(minutes=n)) for n in range(minutes)} == {calendar.is_open(moment)}


# As people would say it


def test_five_minutes_to_closing_plus_five_is_closing_time():
    assert OFFICE.add_minutes(at("2026-03-02 11:55"), 5) == at("2026-03-02 12:00")
    assert OFFICE.add_minutes(at("2026-03-02 11:55"), 6) == at("2026-03-02 13:31")


def test_spring_festival_is_stepped_over():
    assert OFFICE.add_minutes(at("2026-02-14 17:00"), 60) == at("2026-02-24 09:00")
    assert OFFICE.add_working_days(date(2026, 2, 13), 2) == date(2026, 2, 24)
    assert OFFICE.add_working_days(date(2026, 2, 24), -2) == date(2026, 2, 13)


def test_a_make_up_saturday_keeps_the_hours_of_a_workday():
    assert OFFICE.spans_of(date(2026, 2, 14)) == spans("08:30-12:00 13:30-17:30")
    assert not OFFICE.spans_of(date(2026, 3, 7))


def test_a_desk_that_serves_on_sundays_serves_on_holidays_but_does_not_call_them_working_days():
    desk = WorkCalendar.daily("08:00-20:00", {date(2026, 10, 1): DayKind.HOLIDAY})
    assert desk.is_open(at("2026-10-01 09:00"))
    assert not desk.is_workday(date(2026, 10, 1))
    assert not desk.is_workday(date(2026, 10, 4))


def test_the_end_of_a_day_that_never_shuts_is_midnight():
    assert ALWAYS.end_of_service(date(2024, 2, 29)) == at("2024-03-01 00:00")


def test_moments_of_other_zones_are_understood():
    assert OFFICE.is_open(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
    assert OFFICE.add_minutes(datetime(2026, 3, 2, 1, 0, tzinfo=UTC), 10) == at("2026-03-02 09:10")


def test_a_calendar_that_never_opens_says_so():
    shut = WorkCalendar(week=((),) * 7, days={date(2026, 3, 2): DayKind.REST}, workdays=frozenset())
    for ask in (
        lambda: shut.add_minutes(at("2026-03-02 09:00"), 1),
        lambda: shut.next_open(at("2026-03-02 09:00")),
        lambda: shut.add_working_days(date(2026, 3, 2), 1),
        lambda: shut.add_service_days(date(2026, 3, 2), 1),
        lambda: OFFICE.add_minutes(at("9999-12-31 17:29"), 10),
    ):
        with pytest.raises(NeverOpens):
            ask()
    assert shut.add_minutes(at("2026-03-02 09:00"), 0) == at("2026-03-02 09:00")


def test_a_moment_without_a_zone_is_a_mistake():
    with pytest.raises(ValueError, match="aware"):
        OFFICE.is_open(datetime(2026, 3, 2, 9))


def test_time_is_not_added_backwards():
    with pytest.raises(ValueError, match="forwards"):
        OFFICE.add_minutes(at("2026-03-02 09:00"), -1)


@pytest.mark.parametrize(
    "text",
    [
        "8-12",
        "12:00-08:00",
        "08:00-08:00",
        "08:00-12:00 11:00-13:00",
        "20:00-25:00",
        "08:60-09:00",
        "noon-13:00",
    ],
)
def test_spans_that_make_no_sense_are_refused(text):
    with pytest.raises(ValueError):
        spans(text)


def test_a_week_has_seven_days():
    with pytest.raises(ValueError, match="seven"):
        WorkCalendar(week=((),) * 5)


def test_calendars_are_values():
    again = WorkCalendar.weekdays("08:30-12:00 13:30-17:30", dict(OFFICE.days))
    assert again == OFFICE
    assert len({again, OFFICE}) == 1


@quickly
@given(calendars)
def test_spans_never_touch_backwards(calendar):
    for n in range(DAYS):
        day = calendar.spans_of(FIRST + timedelta(days=n))
        assert all(a[1] <= b[0] for a, b in pairwise(day))
