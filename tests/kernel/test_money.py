from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guanjia.kernel.money import parse_yuan, round_half_up, split, yuan

fen = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        ("0.5", 1),
        ("1.5", 2),
        ("2.5", 3),
        ("-0.5", -1),
        ("0.49999999", 0),
        ("1.005", 1),
        ("7", 7),
        ("123456789012345678901234567890.5", 123456789012345678901234567891),
    ],
)
def test_half_a_fen_goes_up(exact, rounded):
    assert round_half_up(Decimal(exact)) == rounded


@given(st.decimals(-(10**12), 10**12, places=6))
def test_rounding_moves_by_half_a_fen_at_most_and_mirrors(exact):
    assert abs(round_half_up(exact) - exact) <= Decimal("0.5")
    assert round_half_up(-exact) == -round_half_up(exact)


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        (100, [1, 1, 1], [33, 33, 34]),
        (-100, [1, 1, 1], [-33, -33, -34]),
        (1000, [Decimal("89.5"), Decimal("120.25"), 0], [426, 574, 0]),
        (0, [1, 2], [0, 0]),
        (7, [1], [7]),
    ],
)
def test_the_remainder_lands_on_the_last_share(amount, weights, shares):
    assert split(amount, weights) == shares


weights = st.lists(st.integers(0, 10**6) | st.decimals(0, 10**4, places=2), min_size=1, max_size=20)


@given(fen, weights.filter(any))
@example(1, [Decimal("0.01"), 10**6])
def test_shares_sum_to_the_amount_and_stay_near_their_proportion(amount, weights):
    shares = split(amount, weights)
    total = sum(map(Decimal, weights))
    assert sum(shares) == amount
    assert len(shares) == len(weights)
    for share, weight in zip(shares, weights, strict=True):
        assert weight or share == 0
        assert abs(share - Decimal(amount) * Decimal(weight) / total) <= len(weights)


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [2, -1]])
def test_without_weights_nothing_is_split(weights):
    with pytest.raises(ValueError):
        split(100, weights)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (-5, "-0.05"),
        (123456, "1,234.56"),
        (-100000000, "-1,000,000.00"),
    ],
)
def test_yuan_are_written_with_two_decimals(amount, text):
    assert yuan(amount) == text


@given(fen)
def test_what_is_written_reads_back(amount):
    assert parse_yuan(yuan(amount)) == amount
    assert parse_yuan(yuan(amount, grouped=False)) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12", 1200),
        (" 12.3 ", 1230),
        ("￥12.34", 1234),
        ("¥ 1,000", 100000),
        ("-￥5", -500),
        ("12.30元", 1230),
        ("１２．５０", 1250),
        ("0.05", 5),
    ],
)
def test_people_write_yuan_in_many_ways(text, amount):
    assert parse_yuan(text) == amount


@pytest.mark.parametrize("text", ["", "元", "12.345", "1,23", "1e3", "--5", "twelve", "12 13", ".5", "5."])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError):
        parse_yuan(text)
