"""What the handbooks ask of estate, bound to its facts and gates."""

from django.utils.translation import gettext as _

from guanjia.kernel.errors import Reason
from guanjia.rulebook import Need, realises

from .gates import RegisterHouse
from .models import HouseUse
from .states import HOUSE


def blank_levels(gate: RegisterHouse) -> list[Reason]:
    """The levels of the address that were not given, each where it can be filled in."""
    levels = [
        (gate.district, "building", _("请填写区县（地址第一级）。")),
        (gate.community, "building", _("请填写小区（地址第二级）。")),
        (gate.building, "building", _("请填写楼栋（地址第三级）。")),
        (gate.entrance_or_floor, "floor", _("请填写单元或楼层（地址第四级）。")),
        (gate.room, "number", _("请填写房号（地址第五级）。")),
    ]
    cures = {"building": "estate.building.correct"}
    return [
        Reason(text, rule=EST_010.rule, clause=EST_010.clause.title, field=field, cure=cures.get(field, ""))
        for value, field, text in levels
        if not value
    ]


# The CHECK constraints of Building and House say the same to whoever comes past the gate; 「estate.house.correct」 repairs.
EST_010 = Need("EST-010", gate="estate.house.register", missing=blank_levels)

realises("EST-003", by=HOUSE)
realises("EST-003", by=HouseUse)
