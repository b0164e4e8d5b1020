"""Rules that a company writes itself: a number that stays, and editions that each begin on a day."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal, staff
from guanjia.kernel.querysets import SubjectQuerySet
from guanjia.org.scope import CompanyScoped
from guanjia.rulebook.authoring.states import DRAFT, DROPPED, EDITION, ENACTED, PROPOSED, UNFINISHED


class AuthoredRule(CompanyScoped):
    """本公司规则: one rule through all its editions; its number (OWN-001) is what obligations carry."""

    class Meta:
        verbose_name = verbose_name_plural = _("本公司规则")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["company", "number"], name="authored_rule_number_once")]

    def __str__(self) -> str:
        return self.number


class EditionQuerySet(SubjectQuerySet):
    def enacted(self) -> "EditionQuerySet":
        """Approved, whether they run, ran or will run."""
        return self.filter(state=ENACTED)

    def unfinished(self) -> "EditionQuerySet":
        return self.filter(state__in=UNFINISHED)


class AuthoredEdition(CompanyScoped):
    """One wording of an own rule: words, source, definition, and the days it is in force. Enacted, it never changes again; it ends."""

    rule = models.ForeignKey(AuthoredRule, models.PROTECT, related_name="editions", verbose_name=_("规则"))
    edition = models.PositiveSmallIntegerField(_("版次"))
    state = models.CharField(_("状态"), max_length=10, choices=EDITION.choices, default=DRAFT)
    title = models.CharField(_("名称"), max_length=80)
    words = models.TextField(_("条文"), blank=True)
    source = models.CharField(_("依据"), max_length=200, blank=True)
    definition = models.JSONField(_("内容"), default=dict)
    projects = models.JSONField(_("项目"), default=list, blank=True)  # ids; [] is the whole company
    starts_on = models.DateField(_("自"), null=True, blank=True)
    ends_on = models.DateField(_("止"), null=True, blank=True)  # the first day on which it no longer speaks
    written_by = models.CharField(_("起草人"), max_length=60, blank=True)
    written_by_id = models.UUIDField(null=True, editable=False)
    enacted_at = models.DateTimeField(_("批准时间"), null=True, blank=True)

    privacy = internal("title", "words", "source", "definition", "projects") | staff("written_by")

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("本公司规则版本")
        ordering = ["rule", "edition"]
        constraints = [
            EDITION.constraint("authored_edition_state"),
            models.UniqueConstraint(fields=["rule", "edition"], name="authored_edition_once"),
            models.UniqueConstraint(fields=["rule"], condition=Q(state__in=UNFINISHED), name="authored_edition_one_unfinished"),
            models.CheckConstraint(
                condition=~Q(state=ENACTED) | Q(starts_on__isnull=False, enacted_at__isnull=False), name="authored_edition_enacted_whole"
            ),
            models.CheckConstraint(condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="authored_edition_forwards"),
        ]
        indexes = [models.Index(fields=["company"], condition=Q(state=ENACTED), name="authored_enacted")]

    def __str__(self) -> str:
        return f"{self.rule.number} {self.title}"

    @property
    def mechanism(self) -> str:
        return str(self.definition.get("mechanism", ""))

    def standing(self, today: date) -> Any:
        """In a word, on a day: 草稿, 待批, 待生效, 生效中, 已终止, 已作废."""
        if self.state == DRAFT:
            return _("草稿")
        if self.state == PROPOSED:
            return _("待批")
        if self.state == DROPPED:
            return _("已作废")
        if self.ends_on is not None and self.ends_on <= today:
            return _("已终止")
        return _("待生效") if self.starts_on > today else _("生效中")
