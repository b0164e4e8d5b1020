"""A technician adds a passkey, signs in with it on his phone, loses the phone, and shuts it out from the office.

With GUANJIA_PICTURES=docs/stories the pictures of the guide are taken on the way.
"""

import os
from pathlib import Path

import pytest
from django.conf import settings

from guanjia.org.models import Authenticator, Device
from tests import make

PASSWORD = "春天来了湖边的柳树先知道"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def person(transactional_db):
    person = make.world().people["desk_supervisor"]
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


@pytest.fixture
def visit(chromium, live_server):
    contexts = []

    def open_page(size, passkeys=True):
        context = chromium.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        page.home = live_server.url.replace("127.0.0.1", "localhost")
        if passkeys:
            page.devtools = context.new_cdp_session(page)
            page.devtools.send("WebAuthn.enable")
            options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
            added = page.devtools.send(
                "WebAuthn.addVirtualAuthenticator", {"options": options | {"isUserVerified": True, "automaticPresenceSimulation": True}}
            )
            page.chip = added["authenticatorId"]
        return page

    yield open_page
    for context in contexts:
        context.close()


def shot(page, name):
    if wanted := os.environ.get("GUANJIA_PICTURES"):
        page.screenshot(path=str(Path(settings.BASE_DIR) / wanted / f"signin-{name}.png"))


@pytest.mark.browser
def test_a_passkey_opens_and_a_lost_phone_is_shut_out(person, visit):
    office = visit(DESKTOP)
    office.goto(f"{office.home}/login/?next=/account/")
    shot(office, "01-door")
    office.fill("[name=login]", person.login)
    office.fill("[name=password]", PASSWORD)
    office.click("main form button[type=submit]")
    office.wait_for_url(f"{office.home}/account/")
    office.click("[data-passkey-new]")
    office.get_by_text("通行密钥已添加").wait_for()
    assert Authenticator.objects.unscoped("tests").get(person=person).kind == "passkey"
    shot(office, "02-account")

    phone = visit(PHONE)
    [kept] = office.devtools.send("WebAuthn.getCredentials", {"authenticatorId": office.chip})["credentials"]
    phone.devtools.send("WebAuthn.addCredential", {"authenticatorId": phone.chip, "credential": kept})
    phone.goto(f"{phone.home}/login/?next=/account/")
    phone.click("[data-passkey]")
    phone.wait_for_url(f"{phone.home}/account/")
    assert Device.objects.unscoped("tests").filter(person=person, way="passkey").count() == 1
    shot(phone, "03-phone")

    password_alone = visit(DESKTOP, passkeys=False)
    password_alone.goto(f"{password_alone.home}/login/")
    password_alone.fill("[name=login]", person.login)
    password_alone.fill("[name=password]", PASSWORD)
    password_alone.click("main form button[type=submit]")
    password_alone.wait_for_url("**/login/second/")
    shot(password_alone, "04-second")

    office.reload()
    office.get_by_role("button", name="退出其他设备").click()
    office.get_by_text("已退出其他 1 台设备").wait_for()
    phone.reload()
    assert "/login/" in phone.url
