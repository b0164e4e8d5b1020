"""The old Excel comes in: ten years of a community in one table, mapped, previewed, its good lines taken, the rest corrected.

With GUANJIA_PICTURES=docs/stories the pictures of docs/guide are taken on the way.
"""

import os
from pathlib import Path

import pytest
import xlsxwriter
from django.conf import settings as django_settings

from guanjia.customers.models import Occupancy
from guanjia.estate.models import House
from guanjia.kernel import sheets
from tests import make
from tests.faces.console.test_import_roll import BAD, GOOD, SILENT, table

pytestmark = pytest.mark.browser
PASSWORD = "old-excel-1"
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def office(chromium, live_server, transactional_db, settings, tmp_path):
    """The manager at her desk: `office(size)` is her page, signed in; `office.shot(page, name)` takes a picture."""
    settings.HOME = tmp_path
    world = make.world()
    manager = world.people["office_manager"]
    manager.set_password(PASSWORD)
    manager.save(update_fields=["password"])
    wanted, contexts = os.environ.get("GUANJIA_PICTURES"), []

    def page(size=DESKTOP):
        context = chromium.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", accept_downloads=True)
        contexts.append(context)
        context.set_default_timeout(60_000)
        shown = context.new_page()
        shown.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        shown.goto(f"{live_server.url}/login/")
        shown.fill("[name=login]", manager.login)
        shown.fill("[name=password]", PASSWORD)
        shown.click("main button[type=submit]")
        shown.wait_for_load_state()
        return shown

    def shot(shown, name):
        if wanted:
            shown.screenshot(path=str(Path(django_settings.BASE_DIR) / wanted / f"import-{name}.png"))

    page.shot, page.url = shot, live_server.url
    yield page
    for context in contexts:
        context.close()


def test_the_old_excel_comes_in(office, tmp_path):
    path = tmp_path / "翠湖花园住户一览表.xlsx"
    path.write_bytes(table([*GOOD, *SILENT[:2], *BAD]))
    page = office()
    page.goto(f"{office.url}/imports/roll/")
    page.set_input_files("[name=file]", str(path))
    page.fill("[name=starts_on]", "2016-06-01")
    office.shot(page, "01-upload")
    page.click("text=核对文件")

    # what the columns say is proposed from headers of two lines and from the cells; she looks and agrees
    page.wait_for_selector("text=各列是什么")
    assert page.locator("text=业主/联系电话").count() == 1
    chosen = page.locator("tr", has_text="业主/联系电话").locator("select")
    assert chosen.input_value() == "owner_phone"
    office.shot(page, "02-columns")
    page.click("text=核对每一行")

    # line by line: what would come in, how it was read, what is refused and why; nothing is written yet
    page.wait_for_selector("text=导入 3 行")
    assert page.locator("text=读作 3-2-1801").count() >= 1
    assert not House.objects.unscoped("tests").exists()
    office.shot(page, "03-preview")
    page.click(".tabs >> text=不接受")
    page.wait_for_selector("text=看不出是哪栋哪室")
    office.shot(page, "04-refused")

    # she takes the good ones
    page.click("text=导入 3 行")
    page.wait_for_selector("text=已写入 3 行")
    office.shot(page, "05-receipt")
    assert House.objects.unscoped("tests").count() == 3

    # the error file names each reason; corrected, it comes back and only its lines are tried
    with page.expect_download() as waiting:
        page.click("text=下载不接受的行")
    refused = tmp_path / "待改.xlsx"
    waiting.value.save_as(refused)
    with open(refused, "rb") as file:
        rows = [values for _line, values in sheets.raw(file).records]
    assert rows[0][-1] == "不接受的原因"
    corrected = tmp_path / "待改好.xlsx"
    with xlsxwriter.Workbook(str(corrected)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, rows[0])
        sheet.write_row(1, 0, ["3-2-1804", "90", "陈红", "13600136000", "350102198506071231"])
        sheet.write_row(2, 0, ["3-2-1805", "88", "刘一", "13600136001", "", "", "", "2019.3.5"])
    page.click("text=传改好的文件")
    page.set_input_files("[name=file]", str(corrected))
    page.fill("[name=starts_on]", "2016-06-01")
    page.click("text=核对文件")
    page.wait_for_selector("text=导入 2 行")
    page.click("text=导入 2 行")
    page.wait_for_selector("text=已写入 2 行")
    assert House.objects.unscoped("tests").count() == 5
    assert Occupancy.objects.unscoped("tests").count() == 7

    # the whole old table once more changes nothing
    page.goto(f"{office.url}/imports/roll/")
    page.set_input_files("[name=file]", str(path))
    page.fill("[name=starts_on]", "2016-06-01")
    page.click("text=核对文件")
    page.wait_for_selector(".tabs")
    assert page.locator("text=导入 3 行").count() == 0
    office.shot(page, "06-again")
    phone = office(PHONE)
    phone.goto(page.url)
    office.shot(phone, "07-phone")
