"""Finding people by whatever an agent remembers of them."""

import pytest
from django.db import connection

from guanjia.customers import names, selectors, services
from guanjia.customers.models import Alias, Customer
from guanjia.kernel.errors import BadInput, Conflict, NotAllowed
from tests import make

pytestmark = pytest.mark.django_db


def found(typed, act):
    return [one.name for one in selectors.people_matching(typed, act)]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("单小梅", "shanxiaom"),
        ("单小梅", "sxm"),
        ("单小梅", "danxiaomei"),  # as somebody reads it who does not know her
        ("单小梅", "dxm"),
        ("解永强", "xieyong"),
        ("解永强", "jieyongqiang"),
        ("区志明", "ouzhiming"),
        ("区志明", "qzm"),
        ("仇英", "qiuying"),
        ("仇英", "chouying"),
        ("查良镛", "zha"),
        ("查良镛", "cha"),
        ("朴正浩", "piao"),
        ("朴正浩", "pu"),
        ("欧阳锋", "oyf"),
        ("尉迟恭", "yuchi"),
        ("万俟雪", "moqi"),
        ("长孙无忌", "zhangsun"),
        ("阿依古丽·买买提", "ayigulimai"),
    ],
)
def test_surnames_of_two_sounds_are_found_by_both(world, act, name, typed):
    make.customer(name="王小明")
    make.customer(name=name)
    assert found(typed, act()) == [name]


@pytest.mark.parametrize("typed", ["福州安居物业服务有限公司", "福州安居", "安居物业", "安居", "anju", "ajwy", "fzaj"])
def test_a_company_is_found_by_its_short_name(world, act, typed):
    make.customer(kind="organisation", name="福州安居物业服务有限公司", phones=("0591-87654321",))
    assert found(typed, act()) == ["福州安居物业服务有限公司"]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("福州安居物业服务有限公司", "安居物业服务"),
        ("福建省福州市安居物业有限责任公司", "安居物业"),
        ("安居物业集团股份有限公司", "安居物业"),
        ("鼓楼区顺达便利店", "顺达便利店"),
        ("中国工商银行福州支行", ""),
        ("安居", ""),
    ],
)
def test_a_short_name_leaves_out_place_and_legal_form(name, short):
    assert names.short(name) == short


def test_all_numbers_of_a_person_find_him(world, act):
    make.customer(phones=("13800138000", "0591-87654321", "13900139000"))
    for typed in ("13900139000", "9000", "87654321", "0591 8765 4321"):
        assert found(typed, act()) == ["王小明"]


def test_another_name_finds_until_it_is_dropped(world, act):
    customer = make.customer()
    alias = services.add_alias(customer, name="老王头", act=act())
    assert found("老王", act()) == found("lwt", act()) == ["王小明"]
    with pytest.raises(Conflict):
        services.add_alias(customer, name="老王头", act=act())
    with pytest.raises(BadInput):
        services.add_alias(customer, name=" ", act=act())
    services.drop_alias(alias, act=act())
    assert found("老王", act()) == []


def test_what_follows_from_a_name_follows_its_change(world, act):
    customer = make.customer(name="单小梅")
    services.change_customer(customer, name="王小梅", act=act())
    assert found("dxm", act()) == []
    assert not Alias.objects.unscoped("tests").exists()


@pytest.mark.parametrize("typed", ["11010519491231002X", " 11010519491231002x"])
def test_a_whole_identity_number_finds_its_holder_and_a_part_of_it_nobody(world, act, typed):
    make.customer(name="王小明", phones=(), id_no="11010519491231002X")
    assert found(typed, act()) == ["王小明"]
    assert found("1101051949123", act()) == found("110105194912310038", act()) == []


@pytest.mark.parametrize("page", ["/r/customer/?q={}", "/r/customer/options?q={}", "/search?q={}"])
def test_the_register_finds_a_whole_identity_number_by_its_blind_index(world, client, page):
    make.customer(name="王小明", phones=(), id_no="11010519491231002X")
    make.customer(name="别的人", phones=())
    client.force_login(world.people["office_manager"])
    assert "王小明" in client.get(page.format("11010519491231002x")).content.decode()
    assert "别的人" not in client.get(page.format("11010519491231002x")).content.decode()
    assert "王小明" not in client.get(page.format("1101051949123")).content.decode()


def test_an_identity_number_finds_nobody_of_another_company(world, client):
    make.customer(name="王小明", phones=(), id_no="11010519491231002X")
    client.force_login(make.world(name="别处", code="BC").people["office_manager"])
    assert "王小明" not in client.get("/r/customer/?q=11010519491231002X").content.decode()


def test_other_projects_people_stay_unfound(world, act, elsewhere):
    stranger = make.customer(project=elsewhere["neighbour"], name="单小梅")
    assert found("dxm", act()) == found("单", act()) == []
    with pytest.raises(NotAllowed):
        services.add_alias(stranger, name="小单", act=act())


@pytest.mark.parametrize("typed", ["wxm", "wang", "王", "8000", "老王"])
def test_finding_among_many_is_an_index_look_up(world, act, typed):
    make.customer()
    rows = [
        Customer(project=world.project, name=f"李{n:05}", name_pinyin=f"li{n:05}", name_initials=f"l{n:05}", number=f"L{n}")
        for n in range(4000)
    ]
    Customer.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_customer")
    plan = selectors.people_matching(typed, act())[:20].explain()
    assert "Seq Scan on customers_customer" not in plan, plan
