"""The same person twice: what speaks for it and against it, in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.customers.matching import LIKELY, Traits, likeness

PHONE, OTHER_PHONE = frozenset({"+8613800138000"}), frozenset({"+8613900139000"})
HOME, OTHER_HOME = frozenset({"3-2-1801"}), frozenset({"3-2-1802"})


def of(name="王小明", **values):
    return Traits(kind=values.pop("kind", "person"), name=name, **values)


def words(found):
    return [str(one) for one in found]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (of(phones=PHONE), of(phones=PHONE)),
        (of(houses=HOME), of(houses=HOME)),
        (of(wechats=PHONE), of(wechats=PHONE)),
        (of(identity="x"), of("王晓明", identity="x")),
        (of(identity="x"), of("王大明", identity="x")),
        (of("王小明", phones=PHONE), of("王晓明", phones=PHONE)),  # one sound, two ways to write it
        (of("Ｗang Li", phones=PHONE), of("wangli", phones=PHONE)),
        (of("单小梅", phones=PHONE), of("山小梅", phones=PHONE)),
    ],
)
def test_these_are_likely_one(one, other):
    assert likeness(one, other).score >= LIKELY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (of(), of()),  # the commonest name in China
        (of(phones=PHONE), of("李梅", phones=PHONE)),  # a couple with one telephone
        (of(phones=PHONE, houses=HOME), of("李梅", phones=PHONE, houses=HOME)),
        (of(houses=HOME), of(houses=OTHER_HOME)),
        (of(identity="x", phones=PHONE), of(identity="y", phones=PHONE)),  # father and son of one name: the papers decide
        (of(identity="x", phones=PHONE, houses=HOME), of(identity="y", phones=PHONE, houses=HOME)),
        (of(sex="male", phones=PHONE), of(sex="female", phones=PHONE)),
        (of(phones=PHONE), of(phones=PHONE, kind="organisation")),
    ],
)
def test_these_are_not(one, other):
    assert likeness(one, other).score < LIKELY


def test_each_point_says_why():
    found = likeness(of(phones=PHONE, houses=HOME, sex="male"), of("王晓明", phones=PHONE, houses=HOME, sex="female"))
    assert words(found.reasons) == ["电话相同", "姓名读音相同", "在同一房屋"]
    assert words(found.doubts) == ["性别不同"]


traits = st.builds(
    Traits,
    kind=st.sampled_from(["person", "organisation"]),
    name=st.sampled_from(["王小明", " 王小 明", "王晓明", "李梅", "某公司"]),
    sex=st.sampled_from(["", "male", "female"]),
    identity=st.sampled_from(["", "x", "y"]),
    phones=st.frozensets(st.sampled_from("abc"), max_size=2),
    wechats=st.frozensets(st.sampled_from("abc"), max_size=1),
    houses=st.frozensets(st.sampled_from("abc"), max_size=2),
)


@given(traits, traits)
def test_it_does_not_matter_which_comes_first(one, other):
    assert likeness(one, other) == likeness(other, one)


@given(traits)
def test_nobody_is_unlike_himself(one):
    assert likeness(one, one).doubts == ()
