"""What would have been owed under other rules: both sides reckoned from the journal by the engine, nothing touched."""

from dataclasses import fields
from datetime import timedelta

import pytest

from guanjia.kernel.journal import record
from guanjia.kernel.models import JournalEntry
from guanjia.kernel.usecase import usecase
from guanjia.rulebook import Duty, backtest, lines, replay, selectors
from guanjia.rulebook.backtest import Changes, Question
from guanjia.rulebook.models import Obligation
from tests import make
from tests.conftest import moment
from tests.rulebook.test_engine import Asked, Done, Dropped, act_of

MINE = {"opens_on": "test.thing.asked", "met_by": "test.thing.done", "voided_by": "test.thing.dropped", "owner": "desk_agent"}


@usecase("test.thing.say_there")
def say(person, *, fact, project, act):
    return record(person, fact, act=act, project=project)


@pytest.fixture
def told(book, world):
    """Four questions on Monday and one on Tuesday: answered after half an hour, after two, dropped, not at all, not at all."""
    book(Duty("DESK-006", **MINE))  # within an hour
    people = [world.people[role] for role in ("desk_agent", "foreman", "technician", "steward", "cleaning_head")]
    lived = (
        ("09:00", "09:30", Done()),
        ("10:00", "12:00", Done()),
        ("11:00", "11:10", Dropped()),
        ("13:00", "", None),
        ("03-03 20:30", "", None),
    )
    for person, (asked, answered, fact) in zip(people, lived, strict=True):
        say(person, fact=Asked(), project=world.project, act=act_of(world, asked))
        if fact:
            say(person, fact=fact, project=world.project, act=act_of(world, answered))
    return people


def ask(world, *, since="03-02 00:00", until="03-03 21:00", everything=False, projects=None, **changes):
    return backtest.run(
        Question(world.company.pk, projects or (world.project.pk,), moment(since), moment(until), Changes(**changes), everything=everything)
    )


def kept(answer, side, rule="DESK-006"):
    numbers = answer["rules"][rule][side]
    return {name: count for name, count in numbers.items() if count}


def test_unchanged_rules_give_what_the_rows_say(told, world, act):
    counted = selectors.compliance(act("03-03 21:00", by="office_manager"), "DESK-006")
    answer = ask(world, everything=True)
    assert kept(answer, "before") == kept(answer, "after") == {"owed": 5, "met": 1, "met_late": 1, "voided": 1, "open": 2, "late": 1}
    assert (counted.owed, counted.met, counted.met_late, counted.voided, counted.open, counted.late) == (5, 1, 1, 1, 2, 1)


def test_a_shorter_time_is_broken_more_often_and_names_by_whom(told, world):
    answer = ask(world, values={("DESK-006", "within"): "15 minutes"})
    assert kept(answer, "before")["met"] == 1
    assert kept(answer, "after") == {"owed": 5, "met_late": 2, "voided": 1, "open": 2, "late": 2}
    newly_late = answer["rules"]["DESK-006"]["newly_late"]
    assert newly_late["count"] == 2
    assert {subject for _kind, subject, _project in newly_late["samples"]} == {str(told[0].pk), str(told[4].pk)}
    assert answer["rules"]["DESK-006"]["newly_touched"] == {"count": 0, "samples": []}


def test_a_rule_switched_off_touches_nobody_any_more(told, world):
    answer = ask(world, switches={"DESK-006": False})
    assert kept(answer, "after") == {}
    assert answer["rules"]["DESK-006"]["no_longer_touched"]["count"] == 5
    assert answer["load"]["after"]["opened"] == {}


def test_a_binding_that_is_not_in_force_yet_can_be_tried(told, world, book):
    draft = Duty("DESK-047", opens_on="test.thing.asked", met_by="test.thing.done", due="30 minutes", owner="foreman", stage="draft")
    answer = ask(world, added=(draft,))
    assert kept(answer, "before", "DESK-047") == {}
    assert kept(answer, "after", "DESK-047") == {"owed": 5, "met": 1, "met_late": 1, "open": 3, "late": 2}
    assert answer["rules"]["DESK-047"]["newly_touched"]["count"] == 5


def test_what_is_open_when_the_period_begins_is_carried_in(told, world):
    answer = ask(world, since="03-03 00:00", values={("DESK-006", "within"): "2 hours"})
    assert kept(answer, "before") == {"owed": 2, "carried": 1, "open": 2, "late": 1}
    assert answer["load"]["before"]["opened"] == {str(world.posts["desk_agent"].pk): {str(24 + 20): 1}}


def test_the_load_is_told_by_post_and_hour_of_the_week(told, world):
    load = ask(world, everything=True)["load"]["after"]
    agent = str(world.posts["desk_agent"].pk)
    assert load["opened"] == {agent: {"9": 1, "10": 1, "11": 1, "13": 1, "44": 1}}
    assert load["due"] == {agent: {"10": 1, "11": 1, "14": 1}}


def test_only_the_projects_asked_for_are_read_and_parts_add_up(told, world):
    other = make.world(name="别的", code="OT", company=world.company)
    say(other.people["foreman"], fact=Asked(), project=other.project, act=act_of(world, "10:00"))
    changes = {"values": {("DESK-006", "within"): "3 hours"}}
    mine, theirs = (ask(world, projects=(one.project.pk,), **changes) for one in (world, other))
    both = ask(world, projects=(world.project.pk, other.project.pk), **changes)
    assert kept(theirs, "before") == {"owed": 1, "open": 1, "late": 1}
    summed = backtest.merged([mine, theirs])
    assert summed["lines"] == both["lines"]
    assert {side: summed["rules"]["DESK-006"][side] for side in ("before", "after")} == {
        side: both["rules"]["DESK-006"][side] for side in ("before", "after")
    }
    assert summed["load"] == both["load"]
    assert {project for _kind, _subject, project in theirs["rules"]["DESK-006"]["newly_late"]["samples"]} <= {str(other.project.pk)}


def test_nothing_is_touched(told, world):
    rows = list(Obligation.objects.unscoped("tests").order_by("pk").values())
    written = JournalEntry.objects.unscoped("tests").count()
    ask(world, values={("DESK-006", "within"): "15 minutes"})
    assert list(Obligation.objects.unscoped("tests").order_by("pk").values()) == rows
    assert JournalEntry.objects.unscoped("tests").count() == written


def test_whoever_watches_may_end_the_walk(told, world):
    class Enough(Exception):
        pass

    def watch(read, in_all):
        assert in_all == 8
        if read:
            raise Enough

    question = Question(world.company.pk, (world.project.pk,), moment("03-02 00:00"), moment("03-03 21:00"), everything=True)
    with pytest.raises(Enough):
        backtest.run(question, watch)


def test_reading_starts_earlier_by_the_longest_time_of_either_side(told, world):
    def start(**changes):
        return backtest.warm_up(
            Question(world.company.pk, (world.project.pk,), moment("03-02 00:00"), moment("03-03 00:00"), Changes(**changes))
        )

    assert start(values={("DESK-006", "within"): "2 hours"}) == backtest.WARM_UP_MIN
    assert start(values={("DESK-006", "within"): "6 months"}) > timedelta(days=180)


def test_an_obligation_in_memory_has_every_column_of_the_row():
    columns = {column.attname for column in Obligation._meta.concrete_fields}

    assert columns - {column.name for column in fields(replay.Owed)} == set()


def test_heaps_of_projects_are_about_as_large(world):
    extent = lines.Extent(1, 100, {1: 50, 2: 30, 3: 25, None: 9})
    assert lines.parts(extent, 2) == [(1,), (2, 3)]
