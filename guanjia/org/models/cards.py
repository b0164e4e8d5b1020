"""Cards of duties: what a post, or a part of the company, is there for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal

from .companies import OfCompany
from .roles import Role


class DutyCard(OfCompany):
    """岗位职责卡: of a role, or of a kind of unit. `lines`: [{"text": …, "rules": ["DESK-004", …]}], in order."""

    role = models.ForeignKey(Role, models.PROTECT, null=True, blank=True, related_name="cards", verbose_name=_("角色"))
    unit_kind = models.CharField(_("单位类别"), max_length=20, blank=True, default="")
    clause = models.CharField(_("条款"), max_length=12, blank=True, default="")
    title = models.CharField(_("名称"), max_length=60)
    lines = models.JSONField(_("职责"), default=list)
    in_use = models.BooleanField(_("现用"), default=False)

    privacy = internal("clause", "lines", "title")

    class Meta:
        verbose_name = _("职责卡")
        constraints = [
            models.CheckConstraint(condition=Q(role__isnull=False) ^ ~Q(unit_kind=""), name="duty_card_of_a_role_or_a_unit"),
            models.UniqueConstraint(fields=["company", "clause"], condition=~Q(clause=""), name="duty_card_of_a_clause_once"),
            models.UniqueConstraint(
                fields=["company", "role"],
                condition=Q(in_use=True, role__isnull=False),
                name="duty_card_of_a_role_in_use_once",
                violation_error_message=_("一个角色只有一张现用的职责卡。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def said(self) -> str:
        """The duties as a numbered text."""
        return "\n".join(f"{nth}. {line['text']}" for nth, line in enumerate(self.lines, 1))
