from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.kernel import periods
from guanjia.kernel.periods import Kind, Span
from guanjia.kernel.worktime import SHANGHAI

MARCH_2 = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
days = st.dates(date(1995, 1, 1), date(2100, 1, 1))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("kind", "count", "key", "first", "after", "label"),
    [
        ("year", 1, "2026", "2026-01-01", "2027-01-01", "2026年"),
        ("half year", 1, "2026-H1", "2026-01-01", "2026-07-01", "2026年上半年"),
        ("quarter", 1, "2026-Q1", "2026-01-01", "2026-04-01", "2026年第1季度"),
        ("month", 1, "2026-03", "2026-03-01", "2026-04-01", "2026年3月"),
        ("week", 1, "2026-W10", "2026-03-02", "2026-03-09", "2026年第10周（3月2日至3月8日）"),
        ("day", 1, "2026-03-02", "2026-03-02", "2026-03-03", "2026年3月2日"),
        ("day", 15, "2026-02-19/15", "2026-02-19", "2026-03-06", "2026年2月19日起15天"),
        ("week", 2, "2026-W09/2", "2026-02-23", "2026-03-09", "2026年第9周（2月23日至3月1日）起2周"),
        ("year", 2, "2026/2", "2026-01-01", "2028-01-01", "2026年起2年"),
        ("month", 2, "2026-03/2", "2026-03-01", "2026-05-01", "2026年3月起2个月"),
    ],
)
def test_a_moment_has_a_key_and_the_key_has_bounds(kind, count, key, first, after, label):
    assert periods.period_of(kind, MARCH_2, count=count) == key
    assert periods.bounds(key) == (at(first), at(after))
    assert periods.kind_of(key) == kind
    assert periods.label(key) == label


def test_the_second_half_says_so():
    assert periods.label("2026-H2") == "2026年下半年"


def test_an_iso_week_may_belong_to_the_other_year():
    key = periods.period_on("week", date(2027, 1, 1))
    assert key == "2026-W53"
    assert periods.label(key) == "2026年第53周（12月28日至1月3日）"
    assert periods.following(key) == "2027-W01"


def test_the_day_is_the_one_of_the_zone():
    evening = datetime(2026, 2, 28, 16, 0, tzinfo=UTC)
    assert periods.period_of("month", evening) == "2026-03"
    assert periods.period_of("month", evening, tz=UTC) == "2026-02"


@given(st.sampled_from(Kind), st.integers(1, 20), days)
def test_periods_of_a_kind_tile_time(kind, count, day):
    key = periods.period_on(kind, day, count=count)
    span = periods.days(key)
    assert span.holds(day)
    assert periods.days(periods.following(key)).start == span.end
    assert periods.days(periods.previous(key)).end == span.start
    assert periods.following(periods.previous(key)) == key
    assert periods.period_on(kind, span.start, count=count) == key
    assert periods.period_on(kind, span.end - timedelta(days=1), count=count) == key
    assert periods.kind_of(key) == kind


@pytest.mark.parametrize(
    "key",
    [
        "",
        "26",
        "2026-3",
        "2026-13",
        "2026-00",
        "2026-Q5",
        "2026-H3",
        "2026-W00",
        "2026-W54",
        "2025-W53",
        "2026-02-29",
        "2026-03-02T10:00",
        "2026/0",
        "2026/1",
        "2025/2",
        "2026-W10/2",
        "２０２６",
        "0000",
    ],
)
def test_what_is_not_a_key_is_refused(key):
    with pytest.raises(ValueError):
        periods.bounds(key)


def test_a_period_needs_a_zone_and_a_count():
    with pytest.raises(ValueError, match="aware"):
        periods.period_of("day", datetime(2026, 3, 2))
    with pytest.raises(ValueError, match="at least one"):
        periods.period_on("day", date(2026, 3, 2), count=0)


spans = st.builds(lambda start, length: Span(start, length and start + length), st.integers(0, 20), st.none() | st.integers(1, 20))


@given(spans, spans)
def test_spans_overlap_where_both_hold(a, b):
    shared = {point for point in range(60) if a.holds(point) and b.holds(point)}
    common = a.common(b)
    assert a.overlaps(b) == b.overlaps(a) == bool(shared)
    assert shared == ({point for point in range(60) if common.holds(point)} if common else set())
