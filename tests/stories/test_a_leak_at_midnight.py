"""A leak at midnight, played in a real browser over console, field and portal: one call, one visit, one tap.

With GUANJIA_PICTURES=docs/stories the pictures of the README and of docs/stories are taken on the way.
"""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connections

from guanjia.desk import services as desk
from guanjia.desk.models import Case
from guanjia.faces.demo import pictures as drawings
from guanjia.kernel import clock, files, journal
from guanjia.rulebook import replay
from guanjia.rulebook.models import Obligation
from guanjia.work.models import WorkOrder
from tests import make
from tests.conftest import moment

PASSWORD = "midnight-leak-1"
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
JPEG = drawings.under_the_sink(wet=False)


class Night:
    """The night's clock, people and pictures."""

    def __init__(self, chromium, live_server, pictures: Path | None):
        self.chromium, self.live, self.pictures = chromium, live_server, pictures
        self.pages = []

    def at(self, said: str) -> None:
        """It is now that time, for every process that shares the clock."""
        clock.set_offset(moment(said) - datetime.now(UTC))

    def visitor(self, size: dict, login: str = ""):
        context = self.chromium.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", device_scale_factor=1)
        context.set_default_timeout(20_000)
        page = context.new_page()
        self.pages.append(page)
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        if login:
            page.goto(f"{self.live.url}/login/")
            page.fill("[name=login]", login)
            page.fill("[name=password]", PASSWORD)
            page.click("main button[type=submit]")
            page.wait_for_load_state()
        return page

    def shot(self, page, name: str) -> None:
        if self.pictures:
            page.screenshot(path=str(self.pictures / f"leak-{name}.png"), full_page=False)


@pytest.fixture
def night(chromium, live_server, settings, tmp_path):
    settings.GUANJIA_MOVABLE_CLOCK, settings.HOME = True, tmp_path
    settings.GUANJIA_PORTAL_URL = live_server.url
    wanted = os.environ.get("GUANJIA_PICTURES")
    told = Night(chromium, live_server, Path(django_settings.BASE_DIR) / wanted if wanted else None)
    yield told
    for page in told.pages:
        page.context.close()


@pytest.fixture
def village(transactional_db, night):
    """翠湖花园: Wang lives in 3-2-1801, somebody above him reported water at 23:50."""
    world = make.world()
    for person in world.people.values():
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
    entrance = make.entrance(make.building(code="3"), name="2")
    below = make.house(number="1801", floor=18, by=entrance)
    above = make.house(number="1901", floor=19, by=entrance)
    wang, zhao = make.customer(name="王小明", phones=("13900001801",)), make.customer(name="赵丽", phones=("13900001901",))
    make.occupancy(house=below, customer=wang)
    make.occupancy(house=above, customer=zhao)
    late = world.act(moment("03-01 23:50"))
    entry = {
        "part": "厨房",
        "someone_home": True,
        "spare_key_left": False,
        "may_use_key": False,
        "visit_time": "明早",
        "convenient_time": "明早",
    }
    desk.open_case(
        project=world.project,
        type="repair",
        content="厨房水管接头滴水，用盆接着",
        category=make.category("leak"),
        customer=zhao,
        customer_phone="+8613900001901",
        house=above,
        repair=entry,
        promise_at=late.at + timedelta(hours=10),
        explanation="明早安排师傅",
        act=late,
    )
    return world


def send_messages(home: Path) -> None:
    """The worker sends what waits, as it does anywhere: a process of its own."""
    environment = os.environ | {"GUANJIA_HOME": str(home), "GUANJIA_MOVABLE_CLOCK": "1"}
    done = subprocess.run(
        [sys.executable, "manage.py", "worker", "--once"],
        cwd=django_settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def link_in_messages(home: Path) -> str:
    said = "\n".join(path.read_text() for path in sorted((home / "outbox").glob("*.txt")))
    return re.findall(r"https?://\S+/portal/c/[\w-]+/?", said)[-1]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_leak_at_midnight(night, village, settings):
    agent, technician = village.people["desk_agent"], village.people["technician"]

    # 00:12 — the phone rings; who it may be, and that the flat above reported water, is there before anybody has asked
    night.at("00:12")
    desk_page = night.visitor(DESKTOP, agent.login)
    night.shot(desk_page, "01-desk")
    desk_page.fill("#call-number", "13900001801")
    desk_page.click("form.call-box button[type=submit]")
    desk_page.wait_for_url("**/intake/**")
    desk_page.wait_for_selector("#hints .needs")
    assert "王小明" in desk_page.text_content("aside")
    assert "楼上" in desk_page.text_content("aside")
    desk_page.fill("[name=content]", "卫生间天花板往下滴水，地上已经湿了一片")
    desk_page.wait_for_selector("[data-suggest-type]")
    desk_page.click("[data-suggest-type]")
    night.shot(desk_page, "02-intake")

    # asked once: registering at once would be refused with every reason
    desk_page.click("form.intake button[type=submit]")
    desk_page.wait_for_selector(".refusal")
    refused = desk_page.text_content(".refusal")
    assert "DESK-072" in refused or "报修部位" in refused
    night.shot(desk_page, "03-refused")

    night.at("00:14")
    desk_page.fill("[name=part]", "卫生间天花板")
    for name, value in (("someone_home", "yes"), ("spare_key_left", "no"), ("may_use_key", "no")):
        desk_page.locator(f"[name={name}][value={value}]").check(force=True)
    desk_page.fill("[name=visit_time]", "现在")
    desk_page.fill("[name=convenient_time]", "现在")
    desk_page.fill("[name=explanation]", "已通知值班师傅上门")
    desk_page.fill("[name=promise_at]", "2026-03-02T01:30")
    desk_page.click("form.intake button[type=submit]")
    desk_page.wait_for_url("**/cases/*/")
    number = re.search(r"CS-\d+-\d+", desk_page.text_content(".crumbs")).group()
    night.shot(desk_page, "04-case")
    case = Case.objects.unscoped("tests").get(number=number)
    order = WorkOrder.objects.unscoped("tests").get(source_id=case.pk)
    assert order.place == "home"

    # 00:15 — assigned: the desk sees why this technician is proposed
    night.at("00:15")
    desk_page.goto(f"{night.live.url}/orders/{order.number}/assignment/")
    desk_page.locator("[name=technician]").first.check(force=True)
    night.shot(desk_page, "05-assign")
    desk_page.click("#form button[type=submit]")
    desk_page.wait_for_url(f"**/orders/{order.pk}/")

    # the technician's phone
    night.at("00:16")
    phone = night.visitor(PHONE, technician.login)
    assert "/field/" in phone.url
    night.shot(phone, "06-my-orders")
    phone.locator("a.job").first.click()
    phone.wait_for_url("**/field/orders/**")
    address = phone.url

    def step(at: str) -> None:
        night.at(at)
        phone.goto(address)
        phone.locator(".action-bar .button-primary").click()

    step("00:16")  # accept
    phone.wait_for_load_state()
    step("00:19")  # arrive
    if phone.locator("form#move").count():
        phone.fill("[name=place]", "3栋2单元1801门口")
        phone.locator(".action-bar button[type=submit]").click()
    phone.wait_for_load_state()
    night.shot(phone, "07-order")
    step("00:20")  # start
    phone.wait_for_load_state()
    step("00:55")  # finish
    phone.wait_for_selector("form#move")
    phone.fill("[name=result]", "楼上洗手盆软管老化漏水，已更换，放水十分钟不再滴")
    phone.fill("[name=materials]", "不锈钢软管 1 根")
    if phone.locator("[name=dry][value=yes]").count():
        phone.locator("[name=dry][value=yes]").check(force=True)
    photo = phone.locator("form#move input[type=file]").first
    photo.set_input_files({"name": "after.jpg", "mimeType": "image/jpeg", "buffer": JPEG})
    night.shot(phone, "08-finish")
    phone.locator(".action-bar button[type=submit]").click()
    phone.wait_for_load_state()
    step("01:02")  # sign
    phone.wait_for_selector("form#move")
    canvas = phone.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    phone.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2)
    phone.mouse.down()
    for nth in range(1, 9):
        phone.mouse.move(box["x"] + 30 + nth * 25, box["y"] + box["height"] / 2 + (18 if nth % 2 else -18))
    phone.mouse.up()
    night.shot(phone, "09-sign")
    phone.locator(".action-bar button[type=submit]").click()
    phone.wait_for_load_state()
    night.at("01:05")
    phone.goto(address)
    if phone.locator(".action-bar .button-primary").count():
        phone.locator(".action-bar .button-primary").click()
        phone.wait_for_load_state()
    order.refresh_from_db()
    assert order.state == "completed"
    assert [f.content_type for f in files.of(order) if f.role != "signature"]

    # the message goes out; one tap by the resident is the return visit, and the case closes by itself
    night.at("01:06")
    connections.close_all()
    send_messages(settings.HOME)
    night.at("07:30")
    resident = night.visitor(PHONE)
    resident.goto(link_in_messages(settings.HOME))
    night.shot(resident, "10-portal")
    resident.locator("button[name=answer][value='5']").click()
    resident.wait_for_load_state()
    night.shot(resident, "11-thanks")

    night.at("07:31")
    desk_page.goto(f"{night.live.url}/cases/{number}/")
    night.shot(desk_page, "12-closed")
    case.refresh_from_db()
    assert case.state == "closed", desk_page.text_content("main")
    open_duties = Obligation.objects.unscoped("tests").filter(
        subject_id__in=[case.pk, order.pk], met_at__isnull=True, voided_at__isnull=True
    )
    assert not open_duties.exists()
    late = [o for o in Obligation.objects.unscoped("tests").filter(subject_id__in=[case.pk, order.pk]) if o.met_at and o.met_at > o.due_at]
    assert late == []
    desk_page.goto(f"{night.live.url}/rulebook/WORK-012/")
    night.shot(desk_page, "13-rule")
    assert "紧急维修十五分钟内到场" in desk_page.text_content("main")

    assert journal.verify(village.company.pk)[1] == ""
    assert replay.differences(village.company.pk)[1] == []
