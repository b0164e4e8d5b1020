"""Two files that look alike and are two people."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.org.scope import Scoped

from .people import Customer


class Distinction(Scoped):
    """Somebody looked at both and said that they are two: the pair is not suggested again. `first` has the smaller key."""

    first = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("档案甲"))
    second = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("档案乙"))

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("各是各的")
        constraints = [
            UniqueConstraint(fields=["first", "second"], name="customers_told_apart_once"),
            CheckConstraint(condition=Q(first__lt=F("second")), name="customers_told_apart_in_order"),
        ]
