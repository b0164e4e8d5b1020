"""A house is left in our keeping, and given back."""

from datetime import date
from decimal import Decimal

import pytest

from guanjia.customers import services as customers
from guanjia.customers.models import Custody
from guanjia.estate import services as estate
from guanjia.kernel.errors import BadInput, Conflict, IllegalMove, NotFound
from guanjia.kernel.journal import timeline_of
from tests import make

pytestmark = pytest.mark.django_db

TODAY, MAY = date(2026, 3, 2), date(2026, 5, 1)


@pytest.fixture
def flat(world):
    house, owner = make.house(), make.customer()
    make.occupancy(house=house, customer=owner)
    return house, owner


def begin(house, owner, act, **values):
    values = {"terms": "每周通风", "keys_left": 1} | values
    return customers.begin_custody(project=house.project, house=house, owner=owner, act=act, **values)


def test_the_house_is_in_custody_between_two_readings(world, act, flat):
    house, owner = flat
    meter = make.meter(house=house)
    make.custody_reading(meter, on=TODAY, value="10")
    custody = begin(house, owner, act())
    assert [(spell.use, spell.starts_on, spell.ends_on) for spell in house.uses.all()] == [("in_custody", TODAY, None)]
    make.custody_reading(meter, on=MAY, value="10.6")
    custody = customers.end_custody(custody, ends_on=MAY, act=act("05-01 10:00"))
    assert {(spell.use, spell.starts_on, spell.ends_on) for spell in house.uses.all()} == {
        ("in_custody", TODAY, MAY),
        ("vacant", MAY, None),
    }
    assert [(one.moment, one.reading.value) for one in custody.readings.order_by("reading__read_on")] == [
        ("opening", Decimal("10.000")),
        ("closing", Decimal("10.600")),
    ]
    assert timeline_of(custody)[0].payload["used"] == {meter.code: "0.600"}


def test_every_meter_is_read_and_signed_for_by_two_or_it_does_not_begin(world, act, flat):
    house, owner = flat
    water, power = make.meter(house=house), make.meter(house=house, kind="power")
    half = make.reading(meter=water, purpose="custody", read_on=TODAY)
    estate.sign_reading(half, slot="reading_reader", image=make.glass(), act=act())
    make.custody_reading(power, on=date(2026, 3, 1))
    with pytest.raises(BadInput) as no:
        begin(house, owner, act(), terms=" ")
    said = "".join(map(str, no.value.reasons))
    assert all(why in said for why in (f"水表 {water.code} 的托管读数缺见证人签名", f"电表 {power.code} 缺 2026-03-02", "约定"))
    assert not Custody.objects.visible_to(act()).exists()
    assert not house.uses.exists()


def test_only_the_owner_leaves_it(world, act, flat):
    house, _owner = flat
    tenant = make.customer(name="租户", phones=("13800000009",))
    make.occupancy(house=house, customer=tenant, role="tenant")
    with pytest.raises(BadInput) as no:
        begin(house, tenant, act())
    assert "业主委托" in str(no.value)


def test_one_custody_at_a_time_ended_once(world, act, flat):
    custody = begin(*flat, act())
    with pytest.raises(Conflict):
        begin(*flat, act())
    with pytest.raises(BadInput):
        customers.end_custody(custody, ends_on=TODAY, act=act())
    custody = customers.end_custody(custody, ends_on=MAY, act=act("05-01 10:00"))
    with pytest.raises(IllegalMove):
        customers.end_custody(custody, ends_on=MAY, act=act("05-01 10:01"))


def test_houses_and_owners_of_another_project_are_as_good_as_none(world, act, flat):
    other = make.world(name="别处", code="BC")
    foreign_house, foreign_owner = make.house(project=other.project), make.customer(project=other.project)
    make._worlds.append(world)
    house, owner = flat
    for there, who in ((foreign_house, owner), (house, foreign_owner)):
        with pytest.raises(NotFound):
            customers.begin_custody(project=world.project, house=there, owner=who, terms="通风", keys_left=1, act=act())
