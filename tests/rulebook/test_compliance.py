"""Compliance counts what was kept, and what is read from rollups is what a count over everything says."""

import json
import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from guanjia.kernel.models import JournalEntry
from guanjia.kernel.worktime import SHANGHAI
from guanjia.rulebook import compliance, rollups, selectors
from guanjia.rulebook.compliance import Asked, Counts
from guanjia.rulebook.models import Obligation, RollupDay, StaleDay
from tests import make
from tests.conftest import moment

FIRST, LAST = date(2026, 1, 20), date(2026, 4, 10)
BY = ("project", "rule", "stage", "post", "person", "day")


def obligation(world, due: datetime, **values):
    """A row as the engine leaves it."""
    opened = values.pop("opened", due - timedelta(hours=4))
    row = {"rule": "DESK-006", "stage": "", "owner_post": world.posts["desk_agent"], "handbook": "", "owed_by": ""} | values
    return Obligation(
        id=uuid4(),
        company=world.company,
        project=world.project,
        subject_kind="desk.case",
        subject_id=uuid4(),
        occasion=str(uuid4()),
        opened_by=uuid4(),
        opened_at=opened,
        starts_at=row.pop("starts", opened),
        due_at=due,
        **row,
    )


def lives(world, chance: random.Random, number: int) -> list[Obligation]:
    """Obligations of every kind, some on the very edge of a day or of their time."""
    found = []
    for _ in range(number):
        day = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days))
        minute = chance.choice([0, 1439, chance.randrange(1440)])
        due = datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(minutes=minute)
        opened = due - timedelta(minutes=chance.choice([0, 5, 90, 3000]))
        row = obligation(
            world,
            due,
            opened=opened,
            starts=chance.choice([opened, due]),
            rule=chance.choice(["DESK-006", "DESK-036", "FUP-001"]),
            stage=chance.choice(["", "told"]),
            owner_post=chance.choice([None, world.posts["desk_agent"], world.posts["steward"]]),
            assignee=chance.choice([None, world.people["desk_agent"], world.people["technician"]]),
            owed_by=chance.choice(["", "", "", f"customers.customer:{uuid4()}"]),
        )
        happen(row, chance)
        found.append(row)
    return found


def happen(row: Obligation, chance: random.Random) -> None:
    """Meet it, take it away, let it fall away, or leave it."""
    then = max(row.opened_at, row.due_at + timedelta(minutes=chance.choice([0, -30, 1, 50000, -2000])))
    fate = chance.choice(["met", "met", "met", "waived", "voided", "open"])
    if fate == "met":
        row.met_at = then
    elif fate != "open":
        row.voided_at, row.waived = then, fate == "waived"


def by_hand(rows, now, by=BY, outside=False) -> dict[tuple, Counts]:
    """The definitions of the module, once more and as simply as can be."""
    today = now.astimezone(SHANGHAI).date()
    found: dict[tuple, Counts] = defaultdict(Counts)
    for row in rows:
        day = row.due_at.astimezone(SHANGHAI).date()
        if day > today or bool(row.owed_by) != outside:
            continue
        if row.met_at:
            kind = "in_time" if row.met_at <= row.due_at else "late"
        elif row.voided_at:
            kind = "waived" if row.waived else "lapsed" if row.voided_at > row.due_at else "voided"
        else:
            kind = "open_late" if row.due_at < now else "open"
        seconds = max(0, round((row.met_at - row.starts_at).total_seconds())) if row.met_at else 0
        keys = {
            "project": row.project_id,
            "rule": row.rule,
            "stage": row.stage,
            "post": row.owner_post_id,
            "person": row.assignee_id,
            "day": day,
            "month": day.replace(day=1),
        }
        found[tuple(keys[key] for key in by)] += Counts(owed=1, seconds_sum=seconds, **{kind: 1})
    return dict(found)


def asked(**values) -> Asked:
    return Asked(FIRST, LAST + timedelta(days=60), **values)


@pytest.mark.parametrize("seed", [1, 2])
def test_rollups_say_what_a_count_over_everything_says(world, act, seed):
    """Random lives; closed days, changes to closed days, days that moved, today, and another project."""
    chance = random.Random(seed)
    there = make.world(name="别处", code="BC", company=world.company)
    rows = lives(world, chance, 250) + lives(there, chance, 60)
    Obligation.objects.bulk_create(rows)
    now = moment("03-20 15:00")
    system = world.system.at_moment(now)

    def agree():
        for by in (BY, ("project", "rule", "month"), ("rule",), ("person",), ()):
            counted = compliance.counts(system, asked(), by)
            assert counted == by_hand(rows, now, by)
        groupings = (("outside",), ("outside", "rule"), ("outside", "post", "month"))
        at_once = compliance.several(system, asked(outside=None), *groupings)
        for by, counted in zip(groupings, at_once, strict=True):
            inside = {key[1:]: numbers for key, numbers in counted.items() if not key[0]}
            assert inside == by_hand(rows, now, by[1:])
        assert compliance.counts(system, asked(outside=True), BY) == by_hand(rows, now, outside=True)

    agree()  # before any tick
    rollups.keep(now)
    assert RollupDay.objects.unscoped("tests").exists()
    assert not StaleDay.objects.unscoped("tests").exists()
    agree()

    for row in chance.sample(rows, 60):  # something happens about days long closed
        if row.is_open:
            happen(row, chance)
        elif chance.random() < 0.5:
            row.due_at = max(row.due_at + timedelta(days=chance.choice([-1, 1, 20])), row.starts_at)
        else:
            row.assignee = chance.choice([None, world.people["technician"]])
        row.save()
    late = lives(world, chance, 20)  # history that is told only now
    Obligation.objects.bulk_create(late)
    rows += late
    assert StaleDay.objects.unscoped("tests").exists()
    agree()  # noted, not yet counted again
    rollups.keep(now)
    assert not StaleDay.objects.unscoped("tests").exists()
    agree()

    now = moment("04-02 00:10")  # more days are closed, a month has ended
    system = world.system.at_moment(now)
    agree()
    rollups.keep(now)
    agree()


def test_the_tick_reads_only_rollups_for_closed_days(world, act):
    """A closed day is not looked for in the obligations any more: a page over a year reads no year of them."""
    now = moment("03-20 15:00")
    Obligation.objects.bulk_create(lives(world, random.Random(3), 100))
    rollups.keep(now)
    asked_before_today = Asked(FIRST, date(2026, 3, 20))
    pieces = compliance.plan([world.project.pk], asked_before_today, ("rule",), date(2026, 3, 20))
    assert {source.table.split()[0] for source, _where, _values in pieces} == {"rulebook_rollupday", "rulebook_rollupmonth"}


def test_the_kinds_and_the_rate(world, act):
    """In time, late, lapsed, waived, voided, open: each once, and only what counts is in the rate."""
    due, hour = moment("10:00"), timedelta(hours=1)
    rows = [
        obligation(world, due, met_at=due),
        obligation(world, due, met_at=due + hour),
        obligation(world, due, voided_at=due + hour, void_reason="desk.case.withdrawn"),
        obligation(world, due, voided_at=due + hour, waived=True, void_reason="停水"),
        obligation(world, due, voided_at=due - hour, void_reason="desk.case.reopened"),
        obligation(world, due),
        obligation(world, moment("20:00")),
        obligation(world, moment("03-03 10:00")),  # tomorrow's
        obligation(world, due, owed_by="customers.customer:1"),  # an outsider's
    ]
    Obligation.objects.bulk_create(rows)
    counted = compliance.total(act("12:00", by="office_manager"), Asked.of_period("2026-03"))
    assert (counted.in_time, counted.late, counted.lapsed, counted.waived, counted.voided) == (1, 1, 1, 1, 1)
    assert (counted.open, counted.open_late, counted.owed, counted.breached) == (1, 1, 7, 3)
    assert counted.share == 0.25
    assert counted.minutes_mean == (240 + 300) / 2
    assert counted.minutes_p90 == pytest.approx(300, rel=0.06)


def test_may_is_never_finished(world, act):
    """What was open at the end of a month and is met in the next moves from open to late, in its own month."""
    row = obligation(world, moment("05-31 18:00"))
    row.save(force_insert=True)
    june = moment("06-03 09:00")
    rollups.keep(june)
    may = Asked.of_period("2026-05")
    manager = world.act(june, "office_manager")
    assert compliance.total(manager, may).open_late == 1
    row.met_at = moment("06-03 08:00")
    row.save()
    rollups.keep(june)
    after = compliance.total(manager, may)
    assert (after.open_late, after.late) == (0, 1)
    assert compliance.total(manager, Asked.of_period("2026-06")).owed == 0


def test_numbers_are_of_projects_seen_as_a_whole(world, act):
    """Another company's and another project's numbers are not there; nor are they for people who see only their own rows."""
    elsewhere = make.world(name="别家", code="BJ")
    Obligation.objects.bulk_create([obligation(world, moment("10:00")), obligation(elsewhere, moment("10:00"))])
    march = Asked.of_period("2026-03")
    assert compliance.total(act("12:00", by="office_manager"), march).owed == 1
    assert compliance.counts(act("12:00", by="office_manager"), Asked.of_period("2026-03", projects=(elsewhere.project.pk,))) == {}
    assert compliance.counts(act("12:00", by="technician"), march) == {}


def test_a_month_is_announced_once(world):
    """When all days of a month are counted, the journal says so, once."""
    obligation(world, moment("10:00"), met_at=moment("09:00")).save(force_insert=True)
    for at in ("04-01 00:05", "04-01 00:10", "04-02 00:05"):
        rollups.keep(moment(at))
    said = JournalEntry.objects.unscoped("tests").filter(fact="rulebook.month.ended")
    assert [line.payload["period"] for line in said] == ["2026-03"]


def test_the_clause_page_stands_on_the_same_numbers(world, act):
    """What is open now includes what falls due later; the rest is what fell due."""
    Obligation.objects.bulk_create([obligation(world, moment("10:00"), met_at=moment("10:30")), obligation(world, moment("03-09 10:00"))])
    counted = selectors.compliance(act("12:00", by="office_manager"), "DESK-006")
    assert (counted.met_late, counted.open, counted.late) == (1, 1, 0)


def test_the_command_prints_and_dumps(world, capsys):
    """`manage.py rulebook compliance` says what the pages say."""
    obligation(world, moment("10:00"), met_at=moment("09:00")).save(force_insert=True)
    call_command("rulebook", "compliance", "DESK", period="2026-03")
    assert "100.0%" in capsys.readouterr().out
    call_command("rulebook", "compliance", period="2026-Q1", by="project,rule", json=True)
    [row] = json.loads(capsys.readouterr().out)["rows"]
    assert (row["rule"], row["owed"], row["share"]) == ("DESK-006", 1, 1.0)
    with pytest.raises(CommandError):
        call_command("rulebook", "compliance", period="March")


def test_days_that_months_leave_over():
    whole = [date(2026, 2, 1), date(2026, 3, 1), date(2026, 5, 1)]
    left = compliance.days_left(date(2026, 1, 20), date(2026, 6, 4), whole)
    assert left == [(date(2026, 1, 20), date(2026, 2, 1)), (date(2026, 4, 1), date(2026, 5, 1)), (date(2026, 6, 1), date(2026, 6, 4))]
    assert compliance.days_left(date(2026, 2, 1), date(2026, 4, 1), whole[:2]) == []
    assert compliance.days_left(date(2026, 2, 3), date(2026, 2, 9), []) == [(date(2026, 2, 3), date(2026, 2, 9))]
    assert compliance.days_left(date(2026, 2, 3), date(2026, 2, 3), []) == []
