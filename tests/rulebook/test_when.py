"""The handbook's words for time, and what they come to."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from guanjia.kernel import periods
from guanjia.kernel.worktime import SHANGHAI, DayKind, WorkCalendar
from guanjia.rulebook import when
from guanjia.rulebook.when import CalendarKind, Every, Length, Unit, due, parse_every, parse_span

CATALOGUE = Path(when.__file__).with_name("catalogue")
OFFICE = WorkCalendar.weekdays(
    "08:30-12:00 13:30-17:30",
    {
        date(2026, 2, 14): DayKind.WORK,
        **{date(2026, 2, day): DayKind.HOLIDAY for day in range(15, 24)},
        date(2026, 2, 28): DayKind.WORK,
    },
)
DESK = WorkCalendar.daily("08:00-20:00", dict(OFFICE.days))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# Reading


@pytest.mark.parametrize(
    ("phrase", "length"),
    [
        ("5 minutes", Length(5, Unit.MINUTE)),
        ("1 hour", Length(1, Unit.HOUR)),
        ("an hour", Length(1, Unit.HOUR)),
        ("half hour", Length(30, Unit.MINUTE)),
        ("24 hours", Length(24, Unit.HOUR)),
        ("3 days", Length(3, Unit.DAY)),
        ("day", Length(1, Unit.DAY)),
        ("2 weeks", Length(2, Unit.WEEK)),
        ("1 month", Length(1, Unit.MONTH)),
        ("half month", Length(15, Unit.DAY)),
        ("quarter", Length(3, Unit.MONTH)),
        ("season", Length(3, Unit.MONTH)),
        ("half year", Length(6, Unit.MONTH)),
        ("two years", Length(2, Unit.YEAR)),
        ("same day", Length(1, Unit.SAME_DAY)),
        ("At  once", Length(1, Unit.AT_ONCE)),
    ],
)
def test_a_phrase_is_a_length(phrase, length):
    assert parse_span(phrase) == length


lengths = st.builds(Length, st.integers(1, 999), st.sampled_from([*Unit][:6])) | st.sampled_from(
    [Length(1, Unit.SAME_DAY), Length(1, Unit.AT_ONCE)]
)


@given(lengths)
def test_a_length_reads_back_what_it_wrote(length):
    assert parse_span(str(length)) == length


@pytest.mark.parametrize("phrase", ["", "0 days", "-1 days", "1.5 hours", "days 3", "set per case", "2 quick", "half week", "３ days"])
def test_prose_is_not_a_length(phrase):
    with pytest.raises(ValueError):
        parse_span(phrase)


@pytest.mark.parametrize(("amount", "unit"), [(0, Unit.DAY), (-2, Unit.HOUR), (2, Unit.SAME_DAY)])
def test_a_length_is_at_least_one(amount, unit):
    with pytest.raises(ValueError):
        Length(amount, unit)


@pytest.mark.parametrize(
    ("phrase", "every"),
    [
        ("day", Every(periods.Kind.DAY)),
        ("15 days", Every(periods.Kind.DAY, 15)),
        ("week", Every(periods.Kind.WEEK)),
        ("2 weeks", Every(periods.Kind.WEEK, 2)),
        ("week on Sunday", Every(periods.Kind.WEEK, weekday=6)),
        ("month", Every(periods.Kind.MONTH)),
        ("quarter", Every(periods.Kind.QUARTER)),
        ("season", Every(periods.Kind.QUARTER)),
        ("half year", Every(periods.Kind.HALF_YEAR)),
        ("year", Every(periods.Kind.YEAR)),
        ("year end", Every(periods.Kind.YEAR)),
        ("2 years", Every(periods.Kind.YEAR, 2)),
    ],
)
def test_a_phrase_is_a_rhythm(phrase, every):
    assert parse_every(phrase) == every


@pytest.mark.parametrize("phrase", ["as needed", "hour", "week on holiday", "0 weeks", "same day"])
def test_prose_is_not_a_rhythm(phrase):
    with pytest.raises(ValueError):
        parse_every(phrase)


def test_a_rhythm_names_its_period_and_its_window():
    sunday = parse_every("week on Sunday")
    key = sunday.key_at(at("2026-03-02 09:00"))
    assert key == "2026-W10"
    assert sunday.window(key) == (at("2026-03-08 00:00"), at("2026-03-09 00:00"))
    fortnight = parse_every("2 weeks")
    assert fortnight.key_at(at("2026-03-02 09:00")) == fortnight.key_at(at("2026-02-23 00:00"))
    assert parse_every("month").window("2026-02") == (at("2026-02-01 00:00"), at("2026-03-01 00:00"))


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("clock", CalendarKind.CLOCK),
        ("service hours", CalendarKind.SERVICE),
        ("service", CalendarKind.SERVICE),
        ("working", CalendarKind.WORKING),
        ("working days", CalendarKind.WORKING),
        ("calendar", CalendarKind.CALENDAR),
    ],
)
def test_a_phrase_is_a_calendar(phrase, kind):
    assert when.parse_calendar(phrase) is kind


def test_another_calendar_is_refused():
    with pytest.raises(ValueError):
        when.parse_calendar("lunar")


# The whole catalogue: what is not listed here as prose must parse

PROSE = {
    ("within", "set per case"),
    ("every", "as needed"),
    ("every", "irregular"),
    ("every", "on demand"),
    ("every", "periodic"),
    ("at", "after the end"),
    ("at", "appointment time"),
    ("at", "middle of the contract"),
    ("at", "promised_at"),
}


def time_words():
    """All (key, phrase) of the catalogue whose key promises a time."""

    def walk(node, key=""):
        if isinstance(node, dict):
            for name, value in node.items():
                yield from walk(value, str(name))
        elif isinstance(node, list):
            for value in node:
                yield from walk(value, key)
        elif key.endswith("within"):
            yield "within", str(node)
        elif key in ("every", "at", "keep", "calendar"):
            yield key, str(node)

    for path in sorted(CATALOGUE.glob("*.yaml")):
        for rule in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader):
            if isinstance(rule, dict):
                yield from walk(rule.get("params") or {})


def test_every_time_word_of_the_catalogue_parses_or_is_known_prose():
    found = set(time_words())
    read = {"within": parse_span, "keep": parse_span, "every": parse_every, "at": parse_span, "calendar": when.parse_calendar}
    prose = set()
    for key, phrase in found:
        try:
            read[key](phrase)
        except ValueError:
            prose.add((key, phrase))
    assert prose == PROSE
    phrases = {phrase for key, phrase in found if key != "calendar"}
    assert {phrase for phrase in phrases if not when.is_parsable(phrase)} == {phrase for _, phrase in PROSE}


# Reckoning


def test_hours_and_minutes_run_exactly():
    opened = at("2026-03-02 00:12:34")
    assert due(opened, parse_span("24 hours"), "clock", OFFICE) == at("2026-03-03 00:12:34")
    assert due(opened, parse_span("5 minutes"), "calendar", OFFICE) == at("2026-03-02 00:17:34")
    assert due(opened, parse_span("5 minutes"), "service", DESK) == at("2026-03-02 08:05")
    assert due(at("2026-03-07 09:00"), parse_span("1 hour"), "working", DESK) == at("2026-03-09 09:00")


def test_days_do_not_count_the_opening_day_and_end_with_the_last():
    for opened in (at("2026-03-02 00:00"), at("2026-03-02 23:59:59")):
        assert due(opened, parse_span("3 days"), "calendar", OFFICE) == at("2026-03-06 00:00")
        assert due(opened, parse_span("3 days"), "clock", OFFICE) == at("2026-03-06 00:00")


def test_working_days_step_over_spring_festival_and_take_the_make_up_saturday():
    opened = at("2026-02-13 16:00")
    assert due(opened, parse_span("1 day"), "working", OFFICE) == at("2026-02-15 00:00")
    assert due(opened, parse_span("3 days"), "working", OFFICE) == at("2026-02-26 00:00")


def test_service_days_end_with_the_service_of_the_last():
    assert due(at("2026-03-06 16:00"), parse_span("2 days"), "service", OFFICE) == at("2026-03-10 17:30")


@pytest.mark.parametrize(
    ("phrase", "kind", "expected"),
    [
        ("1 week", "calendar", "2026-02-08 00:00"),
        ("1 month", "calendar", "2026-03-01 00:00"),  # 31 January: February has no such day
        ("half year", "calendar", "2026-08-01 00:00"),
        ("2 years", "calendar", "2028-02-01 00:00"),
        ("2 weeks", "working", "2026-02-15 00:00"),  # a Saturday, but a make-up one
        ("3 weeks", "working", "2026-02-25 00:00"),  # falls into Spring Festival
        ("1 week", "service", "2026-02-09 17:30"),  # a Saturday
    ],
)
def test_weeks_months_and_years_go_by_the_date(phrase, kind, expected):
    assert due(at("2026-01-31 10:00"), parse_span(phrase), kind, OFFICE) == at(expected)


def test_same_day_is_the_end_of_service():
    same_day = parse_span("same day")
    assert due(at("2026-03-02 00:12"), same_day, None, DESK) == at("2026-03-02 20:00")
    assert due(at("2026-03-02 19:59"), same_day, None, DESK) == at("2026-03-02 20:00")
    assert due(at("2026-03-02 20:00"), same_day, None, DESK) == at("2026-03-03 20:00")
    assert due(at("2026-03-07 10:00"), same_day, "clock", DESK) == at("2026-03-07 20:00")
    assert due(at("2026-03-07 10:00"), same_day, "working", DESK) == at("2026-03-09 20:00")


def test_at_once_is_a_quarter_of_an_hour_of_service_or_five_minutes_in_danger():
    at_once, opened = parse_span("at once"), at("2026-03-02 00:12")
    assert due(opened, at_once, None, DESK) == at("2026-03-02 08:15")
    assert due(opened, at_once, None, DESK, danger=True) == at("2026-03-02 00:17")
    assert due(opened, at_once, None, DESK, at_once_minutes=30) == at("2026-03-02 08:30")
    assert due(opened, at_once, None, DESK, danger=True, danger_minutes=2) == at("2026-03-02 00:14")


def test_danger_hurries_only_what_is_at_once():
    opened = at("2026-03-02 00:12")
    assert due(opened, parse_span("1 hour"), None, DESK, danger=True) == at("2026-03-02 01:12")


def test_without_a_calendar_the_length_brings_its_own():
    opened = at("2026-03-06 16:00")
    assert due(opened, parse_span("1 hour"), None, OFFICE) == at("2026-03-06 17:00")
    assert due(opened, parse_span("2 days"), None, OFFICE) == at("2026-03-09 00:00")


def test_the_day_is_the_one_of_the_project_and_not_of_greenwich():
    opened = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)  # 01:00 on 2 March in Shanghai
    assert due(opened, parse_span("1 day"), "calendar", OFFICE) == at("2026-03-04 00:00")


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 4, 1)).map(lambda naive: naive.replace(tzinfo=SHANGHAI))
kinds = st.sampled_from(CalendarKind)


@settings(max_examples=100, deadline=None)
@given(moments, st.timedeltas(timedelta(0), timedelta(days=3)), lengths, kinds, st.sampled_from([OFFICE, DESK]))
def test_what_opens_later_is_never_due_earlier(opened, later, length, kind, calendar):
    length = Length(min(length.amount, 40), length.unit)
    first = due(opened, length, kind, calendar)
    assert opened < first <= due(opened + later, length, kind, calendar)


@settings(max_examples=100, deadline=None)
@given(moments, lengths, kinds, st.sampled_from([OFFICE, DESK]))
def test_a_clock_runs_for_the_same_time_from_its_start_to_its_due_moment(opened, length, kind, calendar):
    length = Length(min(length.amount, 40), length.unit)
    clock = when.clock(opened, length, kind, calendar)
    assert opened <= clock.starts_at < clock.due_at
    assert clock.ticks.add(clock.starts_at, clock.ticks.between(clock.starts_at, clock.due_at)) == clock.due_at


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(-30, 30))
def test_adding_months_keeps_the_day_where_the_month_has_it(day, months):
    moved = when.add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)
