"""How houses became others: one was split into several, several were merged into one. Append-only, read both ways."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal, personal
from guanjia.org.scope import Scoped

from ..states import CHANGES
from .common import filled
from .houses import House


class HouseChange(Scoped):
    """A split or a merge on a day. Its parts say which houses closed and which began."""

    kind = models.CharField(_("变更"), max_length=8, choices=list(CHANGES.items()))
    on = models.DateField(_("变更日期"))
    reason = models.CharField(_("原因"), max_length=200)

    privacy = internal("on") | personal("reason")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("房屋变更")
        ordering = ["-on", "-id"]
        constraints = [
            CheckConstraint(condition=Q(kind__in=list(CHANGES)), name="estate_change_kind"),
            filled("reason", "estate_change_reason_filled", _("请写明变更原因。")),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.get_kind_display()}"

    @property
    def words(self) -> str:
        """「3-2-1801 → 3-2-1801A、3-2-1801B」."""
        parts = list(self.parts.all())
        return " → ".join("、".join(part.house.code for part in parts if part.is_new is is_new) for is_new in (False, True))


class HouseChangePart(Scoped):
    """A house in a change: one that ended there (`is_new` no), or one that began (yes). A house ends once and begins once."""

    change = models.ForeignKey(HouseChange, models.PROTECT, related_name="parts", verbose_name=_("变更"))
    house = models.ForeignKey(House, models.PROTECT, related_name="change_parts", verbose_name=_("房屋"))
    is_new = models.BooleanField(_("变更后"))
    area_m2 = models.DecimalField(_("建筑面积（㎡）"), max_digits=10, decimal_places=2)

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("变更房屋")
        ordering = ["change", "is_new", "house__sort_code"]
        constraints = [
            UniqueConstraint(
                fields=["house", "is_new"],
                name="estate_house_ends_and_begins_once",
                violation_error_message=_("这套房屋已经拆分或合并过。"),
            )
        ]
        indexes = [Index(fields=["change", "is_new"], name="estate_parts_of_change")]
