"""Whom a post reports to: several superiors, in command and in the matter, and never in a circle."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from guanjia.kernel.errors import BadInput, NotAllowed
from guanjia.org import departments, lines
from guanjia.org import selectors as org_people
from guanjia.org import services as org
from guanjia.org.models import ReportingLine
from guanjia.rulebook import approving
from guanjia.rulebook import services as rulebook
from tests import make
from tests.conftest import moment

NOON = moment("12:00")


@pytest.fixture
def company_head(world):
    """The company's customer department, with a post for all projects."""
    person = make.person(name="郑总监")
    post = org.create_post(project=world.company, role="service_manager", act=world.system)
    org.appoint(post, person=person, starts_on=date(2026, 1, 1), act=world.system)
    return person, post


def kinds_above(post):
    return {one.post.role_id: one.kind for one in lines.superiors_of(post, NOON)}


@pytest.mark.rule("ORG-007")
def test_the_supervisor_reports_to_the_project_manager_and_to_the_company_department(world, company_head):
    assert kinds_above(world.posts["desk_supervisor"]) == {"office_manager": "administrative", "service_manager": "functional"}
    assert {one.name for one in lines.people_above(world.people["desk_supervisor"], world.project, NOON)} == {"陈经理", "郑总监"}


@pytest.mark.rule("ORG-007")
def test_a_step_of_all_superiors_asks_each_of_them(world, company_head, act):
    supervisor = world.people["desk_supervisor"]
    request = rulebook.request_approval(
        project=world.project,
        matter="test.monthly_plan",
        title="三月工作计划",
        steps=(approving.all_superiors(supervisor, world.project, NOON),),
        content={"plan": "走访 200 户"},
        act=act(by="desk_supervisor"),
    )
    rulebook.decide_approval(request, yes=True, act=act("10:10", by="office_manager"))
    assert make.fresh(request).state == "requested"
    rulebook.decide_approval(request, yes=True, act=org_people.act_of(company_head[0], moment("10:20"), "console"))
    assert make.fresh(request).state == "approved"
    with pytest.raises(BadInput, match="汇报线"):
        approving.all_superiors(company_head[0], world.project, NOON)


@pytest.mark.rule("ORG-007")
def test_lines_that_were_drawn_speak_instead_from_their_day_to_their_end(world, company_head, act):
    supervisor, foreman = world.posts["desk_supervisor"], world.posts["foreman"]
    for kind, superior in (("functional", company_head[1]), ("administrative", world.posts["dept_head"])):
        org.draw_line(supervisor, superior=superior, kind=kind, starts_on=date(2026, 3, 1), act=act(by="office_manager"))
    assert kinds_above(supervisor) == {"dept_head": "administrative", "service_manager": "functional"}
    assert {one.post.role_id for one in lines.superiors_of(supervisor, moment("02-10 12:00"))} == {
        "office_manager",
        "service_manager",
    }
    assert kinds_above(foreman) == {"engineering_head": "administrative"}
    line = ReportingLine.objects.unscoped("tests").get(post=supervisor, kind="functional")
    org.end_line(line, ends_on=date(2026, 3, 2), act=act(by="office_manager"))
    assert kinds_above(supervisor) == {"dept_head": "administrative"}
    with pytest.raises(BadInput):
        org.end_line(line, ends_on=date(2026, 3, 3), act=act(by="office_manager"))


def test_nobody_becomes_his_own_superior_by_any_way_round(world, act):
    manager, head, agent = (world.posts[role] for role in ("office_manager", "dept_head", "desk_agent"))
    draw = {"starts_on": date(2026, 3, 1), "act": act(by="office_manager")}
    org.draw_line(agent, superior=head, **draw)
    org.draw_line(head, superior=manager, kind="functional", **draw)
    for post, superior in ((manager, manager), (manager, agent), (head, agent), (agent, head)):
        with pytest.raises(BadInput):
            org.draw_line(post, superior=superior, **draw)
    with pytest.raises(IntegrityError, match="lead back"), transaction.atomic():
        ReportingLine.objects.create(company=world.company, post=manager, superior=agent, starts_on=date(2026, 3, 1))
    with pytest.raises(NotAllowed):
        org.draw_line(agent, superior=manager, starts_on=date(2026, 3, 1), act=act())


def test_departments_are_those_that_work_in_one_project_alone(world):
    office = org.create_unit(project=world.company, name="翠湖管理处", kind="management_office", act=world.system)
    own = org.create_unit(project=world.company, name="保安部", act=world.system)
    far = org.create_unit(project=world.company, name="总部财务部", act=world.system)
    make.post(role="guard", unit=own)
    org.create_post(project=world.company, role="finance", unit=far, act=world.system)
    below = org.create_unit(project=world.company, name="夜班组", kind="team", parent=own, act=world.system)
    assert departments.departments_of(world.project) == [own]
    beside = make.world(name="湖畔", code="HP", company=world.company).project
    assert departments.departments_of(beside) == []
    housed = org.open_project(project=world.company, name="新项目", code="XX", unit=office, act=world.system)
    cleaning = org.create_unit(project=world.company, name="保洁部", parent=office, act=world.system)
    assert departments.departments_of(housed) == [cleaning]
    assert below not in departments.departments_of(housed)
    with pytest.raises(BadInput) as no:
        org.create_unit(project=world.company, name="保洁部", kind="club", parent=office, act=world.system)
    assert [reason.field for reason in no.value.reasons] == ["name", "kind"]
