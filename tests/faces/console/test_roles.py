"""Roles as a manager reads them, and as an administrator changes them."""

import pytest

from guanjia.faces.console.pages import permissions
from guanjia.kernel.usecase import USECASES
from guanjia.org import selectors
from guanjia.org.models import RoleSetting
from tests import make
from tests.conftest import moment
from tests.faces.console.test_desk import Desk


@pytest.fixture
def visitor(world):
    def of(role):
        client = Desk()
        person = world.people.get(role) or make.staff(world, role, name="郑管理")[0]
        client.force_login(person)
        return client

    return of


def test_every_move_and_every_subject_has_a_name_people_can_read():
    ours = [name for name, move in USECASES.items() if move.__module__.startswith("guanjia.")]  # other tests make moves of their own
    assert [name for name in ours if permissions.name_of(name).isascii()] == []
    assert [name for name in ours if permissions.subject_of(name.rpartition(".")[0]).isascii()] == []


def test_a_manager_sees_who_holds_what_and_changes_nothing(world, visitor):
    manager = visitor("office_manager")
    page = manager.get("/roles/").content.decode()
    assert "李客服（翠湖花园）" in page
    page = manager.get("/roles/desk_agent/").content.decode()
    assert "客服专员" in page
    assert "接听来电、接待来访，当场记录需求" in page
    assert 'type="checkbox"' not in page
    assert manager.send("/roles/desk_agent/", page="/approvals/", may=[], reason="试试").status_code == 403


def test_an_agent_sees_no_roles(visitor):
    assert visitor("desk_agent").get("/roles/").status_code == 403


def test_an_administrator_gives_and_takes_by_ticking(world, act, visitor):
    admin = visitor("system_admin")
    usual = [name for names in permissions.families().values() for name in names if act().may(name)]
    wanted = [name for name in usual if name != "work.order.cancel"] + ["desk.case.withdraw"]
    answer = admin.send("/roles/desk_agent/", may=wanted, title="前台", reason="前台可以撤单", reach="")
    assert answer.status_code == 302
    setting = RoleSetting.objects.unscoped("tests").get(company=world.company, role="desk_agent")
    assert (setting.given, setting.taken, setting.title) == (["desk.case.withdraw"], ["work.order.cancel"], "前台")
    page = admin.get("/roles/desk_agent/").content.decode()
    assert "本公司给予" in page
    assert "多 1 项，少 1 项" in page
    now = selectors.act_of(world.people["desk_agent"], moment("10:00"), "console")
    assert now.may("desk.case.withdraw")
    assert not now.may("work.order.cancel")


def test_without_a_reason_nothing_changes_and_the_ticks_stay(world, visitor):
    admin = visitor("system_admin")
    answer = admin.send("/roles/desk_agent/", may=["desk.case.withdraw"], reason="")
    assert answer.status_code == 422
    assert not RoleSetting.objects.unscoped("tests").filter(company=world.company).exists()


def test_ones_own_role_is_changed_by_others(visitor):
    page = visitor("system_admin").get("/roles/system_admin/").content.decode()
    assert "请由别人调整" in page


def test_a_role_that_is_not_there(visitor):
    assert visitor("office_manager").get("/roles/king/").status_code == 404


@pytest.mark.rule("ORG-020", "ORG-002")
def test_my_post_lays_what_i_owe_to_the_lines_of_my_card(world, act, visitor):
    case = make.case(project=world.project)
    agent = visitor("desk_agent")
    page = agent.get("/my-post/").content.decode()
    assert "客服专员（集团物业版）" in page
    assert case.title in page
    assert page.index("受理咨询、投诉、建议") < page.index(case.title) < page.index("协助办理入住、装修与缴费手续")
    steward = visitor("steward").get("/my-post/").content.decode()
    assert "接待业主，登记诉求与保修事项，马上安排" in steward
