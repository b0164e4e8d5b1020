"""What can have happened to buildings and houses, and to what stands in them. Names of people stay out of the journal."""

from datetime import date

from guanjia.kernel.journal import Fact


class BuildingRegistered(Fact, name="estate.building.registered", zh="楼栋已登记"):
    code: str
    name: str
    says = "登记楼栋「{name}」"


class BuildingCorrected(Fact, name="estate.building.corrected", zh="楼栋资料已更正"):
    changes: dict
    says = "更正楼栋资料"


class EntranceRegistered(Fact, name="estate.entrance.registered", zh="单元已登记"):
    name: str
    says = "登记单元「{name}」"


class AreaRegistered(Fact, name="estate.area.registered", zh="公共区域已登记"):
    kind: str
    name: str
    says = "登记公共区域「{name}」"


class AreaCorrected(Fact, name="estate.area.corrected", zh="公共区域资料已更正"):
    changes: dict
    says = "更正公共区域资料"


class HouseRegistered(Fact, name="estate.house.registered", zh="房屋已登记"):
    path: str
    kind: str
    state: str
    says = "登记房屋「{path}」"


class HouseCorrected(Fact, name="estate.house.corrected", zh="房屋资料已更正"):
    """`changes` maps a field to [before, after], as text."""

    changes: dict
    says = "更正房屋资料"


class HouseSold(Fact, name="estate.house.sold", zh="房屋已售出"):
    on: date
    says = "{on} 售出"


class HouseTakenBack(Fact, name="estate.house.taken_back", zh="房屋已退回"):
    reason: str
    says = "退房：{reason}"


class HouseHandedOver(Fact, name="estate.house.handed_over", zh="房屋已交付"):
    on: date
    says = "{on} 交付"


class HouseUseChanged(Fact, name="estate.house.use_changed", zh="房屋用途已变更"):
    """From `starts_on` the house is used as `use` (`label` in words); `before` is the base use that ended that day, if any, and
    `decorated` whether a decoration ended with it."""

    use: str
    label: str
    starts_on: date
    ends_on: date | None = None
    before: str = ""
    decorated: bool = False
    says = "{starts_on} 起{label}"


class UseDescribed(Fact, name="estate.use.described", zh="用途情况已补记"):
    """Why a house stands empty, where its keys are: of a house; `fields` names what was noted."""

    fields: list
    says = "补记用途情况"


class HouseSplit(Fact, name="estate.house.split", zh="房屋已拆分"):
    """A house ended on that day; `parts` are the keys of those that began, `main` of the one in which those who live there stay."""

    on: date
    parts: list
    main: str
    words: str
    reason: str
    says = "{on} 拆分为 {words}：{reason}"


class HouseMerged(Fact, name="estate.house.merged", zh="房屋已合并"):
    """Of the house that began; `parts` are the keys of those that ended on that day, and the line is about each of them."""

    on: date
    parts: list
    words: str
    reason: str
    says = "{on} 由 {words} 合并而成：{reason}"


class HouseStatusSigned(Fact, name="estate.house_status.signed", zh="房屋情况统计表已签认"):
    period: str
    digest: str
    says = "签认 {period} 房屋情况统计表"


# -- parking ---------------------------------------------------------------------------------------
class SpaceRegistered(Fact, name="estate.parking.registered", zh="车位已登记"):
    code: str
    kind: str
    says = "登记车位 {code}"


class SpaceCorrected(Fact, name="estate.parking.corrected", zh="车位资料已更正"):
    changes: dict
    says = "更正车位资料"


class SpaceAssigned(Fact, name="estate.parking.assigned", zh="车位已归房屋"):
    code: str
    right: str
    label: str
    house: str
    starts_on: date
    ends_on: date | None = None
    says = "{starts_on} 起车位 {code} 归 {house}（{label}）"


class SpaceReleased(Fact, name="estate.parking.released", zh="车位已收回"):
    code: str
    ends_on: date
    says = "车位 {code} 于 {ends_on} 收回"


# -- facilities, warranties, insurances, drawings --------------------------------------------------
class FacilityRegistered(Fact, name="estate.facility.registered", zh="设施设备已登记"):
    code: str
    kind: str
    criticality: str
    says = "登记设备 {code}"


class FacilityCorrected(Fact, name="estate.facility.corrected", zh="设施设备资料已更正"):
    changes: dict
    says = "更正设备资料"


class FacilityFailed(Fact, name="estate.facility.failed", zh="设施设备发生故障"):
    kind: str
    criticality: str
    symptom: str
    says = "故障停用：{symptom}"


class FacilityRestored(Fact, name="estate.facility.restored", zh="设施设备已恢复"):
    kind: str
    criticality: str
    minutes: int
    result: str
    says = "恢复运行，停用 {minutes} 分钟：{result}"


class WarrantyRegistered(Fact, name="estate.warranty.registered", zh="保修已登记"):
    part: str
    starts_on: date
    ends_on: date
    says = "登记{part}保修，至 {ends_on}"


class InsuranceRegistered(Fact, name="estate.insurance.registered", zh="保险已登记"):
    item: str
    policy: str
    starts_on: date
    ends_on: date | None = None
    says = "登记{item}保险 {policy}"


class InsuranceCorrected(Fact, name="estate.insurance.corrected", zh="保险资料已更正"):
    fields: list
    says = "更正保险资料"


class DrawingPublished(Fact, name="estate.drawing.published", zh="图纸资料已发布"):
    kind: str
    title: str
    edition: int
    says = "发布《{title}》第 {edition} 版"


# -- meters ----------------------------------------------------------------------------------------
class MeterInstalled(Fact, name="estate.meter.installed", zh="表计已安装"):
    code: str
    kind: str
    installed_on: date
    says = "{installed_on} 安装表计 {code}"


class MeterReplaced(Fact, name="estate.meter.replaced", zh="表计已更换"):
    """Of the old meter, which was taken off on that day."""

    code: str
    by: str
    on: date
    says = "{on} 换表：{code} 换为 {by}"


class MeterMoved(Fact, name="estate.meter.moved", zh="表计已随房屋变更"):
    """A house was split or merged, and its meter now serves the house that began."""

    code: str
    house: str
    says = "表计 {code} 归 {house}"


class MeterRead(Fact, name="estate.meter.read", zh="已抄表"):
    """Of a meter; `used` is what was used since the reading before, in the meter's unit."""

    purpose: str
    value: str
    used: str
    unit: str
    read_on: date
    says = "{read_on} 读数 {value}，用量 {used} {unit}"


class ReadingSigned(Fact, name="estate.meter.signed", zh="读数已签名"):
    slot: str
    label: str
    says = "{label}在读数上签名"
