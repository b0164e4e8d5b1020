"""The inbox of approvals: mine, what I asked for, one request with its steps; and asking from a refusal."""

import pytest

from guanjia.kernel import clock
from guanjia.rulebook import Step, services
from tests import make
from tests.conftest import moment
from tests.faces.console.test_desk import Desk


@pytest.fixture
def now():
    with clock.travelling(moment("10:30")):
        yield


@pytest.fixture
def signed_in(world, now):
    def as_(role):
        client = Desk()
        client.force_login(world.people[role])
        return client

    return as_


@pytest.fixture
def asked(world, act):
    return services.request_approval(
        project=world.project,
        matter="test.matter",
        title="把首次答复放宽到十分钟",
        reason="夜班只有一个人",
        steps=(Step("office_manager"),),
        content={"新值": "10 minutes", "<b>旧值</b>": "5 minutes"},
        act=act("10:00", by="desk_supervisor"),
    )


def test_it_waits_for_whom_it_asks_and_counts_in_the_menu(signed_in, asked):
    manager = signed_in("office_manager")
    page = manager.get("/approvals/").content.decode()
    assert asked.number in page
    assert "把首次答复放宽到十分钟" in page
    supervisor = signed_in("desk_supervisor")
    assert asked.number not in supervisor.get("/approvals/").content.decode()
    assert asked.number in supervisor.get("/approvals/?of=asked").content.decode()


def test_one_yes_and_it_is_done_and_kept_with_its_words(signed_in, asked):
    manager = signed_in("office_manager")
    url = f"/approvals/{asked.pk}/"
    page = manager.get(url).content.decode()
    assert "夜班只有一个人" in page
    assert "&lt;b&gt;旧值&lt;/b&gt;" in page
    answer = manager.send(f"{url}decision/", page=url, yes="1", words="先试一个月")
    assert answer.status_code == 302
    assert make.fresh(asked).state == "approved"
    assert "先试一个月" in manager.get(url).content.decode()
    assert asked.number in manager.get("/approvals/?of=decided").content.decode()


def test_a_no_without_words_is_refused_beside_the_field(signed_in, asked):
    manager = signed_in("office_manager")
    url = f"/approvals/{asked.pk}/"
    answer = manager.send(f"{url}decision/", page=url, yes="0", words="")
    assert answer.status_code == 422
    assert "请写明不批准的理由" in answer.content.decode()
    assert make.fresh(asked).state == "requested"


def test_strangers_find_nothing_and_the_asker_takes_it_back(signed_in, asked, world):
    assert signed_in("cleaning_head").get(f"/approvals/{asked.pk}/").status_code == 404
    other = make.world(name="别处", code="BC")
    client = Desk()
    client.force_login(other.people["office_manager"])
    foreign, missing = client.get(f"/approvals/{asked.pk}/"), client.get(f"/approvals/{world.project.pk}/")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    supervisor = signed_in("desk_supervisor")
    url = f"/approvals/{asked.pk}/"
    assert supervisor.send(f"{url}withdrawal/", page=url).status_code == 302
    assert make.fresh(asked).state == "withdrawn"


def test_a_forged_move_asks_for_nothing(signed_in):
    manager = signed_in("office_manager")
    answer = manager.send("/approvals/ask/", page="/approvals/", move="forged")
    assert answer.status_code == 422
    assert "已过期" in answer.content.decode()
