"""房屋情况统计表 at the console: looked at, signed, received, printed."""

import pytest

from guanjia.kernel import clock
from tests import make
from tests.conftest import moment
from tests.faces.console.test_desk import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(world):
    make.vacancy(house=make.house(), use="vacant")
    cashier, _post = make.staff(world, "cashier", name="尤雪")
    with clock.travelling(moment("10:30")):

        def client(who):
            client = Desk()
            client.force_login(cashier if who == "cashier" else world.people[who])
            return client

        yield client


@pytest.mark.rule("EST-001", "EST-002")
def test_the_steward_signs_last_month_and_the_cashier_receives_it(signed_in, world):
    steward, cashier = signed_in("steward"), signed_in("cashier")
    page = steward.get("/house-status/").content.decode()
    assert all(word in page for word in ("2026年2月房屋情况统计表", "3-2-1801", "签认这张统计表"))
    digest = page.split('name="digest" value="')[1].split('"')[0]
    asked = {"project": str(world.project.pk), "period": "2026-02"}
    assert steward.send("/house-status/signature/", page="/house-status/", digest=digest, **asked).status_code == 302
    assert "出纳还没有接收" in steward.get("/house-status/").content.decode()
    assert cashier.send("/house-status/receipt/", page="/house-status/", **asked).status_code == 302
    page = cashier.get("/house-status/").content.decode()
    assert all(name in page for name in ("孙管家", "尤雪", "已接收"))
    paper = cashier.get("/house-status/file.pdf", asked)
    assert (paper.status_code, paper.content[:4]) == (200, b"%PDF")


@pytest.mark.parametrize("query", [{"project": "zz"}, {"project": "00000000-0000-0000-0000-000000000001"}])
def test_a_project_of_others_is_as_good_as_none(signed_in, query):
    assert signed_in("steward").get("/house-status/", query).status_code == 404


@pytest.mark.parametrize("period", ["2026-13", "zz", "2026-W01", "2019-01"])
def test_what_is_no_month_of_the_list_is_last_month(signed_in, period):
    assert "2026年2月" in signed_in("steward").get("/house-status/", {"period": period}).content.decode()


def test_whoever_has_no_business_with_houses_sees_none(signed_in):
    assert signed_in("technician").get("/house-status/").status_code == 404
