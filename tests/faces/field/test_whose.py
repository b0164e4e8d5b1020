"""Whose orders these are: mine. Everybody else's look as if they did not exist."""

import re

import pytest

from guanjia.org.services import set_password
from tests import make
from tests.conftest import moment

from .conftest import Phone

PASSWORD = "翠湖花园-2026"


def words(answer) -> str:
    """The page without what differs each time."""
    return re.sub(r'value="[^"]*"|content="[^"]*"|[0-9a-f]{16}|X-CSRFToken[^}]*', "", answer.content.decode())


@pytest.fixture
def others(world):
    """Another technician's order, another project's, another company's, and none at all."""
    colleague, _post = make.staff(world, "technician", name="刘师傅")
    theirs = make.order(state="working", at=moment("09:00"), technician=colleague)
    make.world(name="枫林苑", code="FL", company=world.company)
    elsewhere = make.order(state="working", at=moment("09:00"))
    make.world()
    foreign = make.order(state="working", at=moment("09:00"))
    return [theirs.pk, elsewhere.pk, foreign.pk, "0198c0de-0000-7000-8000-000000000000"]


def test_others_and_missing_orders_get_one_answer(phone, others):
    for tail in ("", "result/", "price/", f"files/{others[-1]}/"):
        answers = [phone.get(f"/field/orders/{pk}/{tail}") for pk in others]
        assert [answer.status_code for answer in answers] == [404] * 4
        assert len({words(answer) for answer in answers}) == 1


@pytest.mark.parametrize("noun", ["result", "pause", "note", "photos", "completion", "refusal"])
def test_nobody_moves_others_orders(phone, others, noun):
    given = {"form_key": "k" * 20, "result": "好", "reason": "parts", "text": "x"}
    for pk in others:
        assert phone.post(f"/field/orders/{pk}/{noun}/", given).status_code == 404


def test_others_do_not_stand_on_my_day(phone, others):
    assert "手里没有工单" in phone.get("/field/").content.decode()


def test_nobody_comes_in_unsigned(client, order):
    for address in ("/field/", f"/field/orders/{order.pk}/", "/field/me/"):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={address}")


@pytest.mark.parametrize(("role", "start"), [("technician", "/field/"), ("desk_agent", "/"), ("office_manager", "/")])
def test_technicians_begin_on_the_phone(world, role, start, client):
    person = set_password(world.people[role], password=PASSWORD, act=world.system)
    assert client.post("/login/", {"login": person.login, "password": PASSWORD})["Location"] == start


def test_me_says_who_i_am_and_lets_me_out(phone, world):
    page = phone.get("/field/me/").content.decode()
    assert "王师傅" in page
    assert 'action="/logout/"' in page


def test_forgery_protection_stands(world, order):
    strict = Phone(enforce_csrf_checks=True)
    strict.force_login(world.people["technician"])
    assert strict.send(order, "acceptance").status_code == 403
    assert make.fresh(order).state == "assigned"
