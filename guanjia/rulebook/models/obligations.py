"""Obligations: what is owed, by whom, by when, what met it, and how it climbed when it was late."""

from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.ids import Ref
from guanjia.kernel.models import JournalEntry
from guanjia.kernel.privacy import internal
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

    def owed_by_us(self) -> "ObligationQuerySet":
        """Without what outsiders owe, whose lateness is nobody's here."""
        return self.filter(owed_by="")

    def about(self, thing: Any) -> "ObligationQuerySet":
        return self.filter(subject_id=thing.id if isinstance(thing, Ref) else thing.pk)


class Obligation(models.Model):
    """What a clause asks of a post about one subject, on one occasion.

    The key *is* the identity: `id` is derived from (rule, stage, subject, toward, occasion), so opening twice opens once.
    Lateness is never stored; it is `met_at > due_at`.
    """

    owned_by = about_person = ("assignee_id",)

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
    #: while somebody holds its clock: since when, and when it runs on by itself at the latest
    paused_at = models.DateTimeField(_("暂停自"), null=True)
    runs_on_at = models.DateTimeField(_("最迟恢复"), null=True)
    #: from when its length is counted, where that is not the start: a moment that the opening fact named
    counted_from = models.DateTimeField(null=True)
    #: the thing by which a fact finds it, where that is neither its subject nor needed to be
    found_by = models.UUIDField(null=True)
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

    privacy = internal("toward", "occasion", "owner_role", "void_reason", "length", "calendar", "handbook", "owed_by")

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("应办事项")
        constraints = [
            models.CheckConstraint(condition=Q(due_at__gte=F("starts_at")) & Q(starts_at__gte=F("opened_at")), name="obligation_in_order"),
            models.CheckConstraint(condition=Q(met_at__isnull=True) | Q(voided_at__isnull=True), name="obligation_met_or_voided"),
        ]
        indexes = [
            models.Index(fields=["subject_id"], name="obligation_subject"),
            models.Index(fields=["found_by"], condition=OPEN & Q(found_by__isnull=False), name="obligation_found_by"),
            models.Index(fields=["next_rung_at"], condition=OPEN & Q(next_rung_at__isnull=False), name="obligation_to_climb"),
            models.Index(fields=["project", "due_at"], condition=OPEN, name="obligation_open"),
            models.Index(fields=["owner_post", "due_at"], condition=OPEN, name="obligation_open_of_post"),
            models.Index(fields=["assignee", "due_at"], condition=OPEN, name="obligation_open_of_person"),
            models.Index(fields=["rule", "project", "due_at"], name="obligation_rule_due"),
        ]

    @classmethod
    def is_project_scoped(cls) -> bool:
        return True

    def is_owned_by(self, person_id: UUID | None, *, about: bool = False) -> bool:
        return person_id is not None and self.assignee_id == person_id

    def is_owed_by(self, act: Any) -> bool:
        """True if the act's person owes it: by name, or by a post he holds where nobody is named."""
        if self.assignee_id:
            return self.assignee_id == act.person_id
        return self.owner_post_id is not None and self.owner_post_id in act.rights.posts()

    @property
    def subject(self) -> Ref:
        return Ref(self.subject_kind, self.subject_id)

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.voided_at is None

    @property
    def counts_from(self) -> Any:
        """When its clock began to count its length."""
        return self.counted_from or self.starts_at

    @property
    def is_watched(self) -> bool:
        """True if an outsider owes it: the post only watches and chases, and its lateness is not the post's."""
        return bool(self.owed_by)

    def is_paused(self, at: Any) -> bool:
        """True while somebody holds the clock and the cap is not used up."""
        return self.is_open and self.paused_at is not None and self.paused_at <= at < self.runs_on_at

    def was_late(self, at: Any) -> bool:
        """True if it was met late, fell away unmet after its time, or is open past it at `at`."""
        if self.met_at:
            return self.met_at > self.due_at
        return self.due_at < (self.voided_at or at) and not self.waived

    def state_at(self, at: Any) -> str:
        """met, met_late, voided, sleeping, paused, late, chase (late, and an outsider owes it) or running: what a countdown shows."""
        if self.met_at:
            return "met_late" if self.met_at > self.due_at else "met"
        if self.voided_at:
            return "voided"
        if self.starts_at > at:
            return "sleeping"
        if self.due_at < at:
            return "chase" if self.is_watched else "late"
        return "paused" if self.is_paused(at) else "running"


class Evidence(models.Model):
    """What met an obligation: always a journal line, hence always a person and a moment."""

    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="evidence")
    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="+", db_index=False)
    recorded_late = models.BooleanField(default=False)


class DueChange(models.Model):
    """How a due time moved, and by which journal line: a pause, its end, an extension, a changed calendar.

    Append-only and in the order in which the lines were heard. A change may leave the due time where it is: a second who
    holds a clock is kept too, because the clock runs on only when both have let go.
    """

    PAUSE, RESUME, EXTEND, RECOMPUTE = "pause", "resume", "extend", "recompute"
    KINDS = [(PAUSE, _("暂停")), (RESUME, _("恢复")), (EXTEND, _("延期")), (RECOMPUTE, _("日历调整"))]

    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="changes")
    kind = models.CharField(_("变动"), max_length=10, choices=KINDS)
    at = models.DateTimeField(_("何时"))
    entry_id = models.UUIDField()
    from_due = models.DateTimeField(_("原时限"))
    to_due = models.DateTimeField(_("新时限"))
    #: whose calendar was used: the one that was known at this moment
    known_at = models.DateTimeField()
    #: a pause or its end: the subject of the line, which holds the clock until it lets go
    held_by = models.UUIDField(null=True)
    #: an extension: until when time was given
    until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("时限变动")
        constraints = [models.UniqueConstraint(fields=["obligation", "entry_id"], name="due_change_once_a_line")]


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
