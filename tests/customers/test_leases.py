"""Leases: five things are wanted of each, a house that is let is used so, and what is missing is owed."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from guanjia.customers import selectors, services
from guanjia.customers.models import Lease, Occupancy
from guanjia.kernel.errors import BadInput, Conflict, IllegalMove, NotAllowed, NotFound
from guanjia.rulebook import registry
from guanjia.rulebook.coverage import measure
from tests import make

pytestmark = pytest.mark.django_db

JANUARY, MARCH, MAY, JULY = (date(2026, month, 1) for month in (1, 3, 5, 7))


@pytest.fixture
def house(world):
    house = make.house()
    make.occupancy(house=house, customer=make.customer(name="王业主"), starts_on=JANUARY)
    return house


@pytest.fixture
def tenant(world):
    return make.customer(name="林租客", phones=("13900139000",))


def let(house, tenant, act, **values):
    values = {"starts_on": MARCH, "ends_on": JULY} | values
    return services.register_lease(project=house.project, house=house, tenant=tenant, act=act, **values)


def share(world):
    """(completed, registered) of March (EST-009)."""
    binding = next(one for one in registry.coverages if one.rule == "EST-009")
    measured = measure(binding, world.project, "2026-03")
    return measured.numerator, measured.denominator


def uses(house):
    return [(one.use, one.starts_on, one.ends_on) for one in house.uses.order_by("starts_on")]


# -- the five things (EST-009) -------------------------------------------------------------------
@pytest.mark.rule("EST-009")
def test_a_lease_with_all_five_is_complete_at_once_and_owes_nothing(house, tenant, act):
    lease = let(house, tenant, act())
    assert (lease.landlord.name, lease.completed_at) == ("王业主", act().at)
    assert (selectors.missing_of_lease(lease), make.duties(lease, "EST-009", "complete")) == ([], [])
    assert set(make.facts_about(lease)) >= {"customers.lease.registered", "customers.lease.completed"}


@pytest.mark.rule("EST-009")
def test_what_is_missing_is_named_owed_within_seven_days_and_met_when_filled_in(world, act):
    house, tenant = make.house(), make.customer(name="林租客", phones=())
    with pytest.raises(Exception, match="联系方式"):  # he cannot move in unreached (CUS-001)
        let(house, tenant, act())
    services.change_customer(tenant, phones=["13900139000"], act=act())
    lease = let(house, tenant, act(), ends_on=None)
    assert selectors.missing_of_lease(lease) == ["业主", "租期"]
    (duty,) = make.duties(lease, "EST-009", "complete")
    assert (duty.due_at - act().at).days in (6, 7)
    lease = services.change_lease(lease, ends_on=JULY, act=act("03-03 10:00"))
    assert make.duties(lease, "EST-009", "complete")[0].met_at is None
    services.change_lease(lease, landlord=make.customer(name="王业主", phones=("13700137000",)), act=act("03-04 10:00"))
    assert make.duties(lease, "EST-009", "complete")[0].met_at == act("03-04 10:00").at


@pytest.mark.rule("EST-009")
def test_the_share_of_leases_counts_those_whose_particulars_are_complete(world, house, tenant, act):
    let(house, tenant, act())
    open_ended = let(make.house(number="1802"), tenant, act(), landlord=make.customer(name="陈业主"), ends_on=None)
    assert share(world) == (1, 2)
    services.change_lease(open_ended, ends_on=JULY, act=act("11:00"))
    assert share(world) == (2, 2)


@pytest.mark.rule("EST-009")
def test_a_telephone_that_is_told_later_completes_the_lease(world, house, act):
    tenant = make.customer(name="林租客", phones=())
    make.occupancy(house=house, customer=tenant, role="tenant", contact="13900139000", starts_on=MARCH)
    services.change_customer(tenant, phones=[], act=act())
    lease = let(house, tenant, act())
    assert selectors.missing_of_lease(lease) == ["电话"]
    services.change_customer(tenant, phones=["13900139001"], act=act("11:00"))
    assert make.fresh(lease).completed_at == act("11:00").at


# -- who lives there, and what the house is used for -----------------------------------------------
def test_letting_a_house_moves_the_tenant_in_and_says_what_it_is_used_for(house, tenant, act):
    let(house, tenant, act())
    assert [(one.role, one.ends_on) for one in selectors.occupancies_of([tenant], MARCH, act())] == [("tenant", JULY)]
    assert uses(house) == [("let", MARCH, JULY)]


def test_rooms_of_one_house_may_be_let_to_several_but_not_twice_to_one(house, tenant, act):
    let(house, tenant, act())
    let(house, make.customer(name="陈租客", phones=("13600136000",)), act(), starts_on=MAY, ends_on=None)
    with pytest.raises(Conflict) as no:
        let(house, tenant, act(), starts_on=MAY)
    assert "已有租约" in str(no.value)
    assert uses(house) == [("let", MARCH, MAY), ("let", MAY, None)]


def test_a_longer_lease_keeps_the_tenant_and_the_use_as_long(house, tenant, act):
    lease = let(house, tenant, act(), ends_on=MAY)
    services.change_lease(lease, ends_on=JULY, act=act())
    (stay,) = Occupancy.objects.unscoped("tests").filter(customer=tenant)
    assert (stay.ends_on, stay.household.ends_on, uses(house)) == (JULY, JULY, [("let", MARCH, JULY)])


def test_an_ended_lease_empties_the_house_unless_others_rent_it_too(house, tenant, act):
    lease = let(house, tenant, act())
    other = let(house, make.customer(name="陈租客", phones=("13600136000",)), act(), starts_on=MARCH, ends_on=JULY)
    services.end_lease(lease, ends_on=MAY, act=act())
    assert [one.customer.name for one in selectors.occupants_of(house, MAY, act())] == ["王业主", "陈租客"]
    assert uses(house)[-1] == ("let", MARCH, JULY)
    services.end_lease(other, ends_on=MAY, then="owner_occupied", act=act())
    assert uses(house) == [("let", MARCH, MAY), ("owner_occupied", MAY, None)]
    with pytest.raises(IllegalMove):
        services.end_lease(other, ends_on=JULY, act=act())


def test_a_house_not_handed_over_is_let_without_a_use(world, tenant, act):
    house = make.house(state="sold")
    let(house, tenant, act())
    assert uses(house) == []


# -- bad input, strangers --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"ends_on": MARCH}, "止日须晚于起日"),
        ({"ends_on": date(2056, 3, 1)}, "不得超过二十年"),
        ({"starts_on": date(2076, 1, 1), "ends_on": None}, "在两年以后"),
        ({"starts_on": date(1026, 3, 1), "ends_on": date(1027, 3, 1)}, "太早了"),
    ],
)
def test_days_that_nobody_can_mean_are_refused(house, tenant, act, values, why):
    with pytest.raises(BadInput, match=why):
        let(house, tenant, act(), **values)
    assert not Lease.objects.unscoped("tests").exists()


def test_nobody_lets_to_himself(house, tenant, act):
    with pytest.raises(Conflict, match="不能是同一人"):
        let(house, tenant, act(), landlord=tenant)


@pytest.mark.parametrize("where", ["neighbour", "other_company"])
def test_people_and_houses_of_other_projects_are_as_good_as_none(world, house, tenant, act, elsewhere, where):
    stranger = make.customer(project=elsewhere[where], phones=("13500135000",))
    foreign = make.house(project=elsewhere[where])
    for values in (
        {"house": house, "tenant": stranger},
        {"house": house, "tenant": tenant, "landlord": stranger},
        {"house": foreign, "tenant": tenant},
    ):
        with pytest.raises(NotFound):
            services.register_lease(project=world.project, starts_on=MARCH, act=act(), **values)
    with pytest.raises(NotAllowed):
        services.end_lease(make.lease(house=foreign, tenant=stranger), act=act())


def test_a_technician_lets_nothing(house, tenant, act):
    with pytest.raises(NotAllowed):
        let(house, tenant, act(by="technician"))


# -- shares of the owners ---------------------------------------------------------------------------
def test_the_shares_of_a_day_come_to_a_whole_at_most(world, act):
    house = make.house()
    first = make.occupancy(house=house, customer=make.customer(), share=Decimal(60), starts_on=JANUARY)
    with pytest.raises(BadInput, match="最多还有 40%"):
        make.occupancy(house=house, customer=make.customer(name="李梅"), role="co_owner", share=Decimal("40.01"), starts_on=MARCH)
    second = make.occupancy(house=house, customer=make.customer(name="李梅"), role="co_owner", share=Decimal(40), starts_on=MARCH)
    services.move_out(first, ends_on=MAY, act=act())
    services.change_occupancy(make.fresh(second), share=Decimal(40), act=act())
    make.occupancy(house=house, customer=make.customer(name="新业主"), share=Decimal(60), starts_on=MAY)
    with pytest.raises(BadInput, match="合计超过 100%"):
        services.change_occupancy(make.fresh(second), share=Decimal(50), act=act())


def test_postgresql_keeps_the_whole_whoever_writes(world):
    house = make.house()
    make.occupancy(house=house, customer=make.customer(), share=Decimal(60))
    other = make.occupancy(house=house, customer=make.customer(name="李梅"), role="co_owner")
    with pytest.raises(IntegrityError, match="more than a whole"), transaction.atomic():
        Occupancy.objects.unscoped("tests").filter(pk=other.pk).update(share=Decimal(41))


def test_only_owners_have_a_share(world):
    with pytest.raises(Conflict, match="只有业主和共有人"):
        make.occupancy(house=make.house(), customer=make.customer(), role="tenant", share=Decimal(10))


def test_a_day_that_was_wrong_is_put_right_and_the_household_follows(world, act):
    stay = make.occupancy(house=make.house(), customer=make.customer(), starts_on=MARCH)
    services.change_occupancy(stay, starts_on=JANUARY, act=act())
    assert make.fresh(stay.household).starts_on == JANUARY
    assert "customers.occupancy.changed" in make.facts_about(stay)


# -- who acts for whom -------------------------------------------------------------------------------
def test_an_agent_acts_within_his_scope_until_it_ends(world, act):
    proxy = make.proxy()
    with pytest.raises(Conflict, match="已有同样的委托"):
        make.proxy(principal=proxy.principal, agent=proxy.agent, starts_on=MARCH)
    services.end_proxy(proxy, ends_on=MAY, act=act())
    assert not type(proxy).objects.unscoped("tests").on(MAY).exists()
    with pytest.raises(IllegalMove):
        services.end_proxy(proxy, ends_on=MAY, act=act())


def test_nobody_is_his_own_agent_nor_anybody_elses_in_another_project(world, act, elsewhere):
    one = make.customer()
    with pytest.raises(Conflict, match="不能是同一人"):
        make.proxy(principal=one, agent=one)
    with pytest.raises(NotFound):
        make.proxy(principal=one, agent=make.customer(project=elsewhere["neighbour"]))


def test_whoever_visits_has_a_dated_place(world):
    stay = make.occupancy(house=make.house(), customer=make.customer(), role="visitor", starts_on=MARCH, ends_on=MAY)
    assert stay.get_role_display() == "访客"
