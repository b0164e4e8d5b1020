"""A manager asks what would have been, in the browser: form, progress, answer, file; and nobody else may."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from guanjia.desk import services as desk
from guanjia.kernel import clock
from guanjia.rulebook import reckoning
from guanjia.rulebook.models import Backtest
from tests import make
from tests.conftest import moment

NOW = moment("03-04 09:00")


@pytest.fixture
def lived(world):
    """A repair that was accepted after four minutes, and one nobody accepted."""
    for at, accepted in (("03-02 10:00", "10:04"), ("03-03 10:00", "")):
        case = make.case(moment(at))
        if accepted:
            desk.accept_case(
                case,
                explanation="师傅马上到",
                promise_at=moment("03-02 14:00"),
                act=world.act(moment("03-02 10:00") + timedelta(minutes=4)),
            )
    with clock.travelling(NOW):
        yield world


def signed_in(world, role="office_manager"):
    client = Client()
    client.force_login(world.people[role])
    return client


def asking(client, **values):
    page = client.get("/rulebook/backtests/new/").content.decode()
    key = re.search(r'name="form_key" value="([^"]+)"', page).group(1)
    return client.post("/rulebook/backtests/new/", {"form_key": key, "rows": "1", "since": "2026-03-02", "until": "2026-03-03"} | values)


def test_a_manager_tries_another_number_and_reads_the_answer(lived):
    client = signed_in(lived)
    assert "rule=DESK-067&amp;key=respond" in client.get("/rulebook/DESK-067/").content.decode()
    form = client.get("/rulebook/backtests/new/?rule=DESK-067&key=respond").content.decode()
    assert 'value="DESK-067 respond"' in form
    answer = asking(client, projects=str(lived.project.pk), what_0="DESK-067 respond", value_0="2 分钟")
    assert answer.status_code == 302
    row = Backtest.objects.unscoped("tests").get()
    waiting = client.get(answer["Location"]).content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    assert "cancellation" in waiting
    reckoning.reckon(backtest_id=str(row.pk))
    page = client.get(answer["Location"]).content.decode()
    for words in ("DESK-067", "1 → 2", "会变为逾期", "一周各时的工作量"):
        assert words in page
    listed = client.get("/rulebook/backtests/").content.decode()
    assert str(row.pk) in listed
    told = b"".join(client.get(f"{answer['Location']}result.csv").streaming_content).decode("utf-8-sig")
    assert told.splitlines()[1].startswith("DESK-067,")
    assert client.get(f"{answer['Location']}result.xlsx").status_code == 200


def test_every_reason_stands_beside_its_line_and_what_was_typed_stays(lived):
    client = signed_in(lived)
    answer = asking(
        client,
        projects=str(lived.project.pk),
        rows="2",
        what_0="NONE-001 within",
        value_0="1 day",
        what_1="DESK-067 respond",
        value_1="soon",
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "没有编号为 NONE-001 的条款" in page
    assert 'value="soon"' in page
    more = asking(client, rows="1", what_0="DESK-067 on", value_0="停用", more="1")
    assert more.status_code == 200
    assert 'name="what_1"' in more.content.decode()
    assert 'value="DESK-067 on"' in more.content.decode()
    assert not Backtest.objects.unscoped("tests").exists()


def test_cancelled_by_a_button(lived):
    client = signed_in(lived)
    answer = asking(client, projects=str(lived.project.pk), what_0="DESK-067", value_0="停用")
    page = client.get(answer["Location"]).content.decode()
    key = re.search(r'name="form_key" value="([^"]+)"', page).group(1)
    client.post(f"{answer['Location']}cancellation/", {"form_key": key})
    row = Backtest.objects.unscoped("tests").get()
    assert row.state == Backtest.CANCELLED
    assert row.changes == [["DESK-067", "on", False]]


def test_whoever_may_not_ask_sees_neither_form_nor_answer(lived):
    asking(signed_in(lived), projects=str(lived.project.pk), what_0="DESK-067", value_0="停用")
    row = Backtest.objects.unscoped("tests").get()
    agent, stranger = signed_in(lived, "desk_agent"), signed_in(make.world(name="别的", code="OT", company=lived.company))
    assert agent.get("/rulebook/backtests/new/").status_code == 403
    assert agent.get(f"/rulebook/backtests/{row.pk}/").status_code == 404
    assert stranger.get(f"/rulebook/backtests/{row.pk}/").status_code == 404
    assert str(row.pk) not in stranger.get("/rulebook/backtests/").content.decode()
    assert 'value="DESK-067"' not in agent.get("/rulebook/DESK-067/").content.decode()
