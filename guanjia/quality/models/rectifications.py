"""Rectifications: what was wrong, who puts it right by when, and who saw that it was."""

from datetime import date

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.ids import Ref
from guanjia.kernel.privacy import internal
from guanjia.kernel.querysets import SubjectQuerySet
from guanjia.org.models import Person
from guanjia.org.scope import Scoped
from guanjia.quality.states import FAILED, FINISHED, KINDS, OPENED, PLANNED, RECTIFICATION, VERIFIED


class RectificationQuerySet(SubjectQuerySet):
    def unfinished(self) -> "RectificationQuerySet":
        """Those that nobody has verified yet."""
        return self.exclude(state=VERIFIED)

    def about(self, source: Ref) -> "RectificationQuerySet":
        """Those opened for that subject."""
        return self.filter(source_kind=source.kind, source_id=source.id)


class Rectification(Scoped):
    """整改单: one shortcoming on its way to being put right."""

    owned_by = ("responsible_id",)

    kind = models.CharField(_("类别"), max_length=12, choices=list(KINDS.items()), default="corrective")
    source_kind = models.CharField(max_length=40, blank=True)
    source_id = models.UUIDField(null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=RECTIFICATION.choices, default=OPENED)
    matter = models.TextField(_("不合格事实"))
    cause = models.TextField(_("原因"), blank=True)
    opinion = models.TextField(_("处理意见"), blank=True)
    responsible = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任人"))
    due_on = models.DateField(_("整改期限"), null=True, blank=True)
    corrective = models.TextField(_("纠正措施"), blank=True)
    preventive = models.TextField(_("预防措施"), blank=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    verifier = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("验证人"))
    verified_at = models.DateTimeField(_("验证时间"), null=True, blank=True)
    effect = models.TextField(_("整改效果"), blank=True)

    privacy = internal("matter", "cause", "opinion", "corrective", "preventive", "effect")

    objects = RectificationQuerySet.as_manager()

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("整改单")
        ordering = ["-created_at"]
        constraints = [
            RECTIFICATION.constraint("quality_rectification_state"),
            CheckConstraint(
                condition=~Q(state__in=[PLANNED, FINISHED, VERIFIED, FAILED])
                | Q(responsible__isnull=False, due_on__isnull=False) & ~Q(opinion=""),
                name="quality_rectification_planned_whole",
                violation_error_message=_("限期整改须有责任人、期限和处理意见。"),
            ),
            CheckConstraint(
                condition=Q(verifier=None) | Q(responsible=None) | ~Q(verifier=F("responsible")),
                name="quality_rectification_verifier_is_another",
                violation_error_message=_("验证人不能是责任人本人。"),
            ),
            CheckConstraint(
                condition=~Q(state=VERIFIED) | Q(verifier__isnull=False, verified_at__isnull=False),
                name="quality_rectification_verified_by_somebody",
                violation_error_message=_("验证合格须有验证人和时间。"),
            ),
        ]
        indexes = [
            Index(fields=["source_id"], name="quality_rectification_of"),
            Index(fields=["project", "due_on"], name="quality_rectification_open", condition=~Q(state=VERIFIED)),
        ]

    def __str__(self) -> str:
        return self.number or str(_("整改单"))

    @property
    def source(self) -> Ref | None:
        """What it was opened for, if anything."""
        return Ref(self.source_kind, self.source_id) if self.source_id else None

    def is_late(self, on: date) -> bool:
        """True if it should have been finished before that day."""
        return self.finished_at is None and self.due_on is not None and self.due_on < on
