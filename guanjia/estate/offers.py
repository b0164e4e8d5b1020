"""What a company's own rules may say about houses."""

from django.utils.translation import gettext_lazy as _

from guanjia.kernel.ids import Ref
from guanjia.rulebook.offers import Family, choice, population, text

from .models import Building, CommonArea, Facility, House, Meter
from .states import FACILITY, HANDED_OVER, HOUSE, PURPOSES, USES

houses = Family(House, also=(Building,), machine=HOUSE)
houses.fact("estate.house.registered", "kind", move="register")
houses.fact("estate.house.corrected")
houses.fact("estate.house.sold", move="sell")
houses.fact("estate.house.taken_back", move="take_back")
houses.fact("estate.house.handed_over", move="hand_over")
houses.fact("estate.house.use_changed", use=choice(_("用途"), USES))
houses.gate(
    "estate.house.register", _("登记房屋"), before=True, district=text(_("区县")), community=text(_("小区")), building=text(_("楼栋")),
    entrance_or_floor=text(_("单元或楼层")), room=text(_("房号")),
)  # fmt: skip
houses.gate("estate.house.hand_over", _("交付房屋"), "kind")
houses.fact("estate.house.split")
houses.fact("estate.house.merged")
houses.gate("estate.house.split", _("拆分房屋"))
houses.gate("estate.house.merge", _("合并房屋"))

facilities = Family(Facility, also=(CommonArea, Building), machine=FACILITY)
facilities.fact("estate.facility.registered", "kind criticality", move="register")
facilities.fact("estate.facility.failed", "kind criticality", move="fail")
facilities.fact("estate.facility.restored", "kind criticality", move="restore")

meters = Family(Meter, also=(House, CommonArea))
meters.fact("estate.meter.installed", "kind")
meters.fact("estate.meter.read", purpose=choice(_("用途"), PURPOSES))
meters.gate("estate.meter.read", _("抄表"), purpose=choice(_("用途"), PURPOSES))


def _of(rows):
    return [Ref.to(row) for row in rows.only("pk").order_by("pk")]


population(
    "estate.houses_handed_over", _("已交付的房屋"), House,
    lambda project, _period, _at: _of(House.objects.unscoped("engine").filter(project=project, state=HANDED_OVER, closed_on=None)),
)  # fmt: skip
population(
    "estate.areas",
    _("公共区域"),
    CommonArea,
    lambda project, _period, _at: _of(CommonArea.objects.unscoped("engine").filter(project=project)),
)
population(
    "estate.facilities",
    _("设施设备"),
    Facility,
    lambda project, _period, _at: _of(Facility.objects.unscoped("engine").filter(project=project)),
)
