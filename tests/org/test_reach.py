"""How far a post reaches, on a day: one's own rows, a project, a unit, a company, a group; and never a step further."""

from datetime import date

import pytest

from guanjia.desk.models import Case
from guanjia.kernel.errors import BadInput, NotAllowed
from guanjia.kernel.usecase import USECASES
from guanjia.org import selectors
from guanjia.org import services as org
from guanjia.org.models import Company, Project, RoleSetting
from guanjia.work.models import WorkOrder
from tests import make
from tests.conftest import moment

DAY = date(2026, 1, 1)


@pytest.fixture
def seen(world):
    """The codes of the projects that a person sees as a whole at a moment."""

    def ask(person, at="10:00"):
        act = selectors.act_of(person, moment(at), "console")
        wide = act.rights.projects()
        return {project.code for project in Project.objects.visible_to(act) if project.pk in wide}

    return ask


@pytest.fixture
def places(world):
    """Two regions of the company, with two projects under the first (one of them under its office) and one under the second."""
    project, act = world.company, world.system
    east = org.create_unit(project=project, name="东区", kind="region", act=act)
    office = org.create_unit(project=project, name="东一处", kind="management_office", parent=east, act=act)
    west = org.create_unit(project=project, name="西区", kind="region", act=act)
    for code, unit in (("E1", east), ("E2", office), ("W1", west)):
        org.open_project(project=project, name=f"{code}小区", code=code, unit=unit, act=act)
    return {"east": east, "office": office, "west": west}


def holder(world, role, *, unit=None, reach="", of=None, ends_on=None, company=None):
    person = make.person(project=world.project, name="某人")
    post = org.create_post(project=of or world.company, role=role, unit=unit, seats=9, act=world.system)
    org.appoint(post, person=person, starts_on=DAY, ends_on=ends_on, reach=reach, act=world.system)
    return person


def test_a_post_of_a_unit_reaches_its_projects_or_all_below_it(world, places, seen):
    assert seen(holder(world, "area_manager", unit=places["east"], reach="unit")) == {"E1"}
    assert seen(holder(world, "area_manager", unit=places["east"], reach="subtree")) == {"E1", "E2"}
    assert seen(holder(world, "area_manager", unit=places["office"], reach="subtree")) == {"E2"}


def test_a_post_of_the_company_reaches_all_of_it_and_a_post_in_a_project_stays_there(world, places, seen):
    assert seen(holder(world, "general_manager")) == {"CH", "E1", "E2", "W1"}
    assert seen(holder(world, "general_manager", of=world.project)) == {"CH"}
    assert seen(holder(world, "service_manager", of=world.project, reach="company")) == {"CH", "E1", "E2", "W1"}


def test_a_group_reaches_its_companies_and_nobody_elses(world, seen):
    sister, stranger = make.world(name="姊妹园", code="ZM"), make.world(name="别处", code="BC")
    org.found_group(name="安居集团", companies=[Company.objects.get(pk=world.company.pk), sister.company])
    world.company.refresh_from_db()
    person = holder(world, "general_manager", reach="group")
    assert seen(person) == {"CH", "ZM"}
    act = selectors.act_of(person, moment("10:00"), "console")
    assert act.may("desk.case.open", on=sister.project)
    assert act.may("org.person.change", on=sister.people["desk_agent"])
    assert not act.may("org.person.change", on=stranger.people["desk_agent"])
    assert not act.may("desk.case.open", on=stranger.project)


def test_rights_in_the_group_are_those_of_the_post_that_reaches_it(world):
    """Somebody who leads at home and only looks after quality in the group leads nobody elsewhere."""
    sister = make.world(name="姊妹园", code="ZM")
    org.found_group(name="安居集团", companies=[world.company, sister.company])
    world.company.refresh_from_db()
    person = holder(world, "office_manager", of=world.project)
    post = org.create_post(project=world.company, role="quality_inspector", act=world.system)
    org.appoint(post, person=person, starts_on=DAY, reach="group", act=world.system)
    act = selectors.act_of(person, moment("10:00"), "console")
    assert act.may("quality.check.start", on=sister.project)
    assert act.may("org.person.change", on=world.people["desk_agent"])
    assert not act.may("org.person.change", on=sister.people["desk_agent"])
    assert not act.may("desk.case.open", on=sister.project)


def test_a_group_reach_needs_a_group(world):
    with pytest.raises(BadInput, match="不属于任何集团"):
        holder(world, "general_manager", reach="group")


def test_an_appointment_gives_rights_on_its_days_only(world, seen):
    person = holder(world, "general_manager", ends_on=date(2026, 3, 3))
    assert seen(person, "03-02 23:59") == {"CH"}
    assert seen(person, "03-03 00:00") == set()


def test_what_is_assigned_and_what_is_about_oneself(world):
    technician = world.people["technician"]
    order = make.order(state="assigned", technician=technician)
    other = make.order()
    act = selectors.act_of(technician, moment("10:00"), "field")
    assert set(WorkOrder.objects.visible_to(act)) == {order}
    assert other.pk not in {row.pk for row in WorkOrder.objects.visible_to(act)}
    RoleSetting.objects.create(company=world.company, role_id="technician", reach="self")
    act = selectors.act_of(technician, moment("10:00"), "field")
    assert not WorkOrder.objects.visible_to(act).exists()
    assert not act.may("work.order.accept", on=order)


# -- deputies ------------------------------------------------------------------------------------
def away(world, who, deputy, by, starts="08:00", ends="20:00"):
    return org.report_absence(
        project=world.project, person=world.people[who], starts_at=moment(starts), ends_at=moment(ends), deputy=world.people[deputy], act=by
    )


def test_a_deputy_has_the_rights_of_whoever_named_him_for_as_long_as_he_is_away(world, act):
    away(world, "office_manager", "desk_agent", act(by="office_manager"))
    agent = world.people["desk_agent"]
    may = [selectors.act_of(agent, moment(at), "console").may("desk.case.withdraw", on=world.project) for at in ("07:59", "08:00", "20:00")]
    assert may == [False, True, False]


def test_a_deputy_sees_the_rows_of_whom_he_stands_in_for(world, act):
    order = make.order(state="assigned", technician=world.people["technician"])
    world.people["second"] = make.staff(world, "technician", name="吴师傅")[0]
    assert order not in WorkOrder.objects.visible_to(act("10:00", by="second"))
    away(world, "technician", "second", act(by="technician"))
    assert order in WorkOrder.objects.visible_to(act("10:00", by="second"))
    assert act("10:00", by="second").may("work.order.accept", on=order)
    assert order not in WorkOrder.objects.visible_to(act("21:00", by="second"))


def test_whoever_only_arranges_absences_hands_over_no_rights(world, act):
    """Else a supervisor could make himself the manager by sending the manager away."""
    away(world, "office_manager", "desk_agent", act(by="desk_supervisor"))
    assert not selectors.act_of(world.people["desk_agent"], moment("10:00"), "console").may("desk.case.withdraw", on=world.project)


# -- roles as a company lives them ---------------------------------------------------------------
def changed(world, by, role="desk_agent", **values):
    return org.change_role(project=world.company, role=role, reason="本公司前台兼并单", act=by, **values)


@pytest.fixture
def admin(world):
    person, _post = make.staff(world, "system_admin", name="郑管理")
    return selectors.act_of(person, moment("09:00"), "console")


def test_a_company_gives_and_takes_and_other_companies_notice_nothing(world, act, admin):
    elsewhere = make.world(name="别处", code="BC")
    changed(world, admin, given=["desk.case.withdraw"], taken=["work.order.cancel"])
    here, there = act(), elsewhere.act(moment("10:00"))
    assert (here.may("desk.case.withdraw"), here.may("work.order.cancel")) == (True, False)
    assert (there.may("desk.case.withdraw"), there.may("work.order.cancel")) == (False, True)
    changed(world, admin)
    assert (act().may("desk.case.withdraw"), act().may("work.order.cancel")) == (False, True)


def test_every_reason_why_a_role_cannot_be_changed_so_comes_at_once(world, admin):
    with pytest.raises(BadInput) as no:
        org.change_role(
            project=world.company,
            role="desk_agent",
            reach="galaxy",
            given=["desk.case.fly", "work.order.open"],
            taken=["work.order.open"],
            act=admin,
        )
    assert len(no.value.reasons) == 4


def test_nobody_changes_his_own_role_nor_appoints_himself(world, admin):
    with pytest.raises(BadInput, match="由别人调整"):
        changed(world, admin, role="system_admin", given=["desk.*"])
    myself = make.newest().people.get("system_admin") or selectors.Person.objects.unscoped("tests").get(pk=admin.person_id)
    post = org.create_post(project=world.company, role="general_manager", act=world.system)
    with pytest.raises(BadInput, match="不能任命自己"):
        org.appoint(post, person=myself, starts_on=DAY, act=admin)


def test_an_agent_changes_no_role(world, act):
    with pytest.raises(NotAllowed):
        changed(world, act(), given=["desk.case.withdraw"])


def test_a_company_that_takes_every_move_of_a_subject_takes_its_sight_too(world, act, admin):
    case = make.case(project=world.project)
    Case.objects.unscoped("tests").filter(pk=case.pk).update(owner=None)
    assert Case.objects.visible_to(act()).filter(pk=case.pk).exists()
    moves = [name for name in USECASES if name.startswith("desk.case.")]
    changed(world, admin, taken=[*moves, "desk.case.see"])
    assert not Case.objects.visible_to(act()).filter(pk=case.pk).exists()
