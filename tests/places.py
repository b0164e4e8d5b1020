"""Factories of what stands in an estate: parking, facilities, meters, papers; and of houses that were split."""

from datetime import date, datetime
from decimal import Decimal

from guanjia.customers import services as customers
from guanjia.customers.models import Custody
from guanjia.estate import services as estate
from guanjia.estate.models import (
    CommonArea,
    Drawing,
    Facility,
    House,
    HouseChange,
    HouseUse,
    Insurance,
    Meter,
    MeterReading,
    ParkingSpace,
    ParkingUse,
    Warranty,
)
from guanjia.org.models import Project
from tests import make

__all__ = [
    "custody",
    "custody_reading",
    "drawing",
    "facility",
    "house_change",
    "insurance",
    "letting",
    "meter",
    "parking_use",
    "reading",
    "space",
    "split",
    "vacancy",
    "venue",
    "warranty",
]


def venue(*, project: Project | None = None, **values) -> CommonArea:
    return make.area(
        project=project, **{"name": f"中心广场{next(make._numbers)}", "kind": "venue", "venue": "plaza", "capacity": 300} | values
    )


def space(*, project: Project | None = None, code: str = "", **values) -> ParkingSpace:
    project = project or make.newest().project
    return estate.register_space(project=project, code=code or f"B1-{next(make._numbers):03d}", act=make.founding(project), **values)


def parking_use(*, project: Project | None = None, house: House | None = None, right: str = "title", **values) -> ParkingUse:
    house = house or _house_at(project)
    values = {"space": space(project=house.project), "starts_on": date(2026, 1, 1)} | values
    return estate.assign_space(project=house.project, house=house, right=right, act=make.founding(house.project), **values)


def facility(*, project: Project | None = None, kind: str = "lift", **values) -> Facility:
    project = project or make.newest().project
    values = {"code": f"DT-{next(make._numbers):03d}", "name": "3栋2单元客梯", "criticality": "vital"} | values
    return estate.register_facility(project=project, kind=kind, act=make.founding(project), **values)


def warranty(*, project: Project | None = None, **values) -> Warranty:
    project = project or make.newest().project
    values = {"part": "主机", "provider": "电梯厂家", "starts_on": date(2026, 1, 1), "ends_on": date(2028, 1, 1)} | values
    if not {"house", "facility", "area"} & values.keys():
        values["facility"] = facility(project=project)
    return estate.register_warranty(project=project, act=make.founding(project), **values)


def insurance(*, project: Project | None = None, **values) -> Insurance:
    project = project or make.newest().project
    values = {
        "item": "公众责任险",
        "policy": f"PL-{next(make._numbers):04d}",
        "contact": "理赔专员",
        "contact_phone": "0591-95500",
        "terms": "每次事故限额一百万元",
        "starts_on": date(2026, 1, 1),
    } | values
    return estate.register_insurance(project=project, act=make.founding(project), **values)


def drawing(*, project: Project | None = None, kind: str = "pipelines", title: str = "给水管线走向图", **values) -> Drawing:
    project = project or make.newest().project
    return estate.publish_drawing(project=project, kind=kind, title=title, act=make.founding(project), **values)


def meter(*, project: Project | None = None, kind: str = "water", **values) -> Meter:
    """A water meter of a flat, in since New Year at nought."""
    if not {"house", "area"} & values.keys():
        values["house"] = _house_at(project)
    project = (values.get("house") or values["area"]).project
    values = {"code": f"M{next(make._numbers):06d}", "installed_on": date(2026, 1, 1)} | values
    return estate.install_meter(project=project, kind=kind, act=make.founding(project), **values)


def reading(*, project: Project | None = None, meter: Meter | None = None, value: str = "10", **values) -> MeterReading:
    """Read by the steward, with the owner looking on."""
    meter = meter or make.meter(project=project)
    values = {"purpose": "base", "read_on": date(2026, 2, 1), "reader_name": "孙管家", "witness_name": "王小明"} | values
    return estate.read_meter(meter, value=Decimal(value), act=make.founding(meter.project), **values)


def vacancy(*, project: Project | None = None, house: House | None = None, use: str = "vacant", **values) -> HouseUse:
    house = house or _house_at(project)
    values = {"starts_on": date(2026, 1, 1), "reason": "业主在外地", "keys_at": "管理处钥匙柜 12"} | values
    return estate.change_use(house, use=use, act=make.founding(house.project), **values)


def letting(*, project: Project | None = None, **values) -> HouseUse:
    return vacancy(project=project, use="let", **values)


def split(house: House | None = None, *, project: Project | None = None, at: datetime | None = None, **values) -> list[House]:
    """A flat of 89.50 ㎡ becomes two, on the Monday of the tests."""
    house = house or _house_at(project)
    parts = [estate.Part(f"{house.number}A", house.area_m2 - 40), estate.Part(f"{house.number}B", Decimal(40))]
    values = {"parts": parts, "reason": "业主申请分户"} | values
    return estate.split_house(house, act=make.founding(house.project).at_moment(at or make.TEN), **values)


def house_change(*, project: Project | None = None) -> HouseChange:
    ended = _house_at(project)
    split(ended)
    return HouseChange.objects.unscoped("tests").get(parts__house=ended)


def custody(*, project: Project | None = None, house: House | None = None, on: date = date(2026, 3, 2), **values) -> Custody:
    """The owner leaves a flat in our keeping, its water meter read and signed for by two."""
    house = house or _house_at(project)
    owner = make.customer(project=house.project)
    make.occupancy(house=house, customer=owner)
    custody_reading(meter(house=house), on=on)
    values = {"terms": "每周开窗通风一次", "keys_left": 2, "starts_on": on} | values
    return customers.begin_custody(
        project=house.project, house=house, owner=owner, act=make.founding(house.project).at_moment(make.TEN), **values
    )


def custody_reading(of: Meter, *, on: date, value: str = "10") -> MeterReading:
    read = reading(meter=of, purpose="custody", read_on=on, value=value)
    for slot in ("reading_reader", "reading_witness"):
        estate.sign_reading(read, slot=slot, image=make.glass(), act=make.founding(of.project))
    return read


def _house_at(project: Project | None) -> House:
    return make.house(project=project, number=f"{next(make._numbers):04d}")
