"""Who is there: on watch first, then who holds the post, then who stands in, then the next superior; never who is away."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from guanjia.kernel.errors import BadInput, NotAllowed
from guanjia.org import services as org
from guanjia.org.models import Absence
from guanjia.org.presence import Presence, present_holders
from tests import make
from tests.conftest import moment


@pytest.fixture
def who(world):
    def ask(role="desk_agent", at="10:00", skipping=()):
        found = present_holders(role, world.project.pk, moment(at), company_id=world.company.pk, skipping={p.pk for p in skipping})
        return [(one.name, one.how) for one in found]

    return ask


@pytest.fixture
def away(world):
    def report(role, deputy=None, starts="08:00", ends="20:00", person=None):
        return org.report_absence(
            project=world.project,
            person=person or world.people[role],
            starts_at=moment(starts),
            ends_at=moment(ends) if ends else None,
            deputy=world.people[deputy] if deputy else None,
            act=world.system,
        )

    return report


def test_whoever_holds_the_post_answers_and_the_watch_comes_first(world, who):
    assert who() == [("李客服", "post")]
    second = make.staff(world, "desk_agent", name="吴二")[0]
    assert who() == [("吴二", "post"), ("李客服", "post")]
    make.watch(project=world.project, person=second)
    assert who() == [("吴二", "watch")]
    assert who(at="21:00") == [("吴二", "post"), ("李客服", "post")]


def test_a_deputy_stands_in_and_his_own_deputy_when_he_is_away_too(who, away):
    away("desk_agent", deputy="steward")
    assert who() == [("孙管家", "deputy")]
    away("steward", deputy="foreman")
    assert who() == [("赵班长", "deputy")]
    assert who(at="20:00") == [("李客服", "post")]


def test_nobody_there_climbs_and_the_ones_set_aside_are_passed_over(world, who, away):
    away("desk_agent")
    assert who() == [("周主管", "post")]
    assert who(skipping=[world.people["desk_supervisor"]]) == [("陈经理", "post")]
    away("desk_supervisor", ends=None)
    assert who() == [("陈经理", "post")]
    away("office_manager")
    assert who() == []  # nobody above holds a post: unowned, and shown as such
    make.staff(world, "company_admin", name="行政")
    assert who() == [("行政", "post")]


def test_absence_and_watch_never_name_who_is_away(world, who, away):
    agent = world.people["desk_agent"]
    make.watch(project=world.project, person=agent)
    away("desk_agent", deputy="steward")
    assert who() == [("孙管家", "deputy")]
    assert Presence.of(world.company.pk, moment("10:00")).is_away(agent.pk)


def test_one_says_it_of_oneself_and_superiors_of_others(world, act):
    agent = world.people["desk_agent"]
    mine = org.report_absence(project=world.project, person=agent, starts_at=moment("12:00"), act=act("10:00"))
    with pytest.raises(NotAllowed):
        org.report_absence(project=world.project, person=world.people["steward"], starts_at=moment("12:00"), act=act("10:00"))
    org.report_absence(
        project=world.project, person=world.people["steward"], starts_at=moment("12:00"), act=act("10:00", by="desk_supervisor")
    )
    other = make.world(name="别的", code="OT")
    with pytest.raises(NotAllowed):
        org.end_absence(mine, act=other.act(moment("10:00"), "office_manager"))
    org.end_absence(mine, act=act("11:00"))
    assert make.fresh(mine).cleared_at == moment("11:00")  # it had not begun
    with pytest.raises(BadInput):
        org.end_absence(mine, act=act("11:30"))


def test_what_is_wrong_with_an_absence_is_told_at_once_and_overlaps_are_refused(world, act, away):
    agent = world.people["desk_agent"]
    with pytest.raises(BadInput) as no:
        org.report_absence(
            project=world.project, person=agent, starts_at=moment("12:00"), ends_at=moment("11:00"), reason="?", deputy=agent, act=act()
        )
    assert {one.field for one in no.value.reasons} == {"ends_at", "reason", "deputy"}
    away("desk_agent")
    with pytest.raises(BadInput):
        away("desk_agent", starts="19:00", ends="22:00")
    away("desk_agent", starts="20:00", ends="22:00")
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(company_id=world.company.pk, person=agent, starts_at=moment("09:00"), ends_at=moment("10:00"))


def test_a_watch_is_for_those_who_hold_the_post(world):
    with pytest.raises(BadInput) as no:
        make.watch(project=world.project, person=world.people["technician"])
    assert no.value.reasons[0].field == "person"
    watch = make.watch(project=world.project)
    org.clear_watch(watch, act=world.act(moment("11:00"), "desk_supervisor"))
    assert make.fresh(watch).ends_at == moment("11:00")


def test_whoever_does_not_arrange_sees_no_list_of_absences(world):
    make.absence(project=world.project)
    client = Client()
    client.force_login(world.people["technician"])
    assert client.get("/r/absence/").status_code == 403
    client.force_login(world.people["desk_supervisor"])
    assert "林丽" in client.get("/r/absence/").content.decode()
