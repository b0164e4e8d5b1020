import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.kernel import personal


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王*明"),
        ("王明", "王*"),
        ("王", "*"),
        ("欧阳小明", "欧**明"),
        ("", ""),
        ("John Smith", "J*** S***"),
        ("Anna", "A***"),
    ],
)
def test_names(name, masked):
    assert personal.mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("+8613812345678", "138****5678"),
        ("13812345678", "138****5678"),
        ("138 1234 5678", "138****5678"),
        ("１３８１２３４５６７８", "138****5678"),
        ("+8675582345678", "0755****5678"),
        ("0755-82345678", "0755****5678"),
        ("+861082345678", "010****5678"),
        ("+864008208820", "400****8820"),
        ("+85291234567", "+852****4567"),
        ("12345", "****"),
        ("", ""),
    ],
)
def test_phones(phone, masked):
    assert personal.mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("44030119900307123X", "440***********123X"),
        ("440301900307123", "440********7123"),
        ("E1234567", "********"),
        ("", ""),
    ],
)
def test_identity_numbers(number, masked):
    assert personal.mask_id_no(number) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("深圳市南山区翠湖花园3栋2单元1801", "深圳市南山区翠湖花园***"),
        ("翠湖花园三栋二单元1801", "翠湖花园***"),
        ("人民路１２８号", "人民路***"),
        ("3-2-1801", "***"),
        ("翠湖花园", "翠***"),
        ("", ""),
    ],
)
def test_addresses(address, masked):
    assert personal.mask_address(address) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("王小明", "王*明"),
        ("John Smith", "J*** S***"),
        ("+8613812345678", "138****5678"),
        ("44030119900307123x", "440***********123x"),
        ("1990-03-07", "****-**-**"),
        ("wang@example.cn", "w***@example.cn"),
        ("翠湖花园3栋1801", "翠湖花园***"),
        ("", ""),
    ],
)
def test_a_value_is_masked_by_what_it_looks_like(text, masked):
    assert personal.masked(text) == masked


@given(st.text(min_size=1, max_size=40).filter(lambda text: text.strip()))
def test_nothing_is_ever_shown_whole(text):
    shown = personal.masked(text)
    assert "*" in shown
    assert shown.strip() != text.strip() or set(text.strip()) == {"*"}


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_the_middle_of_a_number_is_never_shown(phone):
    for written in (phone, "+86" + phone, f"{phone[:3]} {phone[3:7]} {phone[7:]}"):
        assert personal.masked(written) == f"{phone[:3]}****{phone[-4:]}"
