"""Values that are remembered, and values that hold for one reckoning."""

from itertools import count

import pytest

from guanjia.kernel import memo


@pytest.fixture
def ticket():
    numbers = count(1)
    return memo.remembered(lambda window: f"{window}{next(numbers)}")


def test_inside_of_a_hold_everything_is_asked_once_and_afterwards_anew(ticket):
    assert [ticket("a"), ticket("a")] == ["a1", "a2"]  # tests remember nothing
    with memo.held():
        assert [ticket("a"), ticket("b"), ticket("a")] == ["a3", "b4", "a3"]
        with memo.held():
            assert ticket("a") == "a5"
        assert ticket("a") == "a3"
    assert ticket("a") == "a6"
