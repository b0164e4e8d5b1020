"""What the handbooks ask of estate, bound to its facts and gates."""

from django.utils.translation import gettext_lazy as _

from guanjia.kernel import periods
from guanjia.kernel.errors import Reason
from guanjia.kernel.ids import Ref
from guanjia.rulebook import Need, Periodic, end_of_period, on, realises

from . import status
from .gates import RegisterHouse
from .models import HouseUse
from .states import HOUSE


def blank_levels(gate: RegisterHouse) -> list[Reason]:
    """The levels of the address that were not given, each where it can be filled in."""
    return [
        Reason(str(text), rule=EST_010.rule, clause=EST_010.clause.title, field=field, cure=CURES.get(field, ""))
        for level, field, text in LEVELS
        if not getattr(gate, level)
    ]


LEVELS = (
    ("district", "building", _("请填写区县（地址第一级）。")),
    ("community", "building", _("请填写小区（地址第二级）。")),
    ("building", "building", _("请填写楼栋（地址第三级）。")),
    ("entrance_or_floor", "floor", _("请填写单元或楼层（地址第四级）。")),
    ("room", "number", _("请填写房号（地址第五级）。")),
)
CURES = {"building": "estate.building.correct"}


# The CHECK constraints of Building and House say the same to whoever comes past the gate; 「estate.house.correct」 repairs.
EST_010 = Need("EST-010", gate="estate.house.register", missing=blank_levels)

# 每月向出纳提供最新房屋情况：管家签认上月的统计表，出纳接收
Periodic(
    "EST-002",
    every="month",
    draw=lambda project, period, at: [Ref.to(project)] if periods.bounds(period).end > at else [],
    met_by=on("quality.signoff.received", register=status.REGISTER),
    due=end_of_period(),
    owner="steward",
    cure="estate.house_status.sign",
)

realises("EST-003", by=HOUSE)
realises("EST-003", by=HouseUse)
