"""What a customer may ask about his own data, as the privacy officer does it in the browser."""

import io
import json
import zipfile
from datetime import date

import pytest
from django.urls import reverse

from guanjia.customers import services as customers
from guanjia.customers.models import Customer
from guanjia.faces.console import copies
from guanjia.kernel import clock, records
from guanjia.kernel.models import JournalEntry
from guanjia.org.models import Role
from tests import make
from tests.conftest import moment
from tests.faces.console.test_desk import Desk

CARD = "11010519491231002X"


@pytest.fixture
def officer(world):
    Role.objects.filter(code="privacy_officer").update(
        permissions=["kernel.record.*", "kernel.personal.*", "customers.customer.*", "customers.*.see"]
    )
    person, _post = make.staff(world, "privacy_officer", name="方法务")
    with clock.travelling(moment("10:30")):
        client = Desk()
        client.force_login(person)
        yield client


@pytest.fixture
def customer(world):
    return make.customer(name="王小明", id_no=CARD, birth_date=date(1949, 12, 31))


def test_the_copy_tells_him_everything_in_words(world, customer):
    make.case(customer=customer, content="水晶吊灯漏水")
    content, rows = copies.compose(customer, act=world.act(make.TEN, "office_manager"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        told = json.loads(archive.read("copy.json"))
        assert archive.read("copy.pdf").startswith(b"%PDF-")
    said = json.dumps(told, ensure_ascii=False)
    assert all(word in said for word in (CARD, "1949-12-31", "+8613800138000", "水晶吊灯漏水", "客户已登记"))
    assert rows >= 3


def test_the_copy_tells_of_all_his_files(world, customer, act):
    other = make.customer(name="王晓明", phones=("13987654321",), note="晚上联系")
    customers.merge_customer(other, into=customer, act=act("10:00", by="desk_supervisor"))
    for asked in (customer, make.fresh(other)):
        content, _rows = copies.compose(make.fresh(asked), act=world.act(make.TEN, "office_manager"))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            told = json.loads(archive.read("copy.json"))
        assert told["number"] == customer.number
        assert all(word in json.dumps(told, ensure_ascii=False) for word in (CARD, "王晓明", "+8613987654321", "晚上联系"))


def test_handing_it_over_is_journalled_first(officer, customer):
    answer = officer.send(reverse("customer-copy", args=[customer.pk]), page=reverse("customer-rights", args=[customer.pk]))
    assert answer.headers["Content-Type"] == "application/zip"
    assert JournalEntry.objects.unscoped("tests").filter(fact="customers.customer.copied", subject_id=customer.pk).count() == 1


def test_a_customer_is_forgotten_from_his_page(officer, customer):
    address = reverse("customer-rights", args=[customer.pk])
    officer.send(reverse("customer-forgetting", args=[customer.pk]), page=address, basis="request")
    assert make.fresh(customer).forgotten_at is not None
    assert "销毁证明" in officer.get(address).content.decode()


def test_the_way_there_leads_over_his_page(officer, customer):
    assert reverse("customer-rights", args=[customer.pk]) in officer.get(reverse("customer", args=[customer.pk])).content.decode()


def test_what_is_held_says_so_instead(officer, customer, world):
    records.hold(customer, reason="与物业公司的诉讼", act=world.system)
    address = reverse("customer-rights", args=[customer.pk])
    assert "与物业公司的诉讼" in officer.get(address).content.decode()
    officer.send(reverse("customer-forgetting", args=[customer.pk]), page=address, basis="request")
    assert Customer.objects.unscoped("tests").get(pk=customer.pk).forgotten_at is None


def test_others_do_not_find_the_page(world, customer):
    with clock.travelling(moment("10:30")):
        manager = Desk()
        manager.force_login(world.people["desk_agent"])
        assert manager.get(reverse("customer-rights", args=[customer.pk])).status_code == 404
