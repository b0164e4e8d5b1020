"""What every room stands on: subjects, the journal, files, signatures, messages, numbers."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .ids import Ref, uuid7
from .privacy import internal, personal, reach, staff
from .querysets import SubjectQuerySet, trusted
from .states import ALARMS, ASKED, EXPORT, FILE_CLASSES, OPEN, ORDINARY, PURPOSES, REVEAL, SECRET, WAYS_OF_READING
from .vault.rows import CompanyKey, DataKey, DestroyedKey

__all__ = ["CompanyKey", "DataKey", "DestroyedKey"]  # they live beside the vault


class Subject(models.Model):
    """Whatever can carry duties, files and a timeline: a time-ordered key and a human number.

    Rooms use `org.scope.Scoped` (in a project) or `CompanyScoped`, which add the columns of access.
    """

    #: look-ups that name whoever handles the row; people with the reach "assigned" see nothing else
    owned_by: tuple[str, ...] = ()
    #: those among them that name the person it is about; people with the reach "self" see nothing else
    about_person: tuple[str, ...] = ()
    #: the use cases about such rows: whoever is given one of them, or `<family>.see`, may look at the rows; everybody, where empty
    family: str = ""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("编号"), max_length=40, blank=True, default="")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=False, null=True, editable=False)

    privacy = internal("number")

    objects = SubjectQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def is_project_scoped(cls) -> bool:
        """True where rows belong to a project, not only to a company."""
        return True

    def is_owned_by(self, person_id: UUID | None, *, about: bool = False) -> bool:
        """True if one of `owned_by` (`about_person`) names the person; look-ups over relations are asked of the database."""
        if person_id is None:
            return False
        lookups = self.about_person if about else self.owned_by
        if any(getattr(self, name) == person_id for name in lookups if "__" not in name):
            return True
        far = [name for name in lookups if "__" in name]
        return any(type(self)._base_manager.filter(pk=self.pk, **{name: person_id}).exists() for name in far)

    def _perform_unique_checks(self, unique_checks: Any) -> Any:
        with trusted("uniqueness"):
            return super()._perform_unique_checks(unique_checks)

    def validate_constraints(self, exclude: Any = None) -> None:
        with trusted("uniqueness"):
            super().validate_constraints(exclude=exclude)


# -- the journal ---------------------------------------------------------------------------------
class JournalEntry(models.Model):
    """One line of what happened. Append-only: a trigger refuses changes; each line hashes the one before."""

    owned_by: tuple[str, ...] = ()
    about_person: tuple[str, ...] = ()

    id = models.UUIDField(primary_key=True, editable=False)
    company_id = models.UUIDField()
    project_id = models.UUIDField(null=True)
    seq = models.BigIntegerField()
    happened_at = models.DateTimeField(_("发生时间"))
    recorded_at = models.DateTimeField(_("记录时间"))
    by_kind = models.CharField(max_length=12)
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(_("经手人"), max_length=60)
    via = models.CharField(_("途径"), max_length=16)
    cause_id = models.UUIDField(null=True)
    fact = models.CharField(_("事实"), max_length=80)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    payload = models.JSONField(default=dict)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    privacy = staff("by_name") | internal("by_kind", "via", "fact", "payload")

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("日志")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "seq"], name="journal_line_once"),
            models.CheckConstraint(condition=Q(recorded_at__gte=F("happened_at")), name="journal_recorded_after_it_happened"),
        ]
        indexes = [
            models.Index(fields=["company_id", "fact", "happened_at"], name="journal_fact"),
            models.Index(fields=["project_id", "happened_at"], name="journal_project"),
        ]

    #: what else the line is about; set while it is being written, read back by `stored_about`
    about: list[Ref] = []

    @classmethod
    def is_project_scoped(cls) -> bool:
        return True

    @property
    def subject(self) -> Ref:
        return Ref(self.subject_kind, self.subject_id)

    def stored_about(self) -> list[Ref]:
        """The refs of the line other than its subject."""
        refs = (Ref(a.kind, a.subject_id) for a in self.abouts.all())
        return [ref for ref in refs if ref != self.subject]


class JournalAbout(models.Model):
    """Which subjects a line speaks of: the index of every timeline."""

    entry = models.ForeignKey(JournalEntry, models.CASCADE, related_name="abouts")
    company_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    happened_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject_id", "-happened_at"], name="journal_about_subject")]


class ChainHead(models.Model):
    """The last line of a company's chain: its number and its hash."""

    company_id = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True, default="")


# -- files, signatures, messages -----------------------------------------------------------------
class OfSubject(models.Model):
    """Mixin of rows that hang on any subject by `Ref`, in the subject's company and project."""

    owned_by: tuple[str, ...] = ()
    about_person: tuple[str, ...] = ()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company_id = models.UUIDField()
    project_id = models.UUIDField(null=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    created_at = models.DateTimeField()

    objects = SubjectQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def is_project_scoped(cls) -> bool:
        return True

    @property
    def subject(self) -> Ref:
        return Ref(self.subject_kind, self.subject_id)

    def is_owned_by(self, person_id: UUID | None, *, about: bool = False) -> bool:
        return False


class Attachment(OfSubject):
    """A file as it came in: its content is addressed by its checksum and never changed."""

    sha256 = models.CharField(max_length=64)
    name = models.CharField(_("文件名"), max_length=200)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    role = models.CharField(_("用途"), max_length=20, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    taken_at = models.DateTimeField(_("拍摄时间"), null=True)
    by_name = models.CharField(max_length=60, blank=True)
    secrecy = models.CharField(_("密级"), max_length=8, choices=list(FILE_CLASSES.items()), default=ORDINARY, db_default=ORDINARY)

    privacy = personal("name") | staff("by_name")

    class Meta:
        verbose_name = _("附件")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(secrecy__in=list(FILE_CLASSES)),
                name="attachment_class_known",
                violation_error_message=_("密级只有「普通」和「涉密」。"),
            )
        ]
        indexes = [models.Index(fields=["subject_id", "created_at"], name="attachment_subject")]

    @property
    def is_secret(self) -> bool:
        return self.secrecy == SECRET


class Signature(OfSubject):
    """Who put a name to what, in which capacity. One a slot and signer; a paper or a glass, never a guess."""

    METHODS = [("glass", _("屏幕手写")), ("link", _("链接确认")), ("code", _("验证码")), ("paper", _("纸质扫描"))]

    slot = models.CharField(max_length=24)
    signer_kind = models.CharField(max_length=40, blank=True)
    signer_id = models.UUIDField(null=True)
    signer_name = models.CharField(_("签名人"), max_length=60)
    capacity = models.CharField(_("身份"), max_length=24)
    method = models.CharField(max_length=8, choices=METHODS, default="glass")
    image = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")

    privacy = personal("signer_name") | internal("slot", "capacity")

    class Meta:
        verbose_name = _("签名")
        constraints = [models.UniqueConstraint(fields=["subject_id", "slot", "signer_name"], name="signature_once_per_slot_and_signer")]


class OutboundMessage(OfSubject):
    """A message on its way out. `unknown` is asked about, never blindly sent again."""

    STATES = [("queued", _("待发")), ("sending", _("发送中")), ("sent", _("已发")), ("failed", _("失败")), ("unknown", _("结果不明"))]

    channel = models.CharField(_("渠道"), max_length=12)
    to = models.CharField(_("接收方"), max_length=120)
    template = models.CharField(max_length=40)
    text = models.TextField(_("内容"))
    state = models.CharField(max_length=8, choices=STATES, default="queued")
    idempotency_key = models.CharField(max_length=120, unique=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    privacy = reach("to") | personal("text") | internal("channel", "template", "idempotency_key", "error")

    class Meta:
        verbose_name = _("外发消息")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["queued", "sending", "sent", "failed", "unknown"]), name="message_state")
        ]
        indexes = [models.Index(fields=["state", "created_at"], condition=Q(state__in=["queued", "sending"]), name="message_on_its_way")]


# -- counting and doing once ---------------------------------------------------------------------
class Sequence(models.Model):
    """The last human number given, per scope, prefix and day."""

    scope_id = models.UUIDField()
    prefix = models.CharField(max_length=12)
    day = models.DateField()
    value = models.PositiveIntegerField(default=0)

    privacy = internal("prefix", "day")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope_id", "prefix", "day"], name="sequence_once")]


class OnceKey(models.Model):
    """A promise that a request acts once: its key, what was asked, and what was answered."""

    actor = models.CharField(max_length=80)
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    privacy = internal("actor") | personal("answer")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="once_key")]
        indexes = [models.Index(fields=["created_at"], name="once_key_age")]


class ScheduleRun(models.Model):
    """One run of periodic work for one period; the row is the proof that it was not missed nor doubled."""

    kind = models.CharField(max_length=60)
    period = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "period"], name="schedule_run_once")]


class JobRun(models.Model):
    """The effect of a queued job, done: written in the effect's own transaction, so that a rerun sees it and stops."""

    job_id = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=80)
    finished_at = models.DateTimeField()

    privacy = internal("name")


class LegalHold(OfSubject):
    """A record, or all about a person, that must not be destroyed until this is lifted; a trigger refuses."""

    reason = models.CharField(_("保全理由"), max_length=200)
    by_name = models.CharField(_("经手人"), max_length=60)
    held_on = models.DateField(_("保全日期"))
    lifted_at = models.DateTimeField(_("解除时间"), null=True, blank=True)
    lifted_by = models.CharField(_("解除人"), max_length=60, blank=True)
    lift_reason = models.CharField(_("解除理由"), max_length=200, blank=True)

    privacy = personal("reason", "lift_reason") | staff("by_name", "lifted_by")

    class Meta:
        verbose_name = _("保全")
        constraints = [models.CheckConstraint(condition=Q(lifted_at=None) | ~Q(lift_reason=""), name="hold_lifted_for_a_reason")]
        indexes = [models.Index(fields=["subject_id"], condition=Q(lifted_at=None), name="hold_open")]


class DestructionCertificate(models.Model):
    """What was destroyed, by which rule or at whose wish, by whom: rows and classes of columns, files, and the key's fingerprint."""

    BASES = [("expired", _("保存期满")), ("request", _("本人要求")), ("withdrawn", _("本人撤回同意"))]

    owned_by: tuple[str, ...] = ()
    about_person: tuple[str, ...] = ()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company_id = models.UUIDField()
    project_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    number = models.CharField(max_length=40, blank=True)
    rule = models.CharField(max_length=12, blank=True)
    basis = models.CharField(_("依据"), max_length=12, choices=BASES, default="expired")
    content = models.JSONField(_("销毁内容"), default=dict)
    by_name = models.CharField(_("经手人"), max_length=60)
    destroyed_at = models.DateTimeField(_("销毁时间"))

    privacy = staff("by_name") | internal("number", "content")

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("销毁证明")

    @classmethod
    def is_project_scoped(cls) -> bool:
        return True


# -- who looked at what --------------------------------------------------------------------------
class ReadLog(models.Model):
    """查阅记录: who looked at whose personal data, when, through what and why. Append-only: a trigger refuses changes.

    `fields` are names of what was shown in full; empty where the page showed only masks.
    """

    owned_by: tuple[str, ...] = ()
    family = "kernel.reading"
    privacy = staff("by_name") | internal("via", "fields", "request_id")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company_id = models.UUIDField()
    project_id = models.UUIDField(null=True)
    read_at = models.DateTimeField(_("时间"))
    by_kind = models.CharField(max_length=12)
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(_("查阅人"), max_length=60)
    via = models.CharField(_("途径"), max_length=16)
    how = models.CharField(_("方式"), max_length=8, choices=list(WAYS_OF_READING.items()))
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    fields = models.JSONField(_("字段"), default=list)
    purpose = models.CharField(_("用途"), max_length=12, blank=True, choices=list(PURPOSES.items()))
    matter_kind = models.CharField(max_length=40, blank=True)
    matter_id = models.UUIDField(null=True)
    request_id = models.CharField(max_length=64, blank=True)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("查阅记录")
        indexes = [
            models.Index(fields=["subject_id", "-read_at"], name="readlog_of_subject"),
            models.Index(fields=["company_id", "-read_at"], name="readlog_of_company"),
            models.Index(fields=["by_id", "-read_at"], name="readlog_of_reader"),
        ]

    @classmethod
    def is_project_scoped(cls) -> bool:
        return True

    @property
    def subject(self) -> Ref:
        return Ref(self.subject_kind, self.subject_id)

    @property
    def matter(self) -> Ref | None:
        return Ref(self.matter_kind, self.matter_id) if self.matter_id else None


class ReadCount(models.Model):
    """How many records somebody has looked at within an hour; kept with each line, so that much reading is seen while it happens."""

    owned_by: tuple[str, ...] = ()

    company_id = models.UUIDField()
    by_id = models.UUIDField()
    hour = models.DateTimeField()
    reads = models.PositiveIntegerField(default=0)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by_id", "hour"], name="readcount_once")]
        indexes = [models.Index(fields=["company_id", "-hour"], name="readcount_of_company")]

    @classmethod
    def is_project_scoped(cls) -> bool:
        return False


class Decoy(models.Model):
    """A record that belongs to nobody: whoever opens it was not serving anyone."""

    owned_by: tuple[str, ...] = ()

    company_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField(unique=True)
    set_at = models.DateTimeField()

    objects = SubjectQuerySet.as_manager()

    @classmethod
    def is_project_scoped(cls) -> bool:
        return False


class OfPlace(Subject):
    """Mixin of subjects of the kernel's own: a company, and a project if there is one, by key alone."""

    company_id = models.UUIDField()
    project_id = models.UUIDField(null=True)

    class Meta:
        abstract = True


class Reveal(OfPlace):
    """揭示申请: somebody asks to see named fields of one record in full, for a purpose; open for half an hour at most."""

    owned_by = ("asker_id",)
    privacy = staff("asker_name") | internal("subject_number", "fields") | personal("reason")

    state = models.CharField(_("状态"), max_length=8, choices=REVEAL.choices, default=ASKED)
    asker_id = models.UUIDField()
    asker_name = models.CharField(_("申请人"), max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    subject_number = models.CharField(_("对象"), max_length=40, blank=True)
    fields = models.JSONField(_("字段"), default=list)
    purpose = models.CharField(_("用途"), max_length=12, choices=list(PURPOSES.items()))
    matter_kind = models.CharField(max_length=40, blank=True)
    matter_id = models.UUIDField(null=True)
    reason = models.CharField(_("说明"), max_length=200, blank=True)
    is_glass = models.BooleanField(_("紧急查看"), default=False)
    asked_at = models.DateTimeField(_("申请时间"))
    opened_at = models.DateTimeField(_("打开时间"), null=True)
    ends_at = models.DateTimeField(_("到期时间"), null=True)
    views = models.PositiveSmallIntegerField(_("已看次数"), default=0)
    views_max = models.PositiveSmallIntegerField(_("可看次数"), default=0)

    class Meta:
        verbose_name = _("揭示申请")
        constraints = [
            REVEAL.constraint("reveal_state"),
            models.CheckConstraint(condition=Q(purpose__in=list(PURPOSES)), name="reveal_for_a_known_purpose"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("opened_at"), ends_at__lte=F("opened_at") + timedelta(minutes=30)),
                name="reveal_half_an_hour_at_most",
                violation_error_message=_("原文最多显示三十分钟。"),
            ),
            models.CheckConstraint(condition=~Q(state=OPEN) | Q(opened_at__isnull=False, ends_at__isnull=False), name="reveal_open_ends"),
            models.CheckConstraint(condition=Q(views__lte=F("views_max")), name="reveal_views"),
        ]
        indexes = [
            models.Index(fields=["asker_id", "-asked_at"], name="reveal_of_asker"),
            models.Index(fields=["subject_id", "-asked_at"], name="reveal_of_subject"),
        ]

    @property
    def subject(self) -> Ref:
        return Ref(self.subject_kind, self.subject_id)

    @property
    def matter(self) -> Ref | None:
        return Ref(self.matter_kind, self.matter_id) if self.matter_id else None

    def __str__(self) -> str:
        return self.subject_number or str(self._meta.verbose_name)

    def is_live(self, at: Any) -> bool:
        """True while the fields may still be shown."""
        return self.state == OPEN and at < self.ends_at and self.views < self.views_max


class Alarm(OfPlace):
    """查阅告警: somebody must look at who looked. Raised by a broken glass, by much reading, by a decoy; judged by another person."""

    family = "kernel.alarm"
    privacy = staff("reader_name", "reviewer_name") | personal("words", "finding")

    kind = models.CharField(_("类别"), max_length=8, choices=list(ALARMS.items()))
    reader_id = models.UUIDField()
    reader_name = models.CharField(_("查阅人"), max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    words = models.CharField(_("情况"), max_length=200, blank=True)
    raised_at = models.DateTimeField(_("告警时间"))
    reviewed_at = models.DateTimeField(_("复核时间"), null=True)
    reviewer_id = models.UUIDField(null=True)
    reviewer_name = models.CharField(_("复核人"), max_length=60, blank=True)
    is_justified = models.BooleanField(_("正当"), null=True)
    finding = models.CharField(_("复核意见"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("查阅告警")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(ALARMS)), name="alarm_kind"),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, is_justified=None) | Q(reviewed_at__isnull=False, is_justified__isnull=False),
                name="alarm_judged_or_not",
            ),
            models.CheckConstraint(
                condition=Q(reviewer_id=None) | ~Q(reviewer_id=F("reader_id")),
                name="alarm_not_judged_by_the_reader",
                violation_error_message=_("查阅人不能复核自己的查阅。"),
            ),
        ]
        indexes = [models.Index(fields=["company_id", "-raised_at"], name="alarm_of_company")]

    @property
    def subject(self) -> Ref:
        return Ref(self.subject_kind, self.subject_id)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.reader_name}"


class Export(OfPlace):
    """导出申请: somebody asks for a list with its personal data in full. Let through, it can be downloaded for a day.

    No file is kept: each download is written anew, marked with its receiver, from the rows that he may see then.
    """

    owned_by = ("asker_id",)
    privacy = staff("asker_name") | internal("register", "title", "columns") | personal("query", "reason")

    state = models.CharField(_("状态"), max_length=8, choices=EXPORT.choices, default=ASKED)
    register = models.CharField(max_length=60)
    title = models.CharField(_("台账"), max_length=60)
    query = models.CharField(max_length=1000, blank=True)
    columns = models.JSONField(default=list)
    purpose = models.CharField(_("用途"), max_length=12, choices=list(PURPOSES.items()))
    reason = models.CharField(_("说明"), max_length=200)
    asker_id = models.UUIDField()
    asker_name = models.CharField(_("申请人"), max_length=60)
    asked_at = models.DateTimeField(_("申请时间"))
    made_at = models.DateTimeField(_("放行时间"), null=True)
    ends_at = models.DateTimeField(_("到期时间"), null=True)
    downloads = models.PositiveSmallIntegerField(_("下载次数"), default=0)

    class Meta:
        verbose_name = _("导出申请")
        constraints = [
            EXPORT.constraint("export_state"),
            models.CheckConstraint(condition=Q(purpose__in=list(PURPOSES)), name="export_for_a_known_purpose"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("made_at"), ends_at__lte=F("made_at") + timedelta(hours=24)),
                name="export_a_day_at_most",
                violation_error_message=_("导出文件最多可下载一天。"),
            ),
            models.CheckConstraint(condition=~Q(state=OPEN) | Q(made_at__isnull=False, ends_at__isnull=False), name="export_open_ends"),
        ]
        indexes = [models.Index(fields=["asker_id", "-asked_at"], name="export_of_asker")]

    def __str__(self) -> str:
        return self.title

    def is_live(self, at: Any) -> bool:
        """True while it may be downloaded."""
        return self.state == OPEN and at < self.ends_at
