"""What can have happened to buildings and houses."""

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
