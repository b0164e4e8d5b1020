"""How a house is delivered, and what it can be used for.

Delivery is a machine: a house is sold once, perhaps returned, and handed over. Use is a row of spells, because
"who let it in March?" is asked in June. Together they are the seven states of the handbook (EST-003).
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from guanjia.kernel.machine import Machine

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
