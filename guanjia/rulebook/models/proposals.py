"""A number that somebody proposes for a clause: nothing until another has approved it."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal
from guanjia.org.models import Person
from guanjia.org.scope import Scoped
from guanjia.rulebook.states import PROPOSAL, PROPOSED

from .numbers import Parameter


class ParameterProposal(Scoped):
    """参数提议: who proposes which number from which day, why, and what became of it. `counts_from` is the day it got."""

    rule = models.CharField(_("条款"), max_length=12)
    key = models.CharField(_("参数"), max_length=40)
    value = models.JSONField(_("值"))
    before = models.JSONField(_("原值"), null=True)
    starts_on = models.DateField(_("自"))
    reason = models.TextField(_("理由"))
    state = models.CharField(_("状态"), max_length=10, choices=PROPOSAL.choices, default=PROPOSED)
    proposed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("提议人"))
    proposed_at = models.DateTimeField(_("提议时间"))
    settled_at = models.DateTimeField(_("审结时间"), null=True)
    settled_words = models.TextField(_("未批准的原因"), blank=True)
    parameter = models.ForeignKey(Parameter, models.PROTECT, null=True, related_name="proposals")

    privacy = internal("value", "before", "reason", "settled_words")

    class Meta:
        verbose_name = _("参数提议")
        ordering = ["-proposed_at"]
        constraints = [
            PROPOSAL.constraint("parameter_proposal_state"),
            models.UniqueConstraint(
                fields=["project", "rule", "key"],
                condition=Q(state=PROPOSED),
                name="parameter_proposed_once",
                violation_error_message=_("这项参数已有提议在等审批。"),
            ),
            models.CheckConstraint(
                condition=Q(state="adopted", parameter__isnull=False) | (~Q(state="adopted") & Q(parameter__isnull=True)),
                name="parameter_proposal_adopted_has_a_row",
            ),
        ]
        indexes = [models.Index(fields=["rule", "project", "-proposed_at"], name="parameter_proposal_history")]

    def __str__(self) -> str:
        return f"{self.rule} {self.key}"

    @property
    def content(self) -> dict[str, Any]:
        """What is approved, word for word."""
        return {
            "rule": self.rule,
            "key": self.key,
            "value": self.value,
            "before": self.before,
            "starts_on": str(self.starts_on),
            "project": str(self.project_id),
        }

    @property
    def counts_from(self) -> date:
        """The day from which it holds, or would hold."""
        return self.parameter.starts_on if self.parameter is not None else self.starts_on
