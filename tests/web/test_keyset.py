"""Paging by position: walking there and back shows every row once, in order, whatever the values."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanjia.org.models import Calendar, CalendarDay, Post
from guanjia.web.keyset import Order
from tests import make

ORDERS = [("date",), ("-date",), ("source", "date"), ("-source", "-date"), ("kind", "-source"), ("-pk",)]


@pytest.fixture
def calendar(world):
    return Calendar.objects.unscoped("tests").get(company=world.company)


def walk(order: Order, rows, size: int, *, backwards: bool = False) -> list:
    seen, position = [], ""
    while True:
        page = order.page(rows, size, **({"before": position} if backwards else {"after": position}))
        seen = page.rows + seen if backwards else seen + page.rows
        position = page.previous if backwards else page.next
        if not position:
            return seen


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(st.tuples(st.sampled_from(["", "甲", "乙", "a"]), st.sampled_from(["holiday", "rest", "work"])), max_size=14),
    size=st.integers(1, 5),
    paths=st.sampled_from(ORDERS),
)
def test_walking_on_shows_every_row_once(calendar, values, size, paths):
    rows = CalendarDay.objects.unscoped("tests").filter(calendar=calendar, date__year=1990)
    rows.delete()
    CalendarDay.objects.bulk_create(
        [
            CalendarDay(
                company_id=calendar.company_id, calendar=calendar, date=date(1990, 1, 1) + timedelta(days=n), source=source, kind=kind
            )
            for n, (source, kind) in enumerate(values)
        ]
    )
    order = Order(CalendarDay, paths)
    expected = list(rows.order_by(*(key.ordering(False) for key in order.keys)))
    assert walk(order, rows, size) == expected
    if expected:
        middle = order.write(expected[len(expected) // 2])
        before = order.page(rows, 100, before=middle).rows
        assert before == expected[: len(expected) // 2]


def test_empty_values_stand_at_the_end_and_are_walked_past(world):
    for name in ("甲", "乙", "丙"):
        make.post(name=name, role="steward")
    rows = Post.objects.unscoped("tests").filter(company=world.company)
    for path in ("unit__name", "-unit__name"):
        assert sorted(p.pk for p in walk(Order(Post, [path]), rows, 2)) == sorted(p.pk for p in rows)


@pytest.mark.parametrize("position", ["x", "W10", "WyJhIl0", "bnVsbA", "WyJcdTAwMDAiLCAiXHVkODAwIl0", "///", "WzEsMiwzLDQsNV0"])
def test_a_made_up_position_shows_the_first_page(world, position):
    rows = Post.objects.unscoped("tests").filter(company=world.company)
    order = Order(Post, ["name"])
    assert order.page(rows, 3, after=position).rows == order.page(rows, 3).rows
