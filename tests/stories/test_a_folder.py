"""A folder is filed, lent, comes back late; the profile grows: played in a real browser by a steward and his supervisor.

With GUANJIA_PICTURES=docs/stories the pictures of the guide are taken on the way.
"""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from guanjia.customers import services as customers
from guanjia.customers.models import ArchiveItem, ArchiveLoan, ProfileAnswer
from guanjia.faces.demo import pictures as drawings
from guanjia.kernel import clock, journal
from guanjia.rulebook import replay, ticking
from guanjia.rulebook.models import Obligation
from tests import make
from tests.conftest import moment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "folders-in-order-1"
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture
def village(transactional_db, settings, tmp_path):
    settings.GUANJIA_MOVABLE_CLOCK, settings.HOME = True, tmp_path
    world = make.world()
    for person in world.people.values():
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
    make.approver(world)
    for rule, key in (("CUS-021", "on"), ("CUS-022", "record_sensitive")):
        make.parameter(rule=rule, key=key, value=True, starts_on=date(2026, 2, 1))
    for number, name in (("1701", "林海"), ("1901", "赵丽"), ("2001", "陈晨")):
        home = make.occupancy(house=make.house(number=number), customer=make.customer(name=name))
        folder = customers.place_archive(home.household.archive, cabinet="A2", folder=number[:2], act=make.founding(world.project))
        for paper in ("move_in", "consent")[: int(number[1]) % 3]:
            make.archive_item(archive=folder, paper=paper)
    return world


@pytest.fixture
def visitor(chromium, live_server, village):
    contexts = []

    def build(role, size="desktop"):
        context = chromium.new_context(viewport=SIZES[size], locale="zh-CN", timezone_id="Asia/Shanghai")
        contexts.append(context)
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        page.goto(f"{live_server.url}/login/")
        page.fill("[name=login]", village.people[role].login)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_load_state()
        return page

    yield build
    for context in contexts:
        context.close()


def it_is(said):
    clock.set_offset(moment(said) - datetime.now(UTC))


def shot(page, name):
    wanted = os.environ.get("GUANJIA_PICTURES")
    if wanted:
        page.screenshot(path=str(Path(django_settings.BASE_DIR) / wanted / f"archive-{name}.png"), full_page="full" in name)


def test_a_folder_is_filed_lent_and_comes_back_late_and_the_profile_grows(village, visitor, live_server):
    it_is("09:00")
    wang = make.occupancy(house=make.house(number="1801"), customer=make.customer(name="王小明"))
    folder, url = wang.household.archive, live_server.url
    steward = visitor("steward")
    # moving in opened the folder; it stands among the least complete
    steward.goto(f"{url}/folders/")
    shot(steward, "01-cabinet")
    steward.click(f"text={folder.holder}")
    # two files, a place asked once, and a tap on what they are
    photo = {"name": "登记表.jpg", "mimeType": "image/jpeg", "buffer": drawings.under_the_sink(wet=False)}
    steward.set_input_files("[name=copies]", [photo, {"name": "合同.pdf", "mimeType": "application/pdf", "buffer": make.PAPER_PDF}])
    steward.fill("form.filing [name=cabinet]", "A2")
    steward.fill("form.filing [name=folder]", "18")
    steward.click("form.filing button[value=move_in]")
    steward.wait_for_selector("text=份已归入入住资料")
    shot(steward, "02-folder")
    assert ArchiveItem.objects.unscoped("tests").filter(archive=folder).count() == 2
    # it goes out until tomorrow, and nobody else may have it
    steward.click("button[data-dialog=lend]")
    steward.select_option("dialog[open] [name=borrower]", label="孙管家")
    steward.fill("dialog[open] [name=due_on]", "2026-03-03")
    steward.fill("dialog[open] [name=purpose]", "补办入住证明")
    steward.click("dialog[open] button[type=submit]")
    steward.wait_for_selector("text=在孙管家手里")
    # three days later it is late, in the list and among the duties
    it_is("03-06 10:00")
    ticking.tick(moment("03-06 10:00"))
    steward.goto(f"{url}/folders/loans/")
    steward.wait_for_selector("text=逾期 3 天")
    shot(steward, "03-loans")
    phone = visitor("steward", "phone")
    phone.goto(f"{url}/folders/{folder.pk}/")
    shot(phone, "04-phone-full")
    steward.click("main .list-end button[type=submit]")
    steward.wait_for_selector("text=档案都在柜里")
    journal.settle_accounts()
    loan = ArchiveLoan.objects.unscoped("tests").get()
    duty = Obligation.objects.unscoped("tests").get(rule="CUS-006", stage="loan")
    assert loan.returned_at is not None
    assert duty.met_at > duty.due_at
    # the supervisor names who keeps the relation; the profile grows blank by blank
    supervisor = visitor("desk_supervisor")
    supervisor.goto(f"{url}/customers/{wang.customer_id}/profile/")
    supervisor.select_option("[name=keeper]", label="孙管家")
    supervisor.click("form[action$='/keeper/'] button[type=submit]")
    supervisor.wait_for_selector("text=现在是关系负责人")
    steward.goto(f"{url}/customers/{wang.customer_id}/profile/?group=lifestyle")
    steward.select_option("#source", "observed")
    steward.fill("[id='value-47.hobbies']", "钓鱼、下棋")
    steward.keyboard.press("Tab")
    steward.wait_for_selector("text=观察所得 · 孙管家")
    answer = ProfileAnswer.objects.unscoped("tests").get()
    assert (answer.item, answer.value, answer.source) == ("47.hobbies", "钓鱼、下棋", "observed")
    shot(steward, "05-profile")
    # without consent nothing sensitive is kept, and the page says so beside the blank
    steward.fill("[id='value-40.health']", "高血压")
    steward.keyboard.press("Tab")
    steward.wait_for_selector("text=须先取得客户单独同意")
    assert ProfileAnswer.objects.unscoped("tests").count() == 1
    phone.goto(f"{url}/customers/{wang.customer_id}/profile/?group=lifestyle")
    shot(phone, "06-profile-phone")
    assert replay.differences(village.company.pk)[1] == []
