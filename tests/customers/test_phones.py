"""Telephone numbers, as people write them and as we keep them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.customers import phones


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("13800138000", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("0086 13800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("013800138000", "+8613800138000"),
        ("0591-8765 4321", "+8659187654321"),
        ("(0591)87654321", "+8659187654321"),
        ("+86 591 8765 4321", "+8659187654321"),
        ("010-65101234", "+861065101234"),
        ("400-820-8820", "+864008208820"),
        ("4008208820", "+864008208820"),
        ("+852 6123 4567", "+85261234567"),
        ("19912345678", "+8619912345678"),
    ],
)
def test_every_way_to_write_a_number_is_one_number(written, kept):
    assert phones.normalise(written) == kept


@pytest.mark.parametrize(
    ("written", "because"),
    [
        ("", "不是电话号码"),
        ("   ", "不是电话号码"),
        ("没有", "不是电话号码"),
        ("8765 4321", "缺区号"),
        ("1380013800", "不是有效的电话号码"),
        ("138001380001", "不是有效的电话号码"),
        ("0591-8765", "不是有效的电话号码"),
        ("12345", "不是有效的电话号码"),
        ("0591-87654321转802", "分机"),
        ("王先生13800138000", "别的字"),
        ("13800138000\x00", "别的字"),
        ("13800138000 13900139000", "不是"),
        ("1" * 40, "不是"),
        ("+999 12345678", "不是"),
    ],
)
def test_what_is_no_number_is_refused_with_the_reason(written, because):
    with pytest.raises(phones.NotAPhone) as no:
        phones.normalise(written)
    assert because in str(no.value)


@pytest.mark.parametrize(
    ("kept", "spoken"),
    [
        ("+8613800138000", "138 0013 8000"),
        ("+8659187654321", "0591 8765 4321"),
        ("+85261234567", "+852 6123 4567"),
        ("", ""),
    ],
)
def test_a_number_is_read_out_as_people_here_say_it(kept, spoken):
    assert phones.spoken(kept) == spoken


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_reason(text):
    try:
        kept = phones.normalise(text)
    except phones.NotAPhone:
        return
    assert phones.normalise(kept) == kept
    assert phones.normalise(phones.spoken(kept)) == kept


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_mobile_number_is_taken(digits):
    assert phones.normalise(digits) == f"+86{digits}"
