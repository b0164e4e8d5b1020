"""Customers: registering and changing them, reaching them, finding them."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from guanjia.customers import selectors, services
from guanjia.customers.models import ContactPoint, Customer
from guanjia.kernel.errors import BadInput, Conflict, NotAllowed
from guanjia.kernel.models import JournalEntry
from tests import make

pytestmark = pytest.mark.django_db


def register(project, act, **values):
    return services.register_customer(project=project, **({"name": "王小明"} | values), act=act)


def numbers(customer):
    return [(point.value, point.is_primary) for point in customer.contact_points.filter(kind="phone").order_by("-is_primary", "id")]


# -- registering ---------------------------------------------------------------------------------
def test_a_customer_has_several_numbers_and_the_first_is_called_first(world, act):
    phones = ["138-0013-8000", "0591 87654321", "13800138000"]
    customer = register(world.project, act(), phones=phones, wechat="wxid_1", email="Wang@Example.cn")
    assert numbers(customer) == [("+8613800138000", True), ("+8659187654321", False)]
    others = customer.contact_points.exclude(kind="phone").values_list("kind", "value")
    assert set(others) == {("wechat", "wxid_1"), ("email", "wang@example.cn")}


def test_a_customer_is_numbered_unless_a_number_is_brought_along(world, act):
    numbers = [register(world.project, act(), number=number).number for number in ("", "YZ0001", "")]
    assert numbers == ["KH-20260302-0001", "YZ0001", "KH-20260302-0002"]
    with pytest.raises(Conflict) as no:
        register(world.project, act(), number="YZ0001")
    assert "客户编号已被使用" in str(no.value)


def test_everything_wrong_is_said_at_once(world, act):
    with pytest.raises(BadInput) as no:
        register(world.project, act(), name=" ", phones=["87654321", "没有"], id_no="110105194912310021", sex="cat")
    assert [reason.field for reason in no.value.reasons] == ["name", "id_no", "phones", "phones", "sex"]
    assert not selectors.customers(act()).exists()


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"birth_date": date(1949, 12, 30)}, ["birth_date"]),
        ({"sex": "male"}, ["sex"]),
        ({"birth_date": date(1950, 1, 1), "sex": "male"}, ["birth_date", "sex"]),
        ({"birth_date": date(1949, 12, 31), "sex": "female"}, []),
        ({"id_no": "E12345678", "birth_date": date(1980, 1, 1), "sex": "male"}, []),
        ({"id_no": "", "birth_date": date(2026, 3, 3)}, ["birth_date"]),
        ({"id_no": "", "birth_date": date(1899, 12, 31)}, ["birth_date"]),
    ],
)
def test_a_card_agrees_with_birth_date_and_sex(world, act, values, fields):
    values = {"id_no": "11010519491231002X"} | values
    if not fields:
        assert register(world.project, act(), **values).pk
        return
    with pytest.raises(BadInput) as no:
        register(world.project, act(), **values)
    assert [reason.field for reason in no.value.reasons] == fields


def test_a_sex_that_contradicts_the_card_on_file_is_refused_and_other_changes_are_not(world, act):
    customer = register(world.project, act(), id_no="11010519491231002X")
    with pytest.raises(BadInput, match="性别和身份证号不一致"):
        services.change_customer(customer, sex="male", act=act())
    services.change_customer(make.fresh(customer), sex="female", note="独居", act=act())


def test_an_organisation_has_no_birthday(world, act):
    with pytest.raises(Conflict) as no:
        register(world.project, act(), kind="organisation", name="福州某公司", birth_date=date(1990, 1, 1))
    assert "单位没有性别和出生日期" in str(no.value)


def test_the_journal_does_not_repeat_what_is_personal(world, act):
    customer = register(world.project, act(), phones=["13800138000"], id_no="11010519491231002X")
    services.change_customer(customer, name="王大明", phones=["13900139000"], note="独居", act=act())
    lines = JournalEntry.objects.visible_to(act()).filter(subject_id=customer.pk).order_by("seq")
    assert [line.fact for line in lines] == ["customers.customer.registered", "customers.customer.changed"]
    assert set(lines[1].payload["fields"]) == {"name", "phones", "note"}
    told = "".join(str(line.payload) for line in lines)
    assert not any(secret in told for secret in ("王小明", "王大明", "138", "139", "1101", "独居"))


# -- changing ------------------------------------------------------------------------------------
def test_new_numbers_take_the_place_of_the_old(world, act):
    customer = register(world.project, act(), phones=["13800138000", "13700137000"])
    services.change_customer(customer, phones=["13900139000", "13800138000"], act=act())
    assert numbers(customer) == [("+8613900139000", True), ("+8613800138000", False)]


def test_a_change_that_changes_nothing_leaves_no_line(world, act):
    customer = register(world.project, act(), phones=["13800138000"])
    services.change_customer(customer, name="王小明", phones=["138 0013 8000"], act=act())
    assert JournalEntry.objects.visible_to(act()).filter(fact="customers.customer.changed").count() == 0


def test_a_bad_change_changes_nothing(world, act):
    customer = register(world.project, act(), phones=["13800138000"])
    with pytest.raises(BadInput):
        services.change_customer(customer, name="王大明", phones=["没有"], act=act())
    assert make.fresh(customer).name == "王小明"
    assert numbers(customer) == [("+8613800138000", True)]


def test_a_new_name_is_found_by_its_sound(world, act):
    services.change_customer(register(world.project, act()), name="曾志伟", act=act())
    assert [one.name for one in selectors.people_matching("zzw", act())] == ["曾志伟"]


# -- what the database guards --------------------------------------------------------------------
@pytest.mark.parametrize("value", ["13800138000", "+86 138", "abc"])
def test_no_number_is_kept_in_another_form(world, value):
    customer = make.customer()
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPoint(project=world.project, customer=customer, kind="phone", value=value).save()


def test_a_number_stands_once_with_a_customer_but_may_be_shared_by_two(world, act):
    one = make.customer()
    make.customer(name="李梅")
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPoint(project=world.project, customer=one, kind="phone", value="+8613800138000").save()
    assert len(selectors.who_is_calling("13800138000", act())) == 2


def test_only_one_number_is_called_first(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPoint(project=world.project, customer=make.customer(), kind="phone", value="+8613900139000", is_primary=True).save()


# -- who is calling ------------------------------------------------------------------------------
@pytest.mark.parametrize("shown", ["13800138000", "+8613800138000", "8000", "38000", "138000", " 138-0013-8000 "])
def test_a_caller_is_known_by_number_or_by_its_end(world, act, shown):
    house = make.house()
    make.occupancy(house=house, customer=make.customer())
    (match,) = selectors.who_is_calling(shown, act())
    assert (match.customer.name, match.houses, [one.role for one in match.occupancies]) == ("王小明", [house], ["owner"])


def test_a_landline_without_its_area_code_is_known_too(world, act):
    make.customer(phones=("0591-87654321",))
    assert [match.customer.name for match in selectors.who_is_calling("8765 4321", act())] == ["王小明"]


@pytest.mark.parametrize("shown", ["", "000", "匿名", "13900139000", "18000", "%%%%", "+"])
def test_an_unknown_caller_is_nobody(world, act, shown):
    make.customer()
    assert selectors.who_is_calling(shown, act()) == []


def test_who_lives_here_comes_before_who_has_left(world, act):
    make.customer(name="前业主")
    make.occupancy(house=make.house(), customer=make.customer(name="王小明"))
    assert [match.customer.name for match in selectors.who_is_calling("13800138000", act())] == ["王小明", "前业主"]


def test_a_screen_pop_costs_two_queries_however_many_houses(world, act, django_assert_num_queries):
    customer = make.customer()
    for number in ["101", "102", "103"]:
        make.occupancy(house=make.house(number=number), customer=customer)
    now = act()
    with django_assert_num_queries(2):
        (match,) = selectors.who_is_calling("8000", now)
        assert [(house.path, match.customer.name) for house in match.houses] == [
            ("翠湖花园 3-2-101", "王小明"),
            ("翠湖花园 3-2-102", "王小明"),
            ("翠湖花园 3-2-103", "王小明"),
        ]


@pytest.mark.parametrize(("number", "index"), [("13800138000", "customers_contact_by_value"), ("8000", "customers_contact_by_tail")])
def test_a_screen_pop_is_an_index_look_up(world, act, number, index):
    customer = make.customer()
    ContactPoint.objects.bulk_create(
        [ContactPoint(project=world.project, customer=customer, value=f"+86139{n:08}", tail=f"{n:08}"[-4:]) for n in range(5000)]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_contactpoint")
    assert index in selectors.contact_points_for(number, act()).explain()


# -- finding people ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "typed",
    [
        "王小明",
        "王小",
        "王",
        "wangxiaoming",
        "wangx",
        "wxm",
        "WX",
        "13800138000",
        "8000",
        "3-2-1801",
        "3栋2单元1801",
    ],
)
def test_a_customer_is_found_by_whatever_is_typed(world, act, typed):
    make.occupancy(house=make.house(), customer=make.customer())
    make.customer(name="李梅", phones=("13911112222",))
    assert [one.name for one in selectors.people_matching(typed, act())] == ["王小明"]


@pytest.mark.parametrize("typed", ["", " ", "%", "_", "x", "9-9", "小"])
def test_nothing_typed_or_nothing_there_finds_nobody(world, act, typed):
    make.customer()
    assert not selectors.people_matching(typed, act()).exists()


def test_customers_stand_in_the_order_of_their_sound(world, act):
    for name in ["张三", "曾志伟", "李四", "阿凡"]:
        make.customer(name=name)
    assert [one.name for one in selectors.customers(act())] == ["阿凡", "李四", "曾志伟", "张三"]


# -- who may, who sees ---------------------------------------------------------------------------
def test_a_technician_registers_nobody(world, act):
    with pytest.raises(NotAllowed):
        register(world.project, act(by="technician"))


@pytest.mark.parametrize("where", ["neighbour", "other_company"])
def test_customers_of_another_project_are_neither_seen_nor_changed(world, act, where, elsewhere):
    house = make.house(project=elsewhere[where])
    stranger = make.customer(project=elsewhere[where])
    make.occupancy(house=house, customer=stranger)
    assert selectors.who_is_calling("13800138000", act()) == []
    for typed in ["王", "wxm", "8000", "3-2-1801"]:
        assert not selectors.people_matching(typed, act()).exists()
    assert not selectors.occupants_of(house, date(2026, 3, 2), act()).exists()
    with pytest.raises(NotAllowed):
        services.change_customer(stranger, name="改名", act=act())
    with pytest.raises(NotAllowed):
        register(elsewhere[where], act())


def test_who_works_in_two_projects_sees_the_callers_of_both(world, act, elsewhere):
    make.customer()
    make.customer(project=elsewhere["neighbour"], name="隔壁老王")
    both = make.World(world.company, world.project).system
    assert {match.customer.name for match in selectors.who_is_calling("8000", both)} == {"王小明", "隔壁老王"}


# -- consent -------------------------------------------------------------------------------------
def test_the_latest_word_on_being_contacted_counts(world, act):
    customer = make.customer()
    assert not selectors.may_contact(customer, "survey", "sms", act("09:00"))
    services.give_consent(customer, purpose="survey", act=act("09:00"))
    services.withdraw_consent(customer, purpose="survey", channel="sms", act=act("11:00"))
    assert selectors.may_contact(customer, "survey", "sms", act("10:00"))
    assert not selectors.may_contact(customer, "survey", "sms", act("11:00"))
    assert selectors.may_contact(customer, "survey", "phone", act("11:00"))
    assert not selectors.may_contact(customer, "marketing", "phone", act("11:00"))


def test_consent_is_given_for_something_known(world, act):
    with pytest.raises(BadInput):
        services.give_consent(make.customer(), purpose="anything", act=act())
    assert Customer.objects.visible_to(act()).count() == 1
