"""Registers of estate: buildings, houses, common places, and what stands in them."""

from typing import Any

from django import forms
from django.db.models import DateField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guanjia.customers.models import Occupancy
from guanjia.customers.states import CO_OWNER, OWNER, TENANT
from guanjia.estate import addresses, selectors, services
from guanjia.estate.models import (
    Building,
    CommonArea,
    Drawing,
    Facility,
    House,
    HouseChange,
    HouseChangePart,
    HouseUse,
    Insurance,
    Meter,
    MeterReading,
    ParkingSpace,
    ParkingUse,
    Warranty,
)
from guanjia.estate.states import FACILITY, FINAL, HOUSE, LET, PURPOSES, SLOTS, USES, VACANT, VENUE
from guanjia.kernel.act import Act
from guanjia.rulebook import realises
from guanjia.web.actions import Action
from guanjia.web.columns import Column
from guanjia.web.fields import LabelledChoiceField, ListField, PictureField, UploadField
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
    more_columns = ("path", "sold_on", "handed_over_on", "opened_on", "closed_on")
    filters = ("building", "kind", "state", "area_m2", "closed_on")
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
            fields={
                "use": USE,
                "starts_on": _("起"),
                "ends_on": _("止（不含）"),
                "reason": forms.CharField(label=_("原因"), required=False, max_length=200),
                "keys_at": forms.CharField(label=_("钥匙存放"), required=False, max_length=80),
            },
            shown=lambda house, act: house.state == "handed_over" and not house.is_closed,
        ),
    )
    page = Page(
        Facts("path", "standing", "state", "kind", "floor", "area_m2", "layout"),
        Table("occupancies", columns=("customer", "role", "starts_on", "ends_on"), title=_("住户"), order=("-starts_on",)),
        Table("uses", columns=("use", "starts_on", "ends_on", "reason"), title=_("用途"), order=("-starts_on",)),
        Table("change_parts", columns=("change", "is_new", "area_m2"), title=_("变更"), order=("-pk",)),
        Table("parking", columns=("space", "right", "starts_on", "ends_on"), title=_("车位"), order=("-starts_on",)),
        Table("meters", columns=("code", "kind", "position", "installed_on", "removed_on"), title=_("表计"), order=("kind", "code")),
        Table("warranties", columns=("part", "provider", "starts_on", "ends_on"), title=_("保修"), order=("-ends_on",)),
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
    fields = (Field("building", fixed=True), Field("name", fixed=True), Field("kind", fixed=True), "venue", "capacity", "rules")
    order = ("name",)
    create, change = services.register_area, services.correct_area
    page = Page(
        Facts("name", "kind", "building", "venue", "capacity", "rules"),
        Table("facilities", columns=("code", "name", "kind", "state"), title=_("设施设备"), order=("code",)),
        Table("meters", columns=("code", "kind", "position", "installed_on", "removed_on"), title=_("表计"), order=("code",)),
        Table("warranties", columns=("part", "provider", "starts_on", "ends_on"), title=_("保修"), order=("-starts_on",)),
        Timeline(),
        Files(),
    )


@realises("EST-014")
class VenueRegister(Register):
    """场地清单: where people of the estate meet, play and read notices."""

    label = _("场地清单")
    model = CommonArea
    icon = "star"
    identity = ("building", "name")
    columns = ("name", "venue", "capacity", "building", "rules")
    filters = ("venue", "building", "capacity")
    search = ("name", "rules")
    fields = (Field("building", fixed=True), Field("name", fixed=True), Field("venue", required=True), "capacity", "rules")
    order = ("name",)
    create, change = services.register_area, services.correct_area
    page = Page(Facts("name", "venue", "capacity", "building", "rules"), Timeline(), Duties(), Files())

    def rows(self, act: Act) -> QuerySet:
        return super().rows(act).filter(kind=VENUE)

    def make(self, act: Act, values: dict[str, Any], project: Any = None) -> CommonArea:
        return super().make(act, values | {"kind": VENUE}, project)


# -- what a house is used for ----------------------------------------------------------------------
class UseRegister(Register, abstract=True):
    """Spells of one use: from, to, how long, why, and whom to ask."""

    model = HouseUse
    use: str
    asked: tuple[str, ...]  # the roles of those to be asked about it
    identity = ("house", "starts_on")
    filters = ("house__building", "starts_on", "ends_on", "reason")
    search = ("house__path", "reason")
    box = ""
    needs = ("house",)
    order = ("-starts_on",)
    fields = ("reason", "keys_at")
    change = services.describe_use

    def rows(self, act: Act) -> QuerySet:
        """Spells of this use with the name of the first of those who were there then."""
        there = Occupancy.objects.visible_to(act).filter(house=OuterRef("house"), role__in=self.asked)
        there = there.filter(Q(ends_on=None) | Q(ends_on__gt=OuterRef("starts_on")))
        names = there.order_by("-starts_on", "pk").values("customer__name")[:1]
        rows = super().rows(act).filter(use=self.use)
        return rows.annotate(as_of=Value(timezone.localdate(act.at), DateField()), person_name=Subquery(names))


class VacancyRegister(UseRegister):
    """空置台账: houses that stand empty, since when, why, and where their keys are."""

    label = _("空置台账")
    icon = "lock"
    use, asked = VACANT, (OWNER, CO_OWNER)
    columns = ("house", "starts_on", "ends_on", Column("days", _("空置天数"), kind="number", sortable=False), "reason", "keys_at",
               Column("person_name", _("业主"), sortable=False))  # fmt: skip
    page = Page(Facts("house", "starts_on", "ends_on", "reason", "keys_at"), Timeline(), Duties(), Files())


class LettingRegister(UseRegister):
    """出租台账: houses that are let, from when to when, and to whom."""

    label = _("出租台账")
    icon = "people"
    use, asked = LET, (TENANT,)
    columns = ("house", "starts_on", "ends_on", Column("days", _("出租天数"), kind="number", sortable=False),
               Column("person_name", _("租户"), sortable=False), "reason")  # fmt: skip
    page = Page(Facts("house", "starts_on", "ends_on", "reason", "keys_at"), Timeline(), Duties(), Files())


class HouseChangeRegister(Register):
    """房屋变更: which houses were split or merged into which."""

    label = _("房屋变更")
    model = HouseChange
    icon = "swap"
    see = "estate.house.see"
    identity = ("id",)
    columns = ("on", "kind", Column("words", _("变更前后"), sortable=False), "reason")
    filters = ("kind", "on")
    search = ("reason",)
    box = ""
    order = ("-on",)
    page = Page(
        Facts("on", "kind", "reason"),
        Table("parts", columns=("house", "is_new", "area_m2"), title=_("房屋"), order=("is_new", "house__sort_code")),
        Timeline(),
        Files(),
    )

    def rows(self, act: Act) -> QuerySet:
        parts = HouseChangePart.objects.visible_to(act).select_related("house").order_by("house__sort_code")
        return super().rows(act).prefetch_related(Prefetch("parts", parts))


# -- parking ---------------------------------------------------------------------------------------
class ParkingSpaceRegister(Register):
    """车位台账"""

    label = _("车位台账")
    model = ParkingSpace
    icon = "car"
    identity = ("code",)
    columns = ("code", "kind", "area", "area_m2", "state")
    filters = ("kind", "state", "area")
    search = ("code",)
    fields = (Field("code", fixed=True), "kind", "area", "area_m2", "state")
    order = ("code",)
    create, change = services.register_space, services.correct_space
    page = Page(
        Facts("code", "kind", "area", "area_m2", "state"),
        Table("uses", columns=("house", "right", "starts_on", "ends_on"), title=_("归谁使用"), order=("-starts_on",)),
        Timeline(),
        Files(),
    )


class ParkingUseRegister(Register):
    """车位使用台账: which house has which space, by what right, from when to when."""

    label = _("车位使用")
    model = ParkingUse
    icon = "car"
    see = "estate.parking.see"
    identity = ("space", "right", "starts_on")
    columns = ("space", "house", "right", "starts_on", "ends_on")
    filters = ("space", "house", "right", "starts_on", "ends_on")
    search = ("space__code", "house__path")
    box = ""
    needs = ("space", "house")
    fields = tuple(Field(name, fixed=True) for name in ("space", "house", "right", "starts_on", "ends_on"))
    order = ("-starts_on",)
    create = services.assign_space
    actions = (
        Action(services.release_space, _("收回车位"), fields={"ends_on": _("收回日期")}, shown=lambda use, act: use.ends_on is None),
    )
    page = Page(Facts("space", "house", "right", "starts_on", "ends_on"), Timeline(), Files())


# -- facilities, insurances, drawings --------------------------------------------------------------
class FacilityRegister(Register):
    """设施设备台账"""

    label = _("设施设备台账")
    model = Facility
    icon = "gear"
    identity = ("code",)
    columns = ("code", "name", "kind", "criticality", "building", "area", "installed_on", "state", "state_since")
    filters = ("kind", "criticality", "state", "building", "area", "installed_on")
    search = ("code", "name")
    fields = (Field("code", fixed=True), "name", "kind", "criticality", "building", "area", "installed_on")
    order = ("code",)
    create, change = services.register_facility, services.correct_facility
    actions = (
        Action(services.fail_facility, machine=FACILITY, icon="warn", tone="danger", fields={"symptom": _("故障现象")}),
        Action(services.restore_facility, machine=FACILITY, icon="check", tone="primary", fields={"result": _("处理结果")}),
    )
    page = Page(
        Facts("code", "name", "kind", "criticality", "building", "area", "installed_on", "state", "state_since"),
        Table("warranties", columns=("part", "provider", "starts_on", "ends_on"), title=_("保修"), order=("-starts_on",)),
        Table("insurances", columns=("item", "policy", "contact", "starts_on", "ends_on"), title=_("保险"), order=("-starts_on",)),
        Timeline(),
        Duties(),
        Files(),
    )


class WarrantyRegister(Register):
    """保修登记: until when who answers for which part."""

    label = _("保修登记")
    model = Warranty
    icon = "shield"
    identity = ("house", "facility", "area", "part", "starts_on")
    columns = ("part", "house", "facility", "area", "provider", "starts_on", "ends_on")
    filters = ("house", "facility", "area", "provider", "ends_on")
    search = ("part", "provider")
    box = ""
    fields = (
        *(Field(name, fixed=True) for name in ("house", "facility", "area", "part", "provider", "starts_on")),
        Field("ends_on", fixed=True, required=True),
    )
    order = ("-ends_on",)
    create = services.register_warranty
    page = Page(Facts("part", "house", "facility", "area", "provider", "starts_on", "ends_on"), Timeline(), Files())


# The fields of the clause, in its order: what it calls them -> where they stand.
COVER = {"item": "item", "policy": "policy", "insurer_contact": "contact", "terms": "terms"}


@realises("EST-012")
class InsuranceRegister(Register):
    """保险登记: what is insured, and whom to turn to when something happens to it."""

    label = _("保险登记")
    model = Insurance
    icon = "shield"
    identity = ("policy", "item", "starts_on")
    columns = ("item", "policy", "contact", "contact_phone", "terms", "starts_on", "ends_on")
    more_columns = ("insurer", "facility", "area")
    filters = ("item", "policy", "insurer", "facility", "area", "ends_on")
    search = ("item", "policy", "insurer")
    box = ""
    fields = (
        *(Field(name, fixed=True) for name in ("item", "policy", "starts_on")),
        *("ends_on", "insurer", "contact", "contact_phone", "terms", "facility", "area"),
    )
    order = ("-starts_on",)
    create, change = services.register_insurance, services.correct_insurance
    page = Page(
        Facts("item", "policy", "insurer", "contact", "contact_phone", "facility", "area", "starts_on", "ends_on", "terms"),
        Timeline(),
        Files(),
    )


@realises("EST-013")
class DrawingRegister(Register):
    """图纸资料: where things lie in the estate; the newest edition holds."""

    label = _("图纸资料")
    model = Drawing
    icon = "copy"
    identity = ("kind", "title", "edition")
    columns = ("title", "kind", "edition", "published_on", "superseded_on", "note")
    filters = ("kind", "published_on", "superseded_on")
    search = ("title", "note")
    fields = (
        *(Field(name, fixed=True) for name in ("kind", "title", "note")),
        Field("sheet", fixed=True, form_field=lambda act: UploadField(label=_("图纸文件"), required=False, help_text=_("PDF 或图片"))),
    )
    order = ("kind", "title", "-edition")
    create = services.publish_drawing
    page = Page(Facts("title", "kind", "edition", "published_on", "superseded_on", "note"), Timeline(), Files(beside=False))


# -- meters ----------------------------------------------------------------------------------------
class MeterRegister(Register):
    """表计台账"""

    label = _("表计台账")
    model = Meter
    icon = "hourglass"
    identity = ("code",)
    columns = ("code", "kind", "house", "area", "position", "installed_on", "removed_on")
    more_columns = ("unit", "first_value", "replaces")
    filters = ("kind", "house", "area", "installed_on", "removed_on")
    search = ("code", "house__path")
    fields = tuple(Field(name, fixed=True) for name in ("code", "kind", "house", "area", "position", "installed_on", "first_value"))
    order = ("code",)
    create = services.install_meter
    actions = (
        Action(
            services.read_meter,
            _("抄表"),
            icon="edit",
            fields={
                "purpose": LabelledChoiceField(
                    label=_("用途"), choices=[(code, label) for code, label in PURPOSES.items() if code != FINAL]
                ),
                "value": forms.DecimalField(label=_("读数"), max_digits=12, decimal_places=3, min_value=0),
                "read_on": _("抄表日期"),
                "reader_name": forms.CharField(label=_("抄表人"), required=False, max_length=60, help_text=_("留空为本人")),
                "witness_name": forms.CharField(label=_("见证人"), required=False, max_length=60, help_text=_("交房底数与托管必填")),
            },
            shown=lambda meter, act: meter.removed_on is None,
        ),
        Action(
            services.replace_meter,
            _("换表"),
            icon="swap",
            fields={
                "code": forms.CharField(label=_("新表号"), max_length=40),
                "on": _("换表日期"),
                "final_value": forms.DecimalField(label=_("旧表止数"), max_digits=12, decimal_places=3, min_value=0),
                "first_value": forms.DecimalField(label=_("新表起数"), max_digits=12, decimal_places=3, min_value=0, initial=0),
                "reader_name": forms.CharField(label=_("抄表人"), required=False, max_length=60, help_text=_("留空为本人")),
            },
            shown=lambda meter, act: meter.removed_on is None,
        ),
    )
    page = Page(
        Facts("code", "kind", "unit", "house", "area", "position", "installed_on", "first_value", "removed_on", "replaces"),
        Table(
            "readings", columns=("read_on", "purpose", "value", "reader_name", "witness_name"), title=_("读数"), order=("-read_on", "-pk")
        ),
        Timeline(),
        Duties(),
        Files(),
    )


class MeterReadingRegister(Register):
    """表计读数: what was read, by whom, with whom looking on."""

    label = _("表计读数")
    model = MeterReading
    icon = "edit"
    see = "estate.meter.see"
    identity = ("meter", "purpose", "read_on")
    columns = ("meter", "purpose", "value", Column("meter__unit", _("单位")), "read_on", "reader_name", "witness_name")
    filters = ("meter", "purpose", "read_on", "value")
    search = ("meter__code",)
    box = ""
    needs = ("meter",)
    fields = tuple(Field(name, fixed=True) for name in ("meter", "purpose", "read_on", "value", "reader_name", "witness_name"))
    order = ("-read_on",)
    create = services.read_meter
    actions = (
        Action(
            services.sign_reading,
            _("补签名"),
            icon="signature",
            fields={
                "slot": LabelledChoiceField(label=_("谁的签名"), choices=list(SLOTS.items())),
                "image": PictureField(label=_("签名纸面的照片")),
                "method": forms.CharField(widget=forms.HiddenInput, initial="paper"),
            },
        ),
    )
    page = Page(Facts("meter", "purpose", "value", "read_on", "reader_name", "witness_name"), Timeline(), Files(beside=False))

    def make(self, act: Act, values: dict[str, Any], project: Any = None) -> MeterReading:
        meter = values.pop("meter")
        values.pop("project", None)
        return services.read_meter(meter, **values, act=act)
