"""A flat is split in two, one half is let, and the picture of the building shows it; last week's picture stays as it was.

With GUANJIA_PICTURES=docs/stories the pictures of the guide are taken on the way.
"""

import os
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from guanjia.customers import services as customers
from guanjia.customers.models import Customer, Lease
from guanjia.estate import services as estate
from guanjia.estate.models import House
from guanjia.kernel import clock
from tests import make
from tests.conftest import moment

PASSWORD = "春天来了湖边的柳树先知道"
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
NEW_YEAR = date(2026, 1, 1)
USES = (
    "owner_occupied",
    "owner_occupied",
    "let",
    "owner_occupied",
    "vacant",
    "owner_occupied",
    "decorating",
    "owner_occupied",
    "undecorated",
)


@pytest.fixture
def tower(transactional_db, settings, tmp_path):
    """A tower of twelve floors, four doors each, on Monday at ten; whoever lives in 1201 wants to let half of it."""
    settings.GUANJIA_MOVABLE_CLOCK, settings.HOME = True, tmp_path
    world = make.world()
    doorway = make.entrance()
    houses = [make.house(number=f"{floor}{door:02d}", floor=floor, by=doorway) for floor in range(1, 13) for door in range(1, 5)]
    for nth, house in enumerate(houses):
        estate.change_use(house, use=USES[nth * 7 % len(USES)], starts_on=NEW_YEAR, act=world.system)
    flat = next(house for house in houses if house.number == "1201")
    estate.change_use(flat, use="owner_occupied", starts_on=NEW_YEAR, act=world.system)
    owner = make.customer(name="王小明", phones=("13800138000",))
    make.occupancy(house=flat, customer=owner, share=Decimal(100))
    make.customer(name="林租客", phones=("13900139000",))
    person = world.people["desk_supervisor"]
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    clock.set_offset(moment("10:00") - datetime.now(UTC))
    return world, flat


@pytest.fixture
def visit(chromium, live_server, tower):
    world, _flat = tower
    contexts = []

    def open_page(size):
        context = chromium.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        page.goto(f"{live_server.url}/login/")
        page.fill("[name=login]", world.people["desk_supervisor"].login)
        page.fill("[name=password]", PASSWORD)
        page.click("main form button[type=submit]")
        page.wait_for_load_state()
        page.home = live_server.url
        return page

    yield open_page
    for context in contexts:
        context.close()


def shot(page, name):
    if wanted := os.environ.get("GUANJIA_PICTURES"):
        page.screenshot(path=str(Path(django_settings.BASE_DIR) / wanted / f"estate-{name}.png"))


def tile(page, number):
    return page.locator(f"[data-tower] .tile:has(b:text-is('{number}'))")


@pytest.mark.browser
@pytest.mark.rule("EST-001")
def test_a_house_is_split_one_half_is_let_and_the_picture_shows_it(tower, visit):
    world, flat = tower
    page = visit(DESKTOP)
    page.goto(f"{page.home}/buildings/")
    tile(page, "1201").click()
    page.locator("#house-card").get_by_text("王小明").wait_for()
    assert "138****8000" in page.inner_text("#house-card")
    shot(page, "01-picture")

    # the arrows go from house to house, and the card follows
    tile(page, "1201").focus()
    page.keyboard.press("ArrowRight")
    page.locator("#house-card h2", has_text="1202").wait_for()
    page.keyboard.press("ArrowDown")
    page.locator("#house-card h2", has_text="1102").wait_for()

    # the areas have to add up, and the form says by how much they do not
    page.goto(f"{page.home}/houses/{flat.pk}/split/")
    page.fill("[name=area_0]", "49.50")
    page.fill("[name=area_1]", "30")
    page.fill("[name=reason]", "业主申请分户出租")
    page.click("main form button[type=submit]")
    page.get_by_text("少了 10.00 ㎡").first.wait_for()
    shot(page, "02-split")
    page.fill("[name=area_1]", "40")
    page.click("main form button[type=submit]")
    page.get_by_text("注销，现在是").wait_for()
    shot(page, "03-closed")
    half = House.objects.unscoped("tests").get(code="3-2-1201B")
    assert [one.customer.name for one in half.occupancies.all()] == ["王小明"]

    # one half is let
    lease = customers.register_lease(
        project=world.project,
        house=half,
        tenant=Customer.objects.unscoped("tests").get(name="林租客"),
        starts_on=date(2026, 3, 2),
        ends_on=date(2027, 3, 2),
        act=world.act(moment("10:20"), "desk_supervisor"),
    )
    assert Lease.objects.unscoped("tests").get(pk=lease.pk).house == half

    page.goto(f"{page.home}/buildings/")
    assert "tile-owner_occupied" in tile(page, "1201A").get_attribute("class")
    assert "tile-let" in tile(page, "1201B").get_attribute("class")
    tile(page, "1201B").click()
    page.locator("#house-card").get_by_text("林租客").wait_for()
    shot(page, "04-let")

    # the day before, it was one house
    page.goto(f"{page.home}/buildings/{flat.building_id}/?on=2026-03-01")
    assert "tile-owner_occupied" in tile(page, "1201").get_attribute("class")
    assert tile(page, "1201B").count() == 0
    page.get_by_role("button", name="空置").click()
    assert page.locator("[data-tower] .tile-kept").count() == page.locator("[data-tower] .tile-vacant").count() > 0
    shot(page, "05-before")

    phone = visit(PHONE)
    phone.goto(f"{phone.home}/buildings/")
    phone.locator("[data-tower] .tile[aria-label^='3-2-1201B']").click()
    phone.locator("#house-card").get_by_text("林租客").wait_for()
    shot(phone, "06-phone")
    phone.locator("[data-tower-close]").click()
    assert not phone.locator("#house-card").is_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
