"""Ladders: warned before the time, reminded at it, reported after it; each rung once; never to whoever is away."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from guanjia.kernel.errors import IllegalMove, NotFound
from guanjia.kernel.models import JournalEntry, OutboundMessage
from guanjia.org import services as org
from guanjia.rulebook import Duty, climbing, ladders, payload, services, ticking, told
from guanjia.rulebook.catalogue import load
from guanjia.rulebook.models import Escalation, Notice, Obligation, Parameter
from guanjia.rulebook.parameters import HOUSE
from tests import make
from tests.conftest import moment
from tests.rulebook.test_engine import Asked, Done, act_of, owed, say

ORDINARY = [
    {"at": "1/2", "does": "warn", "to": "owner"},
    {"at": "due", "does": "remind", "to": "owner"},
    {"at": "1 hour", "does": "escalate", "to": "superior"},
    {"at": "2 hours", "does": "remind", "to": "owner"},
    {"at": "4 hours", "does": "escalate", "to": "superior 2"},
]


@pytest.fixture
def setting(world):
    """A project's own number, in force since long ago."""

    def put(key, value, rule=HOUSE):
        return Parameter.objects.create(
            project=world.project, rule=rule, key=key, value=value, starts_on=moment("01-01 00:00").date(), set_by="陈经理"
        )

    return put


@pytest.fixture
def duty(book, setting):
    """DESK-006, an hour to report, by a ladder whose rungs are easy to count."""
    setting("ladder", ORDINARY, rule="DESK-006")
    return book(Duty("DESK-006", opens_on="test.thing.asked", met_by="test.thing.done", owner="desk_agent"))


@pytest.fixture
def thing(world):
    return world.people["technician"]


@pytest.fixture
def asked(duty, thing, world):
    def at(when, via="system"):
        act = act_of(world, when)
        say(thing, fact=Asked(), act=act if via == "system" else type(act)(by=act.by, at=act.at, via=via, rights=act.rights))
        return owed("DESK-006")[-1]

    return at


def tick(at):
    return ticking.tick(moment(at))


def deeds():
    return [(n.does, n.person.name) for n in Notice.objects.unscoped("tests").order_by("told_at", "rung__step", "person__name")]


def facts_of(thing):
    said = JournalEntry.objects.unscoped("tests").filter(subject_id=thing.pk, fact__startswith="rulebook.duty.").order_by("seq")
    return [fact.rpartition(".")[2] for fact in said.values_list("fact", flat=True)]


# -- up the ladder ---------------------------------------------------------------------------------
def test_it_warns_reminds_and_reports_in_turn_and_each_rung_once(asked, thing):
    obligation = asked("10:00")
    assert obligation.next_rung_at == moment("10:30")
    for at in ("10:29", "10:31", "10:32", "11:01", "11:02", "12:01", "13:01", "15:01", "15:02", "20:00"):
        tick(at)
    assert deeds() == [("warn", "李客服"), ("remind", "李客服"), ("escalate", "周主管"), ("remind", "李客服"), ("escalate", "陈经理")]
    assert facts_of(thing) == ["warned", "overdue", "escalated", "escalated"]
    [row] = owed()
    assert (row.next_rung_at, row.overdue_at) == (None, moment("11:01"))
    assert [one.state for one in told.ladder_of(row)] == ["done"] * 5


def test_what_is_met_in_time_climbs_no_further(asked, thing, world):
    asked("10:00")
    tick("10:31")
    say(thing, fact=Done(), act=act_of(world, "10:40"))
    tick("18:00")
    assert deeds() == [("warn", "李客服")]
    assert [one.state for one in told.ladder_of(owed()[0])] == ["done", "dropped", "dropped", "dropped", "dropped"]


def test_after_an_outage_only_the_last_of_each_kind_is_told(asked, thing):
    asked("10:00")
    done = tick("16:00")
    assert (done["overdue"], done["rungs"], done["told"]) == (1, 5, 2)
    assert deeds() == [("remind", "李客服"), ("escalate", "陈经理")]
    assert facts_of(thing) == ["overdue", "escalated"]
    states = [one.state for one in told.ladder_of(owed()[0])]
    assert states == ["passed", "passed", "passed", "done", "done"]


def test_a_lost_bit_climbs_nothing_twice_and_stops_nobody(asked, thing):
    asked("10:00")
    tick("10:31")
    Obligation.objects.unscoped("tests").update(climbed=0, next_rung_at=moment("10:30"))
    tick("10:45")
    tick("11:01")
    assert deeds() == [("warn", "李客服"), ("remind", "李客服")]


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_climb_each_rung_once(asked):
    for minute in range(12):
        asked(f"10:{minute:02d}")

    def one():
        list(climbing.climb(moment("12:30")))
        connection.close()

    both = [threading.Thread(target=one) for _nth in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert Escalation.objects.count() == 12 * 3
    assert Notice.objects.unscoped("tests").filter(does="escalate").count() == 12


# -- to whom ---------------------------------------------------------------------------------------
def test_nobody_away_is_told_and_the_climb_goes_on_above_him(asked, world):
    for role, deputy in (("desk_agent", "steward"), ("desk_supervisor", None)):
        org.report_absence(
            project=world.project,
            person=world.people[role],
            starts_at=moment("09:00"),
            deputy=world.people[deputy] if deputy else None,
            act=world.system,
        )
    asked("10:00")
    for at in ("10:31", "12:01"):
        tick(at)
    assert deeds() == [("warn", "孙管家"), ("remind", "孙管家"), ("escalate", "陈经理")]


def test_the_owner_is_never_his_own_superior(book, setting, thing, world):
    setting("ladder", ORDINARY, rule="DESK-006")
    book(Duty("DESK-006", opens_on="test.thing.asked", met_by="test.thing.done", owner=("desk_agent", payload("person_id"))))
    say(thing, fact=Asked(person_id=world.people["desk_supervisor"].pk), act=act_of(world, "10:00"))
    tick("12:01")
    assert deeds() == [("remind", "周主管"), ("escalate", "陈经理")]


def test_where_nobody_is_there_at_all_the_duty_is_shown_as_unowned(asked, world, act):
    manager = act("09:00", by="office_manager")
    for role in ("desk_agent", "desk_supervisor", "office_manager"):
        org.report_absence(project=world.project, person=world.people[role], starts_at=moment("09:00"), act=world.system)
    obligation = asked("10:00")
    tick("12:01")
    assert deeds() == []
    assert Escalation.objects.filter(found_nobody=True).count() == 2
    assert [row.pk for row in told.unowned(manager.at_moment(moment("12:05")))] == [obligation.pk]
    services.reassign_duty(
        project=world.project, obligation_id=obligation.pk, person=world.people["steward"], act=manager.at_moment(moment("12:06"))
    )
    assert told.unowned(manager.at_moment(moment("12:07"))) == []


def test_imported_history_warns_and_escalates_nothing(asked):
    obligation = asked("10:00", via="import")
    assert obligation.next_rung_at is None
    tick("20:00")
    assert deeds() == []


# -- when ------------------------------------------------------------------------------------------
def test_quiet_hours_hold_back_warnings_and_reminders_but_no_report(asked, thing):
    asked("20:50")  # due 21:50: to be warned at 21:20
    tick("21:21")
    tick("22:00")
    assert deeds() == []
    assert facts_of(thing) == ["overdue"]
    tick("22:51")
    assert deeds() == [("escalate", "周主管")]
    tick("03-03 07:59")
    assert deeds() == [("escalate", "周主管"), ("escalate", "陈经理")]
    tick("03-03 08:01")
    assert deeds()[-1] == ("remind", "李客服")


def test_danger_knows_no_quiet_hours(book, setting, thing, world):
    setting("ladder", "danger", rule="DESK-006")
    book(Duty("DESK-006", opens_on="test.thing.asked", met_by="test.thing.done", owner="desk_agent"))
    say(thing, fact=Asked(), act=act_of(world, "22:00"))
    for at in ("22:31", "23:01"):
        tick(at)
    assert deeds() == [("warn", "李客服"), ("remind", "李客服"), ("escalate", "周主管")]


def test_a_project_sets_its_own_quiet_hours(asked, setting):
    setting("quiet_hours", "")
    asked("21:50")
    tick("22:21")
    assert deeds() == [("warn", "李客服")]


def test_a_share_is_counted_on_the_duty_s_own_calendar(book, setting, thing, world):
    setting("ladder", ORDINARY, rule="DESK-006")
    setting("within", "12 hours", rule="DESK-006")
    book(Duty("DESK-006", opens_on="test.thing.asked", met_by="test.thing.done", owner="desk_agent", calendar="service"))
    say(thing, fact=Asked(), act=act_of(world, "14:00"))
    [obligation] = owed()
    assert obligation.due_at == moment("03-03 14:00")
    assert obligation.next_rung_at == moment("20:00")  # six of twelve hours of service, not of twenty-four of the clock


def test_a_moved_due_time_moves_what_is_still_to_come(asked):
    obligation = asked("10:00")
    tick("10:31")
    obligation = make.fresh(obligation)
    obligation.due_at += timedelta(days=1)
    assert ladders.plan(obligation) == moment("03-03 11:00")
    obligation.save(update_fields=["due_at", "next_rung_at"])
    tick("20:00")
    assert deeds() == [("warn", "李客服")]


# -- knowing ---------------------------------------------------------------------------------------
def test_who_knows_is_not_reminded_but_it_goes_up_all_the_same(asked, world, act, thing):
    obligation = asked("10:00")
    tick("10:31")
    agent = act("10:40")
    assert told.unseen(agent) == (1, False)
    services.acknowledge_duty(project=world.project, obligation_id=obligation.pk, act=agent)
    services.acknowledge_duty(project=world.project, obligation_id=obligation.pk, act=agent)
    assert told.unseen(agent) == (0, False)
    for at in ("11:01", "12:01", "13:01"):
        tick(at)
    assert deeds() == [("warn", "李客服"), ("escalate", "周主管")]
    assert facts_of(thing) == ["warned", "acknowledged", "overdue", "escalated"]
    assert [one.person.name for one in told.acknowledgements_of(obligation)] == ["李客服"]
    assert told.unseen(act("12:02", by="desk_supervisor")) == (1, True)


def test_only_of_what_concerns_one_and_is_open(asked, world, act, thing):
    obligation = asked("10:00")
    other = make.world(name="别的", code="OT")
    for stranger in (act("10:40", by="technician"), other.act(moment("10:40"), "office_manager")):
        with pytest.raises(NotFound):
            services.acknowledge_duty(
                project=world.project if stranger.company_id == world.company.pk else other.project,
                obligation_id=obligation.pk,
                act=stranger,
            )
    say(thing, fact=Done(), act=act_of(world, "10:45"))
    with pytest.raises(IllegalMove):
        services.acknowledge_duty(project=world.project, obligation_id=obligation.pk, act=act("10:50"))


def test_what_one_was_told_is_a_list_with_the_newest_of_each_duty(asked, act):
    first, second = asked("10:00"), asked("10:20")
    for at in ("10:31", "10:51", "11:01"):
        tick(at)
    found = told.notices_of(act("11:10"))
    assert [(n.obligation_id, n.does) for n in found] == [(first.pk, "remind"), (second.pk, "warn")]
    assert services.see_notices(act=act("11:11")) == 3
    assert told.unseen(act("11:12")) == (0, False)


# -- by message ------------------------------------------------------------------------------------
def test_nothing_goes_out_by_short_message_unless_the_project_pays_for_it(asked, setting, world):
    agent = world.people["desk_agent"]
    org.change_person(agent, phone="13900000001", act=world.system)
    asked("10:00")
    tick("10:31")
    assert not OutboundMessage.objects.unscoped("tests").exists()
    setting("notice_sms", True)
    tick("11:01")
    assert "超权限问题一小时内上报" in OutboundMessage.objects.unscoped("tests").get().text


# -- the words of ladders --------------------------------------------------------------------------
def test_the_ladders_of_the_package_can_be_read_and_name_what_exists():
    assert set(ladders.ladders()) == {"ordinary", "complaint", "danger"}
    for what in ladders._book()["chosen"].values():
        assert {one.partition("/")[0] for one in what["clauses"]} <= set(load())
        assert set(what.get("subjects", ())) <= {clause.subject for clause in load().values()}
    assert (ladders.chosen("DESK-036"), ladders.chosen("DESK-068", "acted"), ladders.chosen("WORK-002")) == (
        "complaint",
        "danger",
        "ordinary",
    )
    assert all(rung.loud for rung in ladders.ladders()["danger"].rungs)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "1 至"),
        ([{"at": "soon", "does": "remind"}], "2 hours"),
        ([{"at": "3/2", "does": "warn"}], "份额"),
        ([{"at": "due", "does": "warn"}], "预先提醒"),
        ([{"at": "1/2", "does": "remind"}], "预先提醒"),
        ([{"at": "due", "does": "escalate", "to": "owner"}], "上级"),
        ([{"at": "due", "does": "escalate", "to": "nobody"}], "没有这个对象"),
        ([{"at": "due", "does": "shout"}], "does"),
        ([{"at": "due", "does": "remind", "by": "phone"}], "只能写"),
    ],
)
def test_what_is_wrong_with_a_ladder_is_said(given, words):
    with pytest.raises(ValueError, match=words):
        ladders.parse(given)
