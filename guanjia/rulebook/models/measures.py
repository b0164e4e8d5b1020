"""What was chosen and what was counted: draws from a population, readings of a share."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal
from guanjia.org.scope import Scoped


class Draw(Scoped):
    """A seeded, journalled choice from a population: who is owed a visit today."""

    rule = models.CharField(max_length=12)
    period = models.CharField(max_length=12)
    seed = models.CharField(max_length=64)
    population = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    chosen = models.JSONField(default=list)
    drawn_at = models.DateTimeField()

    privacy = internal("seed", "chosen")

    class Meta:
        verbose_name = _("抽取")
        constraints = [models.UniqueConstraint(fields=["rule", "project", "period"], name="draw_once")]


class Reading(Scoped):
    """A measured share: numerator over denominator, for one clause, project and period."""

    rule = models.CharField(_("条款"), max_length=12)
    stage = models.CharField(max_length=24, blank=True, default="")
    period = models.CharField(_("期间"), max_length=12)
    numerator_count = models.PositiveIntegerField(_("达到"))
    denominator_count = models.PositiveIntegerField(_("应达"))
    target = models.DecimalField(_("目标"), max_digits=5, decimal_places=4, null=True)
    taken_at = models.DateTimeField()

    class Meta:
        verbose_name = _("指标读数")
        constraints = [
            models.UniqueConstraint(fields=["rule", "stage", "project", "period"], name="reading_once"),
            models.CheckConstraint(condition=Q(numerator_count__lte=F("denominator_count")), name="reading_share"),
        ]

    @property
    def share(self) -> float | None:
        """The share, or None of nothing."""
        return self.numerator_count / self.denominator_count if self.denominator_count else None
