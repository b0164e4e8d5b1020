"""Snapshots: the figures of a report as they stood when it was made."""

from django.db import models
from django.db.models import Index, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal, staff
from guanjia.kernel.querysets import SubjectQuerySet
from guanjia.org.scope import Scoped
from guanjia.quality.models import Signoff


class Snapshot(Scoped):
    """快照: one report of one project and period. A draft is made again as often as wanted; what is signed stays."""

    report = models.CharField(_("报告"), max_length=24)
    period = models.CharField(_("期间"), max_length=12)
    content = models.JSONField(default=dict)
    digest = models.CharField(_("内容摘要"), max_length=64)
    made_at = models.DateTimeField(_("生成时间"))
    made_by = models.CharField(_("生成人"), max_length=60)
    signoff = models.OneToOneField(Signoff, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("签认"))

    privacy = internal("report", "content") | staff("made_by")

    objects = SubjectQuerySet.as_manager()

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("报告")
        ordering = ["-period", "project"]
        constraints = [
            UniqueConstraint(
                fields=["project", "report", "period"],
                name="insight_snapshot_once",
                violation_error_message=_("这一期间已有报告。"),
            )
        ]
        indexes = [Index(fields=["report", "period"], name="insight_snapshot_of_period")]

    def __str__(self) -> str:
        return str(self.content.get("title") or self.period)
