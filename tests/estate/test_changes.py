"""A house is split, several are merged: nothing is lost, nobody is left behind, and it reads both ways."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError

from guanjia.customers import selectors as living
from guanjia.customers import services as customers
from guanjia.customers.models import Household, Lease, Occupancy
from guanjia.estate import selectors, services
from guanjia.estate.models import House, HouseChange, HouseChangePart
from guanjia.kernel.errors import BadInput, Conflict, IllegalMove, NotFound, Refusal
from tests import make
from tests.conftest import moment

pytestmark = pytest.mark.django_db

TODAY, YESTERDAY, NEW_YEAR = date(2026, 3, 2), date(2026, 3, 1), date(2026, 1, 1)


@pytest.fixture
def act(act):
    return lambda said="10:00", by="desk_supervisor", via="console": act(said, by, via)


def cut(house, *areas, act, **values):
    parts = [services.Part(f"{house.number}{letter}", Decimal(area)) for letter, area in zip("ABC", areas, strict=False)]
    return services.split_house(house, parts=parts, reason="业主申请分户", act=act, **values)


def there(house, on, act):
    return sorted((one.customer.name, one.role) for one in living.occupants_of(house, on, act))


def test_the_house_closes_and_its_parts_open_on_the_day(world, act):
    house = make.house()
    first, second = cut(house, "50", "39.50", act=act())
    assert make.fresh(house).closed_on == first.opened_on == second.opened_on == TODAY
    assert [first.code, second.code] == ["3-2-1801A", "3-2-1801B"]
    assert (first.floor, first.state, first.entrance) == (18, "handed_over", house.entrance)
    assert [one.code for one in selectors.houses_on(YESTERDAY, act())] == ["3-2-1801"]
    assert [one.code for one in selectors.houses_on(TODAY, act())] == ["3-2-1801A", "3-2-1801B"]


def test_areas_that_do_not_add_up_say_by_how_much(world, act):
    house = make.house()
    with pytest.raises(BadInput) as no:
        cut(house, "50", "39", act=act())
    assert "合计 89 ㎡，原面积 89.50 ㎡，少了 0.50 ㎡" in str(no.value)
    with pytest.raises(BadInput) as no:
        cut(house, "50", "40", act=act())
    assert "多出 0.50 ㎡" in str(no.value)
    assert make.fresh(house).closed_on is None


def test_everything_wrong_with_a_split_is_said_at_once(world, act):
    house = make.house()
    make.house(number="1802")
    parts = [services.Part("1802", Decimal(10)), services.Part("1802", Decimal(-1), use="haunted")]
    with pytest.raises(BadInput) as no:
        services.split_house(house, parts=parts, reason=" ", main=5, on=date(2026, 3, 3), act=act())
    said = "".join(map(str, no.value.reasons))
    assert all(why in said for why in ("今天以后", "留在哪一部分", "不能相同", "1802", "haunted", "大于 0", "少了", "原因"))


@pytest.mark.parametrize("parts", [[], [services.Part("1801A", Decimal("89.50"))]])
def test_one_part_is_no_split(world, act, parts):
    with pytest.raises(BadInput) as no:
        services.split_house(make.house(), parts=parts, reason="分户", act=act())
    assert "至少拆成两部分" in str(no.value)


def test_what_has_ended_is_not_split_again_and_takes_nobody_in(world, act):
    house = make.house()
    cut(house, "50", "39.50", act=act())
    ended = make.fresh(house)
    with pytest.raises(IllegalMove):
        cut(ended, "50", "39.50", act=act("11:00"))
    with pytest.raises(IllegalMove):
        services.change_use(ended, use="let", starts_on=TODAY, act=act())
    with pytest.raises(IllegalMove):
        make.occupancy(house=ended)
    assert selectors.houses_matching("3-2-1801", act()).count() == 2  # its parts, not the house itself


def test_uses_go_on_in_each_part_unless_it_names_another(world, act):
    house = make.house()
    make.vacancy(house=house, use="owner_occupied")
    make.vacancy(house=house, use="decorating", starts_on=date(2026, 2, 1))
    parts = [services.Part("1801A", Decimal(50)), services.Part("1801B", Decimal("39.50"), use="vacant")]
    first, second = services.split_house(house, parts=parts, reason="分户", act=act())
    assert {(spell.use, spell.starts_on) for spell in first.uses.all()} == {("owner_occupied", TODAY), ("decorating", TODAY)}
    assert {spell.use for spell in second.uses.on(TODAY)} == {"vacant", "decorating"}
    assert {(spell.use, spell.ends_on) for spell in house.uses.all()} == {("owner_occupied", TODAY), ("decorating", TODAY)}


def test_parking_and_meters_go_to_the_part_where_people_stay(world, act):
    house = make.house()
    parking, meter = make.parking_use(house=house), make.meter(house=house)
    first, second = cut(house, "50", "39.50", main=1, act=act())
    assert make.fresh(parking).ends_on == TODAY
    assert [(use.space, use.starts_on, use.ends_on) for use in second.parking.all()] == [(parking.space, TODAY, None)]
    assert make.fresh(meter).house == second
    assert not first.parking.exists()


def test_owners_own_every_part_and_the_others_stay_in_one(world, act):
    house = make.house()
    owner, tenant, nanny = (make.customer(name=name, phones=(f"1380000000{n}",)) for n, name in enumerate(("业主", "租户", "保姆")))
    make.occupancy(house=house, customer=owner, share=Decimal(100))
    make.occupancy(house=house, customer=tenant, role="tenant")
    make.occupancy(house=house, customer=nanny, role="nanny")
    first, second = cut(house, "50", "39.50", main=1, act=act())
    assert there(first, TODAY, act()) == [("业主", "owner")]
    assert there(second, TODAY, act()) == [("业主", "owner"), ("保姆", "nanny"), ("租户", "tenant")]
    assert there(house, TODAY, act()) == []
    assert there(house, YESTERDAY, act()) == [("业主", "owner"), ("保姆", "nanny"), ("租户", "tenant")]
    assert set(first.occupancies.values_list("share", flat=True)) == {Decimal(100)}
    assert living.household_of(second, TODAY, act()).kind == "tenants"


def test_nobody_moves_so_nothing_of_a_move_in_is_asked(world, act):
    house = make.house()
    make.occupancy(house=house)
    first, _second = cut(house, "50", "39.50", act=act())
    facts = make.facts_about(first)
    assert "customers.occupancy.carried" in facts
    assert "customers.occupancy.moved_in" not in facts


def test_a_lease_goes_on_and_what_was_agreed_for_later_begins_there(world, act):
    house = make.house()
    make.occupancy(house=house, customer=make.customer(name="业主", phones=("13800000001",)))
    tenant, later = (make.customer(name=name, phones=(f"1380000000{n}",)) for n, name in enumerate(("租户", "后来"), 2))
    lease = customers.register_lease(project=world.project, house=house, tenant=tenant, starts_on=NEW_YEAR, act=act())
    stay = make.occupancy(house=house, customer=later, role="family", starts_on=date(2026, 5, 1))
    first, _second = cut(house, "50", "39.50", act=act())
    new = Lease.objects.visible_to(act()).get(house=first)
    assert (make.fresh(lease).ends_on, new.starts_on, new.tenant) == (TODAY, TODAY, tenant)
    assert not Occupancy.objects.visible_to(act()).filter(pk=stay.pk).exists()
    assert [one.starts_on for one in first.occupancies.filter(customer=later)] == [date(2026, 5, 1)]


def test_it_reads_both_ways(world, act):
    house = make.house()
    first, _second = cut(house, "50", "39.50", act=act())
    [seen_before], [seen_after] = selectors.changes_of(house, act()), selectors.changes_of(first, act())
    assert seen_before == seen_after
    assert seen_before.words == "3-2-1801 → 3-2-1801A、3-2-1801B"


def test_two_houses_become_one_with_all_who_live_there(world, act):
    one, other = make.house(number="1801"), make.house(number="1802", area_m2=Decimal("60.50"))
    same, neighbour = make.customer(name="同一人", phones=("13800000001",)), make.customer(name="邻居", phones=("13800000002",))
    for house in (one, other):
        make.occupancy(house=house, customer=same, share=Decimal(100))
    make.occupancy(house=other, customer=neighbour, role="tenant")
    new = services.merge_houses(one, others=[other], number="1801-1802", reason="打通", act=act())
    assert (new.code, new.area_m2) == ("3-2-1801-1802", Decimal("150.00"))
    assert there(new, TODAY, act()) == [("同一人", "owner"), ("邻居", "tenant")]
    assert {make.fresh(house).closed_on for house in (one, other)} == {TODAY}
    assert set(new.occupancies.values_list("share", flat=True)) == {None}
    assert Household.objects.visible_to(act()).filter(house=new).count() == 2


def test_everything_wrong_with_a_merge_is_said_at_once(world, act):
    one = make.house(number="1801")
    make.vacancy(house=one, use="let")
    elsewhere = make.entrance(one.building, name="9")
    other = make.house(number="1802", by=elsewhere, state="sold")
    with pytest.raises(BadInput) as no:
        services.merge_houses(one, others=[other], number="1801", area_m2=Decimal(1), reason="", act=act())
    said = "".join(map(str, no.value.reasons))
    assert all(why in said for why in ("同一单元", "交付状态不同", "1801", "少了 178.00", "用途不同", "原因"))


def test_a_house_of_another_project_is_as_good_as_none(world, act, elsewhere):
    foreign = make.house(project=elsewhere["neighbour"])
    with pytest.raises(NotFound):
        services.merge_houses(make.house(), others=[foreign], number="1801-1802", reason="打通", act=act())
    assert make.fresh(foreign).closed_on is None


def test_a_house_that_began_today_is_not_split_today(world, act):
    first, _second = cut(make.house(), "50", "39.50", act=act())
    with pytest.raises(BadInput) as no:
        cut(first, "25", "25", act=act("11:00"))
    assert "启用" in str(no.value)


def test_a_change_is_never_rewritten(world, act):
    house = make.house()
    cut(house, "50", "39.50", act=act())
    for rows in (HouseChange.objects.unscoped("tests"), HouseChangePart.objects.unscoped("tests")):
        for deed in (rows.delete, lambda rows=rows: rows.update(version=9)):
            with pytest.raises(DatabaseError), transaction.atomic():
                deed()
    with pytest.raises(ProtectedError):
        House.objects.unscoped("tests").get(pk=house.pk).delete()


def test_the_database_leaves_nobody_in_a_house_that_is_no_more(world, act):
    house = make.house()
    make.occupancy(house=house)
    House.objects.unscoped("tests").filter(pk=house.pk).update(closed_on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS customers_nobody_left_behind IMMEDIATE")
    House.objects.unscoped("tests").filter(pk=house.pk).update(closed_on=None)


@pytest.mark.parametrize("role", ["steward", "desk_agent", "technician"])
def test_whoever_keeps_the_archive_does_not_cut_houses(world, act, role):
    with pytest.raises(Refusal):
        cut(make.house(), "50", "39.50", act=act(by=role))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_split_one_house_at_once_one_is_told_that_it_is_done(world, act):
    house = make.house()

    def go(letters):
        try:
            parts = [services.Part(f"1801{letter}", Decimal("44.75")) for letter in letters]
            services.split_house(house, parts=parts, reason="分户", act=make._worlds[-1].act(moment("10:00"), "desk_supervisor"))
            return "done"
        except (IllegalMove, Conflict, BadInput) as no:
            return type(no).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, ("AB", "CD"))) == ["IllegalMove", "done"]
