"""What a company's own rules may say about houses."""

from django.utils.translation import gettext_lazy as _

from guanjia.kernel.ids import Ref
from guanjia.rulebook.offers import Family, choice, population, text

from .models import Building, CommonArea, House
from .states import HANDED_OVER, HOUSE, USES

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


def _of(rows):
    return [Ref.to(row) for row in rows.only("pk").order_by("pk")]


population(
    "estate.houses_handed_over", _("已交付的房屋"), House,
    lambda project, _period, _at: _of(House.objects.unscoped("engine").filter(project=project, state=HANDED_OVER)),
)  # fmt: skip
population(
    "estate.areas",
    _("公共区域"),
    CommonArea,
    lambda project, _period, _at: _of(CommonArea.objects.unscoped("engine").filter(project=project)),
)
