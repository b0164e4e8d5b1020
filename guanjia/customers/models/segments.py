"""Into which class a customer falls, since when, and why."""

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from guanjia.estate.spells import Spell, SpellQuerySet, apart, forwards
from guanjia.kernel.privacy import internal

from ..states import SEGMENTS
from .people import Customer


class Segment(Spell):
    """客户分类: a letter over a span of days, with the reasons that the rule gave."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="segments", verbose_name=_("客户"))
    letter = models.CharField(_("分类"), max_length=1, choices=list(SEGMENTS.items()))
    because = models.CharField(_("依据"), max_length=200)

    privacy = internal("because")

    objects = SpellQuerySet.as_manager()

    class Meta(Spell.Meta):
        verbose_name = verbose_name_plural = _("客户分类")
        ordering = ["customer", "-starts_on"]
        constraints = [
            apart("customers_one_segment_a_day", "customer", message=_("同一天只能有一个分类。")),
            forwards("customers_segment_forwards"),
            CheckConstraint(condition=Q(letter__in=list(SEGMENTS)), name="customers_segment_letter"),
        ]

    def __str__(self) -> str:
        return self.get_letter_display()
