"""Whom a post reports to: several superiors, in command and in the matter, and never in a circle."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from guanjia.kernel.errors import BadInput, NotAllowed
from guanjia.org import selectors as org_selectors
from guanjia.org import services as org
from guanjia.org.models import ReportingLine
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
    return {one.post.role_id: one.kind for one in org_selectors.superiors_of(post, NOON)}


@pytest.mark.rule("ORG-007")
def test_the_supervisor_reports_to_the_project_manager_and_to_the_company_department(world, company_head):
    assert kinds_above(world.posts["desk_supervisor"]) == {"office_manager": "administrative", "service_manager": "functional"}
    people = org_selectors.superior_people(world.people["desk_supervisor"], world.project, NOON)
    assert {post.role_id: [one.name for one in held] for post, held in people.items()} == {
        "office_manager": ["陈经理"],
        "service_manager": ["郑总监"],
    }


@pytest.mark.rule("ORG-007")
def test_lines_that_were_drawn_speak_instead_from_their_day_to_their_end(world, company_head, act):
    supervisor, foreman = world.posts["desk_supervisor"], world.posts["foreman"]
    for kind, superior in (("functional", company_head[1]), ("administrative", world.posts["dept_head"])):
        org.draw_line(supervisor, superior=superior, kind=kind, starts_on=date(2026, 3, 1), act=act(by="office_manager"))
    assert kinds_above(supervisor) == {"dept_head": "administrative", "service_manager": "functional"}
    assert {one.post.role_id for one in org_selectors.superiors_of(supervisor, moment("02-10 12:00"))} == {
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
    assert org_selectors.departments_of(world.project) == [own]
    beside = make.world(name="湖畔", code="HP", company=world.company).project
    assert org_selectors.departments_of(beside) == []
    housed = org.open_project(project=world.company, name="新项目", code="XX", unit=office, act=world.system)
    cleaning = org.create_unit(project=world.company, name="保洁部", parent=office, act=world.system)
    assert org_selectors.departments_of(housed) == [cleaning]
    assert below not in org_selectors.departments_of(housed)
    with pytest.raises(BadInput) as no:
        org.create_unit(project=world.company, name="保洁部", kind="club", parent=office, act=world.system)
    assert [reason.field for reason in no.value.reasons] == ["name", "kind"]
