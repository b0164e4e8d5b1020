"""Due times against an oracle that counts minutes: random lives of duties, told to the engine line by line.

A life is a calendar of split shifts, holidays and make-up days, a duty opened on it one to three times, held by up to two
others several times and beyond the cap, given more time, and moved by another calendar on the way. The oracle knows masks of
minutes and nothing else. A few thousand lives are tried in every run; `GUANJIA_LIVES=100000` tries as many (`make oracle`).
"""

import os
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from guanjia.kernel.ids import Ref
from guanjia.kernel.worktime import SHANGHAI, DayKind, WorkCalendar
from guanjia.rulebook import Duty, about, clocks, on, timeline
from guanjia.rulebook.authoring import own
from guanjia.rulebook.engine import EXTENDED, RECOMPUTED, Line, apply
from guanjia.rulebook.inforce import InForce
from guanjia.rulebook.replay import Memory
from guanjia.rulebook.timeline import CAP_DAYS

LIVES = int(os.environ.get("GUANJIA_LIVES", "2000"))
LIVES_OF_A_CALENDAR = 60
FIRST = date(2026, 1, 1)
DAYS = 240
BEGINNING = datetime(2026, 1, 1, tzinfo=SHANGHAI)
MINUTE = timedelta(minutes=1)
COMPANY, PROJECT, CASE = (UUID(int=n) for n in (1, 2, 3))
HOLDERS = [Ref("desk.case", UUID(int=n)) for n in (3, 4)]
SHIFTS = ((510, 720, 810, 1050), (480, 1200), (0, 1440), (540, 660, 840, 1080, 1140, 1320), (0, 120, 1200, 1440))
LENGTHS = (
    *(f"{n} minutes" for n in (2, 15, 45, 700)),
    *(f"{n} hours" for n in (2, 5, 24, 50)),
    *(f"{n} days" for n in (2, 3, 10)),
    "2 weeks",
    "same day",
    "at once",
)
KINDS = ("clock", "service", "working", "calendar")


# -- the oracle: minutes, and nothing but minutes ------------------------------------------------------
class Minutes:
    """A calendar as masks: a byte for each minute of `DAYS` days, 1 where it counts."""

    def __init__(self, calendar: WorkCalendar):
        days = [FIRST + timedelta(days=n) for n in range(DAYS)]
        self.spans = [calendar.spans_of(day) for day in days]
        self.works = [calendar.is_workday(day) for day in days]
        self.masks: dict[tuple[bool, bool], bytes] = {}

    def mask(self, served: bool, working: bool) -> bytes:
        if (served, working) not in self.masks:
            self.masks[served, working] = b"".join(
                bytes(1440) if working and not works else self._served(spans) if served else b"\1" * 1440
                for spans, works in zip(self.spans, self.works, strict=True)
            )
        return self.masks[served, working]

    @staticmethod
    def _served(spans) -> bytes:
        day = bytearray(1440)
        for start, end in spans:
            day[start:end] = b"\1" * (end - start)
        return bytes(day)

    def due(self, opened: int, length: str, kind: str, holds: list[tuple[int, int]], until: int) -> int:
        """The minute at which the time runs out. `holds`: when it stood still, half-open; `until`: to when more was given."""
        amount, unit = ("1", length) if length in ("same day", "at once") else length.split()
        exact = unit[:4] in ("minu", "hour")
        served = length in ("same day", "at once") or kind == "service" or (exact and kind == "working")
        mask = self.mask(served, kind == "working")
        day = opened // 1440
        starts = opened
        if length == "at once":
            needed = 15
        elif length == "same day":
            end = self._last_of(day, mask)
            if end is None or opened >= end:
                end = next(found for n in range(day + 1, DAYS) if (found := self._last_of(n, mask)) is not None)
            needed = mask.count(1, opened, end)
        elif exact:
            needed = int(amount) * (60 if unit.startswith("hour") else 1)
            if kind in ("clock", "calendar"):
                mask = self.mask(False, False)
        else:
            starts = (day + 1) * 1440
            needed = mask.count(1, starts, self._end_of_days(day, int(amount), unit, mask))
        return max(until, self._walk(mask, starts, needed, holds))

    def _end_of_days(self, day: int, amount: int, unit: str, mask: bytes) -> int:
        """The end of the last day: counted one by one, or by the date where weeks are."""
        if unit.startswith("day"):
            while amount:
                day += 1
                amount -= self._last_of(day, mask) is not None
        else:
            day += 7 * amount
            while self._last_of(day, mask) is None:
                day += 1
        return self._last_of(day, mask)

    @staticmethod
    def _last_of(day: int, mask: bytes) -> int | None:
        last = mask.rfind(1, day * 1440, (day + 1) * 1440)
        return None if last < 0 else last + 1

    @staticmethod
    def _walk(mask: bytes, starts: int, needed: int, holds: list[tuple[int, int]]) -> int:
        """Minute by minute from the start, where nobody holds the clock; counted by the day, the last day by the minute."""
        if holds:
            held = bytearray(mask)
            for start, end in holds:
                held[start:end] = bytes(end - start)
            mask = bytes(held)
        minute = starts
        while True:
            end = minute - minute % 1440 + 1440
            here = mask.count(1, minute, end)
            if here >= needed:
                break
            needed, minute = needed - here, end
        while needed:
            minute = mask.index(1, minute) + 1
            needed -= 1
        return minute


def stand_stills(told: list[tuple[int, bool, int]], opened: int) -> list[tuple[int, int]]:
    """When the clock stood still: while anybody held it, five days altogether. `told`: (minute, is it a hold, whose)."""
    left, holders, since, found = CAP_DAYS * 1440, set(), 0, []
    for minute, holds, whose in [*told, (DAYS * 1440, False, None)]:
        if holders:
            spent = min(left, max(minute, opened) - since)
            if spent:
                found.append((since, since + spent))
            left, since = left - spent, since + spent
        since = max(minute, opened)
        holders = holders | {whose} if holds else holders - {whose}
    return found


# -- lives ---------------------------------------------------------------------------------------------
class Told(InForce):
    """One duty, and calendars by the moment from which they are known."""

    def __init__(self, duty, known: list[tuple[datetime, WorkCalendar]]):
        self._duty = duty
        self._from, self._calendars = [one[0] for one in known], [one[1] for one in known]

    def opened_by(self, fact, company_id):
        return (self._duty,) if fact == "opened" else ()

    def closed_by(self, fact, company_id):
        return {self._duty.key: self._duty} if fact in self._duty.heard else {}

    def duty(self, key, company_id):
        return self._duty

    def own(self, company_id):
        return own.NOTHING

    def value(self, rule, key, project_id, at, default=None):
        return default

    def handbook(self, rule, project_id, at):
        return ""

    def is_awake(self, binding, project_id, at):
        return True

    def post(self, role, project_id, at):
        return None

    def calendar(self, project_id, known_at=None):
        return self._calendars[bisect_right(self._from, known_at) - 1]


def some_calendar(random: Random) -> WorkCalendar:
    week = tuple(
        tuple(zip(shift[::2], shift[1::2], strict=True)) if random.random() < (0.97 if day < 5 else 0.4) else ()
        for day, shift in ((day, random.choice(SHIFTS)) for day in range(7))
    )
    if not any(week[:5]):
        week = (((480, 1200),), *week[1:])
    return WorkCalendar(week=week, days=some_days(random, 14))


def some_days(random: Random, count: int) -> dict[date, DayKind]:
    return {FIRST + timedelta(days=random.randrange(60)): random.choice(list(DayKind)) for _nth in range(count)}


def changed(calendar: WorkCalendar, random: Random) -> WorkCalendar:
    return WorkCalendar(week=calendar.week, days={**calendar.days, **some_days(random, 3)})


def at(minute: int) -> datetime:
    return (BEGINNING + minute * MINUTE).astimezone(UTC)


class Life:
    """What happened, in the order in which it was told, and what the oracle makes of it."""

    def __init__(self, random: Random, duty: Duty, calendars: list[WorkCalendar], masks: list[Minutes]):
        self.random, self.duty, self.masks = random, duty, masks
        self.length, self.kind = duty.due, duty.calendar
        self.turn = random.randrange(1440, 40 * 1440) if random.random() < 0.4 else None
        known = [(at(-10_000), calendars[0]), *([(at(self.turn), calendars[1])] if self.turn is not None else [])]
        self.rules, self.ledger, self.lines = Told(duty, known), Memory(), 0

    def say(self, minute: int, fact: str, subject: Ref = HOLDERS[0], **values) -> Line:
        self.lines += 1
        refs = tuple(ref for ref in (Ref("desk.case", CASE),) if ref != subject)
        line = Line(UUID(int=10_000 + self.lines), fact, values, subject, refs, at(minute), COMPANY, PROJECT, at(minute))
        apply(line, self.ledger, self.rules)
        return line

    def run(self) -> None:
        random = self.random
        minute = random.randrange(0, 30 * 1440)
        for _occasion in range(random.choice((1, 1, 2, 3))):
            minute = self.occasion(minute)

    def occasion(self, opened: int) -> int:
        """One opening, what was told until it is met, and the oracle's word after each step; returns when the next may open."""
        random = self.random
        line = self.say(opened, "opened")
        [owed] = [one for one in self.ledger.all.values() if one.opened_by == line.id]
        self.told, self.opened, self.until = [], opened, 0
        self.agree(owed, opened)
        moments = sorted(random.sample(range(opened, opened + random.choice((600, 6000, 14_000))), random.choice((0, 1, 2, 4, 7))))
        for minute in moments:
            self.turned(owed, minute)
            what = random.random()
            if what < 0.5:
                self.hold(minute, random.choice((0, 0, 1)))
            elif what < 0.9:
                self.let_go(minute, random.choice((0, 0, 1)))
            else:
                until = random.randrange(minute, minute + 8000)
                self.until = max(self.until, until)
                self.say(minute, EXTENDED, obligation_id=str(owed.id), until=at(until).isoformat())
            self.agree(owed, minute)
        over = max([opened, *moments]) + random.randrange(1, 3000)
        self.turned(owed, over)
        self.agree(owed, over)
        self.say(over, "met")
        for whose in (0, 1):  # whoever still holds it lets go before it is opened again
            self.say(over, "let go", HOLDERS[whose])
        return over + random.randrange(0, 2000)

    def hold(self, minute: int, whose: int) -> None:
        self.told.append((minute, True, whose))
        self.say(minute, "held", HOLDERS[whose])

    def let_go(self, minute: int, whose: int) -> None:
        self.told.append((minute, False, whose))
        self.say(minute, "let go", HOLDERS[whose])

    def turned(self, owed, minute: int) -> None:
        """The other calendar becomes known: told of the duty once, at its minute."""
        if self.turn is not None and self.opened < self.turn <= minute and not getattr(owed, "void_reason", ""):
            self.say(self.turn, RECOMPUTED, obligations=[str(owed.id)], known_at=at(self.turn).isoformat())
            owed.void_reason = "turned"
            self.agree(owed, self.turn)

    def agree(self, owed, minute: int) -> None:
        masks = self.masks[self.turn is not None and minute >= self.turn]
        expected = at(masks.due(self.opened, self.length, self.kind, stand_stills(self.told, self.opened), self.until))
        assert owed.due_at == expected, (self.length, self.kind, self.opened, self.told, self.until, self.turn, minute)


@pytest.fixture
def duties(book):
    """One duty for each length and calendar."""
    return [
        Duty(
            "DESK-006",
            opens_on="opened",
            met_by="met",
            owner="desk_agent",
            due=length,
            calendar=kind,
            subject=about("desk.case"),
            pauses_on=on("held"),
            resumes_on=on("let go"),
        )
        for length in LENGTHS
        for kind in KINDS
    ]


def live(duties, count: int) -> int:
    """How many lives were lived to their end; the first that disagrees with the count of minutes fails."""
    random = Random(20260302)
    for nth in range(count):
        if nth % LIVES_OF_A_CALENDAR == 0:
            calendar = some_calendar(random)
            calendars = [calendar, changed(calendar, random)]
            masks = [Minutes(one) for one in calendars]
        Life(random, random.choice(duties), calendars, masks).run()
    return count


def test_lives_of_duties_come_out_as_the_minutes_are_counted(duties):
    assert live(duties, LIVES) == LIVES


@pytest.mark.parametrize(
    ("where", "what", "instead"),
    [
        (timeline, "_extended", lambda ends_at, changes: ends_at),
        (timeline, "_pauses", lambda changes, opened_at, cap_days: ([], None)),
        (timeline, "_stops", lambda changes, opened_at: iter(())),
        (clocks, "cap_of", lambda obligation, rules: 4),
        (clocks, "known_at", lambda recorded_at, before, said=None: at(0)),
    ],
)
def test_the_oracle_notices_when_a_clock_goes_wrong(duties, monkeypatch, where, what, instead):
    monkeypatch.setattr(where, what, instead)
    with pytest.raises(AssertionError):
        live(duties, 400)
