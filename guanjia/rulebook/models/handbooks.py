"""Handbooks as a company owns them: editions with their entries, and which project lives by which, from when to when."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField
from django.db import models
from django.db.models import BigIntegerField, F, Func, Q, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal
from guanjia.org.models import Person
from guanjia.org.scope import CompanyScoped, Scoped
from guanjia.rulebook.states import ADOPTED, ADOPTION, DRAFT, EDITION, PROPOSED, PUBLISHED

KINDS = [("foundation", _("底座")), ("base", _("基本")), ("addon", _("附加"))]


class Handbook(CompanyScoped):
    """手册: a named selection of clauses. Shipped ones come with the product; a company's own are copies that it changes."""

    ORIGINS = [("shipped", _("随附")), ("own", _("自有"))]

    key = models.SlugField(_("代号"), max_length=40)
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    audience = models.CharField(_("适用于"), max_length=200, blank=True)
    audience_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(_("类别"), max_length=10, choices=KINDS, default="base")
    origin = models.CharField(_("来源"), max_length=8, choices=ORIGINS)

    privacy = internal("name", "name_en", "audience", "audience_en")

    class Meta:
        verbose_name = _("手册")
        constraints = [
            models.UniqueConstraint(fields=["company", "key"], name="handbook_key_once", violation_error_message=_("代号已被使用。")),
            models.CheckConstraint(condition=Q(kind__in=["foundation", "base", "addon"]), name="handbook_kind"),
            models.CheckConstraint(condition=Q(origin__in=["shipped", "own"]), name="handbook_origin"),
        ]

    def __str__(self) -> str:
        return gettext(self.name) if self.origin == "shipped" else self.name

    @property
    def is_base(self) -> bool:
        """Of bases a project has one at a time; add-ons stand beside it."""
        return self.kind != "addon"


class HandbookVersion(CompanyScoped):
    """版本: what a handbook says, numbered from 1. A draft may change; what is published never does."""

    handbook = models.ForeignKey(Handbook, models.PROTECT, related_name="editions")
    nth = models.PositiveSmallIntegerField(_("版本"))
    state = models.CharField(_("状态"), max_length=10, choices=EDITION.choices, default=DRAFT)
    words = models.CharField(_("修订说明"), max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("起草人"))
    made_at = models.DateTimeField(_("起草时间"))
    published_at = models.DateTimeField(_("发布时间"), null=True)

    privacy = internal("words")

    class Meta:
        verbose_name = _("手册版本")
        constraints = [
            EDITION.constraint("handbook_version_state"),
            models.UniqueConstraint(fields=["handbook", "nth"], name="handbook_version_once"),
            models.UniqueConstraint(
                fields=["handbook"],
                condition=~Q(state=PUBLISHED),
                name="handbook_one_draft",
                violation_error_message=_("这部手册已有一份草稿。"),
            ),
            models.CheckConstraint(
                condition=~Q(state=PUBLISHED) | (Q(published_at__isnull=False) & ~Q(digest="")), name="handbook_version_published"
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(name)s 第 %(nth)d 版") % {"name": self.handbook, "nth": self.nth}

    @property
    def label(self) -> str:
        """What an obligation remembers: "property-standard 1"."""
        return f"{self.handbook.key} {self.nth}"


class HandbookEntry(models.Model):
    """A clause as one edition has it: with its own numbers, on or off, with the reason for what differs."""

    edition = models.ForeignKey(HandbookVersion, models.CASCADE, related_name="entries")
    rule = models.CharField(_("条款"), max_length=12)
    params = models.JSONField(_("参数"), default=dict)
    on = models.BooleanField(_("启用"), default=True)
    unwaivable = models.BooleanField(_("不可豁免"), default=False)
    why = models.CharField(_("理由"), max_length=200, blank=True)

    privacy = internal("params", "why")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "rule"], name="handbook_entry_once"),
            models.CheckConstraint(condition=Q(on=True) | Q(unwaivable=False), name="handbook_entry_firm_is_on"),
        ]


def _apart(name: str, *keys: str, condition: Q, message: Any) -> ExclusionConstraint:
    """No two rows with the same `keys` hold at one moment. The keys stand in the index as their hash: see estate/spells.py."""
    texts = [Cast(key, TextField()) for key in keys]
    hashed = Func(Concat(*texts) if len(texts) > 1 else texts[0], Value(0), function="hashtextextended", output_field=BigIntegerField())
    return ExclusionConstraint(
        name=name,
        expressions=[
            (Func(hashed, hashed, Value("[]"), function="int8range", output_field=BigIntegerRangeField()), "&&"),
            (Func("since", "until", function="tstzrange", output_field=DateTimeRangeField()), "&&"),
        ],
        condition=condition,
        violation_error_message=message,
    )


class Adoption(Scoped):
    """采用: a project lives by an edition from a day on, until a day.

    `starts_on` and `ends_on` are what people asked for; `since` and `until` are the moments that decide, never earlier
    than the decision itself, so that no line of the journal is judged by a handbook that nobody had approved yet.
    """

    handbook = models.ForeignKey(Handbook, models.PROTECT, related_name="+")
    edition = models.ForeignKey(HandbookVersion, models.PROTECT, related_name="adoptions")
    is_base = models.BooleanField(default=True)
    state = models.CharField(_("状态"), max_length=10, choices=ADOPTION.choices, default=PROPOSED)
    starts_on = models.DateField(_("自"))
    ends_on = models.DateField(_("至（不含）"), null=True, blank=True)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    reason = models.TextField(_("理由"), blank=True)
    proposed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("提出人"))
    proposed_at = models.DateTimeField(_("提出时间"))
    settled_at = models.DateTimeField(_("审结时间"), null=True)
    settled_words = models.TextField(blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("终止人"))
    end_reason = models.TextField(_("终止理由"), blank=True)

    privacy = internal("reason", "settled_words", "end_reason")

    class Meta:
        verbose_name = _("手册采用")
        constraints = [
            ADOPTION.constraint("adoption_state"),
            models.CheckConstraint(condition=~Q(state=ADOPTED) | Q(since__isnull=False), name="adoption_since"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="adoption_forwards"),
            _apart(
                "adoption_one_base", "project", condition=Q(state=ADOPTED, is_base=True), message=_("这段时间内项目已采用另一部基本手册。")
            ),
            _apart("adoption_once", "project", "handbook", condition=Q(state=ADOPTED), message=_("这段时间内项目已采用这部手册的另一版。")),
            models.UniqueConstraint(
                fields=["project", "handbook"],
                condition=Q(state=PROPOSED),
                name="adoption_proposed_once",
                violation_error_message=_("采用这部手册的申请已在审批中。"),
            ),
        ]
        indexes = [models.Index(fields=["project", "since"], condition=Q(state=ADOPTED), name="adoption_in_force")]

    def __str__(self) -> str:
        return str(self.edition)

    def holds_at(self, at: Any) -> bool:
        """Whether the project lives by it at that moment."""
        return self.state == ADOPTED and self.since <= at and (self.until is None or at < self.until)
