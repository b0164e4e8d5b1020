"""The moment the phone rings: who is it, what is open, and what do the neighbours say."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanjia.desk import selectors
from guanjia.kernel.errors import NotFound
from guanjia.org import selectors as org
from guanjia.org import services
from tests import make
from tests.conftest import moment


@pytest.fixture
def stairs(world):
    """Four flats of one staircase, and one of another building."""
    stair = make.entrance(make.building(code="3"))
    flats = {number: make.house(by=stair, number=number, floor=int(number[:2])) for number in ("1801", "1901", "1701", "1802", "0301")}
    flats["other"] = make.house(by=make.entrance(make.building(code="5")), number="1801")
    return flats


@pytest.fixture
def caller(stairs):
    customer = make.customer()
    make.occupancy(house=stairs["1801"], customer=customer)
    return customer


def test_the_house_above_reported_a_leak_at_ten_to_midnight(world, act, stairs, caller):
    above = make.case(moment("03-01 23:50"), house=stairs["1901"], content="厨房爆管")
    floor = make.case(moment("03-01 22:00"), house=stairs["1802"])
    below = make.case(moment("03-01 23:00"), house=stairs["1701"])
    far = make.case(moment("03-01 23:30"), house=stairs["0301"])
    make.case(moment("02-27 10:00"), house=stairs["1901"], content="上周的事")
    make.case(moment("03-01 23:55"), house=stairs["other"])
    mine = make.case(moment("03-01 09:00"), house=stairs["1801"], content="门禁坏了")
    pop = selectors.screen_pop("138 0013 8000", act("00:12"))
    assert [(one.customer, one.houses) for one in pop.callers] == [(caller, [stairs["1801"]])]
    assert pop.callers[0].open_cases == [mine]
    assert [(one.case, one.relation) for one in pop.nearby] == [
        (above, "above"),
        (below, "below"),
        (floor, "same_floor"),
        (far, "building"),
    ]


def test_a_number_nobody_knows_shows_nothing(world, act):
    pop = selectors.screen_pop("13900000000", act())
    assert (pop.callers, pop.nearby, pop.houses) == ([], [], [])


def test_a_screen_pop_costs_the_same_for_one_house_and_for_many(world, act, stairs, caller):
    call = act("00:12")
    with CaptureQueriesContext(connection) as one:
        selectors.screen_pop("13800138000", call)
    for house in (stairs["1901"], stairs["other"]):
        make.occupancy(house=house, customer=caller)
        make.case(moment("00:01"), house=house)
    with CaptureQueriesContext(connection) as many:
        selectors.screen_pop("13800138000", call)
    assert len(one) == len(many) == 4


def test_the_same_matter_is_recognised(world, act, stairs):
    mine = make.case(moment("00:12"), house=stairs["1801"])
    same = make.case(moment("00:05"), house=stairs["1901"])
    make.case(moment("00:06"), house=stairs["1901"], category=make.category("lamp"))
    make.case(moment("02-20 00:06"), house=stairs["0301"])
    assert selectors.similar_open_cases(stairs["1801"], make.category("leak"), act("00:20")) == [mine, same]
    assert selectors.similar_open_cases(None, None, act("00:20")) == []


@pytest.mark.parametrize("typed", ["ls", "loushui", "loush", "漏", "漏水", "滴水"])
def test_typing_ls_finds_a_leak(world, act, typed):
    assert selectors.categories_matching(typed, act())[0].code == "leak"


def test_a_category_is_found_by_what_callers_say(world, act):
    assert {c.code for c in selectors.categories_matching("困人", act())} == {"lift_trapped"}
    assert selectors.categories_matching(" ", act()) == []


def test_a_case_is_found_by_number_and_by_id_and_strangers_find_nothing(world, act):
    case = make.case(moment("10:00"))
    other = make.world(name="金桂苑", code="JG", company=world.company)
    assert selectors.case_for(act("10:01"), case.number.lower()) == case
    assert selectors.case_for(act("10:01"), str(case.pk)) == case
    for key in (case.number, str(case.pk), "CS-20260302-0099", "what"):
        with pytest.raises(NotFound):
            selectors.case_for(other.act(moment("10:01")), key)


def test_a_number_given_in_two_projects_is_no_name(world, act):
    make.case(moment("10:00"))
    twin = make.world(name="金桂苑", code="JG", company=world.company)
    make.case(moment("10:00"), type="praise")
    both = make.staff(twin, "desk_supervisor", name="两边管")[0]
    services.appoint(world.posts["desk_supervisor"], person=both, starts_on=date(2026, 1, 1), act=world.system)
    with pytest.raises(NotFound):
        selectors.case_for(org.act_of(both, moment("10:05"), "console"), "CS-20260302-0001")


def test_a_case_knows_the_one_it_works_for(world, act):
    case = make.case(moment("10:00"), promise_at=moment("10:30"), explanation="马上", order={})
    order = case.works.get().order
    assert selectors.case_of_work(order.pk, act()) == case
    assert selectors.case_of_work(make.order().pk, act()) is None
