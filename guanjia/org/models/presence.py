"""Who is there: absences with a deputy, and who has the watch of a post."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.querysets import SubjectQuerySet

from .companies import OfCompany
from .structure import Person, Post

STANDING = Q(cleared_at__isnull=True)


class SpanQuerySet(SubjectQuerySet):
    def at(self, moment: datetime) -> "SpanQuerySet":
        """Spans that run at that moment and were not taken back."""
        return self.filter(STANDING & Q(starts_at__lte=moment) & (Q(ends_at__isnull=True) | Q(ends_at__gt=moment)))

    def meeting(self, starts_at: datetime, ends_at: datetime | None) -> "SpanQuerySet":
        """Spans with a moment in common with [starts_at, ends_at)."""
        later = self.filter(STANDING & (Q(ends_at__isnull=True) | Q(ends_at__gt=starts_at)))
        return later if ends_at is None else later.filter(starts_at__lt=ends_at)


class Span(OfCompany):
    """From one moment to another, the end excluded; taken back before it began, it never was (`cleared_at`)."""

    starts_at = models.DateTimeField(_("自"))
    ends_at = models.DateTimeField(_("至"), null=True, blank=True)
    cleared_at = models.DateTimeField(_("取消时间"), null=True, blank=True, editable=False)

    objects = SpanQuerySet.as_manager()

    class Meta:
        abstract = True

    def runs_at(self, moment: datetime) -> bool:
        return self.cleared_at is None and self.starts_at <= moment and (self.ends_at is None or self.ends_at > moment)


def _forwards(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name=name, violation_error_message=_("结束须晚于开始。")
    )


def _apart(name: str, *keys: str, message: Any) -> ExclusionConstraint:
    # GiST without the btree_gist extension takes no uuid: a key stands in the index as the one-number range of its hash.
    texts = [Cast(key, models.TextField()) for key in keys]
    hashed = Func(
        Concat(*texts) if len(texts) > 1 else texts[0], Value(0), function="hashtextextended", output_field=models.BigIntegerField()
    )
    point = Func(hashed, hashed, Value("[]"), function="int8range", output_field=BigIntegerRangeField())
    hours = Func("starts_at", "ends_at", function="tstzrange", output_field=DateTimeRangeField())
    return ExclusionConstraint(name=name, expressions=[(point, "&&"), (hours, "&&")], condition=STANDING, violation_error_message=message)


class Absence(Span):
    """不在岗: somebody is away, and who stands in. Nobody who is away is told or asked anything."""

    owned_by = about_person = ("person_id",)
    REASONS = [("leave", _("休假")), ("sick", _("病假")), ("business", _("公出")), ("training", _("培训")), ("other", _("其他"))]

    person = models.ForeignKey(Person, models.PROTECT, related_name="absences", verbose_name=_("人员"))
    reason = models.CharField(_("事由"), max_length=8, choices=REASONS, default="leave")
    deputy = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("代理人"))
    #: the deputy has the rights of the absent one meanwhile: true where he himself, or somebody who appoints people, named him
    hands_over = models.BooleanField(_("权限一并代理"), default=False, editable=False)

    class Meta:
        verbose_name = _("不在岗")
        ordering = ["-starts_at"]
        constraints = [
            _forwards("absence_forwards"),
            _apart("absence_once_at_a_time", "person", message=_("此人这段时间已登记不在岗。")),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("person")),
                name="absence_deputy_is_another",
                violation_error_message=_("代理人须是另一个人。"),
            ),
        ]
        indexes = [models.Index(fields=["company", "starts_at"], name="absence_company", condition=STANDING)]

    def __str__(self) -> str:
        return f"{self.person} {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"


class Watch(Span):
    """值班: who of a post's holders is on watch, and so is told first."""

    owned_by = about_person = ("person_id",)

    post = models.ForeignKey(Post, models.PROTECT, related_name="watches", verbose_name=_("岗位"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="watches", verbose_name=_("人员"))

    class Meta:
        verbose_name = _("值班")
        ordering = ["-starts_at"]
        constraints = [
            _forwards("watch_forwards"),
            models.CheckConstraint(condition=Q(ends_at__isnull=False), name="watch_ends", violation_error_message=_("请填写值班到何时。")),
            _apart("watch_once_at_a_time", "post", "person", message=_("此人这段时间在此岗位已排值班。")),
        ]
        indexes = [models.Index(fields=["company", "starts_at"], name="watch_company", condition=STANDING)]

    def __str__(self) -> str:
        return f"{self.post} {self.person} {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"
