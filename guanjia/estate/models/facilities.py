"""Facilities: what runs in the common places, what it is insured for, and until when its maker answers for it."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal, personal, reach
from guanjia.org.scope import Scoped

from ..spells import Spell, SpellQuerySet, forwards
from ..states import CRITICALITIES, FACILITIES, FACILITY, RUNNING
from .common import filled, one_of
from .houses import House
from .places import Building, CommonArea


class Facility(Scoped):
    """A lift, a pump, a gate: something that can fail."""

    code = models.CharField(_("设备编号"), max_length=30)
    name = models.CharField(_("设备名称"), max_length=60)
    kind = models.CharField(_("类别"), max_length=10, choices=list(FACILITIES.items()))
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="facilities", verbose_name=_("楼栋"))
    area = models.ForeignKey(CommonArea, models.PROTECT, null=True, blank=True, related_name="facilities", verbose_name=_("所在区域"))
    installed_on = models.DateField(_("安装日期"), null=True, blank=True)
    criticality = models.CharField(_("重要程度"), max_length=10, choices=list(CRITICALITIES.items()), default="ordinary")
    state = models.CharField(_("状态"), max_length=8, choices=FACILITY.choices, default=RUNNING)
    state_since = models.DateTimeField(_("状态自"), null=True, blank=True)

    privacy = internal("name")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("设施设备")
        ordering = ["code"]
        constraints = [
            UniqueConstraint(
                fields=["project", "code"], name="estate_facility_once", violation_error_message=_("本项目已有这个设备编号。")
            ),
            filled("code", "estate_facility_code_filled", _("设备编号不能空白。")),
            filled("name", "estate_facility_name_filled", _("设备名称不能空白。")),
            CheckConstraint(condition=Q(kind__in=list(FACILITIES)), name="estate_facility_kind"),
            CheckConstraint(condition=Q(criticality__in=list(CRITICALITIES)), name="estate_facility_criticality"),
            FACILITY.constraint("estate_facility_state"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.code}）"


class Warranty(Spell):
    """保修: for a part of a house, a facility or a common area, somebody answers from one day to another."""

    house = models.ForeignKey(House, models.PROTECT, null=True, blank=True, related_name="warranties", verbose_name=_("房屋"))
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, blank=True, related_name="warranties", verbose_name=_("设施设备"))
    area = models.ForeignKey(CommonArea, models.PROTECT, null=True, blank=True, related_name="warranties", verbose_name=_("公共区域"))
    part = models.CharField(_("部位"), max_length=60)
    provider = models.CharField(_("保修单位"), max_length=80)

    privacy = internal("part", "provider")

    objects = SpellQuerySet.as_manager()

    class Meta(Spell.Meta):
        verbose_name = verbose_name_plural = _("保修")
        ordering = ["-starts_on"]
        constraints = [
            one_of("house", "facility", "area", name="estate_warranty_of_one", message=_("请在房屋、设施设备、公共区域中选定一项。")),
            UniqueConstraint(
                fields=["project", "house", "facility", "area", "part", "starts_on"],
                nulls_distinct=False,
                name="estate_warranty_once",
                violation_error_message=_("同一部位同一天的保修已登记。"),
            ),
            filled("part", "estate_warranty_part_filled", _("请写明保修部位。")),
            filled("provider", "estate_warranty_provider_filled", _("请写明保修单位。")),
            CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="estate_warranty_ends", violation_error_message=_("保修止期须晚于起期。")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} · {self.provider}"


class Insurance(Spell):
    """保险 (EST-012): what is insured, under which policy, and whom to turn to when something happens to it."""

    item = models.CharField(_("投保项目"), max_length=80)
    policy = models.CharField(_("保单"), max_length=60)
    insurer = models.CharField(_("保险公司"), max_length=80, blank=True, default="")
    contact = models.CharField(_("理赔联系人"), max_length=60)
    contact_phone = models.CharField(_("理赔电话"), max_length=40, blank=True, default="")
    terms = models.TextField(_("合同条款"))
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, blank=True, related_name="insurances", verbose_name=_("设施设备"))
    area = models.ForeignKey(CommonArea, models.PROTECT, null=True, blank=True, related_name="insurances", verbose_name=_("公共区域"))

    privacy = internal("item", "policy", "insurer", "terms") | personal("contact") | reach("contact_phone")

    objects = SpellQuerySet.as_manager()

    class Meta(Spell.Meta):
        verbose_name = verbose_name_plural = _("保险")
        ordering = ["-starts_on"]
        constraints = [
            UniqueConstraint(
                fields=["project", "policy", "item", "starts_on"],
                name="estate_insurance_once",
                violation_error_message=_("这份保单的这个项目已登记。"),
            ),
            filled("item", "estate_insurance_item_filled", _("请写明投保项目。")),
            filled("policy", "estate_insurance_policy_filled", _("请写明保单号。")),
            filled("contact", "estate_insurance_contact_filled", _("请写明理赔联系人。")),
            filled("terms", "estate_insurance_terms_filled", _("请写明合同条款。")),
            forwards("estate_insurance_forwards"),
        ]
        indexes = [Index(fields=["project", "ends_on"], name="estate_insurance_ending")]

    def __str__(self) -> str:
        return f"{self.item} · {self.policy}"
