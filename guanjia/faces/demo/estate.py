"""What stands in the demo's estate besides its houses: parking, facilities, meters, venues and papers, and what houses are used for."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from guanjia.estate import services as estate
from guanjia.estate.models import House, ParkingSpace
from guanjia.kernel import clock
from guanjia.kernel.act import Act
from guanjia.kernel.usecase import whole

from .place import Place

VENUES = (
    ("notice_board", "南门宣传栏", None, "每月更换两次"),
    ("plaza", "中心广场", 400, "二十二时以后不放音乐"),
    ("clubhouse", "会所", 120, "须提前三天预约"),
    ("recreation", "棋牌室", 40, "九时至二十一时开放"),
    ("ball_court", "篮球场", 20, "雨天关闭"),
    ("gym", "健身房", 30, "凭业主卡进入"),
    ("library", "图书角", 24, "请保持安静"),
)
PARTS = (("防水", 5), ("电梯主机", 2), ("外墙保温", 5), ("给排水管道", 2))
SPACES, METERED = 60, 40
USES = ("vacant", "decorating", "undecorated", "vacant", "undecorated")
WHY = ("业主在外地", "待出租", "待装修", "业主出国")


def furnish(place: Place, day: date) -> None:
    """Everything of the estate, put on file on the project's first day."""
    moment = datetime(day.year, day.month, day.day, 0, 40, tzinfo=UTC)
    act = place.act("steward", moment)
    with clock.travelling(moment):
        whole(lambda: _places(place, act, day))
        whole(lambda: _papers(place, place.act("office_manager", moment), day))
        whole(lambda: _uses(place, act, day))
        whole(lambda: _parking_and_meters(place, act, day))
        whole(lambda: _split(place, place.act("desk_supervisor", moment)))


def _places(place: Place, act: Act, day: date) -> None:
    for venue, name, capacity, rules in VENUES:
        estate.register_area(project=place.project, kind="venue", name=name, venue=venue, capacity=capacity, rules=rules, act=act)
    garage = estate.register_area(project=place.project, kind="garage", name="地下车库", act=act)
    plant = estate.register_area(project=place.project, kind="plant_room", name="水泵房", act=act)
    pump = {"kind": "water", "area": plant, "criticality": "vital", "installed_on": day - timedelta(days=2200)}
    estate.register_facility(project=place.project, code="SB-01", name="生活水泵", act=act, **pump)
    estate.register_facility(project=place.project, code="XF-01", name="消防水泵", act=act, **pump | {"kind": "fire"})
    for building in dict.fromkeys(house.building for house in place.houses):
        for nth in (1, 2):
            lift = {"code": f"DT-{building.code}-{nth}", "name": f"{building.name}{nth}单元客梯", "building": building}
            estate.register_facility(project=place.project, kind="lift", criticality="vital", installed_on=day, act=act, **lift)
    for nth in range(1, SPACES + 1):
        estate.register_space(project=place.project, code=f"B1-{nth:03d}", area=garage, area_m2=Decimal("12.72"), act=act)
    estate.install_meter(project=place.project, code="ZB-0001", kind="water", area=plant, installed_on=day, act=act)


def _papers(place: Place, act: Act, day: date) -> None:
    cover = {"insurer": "某财产保险公司", "contact": "理赔专员", "starts_on": day, "ends_on": day + timedelta(days=400)}
    estate.register_insurance(
        project=place.project, item="公众责任险", policy="PL-2026-001", terms="每次事故限额一百万元", act=act, **cover
    )
    estate.register_insurance(
        project=place.project, item="电梯责任险", policy="DT-2026-001", terms="每部电梯限额五十万元", act=act, **cover
    )
    for kind, title in (
        ("layout", "总平面图"),
        ("pipelines", "给水管线走向图"),
        ("pipelines", "雨污管线走向图"),
        ("facilities", "公共设施分布图"),
    ):
        estate.publish_drawing(project=place.project, kind=kind, title=title, act=act)


def _uses(place: Place, act: Act, day: date) -> None:
    """The houses in which nobody lives stand empty, undecorated, or are being decorated."""
    lived_in = {house.pk for house, _who in place.homes}
    for nth, house in enumerate(house for house in place.houses if house.pk not in lived_in):
        why = WHY[nth % len(WHY)]
        estate.change_use(house, use=USES[nth % len(USES)], starts_on=day, reason=why, keys_at=f"钥匙柜 {nth + 1}", act=act)


def _parking_and_meters(place: Place, act: Act, day: date) -> None:
    from_homes: list[House] = [house for house, _who in place.homes]
    spaces = ParkingSpace.objects.unscoped("demo").filter(project=place.project).order_by("code")
    for house, space in zip(from_homes, spaces, strict=False):
        estate.assign_space(project=place.project, space=space, house=house, right="title", starts_on=day, act=act)
    for nth, house in enumerate(from_homes[:METERED]):
        meter = estate.install_meter(project=place.project, code=f"S-{nth + 1:04d}", kind="water", house=house, installed_on=day, act=act)
        estate.read_meter(meter, purpose="billing", value=Decimal(8 + nth % 9), read_on=day, act=act)
        part, years = PARTS[nth % len(PARTS)]
        if nth % 4 == 0:
            ends = day + timedelta(days=365 * years)
            estate.register_warranty(
                project=place.project, house=house, part=part, provider="翠湖建设", starts_on=day, ends_on=ends, act=act
            )


def _split(place: Place, act: Act) -> None:
    """The last house in which nobody lives was cut in two."""
    lived_in = {house.pk for house, _who in place.homes}
    house = next(house for house in reversed(place.houses) if house.pk not in lived_in)
    smaller = Decimal("38.20")
    parts = [estate.Part(f"{house.number}A", house.area_m2 - smaller), estate.Part(f"{house.number}B", smaller, use="vacant")]
    estate.split_house(house, parts=parts, reason="业主申请分户", act=act)
