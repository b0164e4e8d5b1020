from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.kernel.cells import (
    CellError,
    as_day,
    as_moment,
    as_number,
    as_phone,
    as_text,
    as_whole_number,
    as_yes_no,
    half_width,
)
from guanjia.kernel.worktime import SHANGHAI


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2019/11/14 15:52:30", "2019-11-14 15:52:30"),
        ("2019-11-14", "2019-11-14 00:00"),
        ("2019/1/2 3:04", "2019-01-02 03:04"),
        ("2019.1.2", "2019-01-02 00:00"),
        ("２０１９／１／２　３：０４", "2019-01-02 03:04"),
        ("12/25/2013 11:59:08 PM", "2013-12-25 23:59:08"),
        ("12/25/2013 12:01:00 AM", "2013-12-25 00:01"),
        ("1/2/2019", "2019-01-02 00:00"),
        ("2019年1月2日", "2019-01-02 00:00"),
        ("2019年1月2日下午3时4分", "2019-01-02 15:04"),
        ("2019年 1月 2日 3点", "2019-01-02 03:00"),
        ("2019-01-02 凌晨12:30", "2019-01-02 00:30"),
        ("2019-01-02 中午12:30", "2019-01-02 12:30"),
        ("2019-01-02 中午1:30", "2019-01-02 13:30"),
        ("2019-01-02 下午 15:30", "2019-01-02 15:30"),
        ("2019-01-02 晚上11:30", "2019-01-02 23:30"),
        ("20190102", "2019-01-02 00:00"),
        ("20190102030405", "2019-01-02 03:04:05"),
        ("2019-01-02T03:04:05.25", "2019-01-02 03:04:05.250"),
        ("2019-01-01T19:04:05Z", "2019-01-02 03:04:05"),
        ("2019-01-02 03:04+09:00", "2019-01-02 02:04"),
        (" \t2020-02-29 ", "2020-02-29 00:00"),
        (date(2019, 1, 2), "2019-01-02 00:00"),
        (datetime(2019, 1, 2, 3, 4), "2019-01-02 03:04"),
        (datetime(2019, 1, 1, 19, 4, tzinfo=UTC), "2019-01-02 03:04"),
    ],
)
def test_moments_are_read_as_people_write_them(written, moment):
    assert as_moment(written) == at(moment)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "昨天",
        "2019-02-29",
        "13/12/2019",
        "2019/1-2",
        "2019-1-2 24:00",
        "2019-1-2 13:00 PM",
        "2019-1-2 0:30 AM",
        "2019-1-2 晚上12:00",
        "2019-1-2 中午5:00",
        "2019-1-2 上午15:00",
        "2019-11-1415:52",
        "43783",
        43783,
        43783.5,
        "0019-01-02",
        "9019-01-02",
        "2019-01-02 03:04+99:00",
        "19-01-02",
        "2019-1",
        "2019年13月1日",
    ],
)
def test_what_is_no_moment_or_could_be_two_is_refused(written):
    with pytest.raises(CellError) as no:
        as_moment(written)
    assert str(no.value).endswith("。")


@given(
    st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1)),
    st.sampled_from(
        ["%Y-%m-%d %H:%M:%S.%f", "%Y/%m/%d %H:%M:%S.%f", "%m/%d/%Y %I:%M:%S.%f %p", "%Y年%m月%d日 %H时%M分%S.%f秒", "%Y.%m.%d %H:%M:%S.%f"]
    ),
)
def test_every_moment_reads_back_from_each_shape(moment, shape):
    assert as_moment(moment.strftime(shape)) == moment.replace(tzinfo=SHANGHAI)


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_refused(text):
    with suppress(CellError):
        assert as_moment(text).tzinfo is not None


def test_a_day_has_no_time():
    assert as_day("2019/1/2 0:00") == as_day(date(2019, 1, 2)) == date(2019, 1, 2)
    with pytest.raises(CellError, match="只要日期"):
        as_day("2019/1/2 3:04")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        ("\t\t漏水\r\n严重 \u3000", "漏水\n严重"),
        ("\ufeff甲\u200b", "甲"),
        (3, "3"),
        (3.0, "3"),
        (3.5, "3.5"),
        (True, "是"),
        (False, "否"),
        (date(2019, 1, 2), "2019-01-02"),
        (datetime(2019, 1, 2, 3, 4), "2019-01-02 03:04:00"),
        (time(8, 30), "08:30:00"),
        (Decimal("1.20"), "1.20"),
    ],
)
def test_text_is_what_the_cell_looks_like(value, text):
    assert as_text(value) == text


@pytest.mark.parametrize(("value", "reason"), [("a\0b", "控制字符"), ("\x07", "控制字符"), (4.40301199003071e17, "15 位")])
def test_text_that_is_damaged_is_refused(value, reason):
    with pytest.raises(CellError, match=reason):
        as_text(value)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("12", 12),
        ("1,024", 1024),
        ("３", 3),
        (4.0, 4),
        (4, 4),
        ("-5", -5),
        ("+5", 5),
        ("3.00", 3),
    ],
)
def test_whole_numbers(value, number):
    assert as_whole_number(value) == number


@pytest.mark.parametrize("value", ["", "三", "3.5", 3.5, "1,02", "3套", "1e3", True, "１2 3", float("nan"), float("inf")])
def test_what_is_no_whole_number_is_refused(value):
    with pytest.raises(CellError):
        as_whole_number(value)


def test_numbers_stay_exact():
    assert as_number("1,234.50") == Decimal("1234.50")
    assert as_number(0.1) == Decimal("0.1")


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("是", True),
        ("√", True),
        ("Ｙ", True),
        ("TRUE", True),
        (1, True),
        (True, True),
        ("有", True),
        ("否", False),
        ("×", False),
        ("no", False),
        (0.0, False),
        (False, False),
        ("无", False),
    ],
)
def test_yes_and_no(value, meant):
    assert as_yes_no(value) is meant


@pytest.mark.parametrize("value", ["", "也许", "2", "是否"])
def test_neither_yes_nor_no(value):
    with pytest.raises(CellError):
        as_yes_no(value)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("13812345678", "+8613812345678"),
        ("138 1234 5678", "+8613812345678"),
        ("+86-138-1234-5678", "+8613812345678"),
        ("0086 138 1234 5678", "+8613812345678"),
        ("86 13812345678", "+8613812345678"),
        (13812345678.0, "+8613812345678"),
        ("１３８１２３４５６７８", "+8613812345678"),
        ("0755-82345678", "+8675582345678"),
        ("(0755)82345678", "+8675582345678"),
        ("0898—66778899", "+8689866778899"),
        ("010-62345678", "+861062345678"),
        ("400-820-8820", "+864008208820"),
        ("4008208820", "+864008208820"),
        ("800-820-8820", "+868008208820"),
        ("+852 9123 4567", "+85291234567"),
    ],
)
def test_telephone_numbers(written, number):
    assert as_phone(written) == number


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "必填"),
        ("[号码]", "别的字"),
        ("13812345678/13912345678", "别的字"),
        ("0755-82345678转801", "别的字"),
        ("62345678", "区号"),
        ("12345", "太短"),
        ("95588", "太短"),
        ("138123456", "位数"),
        ("0755-82345678-801", "位数"),
        ("+999 1234567", "位数"),
        ("-------", "太短"),
    ],
)
def test_numbers_that_nobody_can_call_back_are_refused_without_repeating_them(written, reason):
    with pytest.raises(CellError, match=reason) as no:
        as_phone(written)
    assert not written or written not in str(no.value)


def test_half_width():
    assert half_width("Ａ栋３－２　１８０１（东）") == "A栋3-2 1801(东)"


def test_an_error_says_where_it_stood():
    assert str(CellError("不是数字。")) == "不是数字。"
    assert str(CellError("不是数字。", line=3, column="E", header="面积")) == "第 3 行 E 列「面积」：不是数字。"
