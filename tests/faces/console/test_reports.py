"""The report in the browser: made, read, signed, received, and as paper and workbook."""

import io
import secrets

import pytest
from django.test import Client

from guanjia.insight.models import Snapshot
from guanjia.kernel import sheets
from guanjia.rulebook.models import Obligation
from tests import make
from tests.conftest import moment
from tests.rulebook.test_compliance import obligation


@pytest.fixture(autouse=True)
def in_april(monkeypatch):
    monkeypatch.setattr("guanjia.kernel.clock.now", lambda: moment("04-02 12:00"))


@pytest.fixture
def browser(world):
    def of(role):
        client = Client()
        client.force_login(world.people[role])
        return client

    return of


@pytest.fixture
def report(world, browser):
    Obligation.objects.bulk_create([obligation(world, moment("10:00")), obligation(world, moment("10:00"), met_at=moment("09:00"))])
    answer = post(browser("office_manager"), "/compliance/reports/", project=str(world.project.pk), period="2026-03")
    assert answer.status_code == 302
    return Snapshot.objects.unscoped("tests").get()


def post(client, path, **values):
    return client.post(path, {"form_key": secrets.token_urlsafe(12), **values})


def test_a_manager_signs_and_the_company_receives(report, browser, world):
    make.staff(world, "service_manager", name="白经理")
    world.people["service_manager"], _post = make.staff(world, "service_manager", name="郑总")
    manager, company = browser("office_manager"), browser("service_manager")
    at = f"/compliance/reports/{report.pk}/"
    assert report.digest in manager.get(at).text
    assert post(manager, at + "signature/", digest=report.digest).status_code == 302
    text = manager.get(at).text
    assert "签认这份月报" not in text
    assert "公司接收" not in text  # he signed it himself
    assert post(company, at + "receipt/", words="收到").status_code == 302
    assert "郑总" in manager.get(at).text
    paper = manager.get(at + "file.pdf")
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    Obligation.objects.unscoped("tests").filter(met_at=None).update(met_at=moment("04-02 11:00"))
    assert "DESK-006" in manager.get(at).text.partition("签认后的补充")[2]
    book = b"".join(manager.get(at + "file.xlsx").streaming_content)
    rows = {row["项"]: row["值"] for row in sheets.read(io.BytesIO(book), sheet="总表")}
    assert (rows["应办"], rows["按时率"]) == (2, 0.5)
    [changed, *_] = sheets.read(io.BytesIO(book), sheet="签认后的补充")
    assert (changed["条款"], changed["签认时"], changed["现在"]) == ("DESK-006", 0, 1)


def test_those_who_may_not_are_told_so(report, browser, world):
    other = make.world(name="听松苑", code="TS", company=world.company)
    at = f"/compliance/reports/{report.pk}/"
    assert browser("desk_agent").get(at).status_code == 403
    supervisor = browser("desk_supervisor")
    assert "签认这份月报" not in supervisor.get(at).text
    assert post(supervisor, at + "signature/", digest=report.digest).status_code == 403
    stranger = Client()
    stranger.force_login(other.people["office_manager"])
    for path in (at, at + "file.pdf", at + "file.xlsx"):
        assert stranger.get(path).status_code == 404
    assert post(browser("office_manager"), at + "signature/", digest="old").status_code in (409, 422)


def test_the_list_shows_where_each_month_stands(report, browser):
    text = browser("office_manager").get("/compliance/reports/").text
    assert "草稿" in text
    assert "50.0%" in text
