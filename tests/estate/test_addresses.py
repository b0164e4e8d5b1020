"""One place, written in many ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.estate import addresses


@pytest.mark.parametrize(
    "written",
    [
        "3栋2单元1801室",
        "3#2-1801",
        "3-2-1801",
        " 3 栋 2 单元 1801 ",
        "３号楼２单元１８０１号",
        "3幢2梯1801房",
    ],
)
def test_one_place_has_one_normal_form(written):
    assert addresses.normal(written) == "3-2-1801"


@pytest.mark.parametrize(
    ("levels", "code"),
    [
        (("3", "2", "1801"), "3-2-1801"),
        (("A座", "", "1201室"), "A-1201"),
        (("3栋", "2单元", "1801"), "3-2-1801"),
        (("商铺", "", "12号"), "商铺-12"),
    ],
)
def test_a_code_is_made_of_the_levels_that_are_there(levels, code):
    assert addresses.code(*levels) == code


@given(st.lists(st.integers(0, 99999), min_size=1, max_size=3), st.lists(st.integers(0, 99999), min_size=1, max_size=3))
def test_codes_sort_as_people_count(one, other):
    codes = ["-".join(map(str, levels)) for levels in (one, other)]
    assert (addresses.in_order(codes[0]) < addresses.in_order(codes[1])) == (one < other)


@given(st.text(max_size=20))
def test_normalising_twice_changes_nothing(text):
    assert addresses.normal(addresses.normal(text)) == addresses.normal(text)
