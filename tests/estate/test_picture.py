"""Where each house stands in the picture of its building."""

from decimal import Decimal

import pytest

from guanjia.estate import selectors, services
from guanjia.estate.picture import doors_of, stairs_of
from tests import make
from tests.conftest import moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def doorway(world):
    return make.entrance()


def drawn(act):
    houses = selectors.houses_on(moment("10:00").date(), act())
    return [
        (stair.name, stair.doors, [(s.label, [([h.number for h in p.houses], p.span) for p in s.places]) for s in stair.storeys])
        for stair in stairs_of(houses)
    ]


def test_floors_from_the_top_and_doors_in_their_columns(act, doorway):
    for number, floor in (("101", 1), ("102", 1), ("202", 2), ("1001", 10)):
        make.house(number=number, floor=floor, by=doorway)
    assert drawn(act) == [
        (
            "2",
            ["01", "02"],
            [("10", [(["1001"], 1), ([], 1)]), ("2", [([], 1), (["202"], 1)]), ("1", [(["101"], 1), (["102"], 1)])],
        )
    ]


def test_what_was_split_shares_a_place_and_what_was_merged_takes_two(act, doorway):
    houses = {
        number: make.house(number=number, floor=int(number[:-2]), by=doorway) for number in ("201", "202", "203", "101", "102", "103")
    }
    boss = act(by="desk_supervisor")
    make.split(houses["101"])
    services.merge_houses(houses["202"], others=[houses["203"]], number="202-203", reason="打通", act=boss)
    [(_name, doors, storeys)] = drawn(act)
    assert doors == ["01", "02", "03"]
    assert storeys == [("2", [(["201"], 1), (["202-203"], 2)]), ("1", [(["101A", "101B"], 1), (["102"], 1), (["103"], 1)])]


def test_shops_stand_in_a_row(act, doorway):
    make.house(number="201", floor=2, by=doorway)
    for number in ("商铺3", "商铺10"):
        make.house(number=number, floor=1, by=doorway, kind="shop")
    [(_name, doors, storeys)] = drawn(act)
    assert doors == ["01"]
    assert storeys[-1] == ("1", [(["商铺3"], 1), (["商铺10"], 1)])


@pytest.mark.parametrize(
    ("number", "floor", "doors"),
    [("1801", 18, (1, 1)), ("1801A", 18, (1, 1)), ("1801-1803", 18, (1, 3)), ("101", 1, (1, 1)), ("A座", 1, None), ("1801", 17, None), ("1", None, None)],
)  # fmt: skip
def test_a_door_is_what_is_left_of_the_number(doorway, number, floor, doors):
    values = {"floor": floor} if floor is not None else {"floor": None}
    assert doors_of(make.house(number=number, by=doorway, area_m2=Decimal(50), **values)) == doors
