"""What a house is used for, day by day."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from guanjia.estate import selectors, services
from guanjia.estate.models import HouseUse
from guanjia.estate.states import DECORATING, USES
from guanjia.kernel.errors import BadInput, Conflict, IllegalMove
from guanjia.kernel.models import JournalEntry
from tests import make

pytestmark = pytest.mark.django_db

MARCH, APRIL, MAY, JUNE = (date(2026, month, 1) for month in (3, 4, 5, 6))


def uses(house, act):
    rows = HouseUse.objects.visible_to(act).filter(house=house).order_by("starts_on", "use")
    return [(row.use, row.starts_on, row.ends_on) for row in rows]


def use_on(day, act):
    return [(house.use, str(house.standing)) for house in selectors.houses_on(day, act)]


@pytest.mark.rule("EST-003")
def test_the_seven_states_of_a_house_in_the_handbooks_order(world, act):
    house = make.house(state="unsold")
    day = date(2026, 3, 1)
    seen = [use_on(day, act())[0][1]]
    house = services.sell_house(house, act=act())
    seen.append(use_on(day, act())[0][1])
    house = services.hand_over_house(house, on=day, act=act())
    seen.append(use_on(day, act())[0][1])
    for use in ["decorating", "owner_occupied", "let", "in_custody", "vacant"]:
        day += timedelta(days=30)
        services.change_use(house, use=use, starts_on=day, act=act())
        seen.append(use_on(day, act())[0][1])
    assert seen == ["未售空置", "已售未交付", "已交付未装修", "装修中", "业主自住", "出租", "托管", "空置"]


@pytest.mark.rule("EST-003")
@pytest.mark.parametrize("state", ["unsold", "sold"])
def test_nobody_lives_in_a_house_before_it_is_handed_over(world, act, state):
    with pytest.raises(IllegalMove):
        services.change_use(make.house(state=state), use="let", starts_on=MARCH, act=act())


def test_a_new_use_ends_the_one_before(world, act):
    house = make.house()
    services.change_use(house, use="owner_occupied", starts_on=MARCH, act=act())
    services.change_use(house, use="let", starts_on=MAY, ends_on=JUNE, act=act())
    assert uses(house, act()) == [("owner_occupied", MARCH, MAY), ("let", MAY, JUNE)]


def test_decorating_lies_over_the_use_and_ends_with_the_next_one(world, act):
    house = make.house()
    services.change_use(house, use="undecorated", starts_on=MARCH, act=act())
    services.change_use(house, use="decorating", starts_on=APRIL, act=act())
    assert use_on(APRIL, act()) == [("decorating", "装修中")]
    services.change_use(house, use="owner_occupied", starts_on=JUNE, act=act())
    assert uses(house, act()) == [("undecorated", MARCH, JUNE), ("decorating", APRIL, JUNE), ("owner_occupied", JUNE, None)]


def test_the_past_is_answered_as_it_was(world, act):
    house = make.house()
    services.change_use(house, use="owner_occupied", starts_on=MARCH, act=act())
    services.change_use(house, use="let", starts_on=MAY, act=act())
    days = (date(2026, 2, 28), MARCH, date(2026, 4, 30), MAY)
    assert [use_on(day, act())[0][0] for day in days] == [None, "owner_occupied", "owner_occupied", "let"]


def test_a_second_thought_on_the_same_day_replaces_the_first(world, act):
    house = make.house()
    services.change_use(house, use="vacant", starts_on=MARCH, act=act())
    services.change_use(house, use="let", starts_on=MARCH, act=act())
    assert uses(house, act()) == [("let", MARCH, None)]
    befores = JournalEntry.objects.visible_to(act()).filter(fact="estate.house.use_changed").order_by("seq")
    assert [(line.payload["use"], line.payload["before"]) for line in befores] == [("vacant", ""), ("let", "vacant")]


def test_a_use_agreed_for_later_is_not_run_over(world, act):
    house = make.house()
    services.change_use(house, use="let", starts_on=MAY, act=act())
    with pytest.raises(Conflict) as no:
        services.change_use(house, use="owner_occupied", starts_on=MARCH, act=act())
    assert "已有别的用途" in str(no.value)
    services.change_use(house, use="owner_occupied", starts_on=MARCH, ends_on=MAY, act=act())
    assert uses(house, act()) == [("owner_occupied", MARCH, MAY), ("let", MAY, None)]


@pytest.mark.parametrize(("use", "ends_on"), [("haunted", None), ("let", MARCH), ("let", date(2026, 2, 1))])
def test_unknown_uses_and_backward_spans_are_refused(world, act, use, ends_on):
    with pytest.raises(BadInput):
        services.change_use(make.house(), use=use, starts_on=MARCH, ends_on=ends_on, act=act())


spans = st.tuples(st.sampled_from(list(USES)), st.integers(0, 40), st.integers(1, 20) | st.none())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(spans, max_size=8))
@example([("let", 0, 5), ("vacant", 5, None), ("decorating", 3, 4), ("decorating", 7, 2)])
def test_whatever_is_tried_no_two_base_uses_share_a_day(world, act, tried):
    with transaction.atomic():
        house = make.house(number=f"{make._numbers.__next__()}")
        for use, start, length in tried:
            starts_on = MARCH + timedelta(days=start)
            try:
                services.change_use(house, use=use, starts_on=starts_on, ends_on=length and starts_on + timedelta(days=length), act=act())
            except Conflict:
                continue
        for day in (MARCH + timedelta(days=n) for n in range(70)):
            here = [row.use for row in house.uses.on(day)]
            assert sum(use != DECORATING for use in here) <= 1
            assert here.count(DECORATING) <= 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(spans, min_size=2, max_size=2))
@example([("let", 0, 5), ("vacant", 5, None)])
@example([("let", 0, 6), ("vacant", 5, None)])
@example([("decorating", 0, None), ("vacant", 5, None)])
def test_the_database_keeps_apart_exactly_what_overlaps(world, act, two):
    days = [set(range(start, start + (length or 1000))) for _use, start, length in two]
    overlay = [use == DECORATING for use, _start, _length in two]
    should_clash = bool(days[0] & days[1]) and overlay[0] == overlay[1]
    house = make.house(number=f"{make._numbers.__next__()}")
    rows = [
        HouseUse(
            project=world.project,
            house=house,
            use=use,
            starts_on=MARCH + timedelta(days=start),
            ends_on=length and MARCH + timedelta(days=start + length),
        )
        for use, start, length in two
    ]
    try:
        with transaction.atomic():
            for row in rows:
                row.save()
    except IntegrityError:
        assert should_clash
    else:
        assert not should_clash
