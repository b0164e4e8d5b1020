"""Leave to look people up: who asked, for whom, what for, from when to when. It ends by itself."""

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q
from django.utils.translation import gettext_lazy as _

from guanjia.estate.models import House
from guanjia.kernel.privacy import personal
from guanjia.kernel.states import PURPOSES
from guanjia.org.models import Person
from guanjia.org.scope import Scoped

from ..states import ACCESS, LOOK_SCOPES, REQUESTED
from .people import Customer


class AccessRequest(Scoped):
    """查阅申请: somebody whose post does not look customers up asks to, within a scope and for some days (CUS-008)."""

    owned_by = ("asker_id",)
    privacy = personal("reason")

    state = models.CharField(_("状态"), max_length=10, choices=ACCESS.choices, default=REQUESTED)
    asker = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("申请人"))
    purpose = models.CharField(_("用途"), max_length=12, choices=list(PURPOSES.items()))
    scope = models.CharField(_("范围"), max_length=10, choices=list(LOOK_SCOPES.items()))
    house = models.ForeignKey(House, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("房屋"))
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("客户"))
    reason = models.CharField(_("说明"), max_length=200)
    days = models.PositiveSmallIntegerField(_("天数"))
    asked_at = models.DateTimeField(_("申请时间"))
    granted_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    ends_at = models.DateTimeField(_("到期时间"), null=True, blank=True)

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("查阅申请")
        constraints = [
            ACCESS.constraint("customers_access_state"),
            CheckConstraint(
                condition=Q(days__gte=1, days__lte=31), name="customers_access_days", violation_error_message=_("期限为 1 至 31 天。")
            ),
            CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gt=F("granted_at")), name="customers_access_forwards"),
            CheckConstraint(
                condition=Q(scope="house", house__isnull=False, customer=None)
                | Q(scope="customer", customer__isnull=False, house=None)
                | Q(scope="project", house=None, customer=None),
                name="customers_access_names_its_scope",
                violation_error_message=_("请写明查阅范围。"),
            ),
        ]
        indexes = [Index(fields=["asker", "-asked_at"], name="customers_access_of_asker")]

    def __str__(self) -> str:
        return f"{self.asker} · {self.get_scope_display()}"

    def is_live(self, at: Any) -> bool:
        """True while it may be used: granted, and not ended by itself."""
        return self.state == "granted" and at < self.ends_at
