"""Sanctions: what somebody is praised or reproached for, under which clause, and what became of it."""

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.ids import Ref
from guanjia.kernel.privacy import internal, personal
from guanjia.kernel.querysets import SubjectQuerySet
from guanjia.org.models import Person
from guanjia.org.scope import Scoped

from .states import APPEALED, APPROVED, DRAFTED, DROPPED, KINDS, LEVELS, LIFTED, PENALTY, SANCTION, UPHELD

SEES_ALL = ("workforce.sanction.approve", "workforce.sanction.see")


class SanctionQuerySet(SubjectQuerySet):
    def visible_to(self, act: Any) -> "SanctionQuerySet":
        """Confidential: one's own, those one proposed or decided, and those of projects where one approves or keeps them.

        A suggestion that nobody above has taken up is not shown to the person it speaks of.
        """
        rows = super().visible_to(act)
        if act.rights.everywhere:
            return rows
        if act.person_id is None:  # a token or a resident: nobody whom it concerns
            none = rows.none()
            none._reason = "act"
            return none
        keeps = frozenset().union(*(act.rights.projects(permission) for permission in SEES_ALL))
        mine = Q(person_id=act.person_id) & ~Q(state__in=[DRAFTED, DROPPED])
        by_me = Q(proposed_by_id=act.person_id) | Q(decided_by_id=act.person_id)
        found = rows.filter(mine | ((by_me | Q(project_id__in=keeps)) & ~Q(person_id=act.person_id)))
        found._reason = "act"
        return found

    def of_person(self, person_id: Any) -> "SanctionQuerySet":
        """Those that speak of one person, the newest first."""
        return self.filter(person_id=person_id).order_by("-proposed_at", "-created_at")


class Sanction(Scoped):
    """奖惩: a proposal until others approve it, and never a deduction: `amount_fen` is what the handbook names, no more."""

    owned_by = ("person_id", "proposed_by_id")
    about_person = ("person_id",)
    privacy = personal("reason", "appeal") | internal("conclusion")

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("当事人"))
    kind = models.CharField(_("奖惩"), max_length=8, choices=list(KINDS.items()), default=PENALTY)
    level = models.CharField(
        _("档次"), max_length=40, choices=[(code, label) for levels in LEVELS.values() for code, label in levels.items()]
    )
    rule = models.CharField(_("条款"), max_length=12)
    amount_fen = models.BigIntegerField(_("条款所列金额"), null=True, blank=True)
    source_kind = models.CharField(max_length=40, blank=True)
    source_id = models.UUIDField(null=True, blank=True)
    reason = models.TextField(_("事由"), blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=SANCTION.choices, default=DRAFTED)
    proposed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("提出人"))
    proposed_at = models.DateTimeField(_("提出时间"), null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审批人"))
    decided_at = models.DateTimeField(_("审批时间"), null=True, blank=True)
    appeal = models.TextField(_("申诉"), blank=True)
    appealed_at = models.DateTimeField(_("申诉时间"), null=True, blank=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("复核人"))
    closed_at = models.DateTimeField(_("复核时间"), null=True, blank=True)
    conclusion = models.TextField(_("复核结论"), blank=True)

    objects = SanctionQuerySet.as_manager()

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("奖惩")
        ordering = ["-created_at"]
        constraints = [
            SANCTION.constraint("workforce_sanction_state"),
            CheckConstraint(condition=Q(kind__in=list(KINDS)), name="workforce_sanction_kind"),
            CheckConstraint(
                condition=Q(proposed_by__isnull=True) | ~Q(proposed_by=F("person")),
                name="workforce_sanction_proposed_by_another",
                violation_error_message=_("不能为自己提出奖惩。"),
            ),
            CheckConstraint(
                condition=Q(decided_by__isnull=True) | (~Q(decided_by=F("person")) & ~Q(decided_by=F("proposed_by"))),
                name="workforce_sanction_decided_by_another",
                violation_error_message=_("审批人不能是当事人或提出人。"),
            ),
            CheckConstraint(
                condition=Q(closed_by__isnull=True) | (~Q(closed_by=F("person")) & ~Q(closed_by=F("proposed_by"))),
                name="workforce_sanction_closed_by_another",
                violation_error_message=_("复核人不能是当事人或提出人。"),
            ),
            CheckConstraint(
                condition=~Q(state__in=[APPROVED, APPEALED, UPHELD, LIFTED]) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="workforce_sanction_decided_by_somebody",
                violation_error_message=_("生效的奖惩须有审批人和时间。"),
            ),
            CheckConstraint(
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__gt=0),
                name="workforce_sanction_amount",
                violation_error_message=_("金额须大于 0。"),
            ),
        ]
        indexes = [
            Index(fields=["person", "-created_at"], name="workforce_sanction_person"),
            Index(fields=["project", "-created_at"], name="workforce_sanction_project"),
        ]

    def __str__(self) -> str:
        return self.number or str(_("奖惩"))

    @property
    def source(self) -> Ref | None:
        """What it was proposed because of."""
        return Ref(self.source_kind, self.source_id) if self.source_id else None
