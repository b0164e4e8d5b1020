"""What is counted over a period, and when it reached its threshold."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanjia.org.scope import Scoped


class Tally(Scoped):
    """How much of something there was in one period, for one key: kept in the act of each fact, recountable from the journal."""

    rule = models.CharField(_("条款"), max_length=12)
    stage = models.CharField(max_length=24, blank=True, default="")
    #: what is counted apart: a reference, or a word of the fact
    key = models.CharField(_("对象"), max_length=80)
    period = models.CharField(_("期间"), max_length=12)
    amount = models.DecimalField(_("累计"), max_digits=16, decimal_places=4, default=0)
    reached_at = models.DateTimeField(_("到限时间"), null=True)

    class Meta:
        verbose_name = _("累计")
        constraints = [models.UniqueConstraint(fields=["rule", "stage", "project", "key", "period"], name="tally_once")]
