"""A masked value, the eye beside it, the supervisor's yes, and the number for as long as it may be seen."""

import re

import pytest

from guanjia.kernel import clock
from guanjia.kernel.ids import Ref
from guanjia.kernel.models import Alarm, OnceKey, ReadLog, Reveal
from guanjia.rulebook.models import ApprovalRequest
from tests import make
from tests.conftest import moment
from tests.faces.console.test_desk import Desk

ID_NO, PHONE = "110101199003070097", "13900001801"


@pytest.fixture
def wang(world):
    return make.customer(name="王小明", phones=(PHONE,), id_no=ID_NO)


@pytest.fixture
def case(world, wang):
    return make.case(customer=wang, customer_phone=PHONE)


@pytest.fixture
def at(world):
    """`at("10:00", "desk_agent")`: a browser of somebody, with the clock held."""
    held = []

    def sign_in(said, role="desk_agent"):
        held.append(clock.travelling(moment(said)))
        held[-1].__enter__()
        client = Desk()
        client.force_login(world.people[role])
        return client

    yield sign_in
    for one in reversed(held):
        one.__exit__(None, None, None)


def ask(client, wang, case, field="id_no", **values):
    path = f"/reveals/new/?subject={Ref.to(wang)}&field={field}"
    given = {"fields_": field, "purpose": "serving", "matter": str(Ref.to(case)), "reason": ""} | values
    return client.send(path, **given)


def test_pages_show_masks_and_who_asks_is_shown_the_eye(at, wang, case):
    page = at("10:00").get(f"/customers/{wang.pk}/").content.decode()
    assert ID_NO not in page
    assert PHONE not in page.replace(" ", "")
    assert f"/reveals/new/?subject={str(Ref.to(wang)).replace(':', '%3A')}&amp;field=id_no" in page


@pytest.mark.rule("CUS-006")
def test_the_agent_sees_the_number_of_his_case_at_once_and_it_is_noted(at, case):
    page = at("10:00").get(f"/cases/{case.number}/").content.decode()
    assert "tel:13900001801" in page
    [line] = ReadLog.objects.unscoped("tests").filter(subject_id=case.pk)
    assert (line.fields, line.purpose, line.by_name) == (["customer_phone"], "serving", "李客服")


def test_who_has_the_case_not_in_hand_sees_the_mask(at, case):
    page = at("10:00", "dept_head").get(f"/cases/{case.number}/").content.decode()
    assert PHONE not in page.replace(" ", "")
    assert "139****1801" in page


@pytest.mark.rule("CUS-006")
def test_asked_approved_shown_and_gone_after_half_an_hour(at, wang, case):
    agent = at("10:00")
    answer = ask(agent, wang, case)
    row = Reveal.objects.unscoped("tests").get()
    assert answer.headers["Location"] == f"/reveals/{row.pk}/"
    assert "等待陈经理批准" in agent.get(f"/reveals/{row.pk}/").content.decode()

    manager = at("10:05", "office_manager")
    leave = ApprovalRequest.objects.unscoped("tests").get()
    shown = manager.get(f"/approvals/{leave.pk}/").content.decode()
    assert all(words in shown for words in ("证件号", "服务住户", "30 分钟", wang.number, "李客服"))
    manager.send(f"/approvals/{leave.pk}/decision/", page=f"/approvals/{leave.pk}/", yes="1")

    agent = at("10:06")
    agent.send(f"/reveals/{row.pk}/opening/", page=f"/reveals/{row.pk}/")
    assert ID_NO in agent.post(f"/reveals/{row.pk}/values/").content.decode()
    assert ID_NO not in agent.get(f"/reveals/{row.pk}/").content.decode()

    agent = at("10:36")
    assert ID_NO not in agent.post(f"/reveals/{row.pk}/values/", follow=True).content.decode()
    assert "已到期" in agent.get(f"/reveals/{row.pk}/").content.decode()


def test_an_answer_with_a_value_is_kept_nowhere(at, wang, case):
    agent = at("10:00")
    ask(agent, wang, case, purpose="emergency", reason="燃气泄漏")
    row = Reveal.objects.unscoped("tests").get()
    answer = agent.post(f"/reveals/{row.pk}/values/")
    assert ID_NO in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert all(ID_NO not in str(one) for one in OnceKey.objects.values())


def test_an_emergency_opens_at_once_and_is_judged_next_day(at, world, wang, case):
    officer, _post = make.staff(world, "privacy_officer", name="孔专员")
    world.people["privacy_officer"] = officer
    agent = at("02:13")
    ask(agent, wang, case, purpose="emergency", reason="燃气泄漏，联系不上")
    row = Reveal.objects.unscoped("tests").get()
    assert ID_NO in agent.post(f"/reveals/{row.pk}/values/").content.decode()
    alarm = Alarm.objects.unscoped("tests").get()
    boss = at("09:00", "privacy_officer")
    assert "燃气泄漏" in boss.get(f"/readings/alarms/{alarm.pk}/").content.decode()
    boss.send(f"/readings/alarms/{alarm.pk}/", justified="yes", finding="当晚有报警记录")
    assert make.fresh(alarm).is_justified


def test_what_is_missing_stands_beside_its_field_and_nothing_is_asked(at, wang, case):
    answer = ask(at("10:00"), wang, case, matter="")
    assert answer.status_code == 422
    assert "须关联正在办理" in answer.content.decode()
    assert not Reveal.objects.unscoped("tests").exists()


def test_a_colleague_finds_neither_the_request_nor_the_values(at, wang, case):
    ask(at("10:00"), wang, case, purpose="emergency", reason="燃气泄漏")
    row = Reveal.objects.unscoped("tests").get()
    colleague = at("10:01", "steward")
    assert colleague.get(f"/reveals/{row.pk}/").status_code == 404
    assert colleague.post(f"/reveals/{row.pk}/values/").status_code == 404


@pytest.mark.parametrize("subject", ["", "customers.customer:1", "org.person:01a22771-5438-76c2-b385-d19bea04cce3", "x" * 80])
def test_a_made_up_subject_is_not_found(at, subject):
    assert at("10:00").get(f"/reveals/new/?subject={subject}").status_code == 404


def test_who_read_a_customer_is_read_by_those_who_may(at, wang):
    at("10:00").get(f"/customers/{wang.pk}/")
    assert at("10:01").get(f"/customers/{wang.pk}/readings/").status_code == 403
    page = at("10:01", "office_manager").get(f"/customers/{wang.pk}/readings/").content.decode()
    assert "李客服" in page
    assert "只见掩码" in page
    everything = at("10:02", "office_manager").get("/readings/").content.decode()
    assert "李客服" in everything
    assert re.search(r"王小明", everything)
