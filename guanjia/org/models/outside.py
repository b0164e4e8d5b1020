"""Whom one works with outside, and what was talked over with them (ORG-034)."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal, personal, public, reach

from ..states import BODIES
from .companies import OfCompany
from .scoped import Scoped


class Partner(OfCompany):
    """合作单位: an authority, a committee, a developer, a contractor, an insurer: whoever one deals with outside."""

    kind = models.CharField(_("类别"), max_length=16, choices=list(BODIES.items()))
    name = models.CharField(_("单位"), max_length=100)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, default="")
    contact = models.CharField(_("联系人"), max_length=40, blank=True, default="")
    phone = models.CharField(_("电话"), max_length=24, blank=True, default="")
    note = models.CharField(_("备注"), max_length=200, blank=True, default="")

    privacy = public("name", "credit_code") | personal("contact") | reach("phone") | internal("note")

    class Meta:
        verbose_name = _("合作单位")
        ordering = ["name"]
        constraints = [
            UniqueConstraint(fields=["company", "name"], name="partner_name_once", violation_error_message=_("已有同名的单位。")),
            UniqueConstraint(
                fields=["company", "credit_code"],
                condition=~Q(credit_code=""),
                name="partner_credit_code_once",
                violation_error_message=_("这个统一社会信用代码已登记在另一单位名下。"),
            ),
            CheckConstraint(condition=Q(kind__in=list(BODIES)), name="partner_kind"),
            CheckConstraint(condition=Q(name__regex=r"\S"), name="partner_name_filled", violation_error_message=_("请填写单位名称。")),
        ]

    def __str__(self) -> str:
        return self.name


class Liaison(Scoped):
    """对外联络: who was met about what, and what came of it. A line of the register is never edited; what was wrong is told by another."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="liaisons", verbose_name=_("单位"))
    contact = models.CharField(_("联系人"), max_length=40)
    phone = models.CharField(_("电话"), max_length=24)
    on = models.DateField(_("日期"))
    matter = models.CharField(_("事项"), max_length=200)
    result = models.CharField(_("结果"), max_length=400)

    privacy = personal("contact") | reach("phone") | internal("matter", "result", "on")

    class Meta(Scoped.Meta):
        verbose_name = _("对外联络")
        ordering = ["-on", "-id"]
        indexes = [Index(fields=["project", "-on"], name="liaison_of_project")]

    def __str__(self) -> str:
        return f"{self.on} {self.partner}"
