"""Finding a case by whatever is remembered of it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanjia.desk import search, selectors
from guanjia.desk.models import Case
from tests import make
from tests.conftest import moment


@pytest.fixture
def cases(world):
    house = make.house(number="1801")
    return {
        "leak": make.case(
            moment("10:00"), house=house, content="卫生间天花板，往下滴水", customer_name="欧阳小明", customer_phone="+8613800138000"
        ),
        "gate": make.case(
            moment("10:01"), type="praise", content="ＡＢＣ门禁 Card坏了", customer_name="李雷", customer_phone="+8613900139001"
        ),
    }


def found(text, act):
    return [case.pk for case in selectors.search(text, act)]


@pytest.mark.parametrize(
    "text",
    [
        "CS-20260302-0001",
        "cs-20260302-0001",
        "13800138000",
        "138 0013 8000",
        "8000",
        "3-2-1801",
        "3栋2单元1801",
        "1801",
        "往下滴",
        "天花板往下",
        "欧阳",
        "滴",
    ],
)
def test_it_is_found_by(cases, act, text):
    assert found(text, act()) == [cases["leak"].pk]


@pytest.mark.parametrize("text", ["abc", "ＡＢＣ", "abc门禁", "card坏", "CARD 坏了", "李雷"])
def test_width_case_and_punctuation_do_not_matter(cases, act, text):
    assert found(text, act()) == [cases["gate"].pk]


@pytest.mark.parametrize("text", ["", "  ", "，。", "没有的词", "%", "_", "水李", "CS-20990101"])
def test_nothing_is_found_by(cases, act, text):
    assert found(text, act()) == []


def test_strangers_find_nothing(cases, world):
    other = make.world(name="金桂苑", code="JG", company=world.company)
    for text in ("滴水", "滴", "8000", "CS-20260302-0001", "1801"):
        assert found(text, other.act(moment("10:05"))) == []


def test_the_index_finds_what_the_newest_do_not_hold(cases, act, monkeypatch):
    monkeypatch.setattr(search, "NEWEST", 0)
    assert search.text_ids("滴水", act(), 20) == [cases["leak"].pk]
    assert search.text_ids("滴", act(), 20) == []  # one sign has no pair


SIGNS = st.text(alphabet="漏水门禁，。 aBＡ１1%_\\'", min_size=1, max_size=12)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=SIGNS.filter(lambda text: text.strip(" 　")), asked=SIGNS)
def test_searching_equals_reading_every_case(world, act, content, asked):
    """The oracle: spell both alike, and look whether one holds the other."""
    Case.objects.unscoped("tests").update(content="x", title="x")
    case = Case.objects.unscoped("tests").first() or make.case(moment("10:00"), type="praise")
    Case.objects.unscoped("tests").filter(pk=case.pk).update(content=content, title="", customer_name="")
    wanted = search.plain(asked)
    expected = bool(wanted) and wanted in search.plain(content)
    assert (case.pk in search.text_ids(asked, act(), 20)) == expected
    search_newest = search.NEWEST
    try:
        search.NEWEST = 0
        if len(wanted) > 1:
            assert (case.pk in search.text_ids(asked, act(), 20)) == expected
    finally:
        search.NEWEST = search_newest
