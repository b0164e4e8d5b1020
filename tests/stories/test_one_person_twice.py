"""A duplicate is found, merged and undone in a real browser; and the house tells who lived there on 1 March.

With GUANJIA_PICTURES=docs/stories the pictures of docs/guide are taken on the way.
"""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from guanjia.customers import services as customers
from guanjia.customers.models import Customer
from guanjia.kernel import clock
from tests import make
from tests.conftest import moment

PASSWORD = "one-person-twice-1"
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def day(chromium, live_server, settings, tmp_path):
    """Opens pages at ten o'clock, and takes their pictures where they are wanted."""
    settings.GUANJIA_MOVABLE_CLOCK, settings.HOME = True, tmp_path
    clock.set_offset(moment("10:00") - datetime.now(UTC))
    wanted = os.environ.get("GUANJIA_PICTURES")
    opened = []

    def visit(login: str, size: dict = DESKTOP):
        context = chromium.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", device_scale_factor=1)
        context.set_default_timeout(20_000)
        page = context.new_page()
        opened.append(context)
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        page.goto(f"{live_server.url}/login/")
        page.fill("[name=login]", login)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_load_state()
        return page

    def shot(page, name: str) -> None:
        if wanted:
            page.screenshot(path=str(Path(django_settings.BASE_DIR) / wanted / f"customers-{name}.png"))

    visit.url, visit.shot = live_server.url, shot
    yield visit
    for context in opened:
        context.close()


@pytest.fixture
def village(transactional_db, day):
    """王小明 was entered twice; 3-2-1801 was let until the end of February, and to somebody else since."""
    world = make.world()
    for person in world.people.values():
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
    house, other = make.house(), make.house(number="1802")
    first = make.customer(phones=("13900001801",), wechat="wang_xm")
    second = make.customer(phones=("13900001801", "0591-87654321"), note="第二套房登记时新建")
    make.occupancy(house=house, customer=first)
    make.occupancy(house=other, customer=second)
    make.case(customer=first, house=house)
    make.case(customer=second, house=other, content="阳台推拉门关不严", category=make.category("leak"))
    winter, spring = make.customer(name="林租客", phones=("13900000001",)), make.customer(name="陈租客", phones=("13900000002",))
    make.lease(house=house, tenant=winter, ends_on=date(2026, 3, 2))
    make.lease(house=house, tenant=spring, starts_on=date(2026, 3, 2))
    customers.record_preference(
        project=world.project,
        customer=first,
        expectation="上门前先来电",
        convenient_time="周末上午",
        act=world.act(moment("09:00"), "steward"),
    )
    world.house = house
    return world


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_one_person_twice(day, village):
    steward = village.people["steward"]
    page = day(steward.login)

    # the pair is suggested, with the reasons in words
    page.goto(f"{day.url}/duplicates/")
    assert "电话相同" in page.text_content("main")
    day.shot(page, "01-suggestions")
    page.click("table a.row-link")
    page.wait_for_selector("table.compare")
    assert page.locator("table.compare tr.compare-same").count() >= 2
    day.shot(page, "02-side-by-side")

    # one key merges; the number of the other file now leads to the one person
    page.keyboard.press("1")
    page.wait_for_url("**/duplicates/")
    gone = Customer.objects.unscoped("tests").exclude(kept=None).get()
    page.goto(f"{day.url}/customers/{gone.kept_id}/")
    told = page.text_content("body")
    assert "3-2-1801" in told
    assert "3-2-1802" in told
    assert "阳台推拉门关不严" in told
    assert gone.number in told
    day.shot(page, "03-one-person")

    # and two again, exactly as before
    page.click("text=撤销合并")
    page.wait_for_load_state()
    assert not Customer.objects.unscoped("tests").exclude(kept=None).exists()
    page.goto(f"{day.url}/duplicates/")
    assert "电话相同" in page.text_content("main")

    # who lived there on 1 March, and who lives there today
    page.goto(f"{day.url}/houses/{village.house.pk}/?on=2026-03-01")
    living = page.text_content("main")
    assert "林租客" in living
    assert "陈租客" not in living
    day.shot(page, "04-on-1-march")
    page.goto(f"{day.url}/houses/{village.house.pk}/")
    living = page.text_content("main")
    assert "陈租客" in living
    assert "林租客" not in living

    # the overview: each household is looked at and marked, then the month is signed
    page.goto(f"{day.url}/overview/")
    day.shot(page, "05-overview")
    while page.locator("main table form button").count():
        page.locator("main table form button").first.click()
        page.wait_for_load_state()
    page.click("text=签认本月")
    page.wait_for_load_state()
    assert "本月已由" in page.text_content("main")
    page.click("table a.row-link >> nth=0")
    page.wait_for_load_state()
    day.shot(page, "06-household")

    phone = day(steward.login, PHONE)
    phone.goto(f"{day.url}/overview/")
    day.shot(phone, "07-overview-phone")
