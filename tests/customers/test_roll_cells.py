"""What old tables write into one cell: several numbers, several owners, an address in any hand."""

from datetime import date
from decimal import Decimal

import pytest

from guanjia.customers import names, phones
from guanjia.estate import addresses
from guanjia.kernel import cells


@pytest.mark.parametrize(
    "text",
    ["3#2单元1801", "3-2-1801", "3栋2单元18楼1801室", "３栋２单元１８０１", "3幢2单元1801房", "3号楼2单元1801", "3/2/1801", "3#-2-1801室"],
)
def test_one_house_in_many_hands(text):
    building, entrance, floor, number = addresses.levels(text)
    assert (building, entrance, number) == ("3", "2", "1801")
    assert floor in (None, 18)


def test_without_an_entrance_the_room_tells_the_floor():
    assert addresses.levels("3栋1801") == ("3", "", 18, "1801")
    assert addresses.levels("A座12层1203") == ("A", "", 12, "1203")
    assert addresses.levels("A1-B12") == ("A1", "", None, "B12")


@pytest.mark.parametrize("text", ["1801", "翠湖花园", "1-2-3-4-5", "", "翠湖-3-1801"])
def test_what_is_no_address_is_none(text):
    assert addresses.levels(text) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("13800138000", [("+8613800138000", "")]),
        ("１３８００１３８０００", [("+8613800138000", "")]),
        ("138 0013 8000", [("+8613800138000", "")]),
        ("13800138000/0591-87654321", [("+8613800138000", ""), ("+8659187654321", "")]),
        ("13800138000 / 0591-87654321 / 13900139000 王太", [("+8613800138000", ""), ("+8659187654321", ""), ("+8613900139000", "王太")]),
        ("王太13900139000、13800138000（办）", [("+8613900139000", "王太"), ("+8613800138000", "办")]),
        ("13800138000 13900139000", [("+8613800138000", ""), ("+8613900139000", "")]),
        ("13800138000；13800138000", [("+8613800138000", "")]),
    ],
)
def test_several_numbers_in_one_cell(text, told):
    assert phones.several(text) == told


@pytest.mark.parametrize(
    ("text", "why"), [("87654321", "缺区号"), ("1380013800", "不是有效"), ("13800138000、王太转交", ""), ("无电话", "不是电话号码")]
)
def test_what_is_no_number_says_so(text, why):
    if not why:
        assert phones.several(text) == [("+8613800138000", "王太转交")]
        return
    with pytest.raises(phones.NotAPhone, match=why):
        phones.several(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("张三、李四", ["张三", "李四"]),
        ("张三/李四", ["张三", "李四"]),
        ("张三 李四", ["张三", "李四"]),
        ("张三、张三", ["张三"]),
        ("张三（夫）", ["张三"]),
        ("福州某某商贸（福建）有限公司", ["福州某某商贸(福建)有限公司"]),
        ("阿依古丽·买买提", ["阿依古丽·买买提"]),
        ("John Smith", ["John Smith"]),
        ("无", []),
    ],
)
def test_several_names_in_one_cell(text, told):
    assert names.several(text) == told


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "13800138000", "+张三", "x" * 90])
def test_what_is_no_name_says_so(text):
    with pytest.raises(names.NotAName):
        names.several(text)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2019.3.5", date(2019, 3, 5)),
        ("2019年3月", date(2019, 3, 1)),
        ("2019-3", date(2019, 3, 1)),
        ("2019年3月5号", date(2019, 3, 5)),
        (43529, date(2019, 3, 5)),
        ("43529", date(2019, 3, 5)),
        (2019.3, date(2019, 3, 1)),
        ("２０１９／３／５", date(2019, 3, 5)),
        (date(2019, 3, 5), date(2019, 3, 5)),
        (20190305, date(2019, 3, 5)),
    ],
)
def test_days_of_old_tables(value, day):
    assert cells.as_rough_day(value) == day


@pytest.mark.parametrize("value", [2019.1, "19.3.5", "2019.13", "去年", 12, "13/12/2019"])
def test_what_could_be_two_days_or_none_is_refused(value):
    with pytest.raises(cells.CellError):
        cells.as_rough_day(value)


def test_areas_with_their_unit():
    assert [cells.as_area(value) for value in ("89.5平", "120 ㎡", 120, "９０平方米", 88.888)] == [
        Decimal("89.50"), Decimal(120), Decimal(120), Decimal(90), Decimal("88.89"),
    ]  # fmt: skip
    with pytest.raises(cells.CellError):
        cells.as_area("0")
