"""Backtests that somebody asked for: what was asked, how far it has come, what came out."""

from datetime import datetime, time
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.act import Act
from guanjia.kernel.privacy import internal
from guanjia.kernel.querysets import SubjectQuerySet
from guanjia.org.models import Person
from guanjia.org.scope import CompanyScoped


class BacktestQuerySet(SubjectQuerySet):
    def visible_to(self, act: Act) -> "BacktestQuerySet":
        """Those of whose projects the act may ask every one: the answer names subjects of each."""
        seen = super().visible_to(act)
        if act.rights.everywhere:
            return seen
        return seen.filter(projects__contained_by=[str(one) for one in act.rights.projects("rulebook.backtest.ask")])


class Backtest(CompanyScoped):
    """One question about past days under other rules. It touches nothing, so it may be reckoned again at any time."""

    QUEUED, RUNNING, DONE, CANCELLED, FAILED = "queued", "running", "done", "cancelled", "failed"
    STATES = [(QUEUED, _("排队中")), (RUNNING, _("正在计算")), (DONE, _("已算完")), (CANCELLED, _("已取消")), (FAILED, _("没有算成"))]
    LIVING = (QUEUED, RUNNING)

    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    since = models.DateField(_("自"))
    #: the first day that is no longer part of it
    until = models.DateField(_("至"))
    #: keys of the projects, as text
    projects = models.JSONField(default=list)
    #: [[rule, key, value]]; the key "on" switches a clause, "draft" holds the {title, definition} of an own rule's draft
    changes = models.JSONField(default=list)
    everything = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=STATES, default=QUEUED)
    job_id = models.BigIntegerField(null=True)
    lines = models.PositiveBigIntegerField(default=0)
    lines_read = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True, default="")
    #: what `backtest.run` told
    result = models.JSONField(null=True)

    privacy = internal("since", "until", "projects", "changes", "error", "result")

    objects = BacktestQuerySet.as_manager()

    class Meta:
        verbose_name = _("回测")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["queued", "running", "done", "cancelled", "failed"]), name="backtest_state"),
            models.CheckConstraint(condition=Q(since__lt=F("until")), name="backtest_days_in_order"),
        ]
        indexes = [models.Index(fields=["job_id"], condition=Q(state__in=["queued", "running"]), name="backtest_living")]

    by_id: Any

    @property
    def is_living(self) -> bool:
        """Still waiting or being reckoned."""
        return self.state in self.LIVING

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From when until when, as moments."""
        zone = timezone.get_current_timezone()
        return datetime.combine(self.since, time(), zone), datetime.combine(self.until, time(), zone)
