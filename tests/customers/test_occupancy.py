"""Who lives where: moving in, moving out, and what was true on a day in between."""

import threading
from datetime import date

import pytest
from django.db import connection

from guanjia.customers import selectors, services
from guanjia.customers.models import Household, Occupancy
from guanjia.customers.states import ROLES
from guanjia.estate.models import House
from guanjia.kernel import signatures
from guanjia.kernel.errors import BadInput, Conflict, GateClosed, IllegalMove, NotFound
from guanjia.kernel.models import JournalEntry
from tests import make

pytestmark = pytest.mark.django_db

JANUARY, MARCH, MAY, JULY = (date(2026, month, 1) for month in (1, 3, 5, 7))


def move_in(house, act, **values):
    values = {"role": "owner", "starts_on": MARCH} | values
    return services.move_in(project=house.project, house=house, act=act, **values)


def who(house, on, act):
    return [(one.customer.name, one.role) for one in selectors.occupants_of(house, on, act)]


# -- what is asked at the door (CUS-001) ---------------------------------------------------------
@pytest.mark.rule("CUS-001")
def test_nobody_moves_in_without_name_contact_and_house(world, act):
    with pytest.raises(GateClosed) as no:
        services.move_in(project=world.project, house=None, role="owner", act=act())
    assert no.value.rules == ["CUS-001"]
    assert [reason.message for reason in no.value.reasons] == ["请填写姓名。", "请填写联系方式。", "请填写房屋信息。"]


@pytest.mark.rule("CUS-001")
@pytest.mark.parametrize(("missing", "word"), [("name", "姓名"), ("contact", "联系方式")])
def test_each_of_them_is_asked_for_by_itself(world, act, missing, word):
    given = {"name": "王小明", "contact": "13800138000"} | {missing: "  "}
    with pytest.raises(GateClosed) as no:
        move_in(make.house(), act(), **given)
    assert [reason.message for reason in no.value.reasons] == [f"请填写{word}。"]
    assert not Occupancy.objects.visible_to(act()).exists()


@pytest.mark.rule("CUS-001")
def test_what_is_on_file_is_not_asked_again(world, act):
    assert move_in(make.house(), act(), customer=make.customer()).role == "owner"
    with pytest.raises(GateClosed):
        move_in(make.house(number="1802"), act(), customer=make.customer(phones=()))


def test_somebody_unknown_is_registered_at_the_door(world, act):
    occupancy = move_in(make.house(), act(), name="林租客", contact="139 0013 9000", role="tenant")
    assert [match.customer for match in selectors.who_is_calling("13900139000", act())] == [occupancy.customer]


def test_a_new_number_is_added_to_the_old_ones(world, act):
    customer = make.customer()
    move_in(make.house(), act(), customer=customer, contact="13900139000")
    assert [str(point) for point in customer.contact_points.order_by("-is_primary")] == ["138 0013 8000", "139 0013 9000"]


def test_a_bad_number_keeps_everything_as_it_was(world, act):
    with pytest.raises(BadInput):
        move_in(make.house(), act(), name="林租客", contact="没有")
    assert not selectors.customers(act()).exists()
    assert not Household.objects.visible_to(act()).exists()


# -- the people of a house (EST-020) -------------------------------------------------------------
@pytest.mark.rule("EST-020")
def test_everybody_who_belongs_to_a_house_is_linked_to_its_household(world, act):
    house = make.house()
    for place, role in enumerate(["owner", "tenant", "user", "nanny", "tutor", "special"]):
        move_in(house, act(), name=f"某{place}", contact=f"1380000000{place}", role=role)
    assert [role for _name, role in who(house, MARCH, act())] == ["owner", "tenant", "user", "nanny", "tutor", "special"]
    sides = [one.household.kind for one in selectors.occupants_of(house, MARCH, act())]
    assert sides == ["owners", "tenants", "tenants", "tenants", "tenants", "tenants"]
    assert selectors.household_of(house, MARCH, act()).kind == "tenants"


@pytest.mark.rule("EST-020")
def test_no_other_role_exists(world, act):
    with pytest.raises(BadInput):
        move_in(make.house(), act(), name="某人", contact="13800138000", role="ghost")
    assert set(ROLES) == {"owner", "co_owner", "tenant", "user", "family", "nanny", "tutor", "special", "visitor"}


def test_family_belongs_to_those_who_live_there(world, act):
    house = make.house()
    move_in(house, act(), name="王小明", contact="13800138000")
    wife = move_in(house, act(), name="李梅", contact="13800138001", role="family")
    assert (wife.household.kind, wife.household.house) == ("owners", house)


def test_the_same_role_is_held_once_at_a_time(world, act):
    house, customer = make.house(), make.customer()
    move_in(house, act(), customer=customer)
    with pytest.raises(Conflict) as no:
        move_in(house, act(), customer=customer, starts_on=MAY)
    assert "已有同样的身份" in str(no.value)
    assert move_in(house, act(), customer=customer, role="user").role == "user"


# -- time ----------------------------------------------------------------------------------------
def test_who_lived_there_is_answered_for_any_day(world, act):
    house = make.house()
    make.occupancy(house=house, customer=make.customer(name="老业主"), starts_on=JANUARY)
    first = move_in(house, act(), name="前租客", contact="13800000001", role="tenant", starts_on=MARCH)
    services.move_out(first, ends_on=MAY, act=act())
    second = move_in(house, act(), name="后租客", contact="13800000002", role="tenant", starts_on=MAY)
    assert who(house, date(2025, 12, 31), act()) == []
    assert who(house, date(2026, 2, 28), act()) == [("老业主", "owner")]
    assert who(house, date(2026, 4, 30), act()) == [("老业主", "owner"), ("前租客", "tenant")]
    assert who(house, MAY, act()) == [("老业主", "owner"), ("后租客", "tenant")]
    assert first.household_id != second.household_id
    assert [one.customer.name for one in selectors.history_of(house, act())] == ["后租客", "前租客", "老业主"]


def test_history_may_be_told_in_any_order(world, act):
    house = make.house()
    later = move_in(house, act(), name="后租客", contact="13800000002", role="tenant", starts_on=MAY)
    earlier = move_in(house, act(), name="前租客", contact="13800000001", role="tenant", starts_on=JANUARY, ends_on=MARCH)
    assert later.household_id != earlier.household_id
    assert who(house, JANUARY, act()) == [("前租客", "tenant")]
    assert who(house, MARCH, act()) == []


def test_a_household_lasts_as_long_as_its_people(world, act):
    house = make.house()
    owner = move_in(house, act(), name="王小明", contact="13800138000", starts_on=MARCH)
    move_in(house, act(), name="李梅", contact="13800138001", role="co_owner", starts_on=JANUARY)
    household = make.fresh(owner.household)
    assert (household.starts_on, household.ends_on) == (JANUARY, None)
    for one in list(selectors.occupants_of(house, MARCH, act())):
        services.move_out(one, ends_on=JULY, act=act())
    assert make.fresh(household).ends_on == JULY


def test_when_the_last_tenant_leaves_those_who_lived_with_him_leave_too(world, act):
    house = make.house()
    owner = move_in(house, act(), name="业主", contact="13800000000")
    tenants = [move_in(house, act(), name=f"租客{n}", contact=f"1380000000{n}", role="tenant") for n in (1, 2)]
    move_in(house, act(), name="保姆", contact="13800000003", role="nanny")
    services.move_out(tenants[0], ends_on=MAY, act=act())
    assert [role for _name, role in who(house, MAY, act())] == ["owner", "tenant", "nanny"]
    services.move_out(tenants[1], ends_on=JULY, act=act())
    assert who(house, JULY, act()) == [(owner.customer.name, "owner")]
    moved = JournalEntry.objects.visible_to(act()).filter(fact="customers.occupancy.moved_out").order_by("seq")
    assert [line.payload["role"] for line in moved] == ["tenant", "tenant", "nanny"]


def test_nobody_leaves_twice_or_before_he_came(world, act):
    occupancy = move_in(make.house(), act(), name="王小明", contact="13800138000", starts_on=MARCH)
    with pytest.raises(BadInput):
        services.move_out(occupancy, ends_on=MARCH, act=act())
    services.move_out(occupancy, ends_on=MAY, act=act())
    with pytest.raises(IllegalMove):
        services.move_out(occupancy, ends_on=JULY, act=act())


def test_a_lease_tells_the_house_what_it_is_used_for_only_when_said(world, act):
    house = make.house()
    move_in(house, act(), name="王小明", contact="13800138000")
    assert not house.uses.exists()
    move_in(house, act(), name="林租客", contact="13900139000", role="tenant", starts_on=MAY, use="let")
    assert [(use.use, use.starts_on) for use in house.uses.all()] == [("let", MAY)]


def test_the_journal_tells_house_and_customer_of_the_move(world, act):
    occupancy = move_in(make.house(), act(), name="王小明", contact="13800138000")
    line = JournalEntry.objects.visible_to(act()).get(fact="customers.occupancy.moved_in")
    assert {ref.id for ref in line.stored_about()} == {occupancy.customer_id, occupancy.house_id, occupancy.household_id}
    assert "王小明" not in str(line.payload)


# -- the form (CUS-011) --------------------------------------------------------------------------
@pytest.mark.rule("CUS-011")
def test_the_registration_form_has_the_handbooks_columns(world, act):
    house = make.house()
    customer = make.customer(id_no="11010519491231002X")
    household = make.occupancy(house=house, customer=customer, starts_on=JANUARY).household
    move_in(house, act(), name="李梅", contact="13800138001", role="family")
    signatures.give(household, slot=selectors.SIGNED, signer_name="王小明", capacity="owner", method="link", act=act())
    sheet = selectors.occupant_sheet(household, MARCH, act())
    assert list(sheet.labels.values()) == ["姓名", "证件号", "房号", "联系方式", "家庭成员", "入住日期", "签名"]
    assert [[row[key] for key in sheet.labels] for row in sheet.rows] == [
        ["王小明", "110***********002X", "翠湖花园 3-2-1801", "138 0013 8000", "李梅（家庭成员）", "2026-01-01", "王小明"]
    ]


@pytest.mark.rule("CUS-011")
def test_the_form_of_a_past_day_shows_who_lived_there_then(world, act):
    house = make.house()
    household = make.occupancy(house=house, customer=make.customer(), starts_on=JANUARY).household
    move_in(house, act(), name="李梅", contact="13800138001", role="family", starts_on=MARCH)
    assert [row["family"] for row in selectors.occupant_sheet(household, JANUARY, act()).rows] == [""]
    assert [row["family"] for row in selectors.occupant_sheet(household, MARCH, act()).rows] == ["李梅（家庭成员）"]


# -- isolation, and two at once ------------------------------------------------------------------
@pytest.mark.parametrize("where", ["neighbour", "other_company"])
def test_nobody_moves_across_projects(world, act, elsewhere, where):
    house, customer = make.house(), make.customer(project=elsewhere[where])
    with pytest.raises(NotFound):
        move_in(house, act(), customer=customer)
    foreign = make.house(project=elsewhere[where])
    with pytest.raises(NotFound):
        services.move_in(project=world.project, house=foreign, customer=make.customer(), role="owner", act=act())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_person", [True, False])
def test_two_who_move_in_at_the_same_moment_share_one_household(world, act, same_person):
    house = make.house()
    people = [make.customer()] * 2 if same_person else [make.customer(), make.customer(name="李梅")]
    now, start, outcomes = act(), threading.Barrier(2), []

    def run(customer):
        start.wait()
        try:
            outcomes.append(move_in(House.objects.unscoped("tests").get(pk=house.pk), now, customer=customer))
        except Conflict as no:
            outcomes.append(no)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(customer,)) for customer in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Household.objects.visible_to(now).count() == 1
    refused = [one for one in outcomes if isinstance(one, Conflict)]
    assert len(refused) == (1 if same_person else 0)
    assert Occupancy.objects.visible_to(now).count() == 2 - len(refused)
