"""Meters: what they showed, who read them with whom looking on, and what they never do."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanjia.estate import services
from guanjia.estate.models import MeterReading
from guanjia.kernel import signatures
from guanjia.kernel.errors import BadInput, Conflict, IllegalMove
from guanjia.kernel.journal import timeline_of
from tests import make

pytestmark = pytest.mark.django_db

MARCH = date(2026, 3, 1)


def read(meter, value, act, purpose="billing", on=MARCH, **values):
    return services.read_meter(meter, purpose=purpose, value=Decimal(value), read_on=on, act=act, **values)


def test_what_was_used_since_the_last_time_is_told(world, act):
    meter = make.meter(first_value=Decimal("5"))
    read(meter, "7.5", act(), on=date(2026, 2, 1))
    read(meter, "10", act())
    assert [entry.payload["used"] for entry in timeline_of(meter) if entry.fact == "estate.meter.read"] == ["2.500", "2.500"]


@pytest.mark.parametrize(("value", "on"), [("9", date(2026, 2, 15)), ("21", date(2026, 2, 15)), ("4", date(2026, 1, 15))])
def test_readings_never_fall_whichever_is_written_first(world, act, value, on):
    meter = make.meter(first_value=Decimal("5"))
    read(meter, "10", act(), on=date(2026, 2, 1))
    read(meter, "20", act(), on=MARCH)
    with pytest.raises(Conflict) as no:
        read(meter, value, act(), on=on)
    assert "读数不能比" in str(no.value)


@pytest.mark.parametrize("on", [date(2025, 12, 31), date(2026, 3, 2)])
def test_no_reading_lies_outside_the_meter_s_life(world, act, on):
    meter = make.meter()
    services.replace_meter(meter, code="NEW", on=MARCH, final_value=Decimal(9), act=act())
    with pytest.raises(Conflict) as no:
        read(make.fresh(meter), "9", act(), on=on)
    assert "安装之后" in str(no.value)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 12)), max_size=8))
def test_whatever_is_tried_the_values_rise_with_the_days(world, act, tried):
    with transaction.atomic():
        meter = make.meter()
        for day, value in tried:
            try:
                with transaction.atomic():
                    read(meter, str(value), act(), on=date(2026, 2, 1 + day))
            except Conflict:
                continue
        values = list(meter.readings.order_by("read_on", "id").values_list("value", flat=True))
        assert values == sorted(values)


@pytest.mark.parametrize("purpose", ["base", "custody"])
def test_base_and_custody_readings_need_a_second_person(world, act, purpose):
    meter = make.meter()
    with pytest.raises(BadInput) as no:
        read(meter, "1", act(), purpose=purpose)
    assert "第二人见证" in str(no.value)
    with pytest.raises(BadInput) as no:
        read(meter, "1", act(), purpose=purpose, witness_name="孙管家")
    assert "两个人" in str(no.value)
    assert read(meter, "1", act(), purpose=purpose, witness_name="王小明").reader_name == "孙管家"


def test_both_sign_and_names_of_people_stay_out_of_the_journal(world, act):
    reading = make.reading()
    for slot in ("reading_reader", "reading_witness"):
        services.sign_reading(reading, slot=slot, image=make.glass(), act=act())
    assert [one.signer_name for one in signatures.of(reading)] == ["孙管家", "王小明"]
    payloads = [entry.payload for entry in timeline_of(reading.meter)]
    assert "王小明" not in str([one for one in payloads if "signer" not in one])


def test_a_billing_reading_without_a_witness_takes_no_witness_s_hand(world, act):
    reading = read(make.meter(), "1", act())
    with pytest.raises(BadInput):
        services.sign_reading(reading, slot="reading_witness", image=make.glass(), act=act())


def test_a_new_meter_takes_the_place_of_the_old(world, act):
    old = make.meter(position="厨房")
    new = services.replace_meter(old, code="NEW", on=MARCH, final_value=Decimal("12.5"), first_value=Decimal(3), act=act())
    assert (new.replaces, new.house, new.position, new.kind, new.unit) == (old, old.house, "厨房", "water", "m3")
    assert make.fresh(old).removed_on == MARCH
    assert [(one.purpose, one.value) for one in old.readings.all()] == [("final", Decimal("12.500"))]
    with pytest.raises(IllegalMove):
        services.replace_meter(make.fresh(old), code="N2", on=MARCH, final_value=Decimal(13), act=act())


def test_two_of_a_kind_in_one_place_are_told_apart(world, act):
    meter = make.meter()
    with pytest.raises(Conflict) as no:
        make.meter(house=meter.house)
    assert "换表" in str(no.value)
    assert make.meter(house=meter.house, position="卫生间").unit == "m3"
    assert make.meter(house=meter.house, kind="power").unit == "kWh"


@pytest.mark.parametrize("places", [{}, {"house": True, "area": True}])
def test_a_meter_is_in_one_place(world, act, places):
    given_places = {name: getattr(make, name)() for name in places}
    with pytest.raises(BadInput):
        services.install_meter(project=world.project, code="X", kind="water", installed_on=MARCH, act=act(), **given_places)


def test_what_was_read_stays_as_it_was_written(world, act):
    reading = make.reading()
    rows = MeterReading.objects.unscoped("tests").filter(pk=reading.pk)
    for deed in (rows.delete, lambda: rows.update(value=1)):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()


def test_the_database_wants_a_witness_too(world):
    reading = make.reading()
    with pytest.raises(IntegrityError), transaction.atomic():
        MeterReading.objects.create(
            project=world.project, meter=reading.meter, purpose="custody", value=99, read_on=MARCH, reader_name="甲", witness_name=" "
        )
