"""Asking for a backtest: who may, what is refused, how it ends."""

from datetime import date

import pytest
from django.db import connection

from guanjia.kernel.errors import BadInput, IllegalMove, NotAllowed, NotFound
from guanjia.rulebook import Duty, reckoning, services
from guanjia.rulebook.models import Backtest
from tests import make
from tests.conftest import moment
from tests.rulebook.test_authoring import TRAPPED
from tests.rulebook.test_engine import Asked, act_of, say

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
SHORTER = (("DESK-006", "within", "10 minutes"),)


@pytest.fixture
def manager(act):
    return act("03-04 09:00", by="office_manager")


@pytest.fixture
def asked(book, world, manager):
    book(Duty("DESK-006", opens_on="test.thing.asked", met_by="test.thing.done", owner="desk_agent"))
    say(world.people["technician"], fact=Asked(), act=act_of(world, "10:00"))

    def ask(projects=(world.project,), changes=SHORTER, act=manager, company=None, **values):
        values = {"since": MONDAY, "until": TUESDAY} | values
        return services.ask_backtest(project=company or world.company, projects=projects, changes=changes, act=act, **values)

    return ask


def test_a_backtest_is_asked_reckoned_and_kept(asked, world, manager):
    row = asked()
    assert row.state == Backtest.QUEUED
    reckoning.reckon(backtest_id=str(row.pk))
    row = Backtest.objects.find(manager, row.pk)
    assert (row.state, row.lines, row.lines_read) == (Backtest.DONE, 1, 1)
    assert row.result["rules"]["DESK-006"]["after"]["late"] == 1
    assert row.result["rules"]["DESK-006"]["newly_late"]["count"] == 0
    assert make.facts_about(row) == ["rulebook.backtest.asked", "rulebook.backtest.ended"]


def test_it_is_refused_with_every_reason(asked):
    changes = (("DESK-006", "within", "soon"), ("NONE-001", "within", "1 day"), ("DESK-006", "colour", "1 day"), ("DESK-084", "on", False))
    with pytest.raises(BadInput) as no:
        asked(projects=(), changes=changes, since=TUESDAY, until=MONDAY)
    assert {reason.field for reason in no.value.reasons} == {"projects", "until", "value_0", "rule_1", "key_2", "rule_3"}
    with pytest.raises(BadInput) as no:
        asked(changes=(), until=date(2026, 4, 1))
    assert {reason.field for reason in no.value.reasons} == {"changes", "until"}
    assert not Backtest.objects.unscoped("tests").exists()


def test_only_in_ones_own_projects_and_never_shown_to_others(asked, world, act, manager):
    other = make.world(name="别的", code="OT", company=world.company)
    with pytest.raises(NotFound):
        asked(projects=(world.project, other.project))
    with pytest.raises(NotAllowed):
        asked(act=act("03-04 09:00", by="desk_agent"))
    row = asked()
    with pytest.raises(NotFound):
        Backtest.objects.find(other.act(moment("03-04 09:00"), "office_manager"), row.pk)
    with pytest.raises(NotFound):
        Backtest.objects.find(act("03-04 09:00", by="desk_agent"), row.pk)


def test_whoever_lost_a_project_meanwhile_gets_no_answer(asked, world):
    row = asked()
    world.people["office_manager"].holdings.update(ends_on=date(2026, 1, 2))
    reckoning.reckon(backtest_id=str(row.pk))
    row = make.fresh(row)
    assert row.state == Backtest.FAILED
    assert row.result is None


def test_cancelling_ends_the_reckoning(asked, manager):
    row = asked()
    Backtest.objects.unscoped("tests").filter(pk=row.pk).update(state=Backtest.RUNNING)
    watch = reckoning.Watch(row.pk)
    watch(3, 10)
    assert make.fresh(row).lines_read == 3
    services.cancel_backtest(row, act=manager)
    watch.next = 0
    with pytest.raises(reckoning.NoLongerWanted):
        watch(5, 10)
    reckoning.reckon(backtest_id=str(row.pk))
    assert make.fresh(row).state == Backtest.CANCELLED
    with pytest.raises(IllegalMove):
        services.cancel_backtest(row, act=manager)


def test_a_job_that_was_given_up_leaves_no_row_running(asked, manager):
    row = asked()
    assert reckoning.end_lost(manager.at) == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [row.job_id])
    assert reckoning.end_lost(manager.at) == 1
    assert make.fresh(row).state == Backtest.FAILED
    assert reckoning.end_lost(manager.at) == 0


def test_three_at_a_time_in_a_company(asked):
    for _nth in range(3):
        asked()
    with pytest.raises(BadInput):
        asked()


def test_a_draft_of_ones_own_is_tried_as_it_stood_when_asked(world, manager):
    case = make.case(moment("03-02 10:00"))
    draft = services.write_rule(project=world.company, title="报修三十分钟内告知进展", definition=TRAPPED, projects=(), act=manager)
    number = draft.rule.number
    values = {"projects": [world.project], "since": MONDAY, "until": TUESDAY, "act": manager}
    with pytest.raises(BadInput) as no:
        services.ask_backtest(project=world.company, changes=[("OWN-999", "draft", True)], **values)
    assert {reason.field for reason in no.value.reasons} == {"rule_0"}
    row = services.ask_backtest(project=world.company, changes=[(number, "draft", True)], **values)
    services.drop_rule(draft, act=manager)
    reckoning.reckon(backtest_id=str(row.pk))
    told = make.fresh(row).result["rules"][number]
    assert (told["before"]["owed"], told["after"]["owed"], told["after"]["late"]) == (0, 1, 1)
    assert told["newly_touched"]["samples"] == [["desk.case", str(case.pk), str(world.project.pk)]]
