"""The registers of customers on the screen and in files."""

import pytest

from guanjia.customers.models import Customer, Occupancy
from tests import make
from tests.registers.test_estate import carry_in, post, steward  # noqa: F401  (a fixture)


def test_a_customer_is_entered_and_numbers_are_shown_masked(world, steward):  # noqa: F811
    post(steward, "/r/customer/new", name="王小明", phones="138-0013-8000、0591 87654321", kind="person", id_no="11010519491231002X")
    customer = Customer.objects.unscoped("tests").get()
    assert customer.phones == "138 0013 8000、0591 8765 4321"
    assert customer.number.startswith("KH-")
    page = steward.get(f"/r/customer/{customer.pk}/").content.decode()
    assert [secret for secret in ("138 0013 8000", "87654321", "8765 4321", "11010519491231002X") if secret in page] == []
    assert "110***********002X" in page


def test_all_that_is_wrong_is_shown_beside_its_field(world, steward):  # noqa: F811
    answer = steward.post("/r/customer/new", {"name": "王小明", "phones": "87654321", "kind": "person", "id_no": "1", "form_key": "k" * 20})
    assert answer.status_code == 422
    assert all(why in answer.content.decode() for why in ("缺区号", "证件号只能有字母和数字"))


def test_somebody_unknown_moves_in_at_the_counter_and_out_again(world, steward):  # noqa: F811
    house = make.house()
    post(steward, "/r/occupancy/new", house="3-2-1801", name="林租客", contact="13900139000", role="tenant", starts_on="2026-03-01")
    occupancy = Occupancy.objects.unscoped("tests").get()
    assert (occupancy.house, occupancy.customer.name) == (house, "林租客")
    post(steward, f"/r/occupancy/{occupancy.pk}/move_out/", ends_on="2026-05-01")
    assert make.fresh(occupancy).ends_on.isoformat() == "2026-05-01"


@pytest.mark.rule("CUS-001")
def test_the_counter_is_told_what_is_missing(world, steward):  # noqa: F811
    make.house()
    answer = steward.post("/r/occupancy/new", {"house": "3-2-1801", "role": "tenant", "starts_on": "2026-03-01", "form_key": "k" * 20})
    assert answer.status_code == 422
    assert "CUS-001" in answer.content.decode()


@pytest.mark.rule("CUS-011", "EST-020")
def test_the_register_lists_everybody_who_belongs_to_a_house(world, steward):  # noqa: F811
    house = make.house()
    make.occupancy(house=house, customer=make.customer())
    make.occupancy(house=house, customer=make.customer(name="周保姆", phones=("13800000003",)), role="nanny")
    page = steward.get("/r/occupancy/").content.decode()
    assert all(word in page for word in ("3-2-1801", "业主", "保姆"))


def test_exports_are_valid_imports(world, steward):  # noqa: F811
    make.occupancy(house=make.house(), customer=make.customer(id_no="11010519491231002X"))
    for register in ("customer", "occupancy"):
        exported = b"".join(steward.get(f"/r/{register}/export.csv").streaming_content).decode("utf-8-sig")
        assert carry_in(world, register, exported) == {"unchanged": 1}, exported


def test_a_list_of_people_and_their_houses_is_taken_in_once(world):
    make.house()
    people = "客户编号,姓名,类别,电话\nYZ0001,王小明,个人,13800138000\nYZ0002,李梅,个人,13800138001\n,无名,个人,13800138002\n"
    assert carry_in(world, "customer", people) == {"added": 2, "refused": 1}
    assert carry_in(world, "customer", people) == {"unchanged": 2, "refused": 1}
    living = "房屋,客户,身份,起\n3-2-1801,YZ0001,业主,2026-01-01\n3-2-1801,YZ0002,家庭成员,2026-01-01\n3-2-1801,,租户,2026-01-01\n"
    assert carry_in(world, "occupancy", living) == {"added": 2, "refused": 1}
    assert carry_in(world, "occupancy", living) == {"unchanged": 2, "refused": 1}


def test_a_page_of_people_costs_the_same_however_many(world, steward, django_assert_max_num_queries):  # noqa: F811
    house = make.house()
    for place in range(20):
        make.occupancy(house=house, customer=make.customer(name=f"客户{place}", phones=(f"138001380{place:02}",)), role="user")
    for register in ("customer", "occupancy", "household"):
        with django_assert_max_num_queries(13):
            assert steward.get(f"/r/{register}/").status_code == 200
