"""Approvals: a yes by somebody who is not the asker, step by step, to exactly what was shown."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.ids import Ref
from guanjia.kernel.models import Subject
from guanjia.kernel.privacy import internal, personal
from guanjia.kernel.querysets import SubjectQuerySet
from guanjia.org.models import Company, Person, Project
from guanjia.rulebook.states import APPROVAL, REQUESTED


class ApprovalRequest(Subject):
    """审批: what somebody asks leave for. `content` is what is approved, word for word; `digest` is its fingerprint.

    Where the matter is the company's own (a handbook, a rule for all projects) there is no project.
    """

    owned_by = ("asker_id",)

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    matter = models.CharField(_("事项"), max_length=60)
    title = models.CharField(_("标题"), max_length=200)
    reason = models.TextField(_("理由"), blank=True)
    about_kind = models.CharField(max_length=40, blank=True)
    about_id = models.UUIDField(null=True)
    content = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=APPROVAL.choices, default=REQUESTED)
    asker = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("申请人"))
    asked_at = models.DateTimeField(_("送审时间"))
    settled_at = models.DateTimeField(_("审结时间"), null=True)
    applied_at = models.DateTimeField(_("执行时间"), null=True)

    privacy = internal("matter") | personal("title", "reason", "content")

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("审批")
        constraints = [
            APPROVAL.constraint("approval_state"),
            models.UniqueConstraint(
                fields=["about_id", "matter"],
                condition=Q(state=REQUESTED, about_id__isnull=False),
                name="approval_asked_once",
                violation_error_message=_("同一事项已在审批中，请等候结果或先撤回。"),
            ),
        ]
        indexes = [
            models.Index(fields=["company", "asked_at"], condition=Q(state=REQUESTED), name="approval_open"),
            models.Index(fields=["asker", "-asked_at"], name="approval_of_asker"),
            models.Index(fields=["about_id"], name="approval_about"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def about(self) -> Ref | None:
        """The row that is to be put into force, or the subject of the move that is asked for."""
        return Ref(self.about_kind, self.about_id) if self.about_id else None

    @property
    def is_open(self) -> bool:
        return self.state == REQUESTED


class ApprovalStep(models.Model):
    """One step: any (or all) of those who hold a role, or the posts named, by a time."""

    MODES = [("any", _("任一人")), ("all", _("全部"))]
    STATES = [("waiting", _("未到")), ("open", _("待审")), ("approved", _("已批")), ("refused", _("未批"))]

    request = models.ForeignKey(ApprovalRequest, models.PROTECT, related_name="steps")
    nth = models.PositiveSmallIntegerField()
    role = models.CharField(_("角色"), max_length=40, blank=True)
    posts = models.JSONField(default=list)
    mode = models.CharField(_("方式"), max_length=3, choices=MODES, default="any")
    within = models.CharField(_("时限"), max_length=24, blank=True)
    state = models.CharField(max_length=8, choices=STATES, default="waiting")
    opened_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(_("应批时限"), null=True)
    overdue_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    privacy = internal("posts", "within")

    class Meta:
        ordering = ["nth"]
        constraints = [
            models.UniqueConstraint(fields=["request", "nth"], name="approval_step_once"),
            models.CheckConstraint(condition=Q(state__in=["waiting", "open", "approved", "refused"]), name="approval_step_state"),
            models.CheckConstraint(condition=~Q(role="", posts=[]), name="approval_step_asks_somebody"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="open", overdue_at__isnull=True), name="approval_step_to_watch"),
        ]

    @property
    def post_ids(self) -> list[UUID]:
        return [UUID(one) for one in self.posts]


class ApprovalDecision(models.Model):
    """Who said yes or no to a step, with which words, in whose place. Append-only."""

    step = models.ForeignKey(ApprovalStep, models.PROTECT, related_name="decisions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    yes = models.BooleanField()
    words = models.TextField(blank=True)
    instead_of = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()

    privacy = personal("words")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "person"], name="approval_decided_once")]
