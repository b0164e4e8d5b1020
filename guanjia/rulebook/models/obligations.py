"""Obligations: what is owed, by whom, by when, what met it, and how it climbed when it was late."""

from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.ids import Ref
from guanjia.kernel.models import JournalEntry
from guanjia.kernel.querysets import SubjectQuerySet
from guanjia.org.models import Company, Person, Post, Project

OPEN = Q(met_at__isnull=True, voided_at__isnull=True)


class ObligationQuerySet(SubjectQuerySet):
    def open(self) -> "ObligationQuerySet":
        """Neither met nor voided."""
        return self.filter(OPEN)

    def awake(self, at: Any) -> "ObligationQuerySet":
        """Whose clock has started."""
        return self.filter(starts_at__lte=at)

    def late(self, at: Any) -> "ObligationQuerySet":
        """Met after the time, fallen away unmet after it, or open past it."""
        lapsed = Q(voided_at__gt=F("due_at"), waived=False)
        return self.filter(Q(met_at__gt=F("due_at")) | lapsed | (OPEN & Q(due_at__lt=at)))

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
    #: True where a person took it away with a reason; else it fell away by itself
    waived = models.BooleanField(_("豁免"), default=False, db_default=False)
    overdue_at = models.DateTimeField(null=True)
    #: when its ladder has something to do, None when it is climbed (or nobody is to be told: imported history)
    next_rung_at = models.DateTimeField(null=True)
    #: a bit for each rung that is behind it, the lowest for being overdue
    climbed = models.PositiveSmallIntegerField(default=0)
    #: the terms it was opened with, whatever the handbook says later: "3 days", "working", "property-standard 1"
    length = models.CharField(_("期限"), max_length=24, blank=True, default="")
    calendar = models.CharField(_("日历"), max_length=12, blank=True, default="")
    handbook = models.CharField(_("手册"), max_length=48, blank=True, default="")
    #: an outsider who owes it (customer, partner); the post then only watches and chases
    owed_by = models.CharField(max_length=80, blank=True, default="")

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("应办事项")
        constraints = [
            models.CheckConstraint(condition=Q(due_at__gte=F("starts_at")) & Q(starts_at__gte=F("opened_at")), name="obligation_in_order"),
            models.CheckConstraint(condition=Q(met_at__isnull=True) | Q(voided_at__isnull=True), name="obligation_met_or_voided"),
        ]
        indexes = [
            models.Index(fields=["subject_id"], name="obligation_subject"),
            models.Index(fields=["next_rung_at"], condition=OPEN & Q(next_rung_at__isnull=False), name="obligation_to_climb"),
            models.Index(fields=["project", "due_at"], condition=OPEN, name="obligation_open"),
            models.Index(fields=["owner_post", "due_at"], condition=OPEN, name="obligation_open_of_post"),
            models.Index(fields=["assignee", "due_at"], condition=OPEN, name="obligation_open_of_person"),
            models.Index(fields=["rule", "project", "due_at"], name="obligation_rule_due"),
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
        """True if it was met late, fell away unmet after its time, or is open past it at `at`."""
        if self.met_at:
            return self.met_at > self.due_at
        return self.due_at < (self.voided_at or at) and not self.waived

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
