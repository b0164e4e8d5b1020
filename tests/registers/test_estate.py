"""The registers of estate on the screen and in files."""

import pytest

from guanjia.estate.models import Building, House
from guanjia.web import imports
from guanjia.web.importers import named
from tests import make

VERDICTS = ("added", "changed", "unchanged", "refused")


@pytest.fixture
def steward(world, client):
    client.force_login(world.people["steward"])
    return client


def post(client, address, **values):
    answer = client.post(address, {"form_key": f"{next(make._numbers):020}"} | values)
    assert answer.status_code == 302, answer.content.decode()
    return client.get(answer["Location"]).content.decode()


def carry_in(world, register, text, by="steward"):
    """What becomes of a file: how many lines of each verdict; the run is carried out."""
    importer, act = named(f"register:{register}"), world.act(make.BEGINNING.replace(month=3), by)
    run = imports.receive(importer, name="a.csv", content=text.encode(), into=world.project, act=act, by=world.people[by])
    for _step in ("look", "commit"):
        while imports.advance(run, importer, act):
            pass
        imports.start_committing(run, act)
    return {verdict: count for verdict, count in imports.tally(run).items() if count and verdict in VERDICTS}


def test_a_building_is_entered_with_its_entrances_and_a_house_by_its_address(world, steward):
    post(steward, "/r/building/new", code="3栋", entrance_names="1、2单元")
    building = Building.objects.unscoped("tests").get()
    assert (building.name, [entrance.name for entrance in building.entrances.all()]) == ("3栋", ["1", "2"])
    page = post(steward, "/r/house/new", code="3栋2单元1801室", floor="18", kind="flat", area_m2="89.5", state="sold")
    assert "翠湖花园 3-2-1801" in page
    assert "已售未交付" in page


@pytest.mark.parametrize(("code", "why"), [("9-1-101", "楼栋须先登记"), ("3-7-101", "没有 7 单元"), ("3", "楼号-单元-房号")])
def test_an_address_that_leads_nowhere_is_refused_beside_its_field(world, steward, code, why):
    make.entrance()
    values = {"floor": "1", "kind": "flat", "area_m2": "80", "state": "sold", "form_key": "k" * 20}
    answer = steward.post("/r/house/new", values | {"code": code})
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not House.objects.unscoped("tests").exists()


def test_a_house_is_put_right_sold_handed_over_and_let(world, steward):
    house = make.house(state="unsold")
    here = f"/r/house/{house.pk}/"
    post(steward, f"{here}edit", code="3-2-1802", floor="18", kind="flat", area_m2="91.20", version=str(house.version))
    post(steward, f"{here}sell/")
    page = post(steward, f"{here}hand_over/", on="2026-03-02")
    assert "翠湖花园 3-2-1802" in page
    post(steward, f"{here}change_use/", use="let", starts_on="2026-03-02")
    assert "出租" in steward.get("/r/house/").content.decode()


def test_what_is_not_open_now_has_no_button(world, steward):
    page = steward.get(f"/r/house/{make.house(state='sold').pk}/").content.decode()
    assert "hand_over/" in page
    assert "/sell/" not in page
    assert "change_use/" not in page


def test_an_exported_list_is_a_valid_import(world, steward):
    make.house(number="101")
    make.house(number="102", layout="两室一厅")
    exported = b"".join(steward.get("/r/house/export.csv").streaming_content).decode("utf-8-sig")
    assert carry_in(world, "house", exported) == {"unchanged": 2}
    assert carry_in(world, "house", exported.replace("两室一厅", "三室一厅")) == {"changed": 1, "unchanged": 1}
    assert House.objects.unscoped("tests").get(number="102").layout == "三室一厅"


def test_a_list_of_addresses_becomes_houses_once(world):
    make.entrance()
    text = "房号,楼层,类型,建筑面积（㎡）\n3-2-101,1,住宅,89.5\n3栋2单元201,2,住宅,89.5\n8-1-101,1,住宅,80\n"
    assert carry_in(world, "house", text) == {"added": 2, "refused": 1}
    assert carry_in(world, "house", text) == {"unchanged": 2, "refused": 1}
    assert set(House.objects.unscoped("tests").values_list("code", flat=True)) == {"3-2-101", "3-2-201"}


def test_a_page_of_houses_costs_the_same_however_many(world, steward, django_assert_max_num_queries):
    for number in range(101, 121):
        make.house(number=str(number))
    with django_assert_max_num_queries(12):
        assert steward.get("/r/house/").status_code == 200
