"""What one was told is at the bell, in a list, and answered with one tap."""

import pytest
from django.test import Client

from guanjia.kernel import clock
from guanjia.kernel.ids import uuid7
from guanjia.org import services as org
from guanjia.org.models import Absence
from guanjia.rulebook import ticking
from guanjia.rulebook.models import Acknowledgement, Obligation
from tests import make
from tests.conftest import moment


@pytest.fixture
def sees(world):
    """`sees("technician", "/field/")`: the page at 10:40."""

    def get(role: str, address: str, status: int = 200, *, post: dict | None = None, at: str = "10:40") -> str:
        client = Client()
        client.force_login(world.people[role])
        with clock.travelling(moment(at)):
            answer = client.get(address) if post is None else client.post(address, {"form_key": f"{uuid7()}", **post})
        assert answer.status_code == status, answer.content.decode()[:1500]
        return answer.content.decode()

    return get


@pytest.fixture
def late(world):
    """An order whose technician should have come at 10:06; it is 10:30."""
    order = make.order(state="accepted")
    ticking.tick(moment("10:30"))
    return order, Obligation.objects.unscoped("tests").get(rule="WORK-002", subject_id=order.pk)


def test_the_bell_counts_and_the_list_says_why_and_one_tap_answers(sees, late):
    _order, duty = late
    page = sees("technician", "/field/")
    assert 'href="/field/notices/"' in page
    assert 'class="count"' in page
    assert "已到时限，尚未办妥" in sees("technician", "/field/notices/")
    sees("technician", f"/field/notices/{duty.pk}/acknowledgement/", 302, post={})
    assert Acknowledgement.objects.get().obligation_id == duty.pk
    assert "知道了</button>" not in sees("technician", "/field/notices/")


def test_the_superior_finds_it_on_the_console_and_the_story_shows_the_ladder(sees, late, world):
    _order, duty = late
    ticking.tick(moment("12:30"))
    page = sees("foreman", "/duties/notices/", at="12:31")
    assert "逾期未办，已上报给您" in page
    story = sees("desk_supervisor", f"/duties/{duty.pk}/", at="12:31")
    for words in ("升级阶梯", "已告知", "下一步"):
        assert words in story
    assert "不用再催我" not in story
    sees("technician", f"/duties/{duty.pk}/acknowledgement/", 302, post={"back": "duty"}, at="12:32")
    assert "已知悉" in sees("desk_supervisor", f"/duties/{duty.pk}/", at="12:33")


def test_what_nobody_is_there_to_do_is_on_a_page_of_the_manager(sees, world):
    for role in ("desk_agent", "desk_supervisor", "office_manager"):
        org.report_absence(project=world.project, person=world.people[role], starts_at=moment("09:00"), act=world.system)
    make.contact()
    ticking.tick(moment("10:30"))
    assert "接待" in sees("office_manager", "/duties/unowned/") or "DESK-004" in sees("office_manager", "/duties/unowned/")
    sees("technician", "/duties/unowned/", 404)


def test_a_stranger_finds_no_duty_to_answer(sees, late):
    _order, duty = late
    colleague = make.staff(make.newest(), "cleaner", name="苗师傅")[0]
    foreigner = make.world(name="别处", code="BC").people["office_manager"]
    client = Client()
    for stranger in (colleague, foreigner):
        client.force_login(stranger)
        with clock.travelling(moment("10:40")):
            assert client.post(f"/duties/{duty.pk}/acknowledgement/", {"form_key": f"{uuid7()}"}).status_code == 404
            assert client.post(f"/field/notices/{duty.pk}/acknowledgement/", {"form_key": f"{uuid7()}"}).status_code == 404


def test_the_ladders_can_be_read(sees):
    page = sees("desk_supervisor", "/rulebook/ladders/")
    for words in ("险情", "投诉", "时限过 3/4", "21:00-08:00"):
        assert words in page
    assert "升级阶梯" in sees("desk_supervisor", "/rulebook/WORK-002/")


def test_all_of_it_is_taken_as_seen_at_once(sees, late):
    assert "全部看过了" in sees("technician", "/duties/notices/")
    sees("technician", "/duties/notices/seen/", 302, post={})
    assert "全部看过了" not in sees("technician", "/duties/notices/")


@pytest.mark.parametrize(("role", "address"), [("desk_agent", "/absence/"), ("technician", "/field/absence/")])
def test_one_says_that_one_is_away_and_back_again(sees, world, role, address):
    given = {"starts_at": "2026-03-02T11:00", "ends_at": "2026-03-02T10:00", "reason": "leave", "deputy": ""}
    assert "结束须晚于开始" in sees(role, address, 422, post=given)
    deputy = str(world.people["foreman"].pk)
    sees(role, address, 302, post=given | {"ends_at": "2026-03-03T10:00", "deputy": deputy})
    assert "赵班长 代理" in sees(role, address)
    absence = Absence.objects.unscoped("tests").get(person=world.people[role])
    sees("steward", f"{address}{absence.pk}/end/", 404, post={})
    sees(role, f"{address}{absence.pk}/end/", 302, post={}, at="12:00")
    assert make.fresh(absence).ends_at == moment("12:00")
