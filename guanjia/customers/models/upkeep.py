"""Keeping files true: the monthly look at every household, and campaigns that clean up what has gathered."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal
from guanjia.org.models import Person
from guanjia.org.scope import Scoped

from ..states import CLEANUP, CLEANUP_FINISHED, CLEANUP_OPENED
from .living import Household


class HouseholdCheck(Scoped):
    """核对: the check mark in a row of the overview, with day and person, once a period (CUS-013)."""

    household = models.ForeignKey(Household, models.PROTECT, db_index=False, related_name="checks", verbose_name=_("住户"))
    period = models.CharField(_("期间"), max_length=12)
    checker = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("核对人"))
    at = models.DateTimeField(_("核对时间"))

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("住户核对")
        constraints = [
            UniqueConstraint(
                fields=["household", "period"], name="customers_household_checked_once", violation_error_message=_("已核对过。")
            )
        ]


class Cleanup(Scoped):
    """数据清理: a campaign over a project's files, closed with the number of each of the six actions (CUS-028)."""

    state = models.CharField(_("状态"), max_length=10, choices=CLEANUP.choices, default=CLEANUP_OPENED)
    note = models.CharField(_("说明"), max_length=400, blank=True)
    opened_at = models.DateTimeField(_("开始时间"))
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True, editable=False)
    merged = models.PositiveIntegerField(_("重复账户合并"), null=True, blank=True)
    cancelled = models.PositiveIntegerField(_("注销"), null=True, blank=True)
    cleared = models.PositiveIntegerField(_("清理"), null=True, blank=True)
    completed = models.PositiveIntegerField(_("五级地址补全"), null=True, blank=True)
    classified = models.PositiveIntegerField(_("归类"), null=True, blank=True)
    transferred = models.PositiveIntegerField(_("归属变更"), null=True, blank=True)

    privacy = internal("note")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("数据清理")
        ordering = ["-opened_at"]
        constraints = [
            CLEANUP.constraint("customers_cleanup_state"),
            UniqueConstraint(
                fields=["project"],
                condition=Q(state=CLEANUP_OPENED),
                name="customers_one_cleanup_at_a_time",
                violation_error_message=_("本项目已有一次清理正在进行。"),
            ),
            CheckConstraint(
                condition=~Q(state=CLEANUP_FINISHED)
                | Q(
                    finished_at__isnull=False,
                    merged__isnull=False,
                    cancelled__isnull=False,
                    cleared__isnull=False,
                    completed__isnull=False,
                    classified__isnull=False,
                    transferred__isnull=False,
                ),
                name="customers_cleanup_says_all_six",
                violation_error_message=_("六项数字都要填写，没有的填 0。"),
            ),
        ]

    def __str__(self) -> str:
        return self.number
