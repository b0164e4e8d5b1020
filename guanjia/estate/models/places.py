"""Buildings, entrances and common areas."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import public
from guanjia.org.scope import Scoped

from ..states import AREAS, VENUE, VENUES
from .common import filled


class Building(Scoped):
    """A building, which carries the first three levels of its houses' addresses."""

    family = "estate.house"  # seen by whoever has to do with houses

    code = models.CharField(_("楼号"), max_length=20)
    name = models.CharField(_("楼栋名称"), max_length=60)
    address_district = models.CharField(_("区县"), max_length=60)
    address_community = models.CharField(_("小区"), max_length=60)

    privacy = public("name", "address_district", "address_community")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("楼栋")
        ordering = [Length("code"), "code"]
        constraints = [
            UniqueConstraint(
                fields=["project", "code"], name="estate_building_code_once_per_project", violation_error_message=_("本项目已有这个楼号。")
            ),
            filled("code", "estate_building_code_filled", _("楼号不能空白。")),
            filled("name", "estate_building_name_filled", _("地址缺楼栋名称（五级地址第三级）。")),
            filled("address_district", "estate_building_district_filled", _("地址缺区县（五级地址第一级）。")),
            filled("address_community", "estate_building_community_filled", _("地址缺小区（五级地址第二级）。")),
        ]

    def __str__(self) -> str:
        return self.name


class Entrance(Scoped):
    """A staircase of a building 单元."""

    building = models.ForeignKey(Building, models.PROTECT, db_index=False, related_name="entrances", verbose_name=_("楼栋"))
    name = models.CharField(_("单元"), max_length=20)

    privacy = public("name")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("单元")
        ordering = ["building", "name"]
        constraints = [
            UniqueConstraint(
                fields=["building", "name"], name="estate_entrance_once_per_building", violation_error_message=_("本楼栋已有这个单元。")
            ),
            filled("name", "estate_entrance_name_filled", _("单元名称不能空白。")),
        ]

    def __str__(self) -> str:
        return self.name


class CommonArea(Scoped):
    """A place that belongs to everyone: a lobby, a lift, a road; of one building or of the whole project.

    A place where people gather or read notices is a venue of the list of EST-014; a notice board is one of them.
    """

    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="areas", verbose_name=_("楼栋"))
    kind = models.CharField(_("类别"), max_length=12, choices=list(AREAS.items()))
    name = models.CharField(_("名称"), max_length=60)
    venue = models.CharField(_("场地类别"), max_length=12, blank=True, default="", choices=list(VENUES.items()))
    capacity = models.PositiveIntegerField(_("容纳人数"), null=True, blank=True)
    rules = models.TextField(_("使用规定"), blank=True, default="")

    privacy = public("name", "rules")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("公共区域")
        ordering = ["name"]
        constraints = [
            UniqueConstraint(
                fields=["project", "building", "name"],
                name="estate_area_name_once",
                nulls_distinct=False,
                violation_error_message=_("已有同名的公共区域。"),
            ),
            filled("name", "estate_area_name_filled", _("公共区域名称不能空白。")),
            CheckConstraint(condition=Q(kind__in=list(AREAS)), name="estate_area_kind"),
            CheckConstraint(
                condition=Q(venue="") | Q(kind=VENUE, venue__in=list(VENUES)),
                name="estate_area_venue",
                violation_error_message=_("只有活动场地才有场地类别。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
