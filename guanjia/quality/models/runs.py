"""Checks that were made: which list, of what, by whom, what was answered, what was found."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.ids import Ref
from guanjia.kernel.privacy import internal, personal
from guanjia.kernel.querysets import SubjectQuerySet
from guanjia.org.models import Person
from guanjia.org.scope import Scoped
from guanjia.quality.states import CHECK, CLEARED, COMPLETED, FINDING, OPEN, STARTED

from .checklists import Checklist, ChecklistItem
from .rectifications import Rectification


class CheckRunQuerySet(SubjectQuerySet):
    def completed(self) -> "CheckRunQuerySet":
        """Those that are done and count."""
        return self.filter(state=COMPLETED)

    def of(self, subject: Ref) -> "CheckRunQuerySet":
        """Those that looked at this subject."""
        return self.filter(subject_kind=subject.kind, subject_id=subject.id)


class CheckRun(Scoped):
    """检查单: one walk along a list. Once it is completed a trigger keeps it as it is."""

    family = "quality.check"

    owned_by = ("checker_id",)

    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="runs", verbose_name=_("检查表"))
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True, blank=True)
    subject_name = models.CharField(_("检查对象"), max_length=120, blank=True)
    checker = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("检查人"))
    state = models.CharField(_("状态"), max_length=10, choices=CHECK.choices, default=STARTED)
    started_at = models.DateTimeField(_("开始时间"))
    completed_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    score = models.PositiveSmallIntegerField(_("得分"), null=True, blank=True)
    is_passed = models.BooleanField(_("合格"), null=True, blank=True)
    remark = models.TextField(_("改进意见"), blank=True)

    privacy = personal("subject_name", "remark")

    objects = CheckRunQuerySet.as_manager()

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("检查单")
        ordering = ["-started_at"]
        constraints = [
            CHECK.constraint("quality_check_state"),
            CheckConstraint(
                condition=~Q(state=COMPLETED) | Q(completed_at__isnull=False, is_passed__isnull=False),
                name="quality_check_completed_whole",
                violation_error_message=_("完成的检查须有时间和结论。"),
            ),
            CheckConstraint(condition=Q(score__isnull=True) | Q(score__lte=100), name="quality_check_score"),
        ]
        indexes = [
            Index(fields=["subject_id"], name="quality_check_of"),
            Index(fields=["project", "-started_at"], name="quality_check_recent"),
            Index(fields=["checklist", "completed_at"], name="quality_check_list"),
            Index(fields=["checker", "-started_at"], name="quality_check_checker"),
        ]

    def __str__(self) -> str:
        return self.number or str(_("检查单"))

    @property
    def subject(self) -> Ref | None:
        """What was looked at."""
        return Ref(self.subject_kind, self.subject_id) if self.subject_id else None


class CheckAnswer(models.Model):
    """What was answered to one item. `value` is "yes", "no", a figure, words, or "na": it does not apply here."""

    run = models.ForeignKey(CheckRun, models.CASCADE, related_name="answers")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+")
    value = models.CharField(_("回答"), max_length=500)
    is_passed = models.BooleanField(_("合格"), null=True)
    note = models.TextField(_("情况"), blank=True)
    rectify = models.BooleanField(_("开整改"), default=False)

    privacy = personal("value", "note")

    class Meta:
        verbose_name = verbose_name_plural = _("检查回答")
        ordering = ["item__position"]
        constraints = [UniqueConstraint(fields=["run", "item"], name="quality_answer_once")]


class Finding(Scoped):
    """问题项: something that was not as it should be, on its way to being cleared."""

    family = "quality.finding"

    run = models.ForeignKey(CheckRun, models.PROTECT, related_name="findings", verbose_name=_("检查单"))
    item = models.ForeignKey(ChecklistItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("检查项"))
    matter = models.TextField(_("问题"))
    weight = models.PositiveSmallIntegerField(_("权重"), default=1)
    state = models.CharField(_("状态"), max_length=10, choices=FINDING.choices, default=OPEN)
    rectification = models.OneToOneField(
        Rectification, models.PROTECT, null=True, blank=True, related_name="finding", verbose_name=_("整改单")
    )
    cleared_at = models.DateTimeField(_("销项时间"), null=True, blank=True)
    cleared_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("销项人"))
    clearance = models.TextField(_("销项说明"), blank=True)

    privacy = internal("matter", "clearance")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("问题项")
        ordering = ["-created_at"]
        constraints = [
            FINDING.constraint("quality_finding_state"),
            CheckConstraint(
                condition=~Q(state=CLEARED) | (Q(cleared_at__isnull=False) & ~Q(clearance="")),
                name="quality_finding_cleared_whole",
                violation_error_message=_("销项须有时间和说明。"),
            ),
        ]
        indexes = [
            Index(fields=["run"], name="quality_finding_run"),
            Index(fields=["project", "-created_at"], condition=Q(state=OPEN), name="quality_finding_open"),
        ]

    def __str__(self) -> str:
        return self.matter[:60]
