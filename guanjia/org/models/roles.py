"""What a role may run, how far, and what a company has changed about it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal

from ..states import REACHES
from .companies import OfCompany


class Role(models.Model):
    """A role of the closed list, with the use cases its posts may run in one project. Rows are data; `roles.py` seeds them."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(_("角色"), max_length=40)
    reach = models.CharField(_("范围"), max_length=8, choices=list(REACHES.items()), default="project")
    permissions = models.JSONField(_("可执行"), default=list)
    rank = models.PositiveSmallIntegerField(default=0)
    superior = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")

    privacy = internal("name", "permissions")

    class Meta:
        verbose_name = _("角色")

    def __str__(self) -> str:
        return self.name


class RoleSetting(OfCompany):
    """What one company gives to a role, takes from it, or calls it; the role itself is everybody's and stays as it is.

    `given` and `taken` hold names of use cases or families (`desk.case.*`).
    """

    role = models.ForeignKey(Role, models.PROTECT, related_name="settings", verbose_name=_("角色"))
    title = models.CharField(_("本公司的叫法"), max_length=40, blank=True, default="")
    reach = models.CharField(_("范围（不填随角色）"), max_length=8, choices=list(REACHES.items()), blank=True, default="")
    second_factor = models.BooleanField(_("登录须两步验证"), default=False)
    given = models.JSONField(_("另外可以"), default=list, blank=True)
    taken = models.JSONField(_("不得"), default=list, blank=True)

    privacy = internal("title", "given", "taken")

    class Meta:
        verbose_name = _("角色调整")
        constraints = [
            models.UniqueConstraint(fields=["company", "role"], name="role_setting_once", violation_error_message=_("这个角色已有调整。"))
        ]

    def __str__(self) -> str:
        return self.title or self.role.name


class AuthorityLimit(OfCompany):
    """How far a role may decide by itself in a matter; beyond it, the superior instructs (ORG-033)."""

    role = models.ForeignKey(Role, models.PROTECT, related_name="limits")
    matter = models.CharField(_("事项"), max_length=40)
    amount_fen = models.BigIntegerField(_("金额上限（分）"))

    privacy = internal("matter")

    class Meta:
        verbose_name = _("权限额度")
        constraints = [
            models.UniqueConstraint(fields=["company", "role", "matter"], name="authority_limit_once"),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="authority_limit_not_negative"),
        ]
