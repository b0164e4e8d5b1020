"""How a house is delivered, and what it can be used for.

Delivery is a machine: a house is sold once, perhaps returned, and handed over. Use is a row of spells, because
"who let it in March?" is asked in June. Together they are the seven states of the handbook (EST-003).
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from guanjia.kernel.machine import Machine
from guanjia.rulebook.catalogue import load

UNSOLD, SOLD, HANDED_OVER = "unsold", "sold", "handed_over"

HOUSE = Machine(
    "estate.house",
    {
        "register": ({None}, UNSOLD),
        "sell": ({UNSOLD}, SOLD),
        "take_back": ({SOLD}, UNSOLD),
        "hand_over": ({SOLD}, HANDED_OVER),
    },
    labels={UNSOLD: _("未售"), SOLD: _("已售未交付"), HANDED_OVER: _("已交付")},
    verbs={"register": _("登记"), "sell": _("售出"), "take_back": _("退房"), "hand_over": _("交付")},
)

VACANT, UNDECORATED, OWNER_OCCUPIED, LET, IN_CUSTODY = "vacant", "undecorated", "owner_occupied", "let", "in_custody"
DECORATING = "decorating"  # lies over the others; they exclude each other

USES = {
    IN_CUSTODY: _("托管"),
    DECORATING: _("装修中"),
    LET: _("出租"),
    OWNER_OCCUPIED: _("业主自住"),
    UNDECORATED: _("已交付未装修"),
    VACANT: _("空置"),
}  # the order is the order in which the colour grid looks at them


def standing(state: str, use: str | None) -> Any:
    """The handbook's word for a house delivered so far and used so: 「已售未交付」, 「装修中」, 「业主自住」 … (EST-003)."""
    if state == UNSOLD:
        return _("未售空置")
    if state == SOLD:
        return HOUSE.labels[SOLD]
    return USES.get(use, HOUSE.labels[HANDED_OVER])


# How a house stands on the colour grid: by its use if it was handed over, by its delivery before; each with the sign that stands in
# its tile, so that nobody has to tell colours apart.
STANDINGS = {
    OWNER_OCCUPIED: (USES[OWNER_OCCUPIED], _("住")),
    LET: (USES[LET], _("租")),
    DECORATING: (USES[DECORATING], _("装")),
    UNDECORATED: (USES[UNDECORATED], _("毛")),
    VACANT: (USES[VACANT], _("空")),
    IN_CUSTODY: (USES[IN_CUSTODY], _("管")),
    HANDED_OVER: (_("已交付，未登记用途"), _("交")),
    SOLD: (HOUSE.labels[SOLD], _("售")),
    UNSOLD: (_("未售空置"), _("未")),
}


FLAT, SHOP, OFFICE = "flat", "shop", "office"
KINDS = {FLAT: _("住宅"), SHOP: _("商铺"), OFFICE: _("写字楼")}

AREAS = {
    "lobby": _("大堂"),
    "corridor": _("楼道"),
    "lift": _("电梯"),
    "roof": _("屋面"),
    "garage": _("车库"),
    "garden": _("园区绿化"),
    "road": _("道路"),
    "gate": _("出入口"),
    "plant_room": _("设备房"),
    "venue": _("活动场地"),
    "other": _("其他公共部位"),
}

# The venues of EST-014, by the clause's own keys: its words are read from the catalogue, so that they stand in one place.
VENUE = "venue"
VENUES = dict(load()["EST-014"].params["venues"])

# What the drawings of EST-013 show, by the clause's own keys.
DRAWINGS = dict(load()["EST-013"].params["content"])

# -- parking ---------------------------------------------------------------------------------------
SPACES = {
    "standard": _("标准车位"),
    "compact": _("微型车位"),
    "mechanical": _("机械车位"),
    "accessible": _("无障碍车位"),
    "charging": _("充电车位"),
}
SPACE_STATES = {"usable": _("可用"), "closed": _("停用")}
TITLE, LEASE = "title", "lease"
RIGHTS = {TITLE: _("产权"), LEASE: _("租用")}

# -- facilities and meters -------------------------------------------------------------------------
RUNNING, FAILED = "running", "failed"
FACILITY = Machine(
    "estate.facility",
    {"register": ({None}, RUNNING), "fail": ({RUNNING}, FAILED), "restore": ({FAILED}, RUNNING)},
    labels={RUNNING: _("运行中"), FAILED: _("故障停用")},
    verbs={"register": _("登记"), "fail": _("报故障"), "restore": _("恢复运行")},
)
FACILITIES = {
    "lift": _("电梯"),
    "water": _("给排水"),
    "power": _("供配电"),
    "fire": _("消防"),
    "access": _("门禁对讲"),
    "camera": _("监控"),
    "air": _("暖通空调"),
    "lighting": _("照明"),
    "parking": _("停车设备"),
    "fitness": _("健身娱乐"),
    "other": _("其他设施"),
}
CRITICALITIES = {"vital": _("关键"), "important": _("重要"), "ordinary": _("一般")}

M3, KWH = "m3", "kWh"
METERS = {"water": _("水表"), "hot_water": _("热水表"), "gas": _("燃气表"), "power": _("电表"), "heat": _("热量表")}
UNITS = {"water": M3, "hot_water": M3, "gas": M3, "power": KWH, "heat": KWH}
UNIT_LABELS = {M3: "m³", KWH: "kWh"}

BASE, CUSTODY, BILLING, FINAL = "base", "custody", "billing", "final"
PURPOSES = {BASE: _("交房底数"), CUSTODY: _("托管"), BILLING: _("抄表计费"), FINAL: _("换表止数")}
WITNESSED = (BASE, CUSTODY)  # two people stand behind these
READER, WITNESS = "reading_reader", "reading_witness"  # the slots in which they sign
SLOTS = {READER: _("抄表人"), WITNESS: _("见证人")}

SPLIT, MERGE = "split", "merge"
CHANGES = {SPLIT: _("拆分"), MERGE: _("合并")}
