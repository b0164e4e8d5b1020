"""A second proof, devices, recovery codes, passwords: what a stolen password opens, and how fast a lost phone is shut out."""

import re
from datetime import timedelta

import pyotp
import pytest
from django.db import connection
from django.test import Client

from guanjia.kernel import clock
from guanjia.kernel.errors import BadInput, NotAllowed
from guanjia.org import proofs
from guanjia.org import services as org
from guanjia.org.models import Authenticator, Device, RoleSetting
from guanjia.org.selectors import act_of
from guanjia.web.signing.doors import HALF_WAY_LASTS
from guanjia.web.signing.sessions import cookie_of, on_oneself
from tests import make
from tests.conftest import moment

PASSWORD = "翠湖花园-2026"
TEN = moment("10:00")


@pytest.fixture(autouse=True)
def ten_o_clock():
    with clock.travelling(TEN):
        yield


@pytest.fixture
def li(world):
    return org.set_password(world.people["desk_agent"], password=PASSWORD, act=world.system)


@pytest.fixture
def oneself(li):
    return lambda at="10:00": on_oneself(li, moment(at), "console")


@pytest.fixture
def generator(li, oneself):
    secret = proofs.new_secret()
    org.add_generator(li, secret=secret, code=pyotp.TOTP(secret).at(moment("09:00")), act=oneself("09:00"))
    return pyotp.TOTP(secret)


def sign_in(client, person, password=PASSWORD, onward="/"):
    return client.post("/login/", {"login": person.login, "password": password, "next": onward})


def send(client, path, page="/account/", **values):
    key = re.search(r'name="form_key" value="([^"]+)"', client.get(page).content.decode()).group(1)
    return client.post(path, values | {"form_key": key})


def is_in(client, path="/account/"):
    return client.get(path).status_code == 200


# -- the second step -----------------------------------------------------------------------------
def test_a_password_alone_opens_nothing_once_there_is_a_second_proof(li, generator, client):
    assert sign_in(client, li)["Location"] == "/login/second/"
    assert not is_in(client)
    assert client.post("/login/second/", {"code": "000000"}).status_code == 422
    answer = client.post("/login/second/", {"code": generator.at(TEN)})
    assert answer.status_code == 302
    assert is_in(client)
    assert Device.objects.unscoped("tests").get(person=li).way == "totp"


def test_a_code_counts_once(li, generator):
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client, li)
    assert first.post("/login/second/", {"code": generator.at(TEN)}).status_code == 302
    assert second.post("/login/second/", {"code": generator.at(TEN)}).status_code == 422


@pytest.mark.parametrize(("seconds", "counts"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_off(seconds, counts):
    secret = proofs.new_secret()
    code = pyotp.TOTP(secret).at(TEN + timedelta(seconds=seconds))
    assert (proofs.step_of(secret, code, TEN) is not None) is counts


def test_after_five_wrong_codes_one_has_to_wait_even_with_the_right_one(li, generator, client):
    sign_in(client, li)
    assert [client.post("/login/second/", {"code": "000000"}).status_code for _try in range(6)] == [422] * 5 + [429]
    assert client.post("/login/second/", {"code": generator.at(TEN)}).status_code == 429


def test_the_half_open_door_falls_shut(li, generator, client):
    sign_in(client, li)
    later = TEN + HALF_WAY_LASTS + timedelta(seconds=1)
    with clock.travelling(later):
        answer = client.post("/login/second/", {"code": generator.at(later)})
    assert answer["Location"] == "/login/"


def test_a_recovery_code_opens_once(li, generator, oneself):
    codes = org.new_recovery_codes(li, act=oneself())
    assert len(set(codes)) == 10
    answers = []
    for _try in range(2):
        client = Client()
        sign_in(client, li)
        answers.append(client.post("/login/second/", {"code": f" {codes[3].upper()} "}).status_code)
    assert answers == [302, 422]


def test_secrets_lie_sealed_and_codes_hashed_in_the_database(li, generator, oneself):
    codes = org.new_recovery_codes(li, act=oneself())
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM org_authenticator UNION ALL SELECT digest FROM org_recoverycode")
        kept = "".join(row[0] for row in cursor.fetchall())
    assert generator.secret not in kept
    assert not any(code in kept for code in codes)
    assert generator.secret not in str(Authenticator.objects.unscoped("tests").get(person=li).secret)


def test_a_role_may_ask_for_a_second_proof_and_then_one_adds_it_first(li, world, client):
    RoleSetting.objects.create(company=world.company, role_id="desk_agent", second_factor=True)
    sign_in(client, li, onward="/duties/")
    assert client.get("/duties/")["Location"] == "/account/"
    page = client.get("/account/generator/").content.decode()
    secret = "".join(re.search(r'translate="no">([A-Z2-7 ]+)<', page).group(1).split())
    answer = send(client, "/account/generator/", page="/account/", code=pyotp.TOTP(secret).at(TEN), label="手机")
    assert answer.status_code == 200
    assert len(re.findall(r"<code>[\w-]+</code>", answer.content.decode())) == 10
    assert client.get("/duties/").status_code == 200


# -- passwords -----------------------------------------------------------------------------------
@pytest.mark.parametrize("bad", ["short", "1234567890", "password123", "desk_agent"])
def test_passwords_that_are_short_common_or_like_the_name_are_refused(li, oneself, bad):
    with pytest.raises(BadInput):
        org.change_own_password(li, current=PASSWORD, new=li.login if bad == "desk_agent" else bad, act=oneself())


def test_a_sentence_is_a_fine_password_and_every_reason_comes_at_once(li, oneself):
    org.change_own_password(li, current=PASSWORD, new="春天来了湖边的柳树先知道", act=oneself())
    with pytest.raises(BadInput) as no:
        org.change_own_password(li, current="wrong", new="123456", act=oneself())
    assert {reason.field for reason in no.value.reasons} == {"current", "new"}
    assert len(no.value.reasons) >= 3


def test_a_new_password_signs_the_other_devices_out_and_not_this_one(li):
    here, there = Client(), Client()
    sign_in(here, li)
    sign_in(there, li)
    assert send(here, "/account/password/", current=PASSWORD, new="春天来了湖边的柳树先知道").status_code == 302
    assert is_in(here)
    assert not is_in(there)
    [left] = Device.objects.unscoped("tests").filter(person=li, ended_at__isnull=True)
    assert left.session_key == here.session.session_key


def test_whoever_lost_everything_is_let_in_again_by_another_and_changes_the_password_first(li, world, act, generator):
    old = Client()
    old.force_login(li)
    password = org.reset_sign_in(li, reason="视频核对了工牌", act=act(by="office_manager"))
    client = Client()
    assert sign_in(client, li, password, onward="/duties/")["Location"] == "/duties/"
    assert client.get("/duties/")["Location"] == "/account/"
    assert send(client, "/account/password/", current=password, new="春天来了湖边的柳树先知道").status_code == 302
    assert client.get("/duties/").status_code == 200
    assert not is_in(old)
    with pytest.raises(NotAllowed):
        org.reset_sign_in(li, reason="我自己", act=on_oneself(li, TEN, "console"))


def test_nobody_climbs_by_resetting_whoever_stands_beside_or_above_him(world, act):
    """The password shown would be a way up: to one's superior, to the company's people, to another project's."""
    sibling = make.world(name="二期", code="E2", company=world.company)
    boss, _post = make.staff(world, "general_manager", name="高总")
    peer, _post = make.staff(world, "office_manager", name="另一位")
    manager = act(by="office_manager")
    for person in (boss, peer, sibling.people["desk_agent"]):
        with pytest.raises(NotAllowed):
            org.reset_sign_in(person, reason="忘了密码", act=manager)
    assert org.reset_sign_in(world.people["desk_agent"], reason="忘了密码", act=manager)
    admin, _post = make.staff(world, "system_admin", name="郑管理")
    assert org.reset_sign_in(boss, reason="手机丢了，当面核对", act=act_of(admin, TEN, "console"))


def test_whoever_owes_a_new_password_opens_no_file_either(li, world, act):
    password = org.reset_sign_in(li, reason="视频核对了工牌", act=act(by="office_manager"))
    client = Client()
    sign_in(client, li, password)
    assert client.get(f"/files/{li.pk}")["Location"] == "/account/"


def test_an_agent_resets_nobody(world, act):
    with pytest.raises(NotAllowed):
        org.reset_sign_in(world.people["technician"], reason="想看看", act=act())


# -- devices -------------------------------------------------------------------------------------
def test_a_lost_phone_is_out_with_the_next_request(li):
    here, phone = Client(), Client(headers={"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130"})
    sign_in(here, li)
    sign_in(phone, li)
    lost = Device.objects.unscoped("tests").get(person=li, agent="Chrome · Android")
    assert "Chrome · Android" in here.get("/account/").content.decode()
    assert send(here, f"/account/devices/{lost.pk}/end/").status_code == 302
    assert not is_in(phone)
    assert is_in(here)


def test_somebody_who_left_is_out_with_the_next_request(li, world, client):
    sign_in(client, li)
    assert is_in(client)
    org.change_person(li, is_active=False, act=world.system)
    assert not is_in(client)


def test_other_peoples_devices_and_proofs_are_as_good_as_none(li, world, client, generator):
    boss = world.people["office_manager"]
    client.force_login(boss)
    proof = Authenticator.objects.unscoped("tests").get(person=li)
    device = org.begin_sign_in(li, face="console", way="password", session_key="x", act=on_oneself(li, TEN, "console"))
    assert send(client, f"/account/devices/{device.pk}/end/").status_code == 404
    assert send(client, f"/account/proofs/{proof.pk}/removal/").status_code == 404
    with pytest.raises(NotAllowed):
        org.remove_proof(proof, act=on_oneself(boss, TEN, "console"))
    assert Authenticator.objects.unscoped("tests").filter(pk=proof.pk).exists()


def test_signing_out_is_noted(li, client):
    sign_in(client, li)
    client.post("/logout/")
    assert Device.objects.unscoped("tests").get(person=li).ended_at is not None


# -- a session a face ----------------------------------------------------------------------------
def test_a_session_of_the_field_opens_no_console_and_the_other_way_round(world):
    technician = org.set_password(world.people["technician"], password=PASSWORD, act=world.system)
    phone = Client()
    answer = sign_in(phone, technician, onward="/field/")
    assert set(answer.cookies) & {"sessionid", cookie_of("field")} == {cookie_of("field")}
    assert phone.get("/field/").status_code == 200
    assert phone.get("/duties/").status_code == 302
    desk = Client()
    sign_in(desk, technician, onward="/duties/")
    assert desk.get("/duties/").status_code == 200
    assert desk.get("/field/").status_code == 302


def test_both_faces_in_one_browser_live_and_end_apart(world):
    technician = org.set_password(world.people["technician"], password=PASSWORD, act=world.system)
    browser = Client()
    sign_in(browser, technician, onward="/duties/")
    sign_in(browser, technician, onward="/field/")
    assert browser.get("/duties/").status_code == browser.get("/field/").status_code == 200
    browser.post("/logout/", headers={"referer": "http://testserver/field/"})
    assert browser.get("/field/").status_code == 302
    assert browser.get("/duties/").status_code == 200


# -- passkeys ------------------------------------------------------------------------------------
def test_a_passkey_nobody_knows_or_that_is_made_up_opens_nothing(client):
    client.post("/login/passkey/wanted/", "{}", content_type="application/json")
    for body in ("", "[]", '{"id": "abc"}', '{"id": 7}', '{"id": "a\\u0000"}'):
        assert client.post("/login/passkey/", body, content_type="application/json").status_code == 422


def test_a_made_up_passkey_is_not_taken(li, client):
    client.force_login(li)
    client.post("/account/passkeys/wanted/", "{}", content_type="application/json")
    answer = client.post("/account/passkeys/", '{"id": "abc", "response": {}}', content_type="application/json")
    assert answer.status_code == 422
    assert "再试一次" in answer.json()["words"]
    assert not li.authenticators.exists()
