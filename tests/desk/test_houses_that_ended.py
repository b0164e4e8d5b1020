"""A house that was split or merged away is reported on no more; its successors are."""

import pytest

from guanjia.kernel.errors import BadInput
from tests import make

pytestmark = pytest.mark.django_db


def test_a_case_is_opened_for_what_the_house_became(world):
    house = make.house()
    first, _second = make.split(house)
    with pytest.raises(BadInput) as no:
        make.case(house=make.fresh(house))
    assert "请选变更后的房屋" in str(no.value)
    assert make.case(house=first).house == first


def test_what_was_reported_before_stays_where_it_was(world):
    house = make.house()
    case = make.case(house=house)
    make.split(house)
    assert make.fresh(case).house == house
