"""What the rules leave behind: obligations and their evidence, draws, readings, parameters."""

from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.ids import Ref, uuid7
from guanjia.kernel.models import JournalEntry
from guanjia.kernel.querysets import SubjectQuerySet
from guanjia.org.models import Company, Person, Post, Project
from guanjia.org.scope import Scoped

OPEN = Q(met_at__isnull=True, voided_at__isnull=True)


class ObligationQuerySet(SubjectQuerySet):
    def open(self) -> "ObligationQuerySet":
        """Neither met nor voided."""
        return self.filter(OPEN)

    def awake(self, at: Any) -> "ObligationQuerySet":
        """Whose clock has started."""
        return self.filter(starts_at__lte=at)

    def late(self, at: Any) -> "ObligationQuerySet":
        """Met after the time, or open past it."""
        return self.filter(Q(met_at__gt=F("due_at")) | (OPEN & Q(due_at__lt=at)))

    def about(self, thing: Any) -> "ObligationQuerySet":
        return self.filter(subject_id=thing.id if isinstance(thing, Ref) else thing.pk)


class Obligation(models.Model):
    """What a clause asks of a post about one subject, on one occasion.

    The key *is* the identity: `id` is derived from (rule, stage, subject, toward, occasion), so opening twice opens once.
    Lateness is never stored; it is `met_at > due_at`.
    """

    owned_by = ("assignee_id",)

    id = models.UUIDField(primary_key=True, editable=False)
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    rule = models.CharField(_("条款"), max_length=12)
    stage = models.CharField(_("阶段"), max_length=24, blank=True, default="")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    toward = models.CharField(max_length=80, blank=True, default="")
    occasion = models.CharField(max_length=40)
    owner_role = models.CharField(_("责任角色"), max_length=40, blank=True, default="")
    owner_post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    assignee = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    opened_by = models.UUIDField()
    opened_at = models.DateTimeField(_("产生时间"))
    starts_at = models.DateTimeField(_("起算时间"))
    due_at = models.DateTimeField(_("应办时限"))
    met_at = models.DateTimeField(_("办妥时间"), null=True)
    voided_at = models.DateTimeField(_("取消时间"), null=True)
    void_reason = models.CharField(max_length=200, blank=True, default="")
    overdue_at = models.DateTimeField(null=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("应办事项")
        constraints = [
            models.CheckConstraint(condition=Q(due_at__gte=F("starts_at")) & Q(starts_at__gte=F("opened_at")), name="obligation_in_order"),
            models.CheckConstraint(condition=Q(met_at__isnull=True) | Q(voided_at__isnull=True), name="obligation_met_or_voided"),
        ]
        indexes = [
            models.Index(fields=["subject_id"], name="obligation_subject"),
            models.Index(fields=["due_at"], condition=OPEN & Q(overdue_at__isnull=True), name="obligation_to_watch"),
            models.Index(fields=["project", "due_at"], condition=OPEN, name="obligation_open"),
            models.Index(fields=["owner_post", "due_at"], condition=OPEN, name="obligation_open_of_post"),
            models.Index(fields=["assignee", "due_at"], condition=OPEN, name="obligation_open_of_person"),
            models.Index(fields=["rule", "project", "opened_at"], name="obligation_rule"),
        ]

    @classmethod
    def is_project_scoped(cls) -> bool:
        return True

    def is_owned_by(self, person_id: UUID | None) -> bool:
        return person_id is not None and self.assignee_id == person_id

    @property
    def subject(self) -> Ref:
        return Ref(self.subject_kind, self.subject_id)

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.voided_at is None

    def was_late(self, at: Any) -> bool:
        """True if it was met late, or is open past its time at `at`."""
        return self.met_at > self.due_at if self.met_at else self.is_open and self.due_at < at

    def state_at(self, at: Any) -> str:
        """met, met_late, voided, sleeping, late or running: what a countdown shows."""
        if self.met_at:
            return "met_late" if self.met_at > self.due_at else "met"
        if self.voided_at:
            return "voided"
        if self.starts_at > at:
            return "sleeping"
        return "late" if self.due_at < at else "running"


class Evidence(models.Model):
    """What met an obligation: always a journal line, hence always a person and a moment."""

    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="evidence")
    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="+", db_index=False)
    recorded_late = models.BooleanField(default=False)


class SubjectClock(models.Model):
    """When an open subject must next be looked at: the least due time of its open obligations. Queues sort by it."""

    subject_id = models.UUIDField(primary_key=True)
    subject_kind = models.CharField(max_length=40)
    company_id = models.UUIDField()
    project_id = models.UUIDField()
    next_due_at = models.DateTimeField()
    rule = models.CharField(max_length=12)
    owner_post_id = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["project_id", "subject_kind", "next_due_at", "subject_id"], name="subject_clock_queue")]


class Draw(Scoped):
    """A seeded, journalled choice from a population: who is owed a visit today."""

    rule = models.CharField(max_length=12)
    period = models.CharField(max_length=12)
    seed = models.CharField(max_length=64)
    population = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    chosen = models.JSONField(default=list)
    drawn_at = models.DateTimeField()

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


class Parameter(Scoped):
    """A clause's number, overridden for a project from a day on. The newest day that has come wins."""

    rule = models.CharField(_("条款"), max_length=12)
    key = models.CharField(_("参数"), max_length=40)
    value = models.JSONField(_("值"))
    starts_on = models.DateField(_("自"))
    set_by = models.CharField(_("设定人"), max_length=60)

    class Meta:
        verbose_name = _("规则参数")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "rule", "key", "starts_on"],
                name="parameter_once_a_day",
                violation_error_message=_("这一天已设定过此参数。"),
            )
        ]


class Escalation(models.Model):
    """One rung of one obligation's ladder, climbed once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="escalations")
    step = models.PositiveSmallIntegerField()
    to_role = models.CharField(max_length=40)
    to_post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    climbed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["obligation", "step"], name="escalation_each_rung_once")]
