"""Paid work: the price is told, then accepted, then the work begins."""

import pytest

from guanjia.kernel.errors import BadInput, Conflict, GateClosed, IllegalMove
from guanjia.work import services as work
from tests import make


@pytest.fixture
def paid(world):
    return make.order(kind="paid_service", paid=True, state="on_site")


@pytest.mark.rule("WORK-020")
def test_paid_work_begins_only_when_the_price_is_agreed(paid, act):
    with pytest.raises(GateClosed) as no:
        work.start_order(paid, act=act("10:10", by="technician"))
    assert no.value.rules == ["WORK-020"]
    assert no.value.reasons[0].cure == "work.order.agree_price"
    agreed = work.agree_price(paid, price_fen=8000, payer="王小明", act=act("10:11", by="technician"))
    assert work.start_order(agreed, act=act("10:12", by="technician")).state == "working"


@pytest.mark.rule("WORK-020")
def test_a_price_that_was_only_told_is_not_agreed(paid, act):
    told = work.quote_price(paid, price_fen=8000, act=act("10:10", by="technician"))
    with pytest.raises(GateClosed):
        work.start_order(told, act=act("10:11", by="technician"))


@pytest.mark.rule("WORK-020")
def test_a_new_price_asks_again_and_stops_the_work(paid, act):
    technician = act("10:10", by="technician")
    order = work.start_order(work.agree_price(paid, price_fen=8000, payer="王小明", act=technician), act=technician)
    order = work.quote_price(order, price_fen=12000, note="还要换阀", act=technician)
    assert (order.state, order.price_agreed_at) == ("on_site", None)
    with pytest.raises(Conflict):
        work.agree_price(order, price_fen=8000, payer="王小明", act=technician)
    order = work.agree_price(order, price_fen=12000, payer="王小明", act=technician)
    assert work.start_order(order, act=technician).state == "working"


@pytest.mark.rule("WORK-020")
def test_a_pause_is_no_way_round_an_agreed_price(paid, act):
    technician = act("10:10", by="technician")
    order = work.pause_order(paid, reason="parts", act=technician)
    with pytest.raises(GateClosed):
        work.resume_order(order, act=technician)


def test_free_work_asks_nobody_for_money(world, act):
    order = make.order(state="on_site")
    for priced in (
        lambda: work.quote_price(order, price_fen=100, act=act("10:10", by="technician")),
        lambda: work.agree_price(order, price_fen=100, payer="王小明", act=act("10:10", by="technician")),
    ):
        with pytest.raises(BadInput):
            priced()
    assert work.start_order(order, act=act("10:11", by="technician")).state == "working"


def test_a_price_no_longer_changes_once_the_work_is_done(world, act):
    with pytest.raises(IllegalMove):
        work.quote_price(make.order(state="finished"), price_fen=100, act=act("12:00", by="technician"))
