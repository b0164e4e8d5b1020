"""Meters: installed, read by two people, signed for, replaced."""

from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel import signatures
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.rows import check_fields, keep
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from .. import facts, gates
from ..belonging import of_project, still_there
from ..models import CommonArea, House, Meter, MeterReading
from ..states import FINAL, READER, SLOTS, UNIT_LABELS, UNITS, WITNESSED


@usecase("estate.meter.install")
def install_meter(
    *,
    project: Project,
    code: str,
    kind: str,
    installed_on: date,
    house: House | None = None,
    area: CommonArea | None = None,
    position: str = "",
    first_value: Decimal = Decimal(0),
    act: Act,
) -> Meter:
    """A meter at a house or a common area, showing `first_value` (m³ or kWh, by its kind) when it was put in.

    Raises Conflict while another of its kind is in that place: replace that one.
    """
    places = {"house": of_project(project, house), "area": of_project(project, area)}
    if (house is None) == (area is None):
        raise BadInput(Reason(_("表计装在房屋或公共区域，请选定一处。"), field="house" if house is None else "area"))
    if house is not None:
        still_there(house)
    return _installed(
        Meter(project=project, code=code, kind=kind, position=position, installed_on=installed_on, **places), first_value, act
    )


@usecase("estate.meter.replace")
def replace_meter(
    meter: Meter, *, code: str, on: date, final_value: Decimal, first_value: Decimal = Decimal(0), reader_name: str = "", act: Act
) -> Meter:
    """On that day the meter, showing `final_value`, gives way to a new one in its place; returns the new one."""
    if meter.removed_on is not None:
        raise IllegalMove(Reason(_("这块表已于 %(day)s 拆除。") % {"day": meter.removed_on}))
    _read(meter, FINAL, final_value, on, reader_name, "", act)
    meter.removed_on = on
    keep(meter, only=["removed_on"])
    place = {"house": meter.house, "area": meter.area, "kind": meter.kind, "position": meter.position}
    new = _installed(Meter(project=meter.project, code=code, installed_on=on, replaces=meter, **place), first_value, act)
    record(meter, facts.MeterReplaced(code=meter.code, by=new.code, on=on), act=act, about=(new, meter.house, meter.area))
    return new


@usecase("estate.meter.read", gate=gates.ReadMeter)
def read_meter(
    meter: Meter, *, purpose: str, value: Decimal, read_on: date | None = None, reader_name: str = "", witness_name: str = "", act: Act
) -> MeterReading:
    """What the meter showed on that day (today), read by the one who acts unless said otherwise.

    Base readings and those of a custody are witnessed by a second person. Raises BadInput for a missing or single name, Conflict
    for a value that falls or a day outside the meter's life.
    """
    if purpose == FINAL:
        raise BadInput(Reason(_("换表止数请在「换表」中填写。"), field="purpose"))
    return _read(meter, purpose, value, read_on, reader_name, witness_name, act)


@usecase("estate.reading.sign")
def sign_reading(reading: MeterReading, *, slot: str, image: bytes, method: str = "paper", act: Act) -> MeterReading:
    """The hand of the reader or the witness under a reading: `image` is a picture of it. Nobody signs twice, nor for another."""
    name = reading.reader_name if slot == READER else reading.witness_name
    if slot not in SLOTS or not name:
        raise BadInput(Reason(_("这条读数没有见证人，不用见证签名。"), field="slot"))
    signatures.give(
        reading, slot=slot, signer_name=name, capacity="staff" if slot == READER else "witness", method=method, image=image, act=act
    )
    record(reading, facts.ReadingSigned(slot=slot, label=str(SLOTS[slot])), act=act, about=(reading.meter, reading.meter.house))
    return reading


def _installed(meter: Meter, first_value: Decimal, act: Act) -> Meter:
    meter.code, meter.position, meter.first_value, meter.created_at = meter.code.strip(), meter.position.strip(), first_value, act.at
    meter.unit = UNITS.get(meter.kind, "")
    keep(meter)
    fact = facts.MeterInstalled(code=meter.code, kind=meter.kind, installed_on=meter.installed_on)
    record(meter, fact, act=act, about=(meter.house, meter.area))
    return meter


def _read(meter: Meter, purpose: str, value: Decimal, read_on: date | None, reader_name: str, witness_name: str, act: Act) -> MeterReading:
    reading = MeterReading(
        project=meter.project,
        meter=meter,
        purpose=purpose,
        value=value,
        read_on=read_on or timezone.localdate(act.at),
        reader_name=reader_name.strip() or act.by.name,
        witness_name=witness_name.strip(),
        created_at=act.at,
    )
    check_fields(reading, _unwitnessed(reading))
    before = meter.readings.filter(read_on__lte=reading.read_on).order_by("-read_on", "-id").first()
    keep(reading)
    used = value - (before.value if before else meter.first_value)
    fact = facts.MeterRead(purpose=purpose, value=f"{value:.3f}", used=f"{used:.3f}", unit=UNIT_LABELS[meter.unit], read_on=reading.read_on)
    record(meter, fact, act=act, about=(reading, meter.house, meter.area))
    return reading


def _unwitnessed(reading: MeterReading) -> list[Reason]:
    if reading.purpose in WITNESSED and not reading.witness_name:
        return [Reason(_("交房底数与托管读数须有第二人见证，请填写见证人。"), field="witness_name")]
    if reading.witness_name == reading.reader_name:
        return [Reason(_("抄表人与见证人须是两个人。"), field="witness_name")]
    return []
