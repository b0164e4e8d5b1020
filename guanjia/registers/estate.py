"""Registers of estate: buildings, houses, common areas."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guanjia.estate import addresses, selectors, services
from guanjia.estate.models import Building, CommonArea, House
from guanjia.estate.states import HOUSE, USES
from guanjia.kernel.act import Act
from guanjia.web.actions import Action
from guanjia.web.columns import Column
from guanjia.web.fields import LabelledChoiceField, ListField
from guanjia.web.forms import Field
from guanjia.web.page import Duties, Facts, Files, Page, Table, Timeline
from guanjia.web.register import Register

USE = LabelledChoiceField(label=_("用途"), choices=list(USES.items()))
USE_IF_KNOWN = LabelledChoiceField(label=_("用途"), choices=[("", _("未装修")), *USES.items()], required=False)


class AddressField(forms.CharField):
    """「3栋2单元1801室」, read as 「3-2-1801」."""

    def to_python(self, value: Any) -> str:
        return addresses.normal(super().to_python(value))


class BuildingRegister(Register):
    """楼栋台账"""

    label = _("楼栋台账")
    model = Building
    icon = "building"
    identity = ("code",)
    columns = ("code", "name", "address_district", "address_community")
    search = ("code", "name")
    fields = (
        "code",
        Field("name", required=False, help_text=_("留空为「3栋」的样子")),
        Field("address_district", required=False, help_text=_("留空取项目的区县")),
        Field("address_community", required=False, help_text=_("留空取项目名称")),
        Field(
            "entrance_names",
            form_field=lambda act: ListField(label=_("单元"), required=False, help_text=_("例如：1、2、3")),
            initial=lambda row: [entrance.name for entrance in row.entrances.all()],
        ),
    )
    order = ("code",)
    create, change = services.register_building, services.correct_building
    page = Page(
        Facts("code", "name", "address_district", "address_community"),
        Table("entrances", columns=("name",), title=_("单元"), order=("name",)),
        Table("houses", columns=("code", "floor", "kind", "area_m2", "state"), title=_("房屋"), order=("sort_code",)),
        Timeline(),
    )


class HouseRegister(Register):
    """房屋台账"""

    label = _("房屋台账")
    model = House
    icon = "house"
    identity = ("code",)
    columns = ("code", "building", "floor", "kind", "area_m2", "layout", "state", Column("standing", _("房屋状态")))
    more_columns = ("path",)
    filters = ("building", "kind", "state", "area_m2")
    search = ("path", "number")
    fields = (
        Field("code", form_field=lambda act: AddressField(label=_("房号"), max_length=60, help_text=_("楼号-单元-房号，例如 3-2-1801"))),
        "floor",
        "kind",
        "area_m2",
        "layout",
        Field("state", fixed=True),
    )
    order = ("sort_code",)
    create, change = services.register_house, services.correct_house
    actions = (
        Action(services.sell_house, machine=HOUSE, fields={"on": _("售出日期")}),
        Action(services.take_back_house, machine=HOUSE, fields={"reason": _("退房原因")}),
        Action(services.hand_over_house, machine=HOUSE, fields={"on": _("交付日期"), "use": USE_IF_KNOWN}),
        Action(
            services.change_use,
            _("登记用途"),
            fields={"use": USE, "starts_on": _("起"), "ends_on": _("止（不含）")},
            shown=lambda house, act: house.state == "handed_over",
        ),
    )
    page = Page(
        Facts("path", "standing", "state", "kind", "floor", "area_m2", "layout"),
        Table("occupancies", columns=("customer", "role", "starts_on", "ends_on"), title=_("住户"), order=("-starts_on",)),
        Table("uses", columns=("use", "starts_on", "ends_on"), title=_("用途"), order=("-starts_on",)),
        Timeline(),
        Duties(),
        Files(),
    )

    def rows(self, act: Act) -> QuerySet:
        return super().rows(act).with_use(timezone.localdate(act.at))

    def make(self, act: Act, values: dict[str, Any], project: Any = None) -> House:
        project = values.get("project") or project
        place = selectors.place_of(values["code"], project, act)
        return super().make(act, place | {k: v for k, v in values.items() if k not in ("code", "project")}, project)

    def alter(self, act: Act, row: House, values: dict[str, Any]) -> House:
        place = selectors.place_of(values["code"], row.project, act)
        return super().alter(act, row, place | {k: v for k, v in values.items() if k != "code"})


class AreaRegister(Register):
    """公共区域台账"""

    label = _("公共区域台账")
    model = CommonArea
    icon = "place"
    identity = ("building", "name")
    columns = ("name", "kind", "building")
    filters = ("kind", "building")
    search = ("name",)
    fields = (Field("building", fixed=True), Field("name", fixed=True), Field("kind", fixed=True))
    order = ("name",)
    create = services.register_area
