"""Signing in: one answer for every wrong guess, slower and slower; never onward to somebody else's site."""

from datetime import timedelta

import pytest
from django.test import Client

from guanjia.kernel import clock
from guanjia.org.models import LoginFailure
from guanjia.org.services import set_password
from guanjia.web.signing.guessing import FREE_TRIES_ACCOUNT, FREE_TRIES_ADDRESS, LONGEST_WAIT
from tests.conftest import moment

PASSWORD = "翠湖花园-2026"


@pytest.fixture
def li(world):
    return set_password(world.people["desk_agent"], password=PASSWORD, act=world.system)


def sign_in(client, name, password=PASSWORD, **values):
    return client.post("/login/", {"login": name, "password": password} | values)


def test_the_right_password_leads_on(li, client):
    assert client.get("/r/person/").headers["Location"] == "/login/?next=/r/person/"
    answer = sign_in(client, li.login, next="/r/person/")
    assert (answer.status_code, answer["Location"]) == (302, "/r/person/")
    assert client.get("/r/person/").status_code == 403  # a desk agent has nothing to do with people


def test_the_session_is_a_new_one_after_signing_in(li, client):
    client.get("/login/")
    session = client.session
    session["left"] = "before"
    session.save()
    before = session.session_key
    sign_in(client, li.login)
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "onward", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "\x00", "http:///evil.example"]
)
def test_nobody_is_led_to_another_site(li, client, onward):
    assert sign_in(client, li.login, next=onward)["Location"] == "/"


def test_unknown_account_wrong_password_and_left_staff_get_the_same_answer(li, world, client):
    left = world.people["technician"]
    set_password(left, password=PASSWORD, act=world.system)
    type(left).objects.unscoped("tests").filter(pk=left.pk).update(is_active=False)
    pages = [sign_in(Client(), name, password) for name, password in ((li.login, "wrong"), ("nobody", "wrong"), (left.login, PASSWORD))]
    assert {page.status_code for page in pages} == {422}
    assert all("账号或密码不对" in page.content.decode() for page in pages)
    assert len({len(page.content) for page in pages} - {len(pages[0].content)}) <= 2  # only the typed name differs


def test_after_five_wrong_guesses_one_has_to_wait_and_longer_each_time(li, client):
    at = moment("10:00")
    for _turn in range(FREE_TRIES_ACCOUNT):
        with clock.travelling(at):
            assert sign_in(client, li.login, "wrong").status_code == 422
    with clock.travelling(at + timedelta(seconds=5)):
        waiting = sign_in(client, li.login)  # the right one is not even looked at
        assert waiting.status_code == 429
        assert "请过 10 秒再试" in waiting.content.decode()
    with clock.travelling(at + timedelta(seconds=16)):
        assert sign_in(client, li.login, "wrong").status_code == 422
    with clock.travelling(at + timedelta(seconds=16 + 20)):
        assert sign_in(client, li.login).status_code == 429
    with clock.travelling(at + timedelta(seconds=16 + 31)):
        assert sign_in(client, li.login).status_code == 302
    assert not LoginFailure.objects.filter(key=f"account:{li.login}").exists()


def test_one_address_may_not_try_all_accounts(li, client):
    with clock.travelling(moment("10:00")):
        for number in range(FREE_TRIES_ADDRESS):
            assert sign_in(client, f"nobody{number}", "wrong").status_code == 422
        assert sign_in(client, li.login).status_code == 429
        assert sign_in(Client(REMOTE_ADDR="10.1.2.3"), li.login).status_code == 302


def test_a_claimed_address_is_not_believed(li):
    with clock.travelling(moment("10:00")):
        for number in range(FREE_TRIES_ADDRESS):
            sign_in(Client(headers={"X-Forwarded-For": f"10.0.0.{number}"}), f"nobody{number}", "wrong")
        assert sign_in(Client(headers={"X-Forwarded-For": "10.9.9.9"}), li.login).status_code == 429


def test_the_wait_ends_somewhere(li, client):
    LoginFailure.objects.create(key=f"account:{li.login}", failures=500, last_at=moment("10:00"))
    with clock.travelling(moment("10:00") + LONGEST_WAIT):
        assert sign_in(client, li.login).status_code == 302


def test_signing_out_ends_the_session(li, client):
    sign_in(client, li.login)
    assert client.post("/logout/").status_code == 302
    assert client.get("/r/person/").status_code == 302


def test_the_language_is_kept_in_a_cookie(client, db):
    answer = client.post("/language/", {"language": "en", "next": "/login/"})
    assert (answer["Location"], answer.cookies["django_language"].value) == ("/login/", "en")
    assert client.get("/login/").headers["Content-Language"] == "en"
    assert "django_language" not in client.post("/language/", {"language": "../x"}).cookies
