"""Check lists: what is looked at, item by item. A published edition never changes; another edition follows it."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal
from guanjia.org.models import OfCompany
from guanjia.quality.states import ANSWERS, CHECKLIST, DRAFT, PUBLISHED


class Checklist(OfCompany):
    """检查表: one edition of a list. `pass_score` and `rectify_from` are judged with; a trigger keeps what was published."""

    code = models.CharField(_("代号"), max_length=24)
    edition = models.PositiveSmallIntegerField(_("版次"), default=1)
    name = models.CharField(_("检查表"), max_length=80)
    subject_kind = models.CharField(_("检查什么"), max_length=40, blank=True)
    pass_score = models.PositiveSmallIntegerField(_("合格分"), default=80)
    #: a failed item of this weight or more opens a rectification by itself; empty: only where the checker says so
    rectify_from = models.PositiveSmallIntegerField(_("自动整改的权重"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=CHECKLIST.choices, default=DRAFT)
    published_at = models.DateTimeField(_("发布时间"), null=True, editable=False)

    privacy = internal("name")

    class Meta:
        verbose_name = verbose_name_plural = _("检查表")
        ordering = ["code", "-edition"]
        constraints = [
            CHECKLIST.constraint("quality_checklist_state"),
            UniqueConstraint(fields=["company", "code", "edition"], name="quality_checklist_edition_once"),
            UniqueConstraint(
                fields=["company", "code"],
                condition=Q(state=PUBLISHED),
                name="quality_checklist_one_in_use",
                violation_error_message=_("同一检查表只能有一版在用。"),
            ),
            UniqueConstraint(
                fields=["company", "code"],
                condition=Q(state=DRAFT),
                name="quality_checklist_one_draft",
                violation_error_message=_("这张检查表已有一份草稿。"),
            ),
            CheckConstraint(
                condition=Q(pass_score__lte=100), name="quality_checklist_score", violation_error_message=_("合格分为 0 到 100。")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{_('第 %(edition)d 版') % {'edition': self.edition}}）"


class ChecklistItem(OfCompany):
    """检查项: one thing to look at, how it is answered, and how much it counts."""

    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("序"))
    text = models.CharField(_("检查内容"), max_length=300)
    kind = models.CharField(_("怎样作答"), max_length=8, choices=list(ANSWERS.items()), default="yes_no")
    weight = models.PositiveSmallIntegerField(_("权重"), default=1)
    is_vital = models.BooleanField(_("关键项"), default=False)
    low = models.DecimalField(_("下限"), max_digits=10, decimal_places=2, null=True, blank=True)
    high = models.DecimalField(_("上限"), max_digits=10, decimal_places=2, null=True, blank=True)

    privacy = internal("text")

    class Meta:
        verbose_name = verbose_name_plural = _("检查项")
        ordering = ["checklist", "position"]
        constraints = [
            UniqueConstraint(fields=["checklist", "position"], name="quality_item_position_once"),
            CheckConstraint(condition=Q(weight__lte=100), name="quality_item_weight", violation_error_message=_("权重为 0 到 100。")),
            CheckConstraint(
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(low__lte=models.F("high")),
                name="quality_item_span",
                violation_error_message=_("下限不能大于上限。"),
            ),
        ]
        indexes = [Index(fields=["company"], name="quality_item_company")]

    def __str__(self) -> str:
        return self.text
