"""Many lines of an old table become houses and people in one go, each row in the journal, none twice."""

from datetime import date
from decimal import Decimal

import pytest

from guanjia.customers import services as customers
from guanjia.customers.models import Archive, ContactPoint, Customer, Household, Occupancy
from guanjia.customers.roll import Entry, Named
from guanjia.estate.models import Building, House
from guanjia.kernel import journal
from guanjia.kernel.errors import NotAllowed
from guanjia.kernel.models import JournalEntry
from tests import make

ZHANG = Named("张三", "owner", (("+8613800138000", ""), ("+8659187654321", "办")))
LI = Named("李四", "co_owner", (("+8613900139000", ""),))
WANG = Named("王五", "tenant", (("+8613700137000", ""),))


def entry(line=2, number="1801", **said):
    values = {"building": "3", "entrance": "2", "floor": None, "area_m2": Decimal("89.50"), "people": (ZHANG,)}
    return Entry(line, number=number, **(values | said))


@pytest.fixture
def take_in(world, act):
    def run(*entries, at="10:00", by="office_manager"):
        return customers.take_in_roll(project=world.project, entries=list(entries), act=act(at, by=by, via="import"))

    return run


def count(model) -> int:
    return model.objects.unscoped("tests").count()


def everything():
    return {model.__name__: count(model) for model in (Building, House, Customer, ContactPoint, Household, Occupancy, JournalEntry)}


def test_a_line_becomes_a_house_with_its_people(take_in, world):
    (told,) = take_in(entry(people=(ZHANG, LI, WANG), moved_in_on=date(2019, 3, 5), layout="三房"))
    assert told.verdict == "added"
    house = House.objects.unscoped("tests").get(code="3-2-1801")
    assert (house.area_m2, house.layout, house.state, house.path) == (Decimal("89.50"), "三房", "handed_over", "翠湖花园 3-2-1801")
    there = Occupancy.objects.unscoped("tests").filter(house=house).order_by("role")
    assert [(one.role, one.customer.name, one.starts_on, one.household.kind) for one in there] == [
        ("co_owner", "李四", date(2019, 3, 5), "owners"),
        ("owner", "张三", date(2019, 3, 5), "owners"),
        ("tenant", "王五", date(2019, 3, 5), "tenants"),
    ]
    owner = there.get(role="owner").customer
    assert owner.numbers() == ["+8613800138000", "+8659187654321"]
    assert owner.name_initials == "zs"
    assert owner.number.startswith("KH-")
    assert house.uses.get().use == "let"


def test_each_row_is_in_the_journal_and_the_chain_holds(take_in, world):
    take_in(entry(), entry(3, "1802", people=(LI,)))
    facts = JournalEntry.objects.unscoped("tests").filter(via="import")
    told = {
        name: facts.filter(fact=name).count()
        for name in ("estate.house.registered", "customers.customer.registered", "customers.occupancy.moved_in")
    }
    assert told == {"estate.house.registered": 2, "customers.customer.registered": 2, "customers.occupancy.moved_in": 2}
    assert facts.filter(fact="customers.archive.opened").count() == 2
    assert sorted(Archive.objects.unscoped("tests").values_list("number", flat=True)) == ["DA-20260302-0001", "DA-20260302-0002"]
    assert not facts.filter(payload__icontains="张三").exists()
    assert journal.verify(world.company.pk)[1] == ""


def test_twice_changes_nothing(take_in):
    lines = [entry(people=(ZHANG, LI)), entry(3, "1802", people=(ZHANG,)), entry(4, "1803", people=())]
    take_in(*lines)
    before = everything()
    assert [told.verdict for told in take_in(*lines, at="11:00")] == ["unchanged"] * 3
    assert everything() == before


def test_one_person_with_two_houses_is_one_customer(take_in):
    take_in(entry(), entry(3, "1802"))
    assert count(Customer) == 1
    take_in(entry(4, "1803"), at="11:00")
    assert (count(Customer), count(Occupancy)) == (1, 3)


def test_another_name_at_the_same_number_is_somebody_else(take_in):
    take_in(entry())
    (told,) = take_in(entry(3, "1802", people=(Named("张小三", "owner", ZHANG.phones),)), at="11:00")
    assert count(Customer) == 2
    assert "号码在档案里是「张*」的" in told.notes[0][1]


def test_what_differs_is_changed_and_shown(take_in):
    take_in(entry())
    more = Named("张三", "owner", (("+8613900139000", ""),))
    (told,) = take_in(entry(area_m2=Decimal("90.00"), people=(more,), moved_in_on=date(2020, 1, 1)), at="11:00")
    assert told.verdict == "changed"
    assert told.changes == [
        ["建筑面积", "89.50", "90.00"],
        ["张*的电话", "", "添 1 个"],
        ["张*的入住日期", "2026-03-02", "2020-01-01"],
    ]
    house = House.objects.unscoped("tests").get()
    stay = Occupancy.objects.unscoped("tests").get()
    assert (house.area_m2, stay.starts_on) == (Decimal("90.00"), date(2020, 1, 1))
    assert stay.customer.numbers() == ["+8613800138000", "+8659187654321", "+8613900139000"]


def test_a_house_that_is_on_file_already_takes_its_people_in(take_in, world):
    assert make.house(project=world.project).code == "3-2-1801"
    (told,) = take_in(entry())
    assert (told.verdict, count(House), count(Occupancy)) == ("added", 1, 1)
    (told,) = take_in(entry(people=(ZHANG, LI)), at="11:00")
    assert told.verdict == "added"
    assert {stay.household_id for stay in Occupancy.objects.unscoped("tests")} == {Household.objects.unscoped("tests").get().pk}


def test_lines_that_contradict_each_other_are_refused_and_the_others_are_done(take_in):
    first, second, third = take_in(entry(), entry(3, area_m2=Decimal("95.00"), people=(LI,)), entry(4, "1802"))
    assert [first.verdict, second.verdict, third.verdict] == ["added", "refused", "added"]
    assert "与第 2 行是同一套房，而建筑面积不同（89.50 与 95.00）" in str(second.reasons[0])
    assert count(House) == 2


def test_a_later_line_of_the_same_house_adds_its_people(take_in):
    _first, second = take_in(entry(), entry(3, people=(LI, Named("张三", "owner", (("+8613600136000", ""),)))))
    assert second.verdict == "added"
    owner = Customer.objects.unscoped("tests").get(name="张三")
    assert "+8613600136000" in owner.numbers()
    assert count(Occupancy) == 2


@pytest.mark.rule("CUS-001")
@pytest.mark.rule("EST-010")
def test_what_the_clauses_want_is_wanted_of_every_line(take_in):
    refused = take_in(
        entry(people=(Named("张三", "owner"),)),
        entry(3, entrance="", number="A12"),
        entry(4, "1803", area_m2=None),
    )
    assert [told.verdict for told in refused] == ["refused"] * 3
    assert [reason.rule for reason in refused[0].reasons] == ["CUS-001"]
    assert [reason.rule for reason in refused[1].reasons] == ["EST-010"]
    assert "建筑面积" in str(refused[2].reasons[0])
    assert count(House) == 0


def test_another_project_s_people_are_nobody_s_business(take_in, world):
    elsewhere = make.world(name="别处", code="BC", company=world.company)
    make.customer(project=elsewhere.project, name="张三", phones=("13800138000",))
    take_in(entry())
    assert Customer.objects.unscoped("tests").filter(project=world.project, name="张三").count() == 1


def test_an_agent_may_not(take_in):
    with pytest.raises(NotAllowed):
        take_in(entry(), by="desk_agent")
