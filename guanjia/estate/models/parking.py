"""Parking spaces, and which house has each by what right, from when to when."""

from decimal import Decimal

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.org.scope import Scoped

from ..spells import Spell, SpellQuerySet, apart, forwards
from ..states import RIGHTS, SPACE_STATES, SPACES
from .common import filled
from .houses import House
from .places import CommonArea


class ParkingSpace(Scoped):
    """One marked place for one car."""

    code = models.CharField(_("车位号"), max_length=20)
    kind = models.CharField(_("类型"), max_length=12, choices=list(SPACES.items()), default="standard")
    area = models.ForeignKey(CommonArea, models.PROTECT, null=True, blank=True, related_name="spaces", verbose_name=_("所在区域"))
    area_m2 = models.DecimalField(_("面积（㎡）"), max_digits=8, decimal_places=2, null=True, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=list(SPACE_STATES.items()), default="usable")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("车位")
        ordering = ["code"]
        constraints = [
            UniqueConstraint(fields=["project", "code"], name="estate_space_once", violation_error_message=_("本项目已有这个车位号。")),
            filled("code", "estate_space_code_filled", _("车位号不能空白。")),
            CheckConstraint(
                condition=Q(area_m2=None) | Q(area_m2__gt=Decimal(0)),
                name="estate_space_area_positive",
                violation_error_message=_("车位面积须大于 0。"),
            ),
            CheckConstraint(condition=Q(kind__in=list(SPACES)), name="estate_space_kind"),
            CheckConstraint(condition=Q(state__in=list(SPACE_STATES)), name="estate_space_state"),
        ]

    def __str__(self) -> str:
        return self.code


class ParkingUse(Spell):
    """A house has a space: by title, or by lease, which may lie over another house's title."""

    space = models.ForeignKey(ParkingSpace, models.PROTECT, related_name="uses", db_index=False, verbose_name=_("车位"))
    house = models.ForeignKey(House, models.PROTECT, related_name="parking", verbose_name=_("房屋"))
    right = models.CharField(_("权属"), max_length=6, choices=list(RIGHTS.items()))

    objects = SpellQuerySet.as_manager()

    class Meta(Spell.Meta):
        verbose_name = verbose_name_plural = _("车位使用")
        ordering = ["space", "-starts_on"]
        constraints = [
            apart("estate_parking_apart", "space", "right", message=_("这段时间内车位已归别的房屋。")),
            forwards("estate_parking_forwards"),
            CheckConstraint(condition=Q(right__in=list(RIGHTS)), name="estate_parking_right"),
        ]
        indexes = [Index(fields=["space", "-starts_on"], name="estate_parking_of_space")]

    def __str__(self) -> str:
        return f"{self.space} · {self.get_right_display()}"
