"""The staging tables of imports: a file's lines on their way, so that an import can be seen before, resumed, and repeated."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.ids import uuid7
from guanjia.kernel.privacy import internal, personal
from guanjia.org.models import Person, Project
from guanjia.org.scope import CompanyScoped

ADDED, CHANGED, UNCHANGED, REFUSED, SKIPPED = "added", "changed", "unchanged", "refused", "skipped"


class ImportRun(CompanyScoped):
    """One file on its way into one register, or into what another importer fills."""

    MAPPING, LOOKING, READY, COMMITTING, DONE, CANCELLED = "mapping", "looking", "ready", "committing", "done", "cancelled"
    STATES = [
        (MAPPING, _("待对列")),
        (LOOKING, _("正在核对")),
        (READY, _("待确认")),
        (COMMITTING, _("正在导入")),
        (DONE, _("已导入")),
        (CANCELLED, _("已取消")),
    ]
    OVER = (DONE, CANCELLED)

    importer = models.CharField(max_length=60)
    into = models.ForeignKey(Project, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(max_length=64)
    sheet = models.CharField(_("工作表"), max_length=60, blank=True, default="")
    #: [[header, column letter]] of the file, in its order, and the lines on which the headers stand
    headers = models.JSONField(default=list)
    header_lines = models.JSONField(default=list)
    #: {header: what it says}, as somebody confirmed it
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    lines = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=STATES, default=LOOKING)
    #: the cursors: the last line that was looked at, and the last that was carried out
    looked_through = models.PositiveIntegerField(default=0)
    done_through = models.PositiveIntegerField(default=0)
    #: one bad line keeps all others out
    is_whole = models.BooleanField(_("全部一起"), default=False)
    finished_at = models.DateTimeField(null=True)

    privacy = internal("importer", "name", "sheet", "headers", "header_lines", "mapping", "options")

    class Meta:
        verbose_name = _("导入")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["mapping", "looking", "ready", "committing", "done", "cancelled"]), name="import_run_state"
            )
        ]
        indexes = [models.Index(fields=["company", "importer", "sha256"], name="import_run_file")]

    def __str__(self) -> str:
        return self.name

    @property
    def columns(self) -> dict[str, str]:
        """Header to column letter, in the file's order."""
        return dict(self.headers)

    @property
    def said_by(self) -> dict[str, tuple[str, ...]]:
        """What is said to the headers that say it, in the file's order."""
        said: dict[str, tuple[str, ...]] = {}
        for header, _letter in self.headers:
            if self.mapping.get(header):
                said[self.mapping[header]] = (*said.get(self.mapping[header], ()), header)
        return said

    @property
    def is_over(self) -> bool:
        return self.state in self.OVER


class ImportRow(models.Model):
    """One line of the file: what it says, what would become of it, what became of it."""

    VERDICTS = [(ADDED, _("新增")), (CHANGED, _("修改")), (UNCHANGED, _("不变")), (REFUSED, _("不接受")), (SKIPPED, _("略过"))]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    #: a text or plain value for each of the run's headers
    cells = models.JSONField(default=list)
    #: what the line is about, in the register's words; empty until it was looked at
    name = models.CharField(max_length=200, blank=True, default="")
    #: what lines about one and the same thing have in common, where the importer says so
    key = models.CharField(max_length=120, blank=True, default="")
    verdict = models.CharField(max_length=10, choices=VERDICTS, blank=True, default="")
    #: [[label, before, after]]
    changes = models.JSONField(default=list)
    #: [[column letter, header, why]]
    reasons = models.JSONField(default=list)
    #: how cells were read that were not written as we would: [[column letter, header, how]]
    notes = models.JSONField(default=list)
    #: the row that was made or changed; set in the same transaction as the change itself
    row_id = models.UUIDField(null=True)

    privacy = personal("cells", "name", "key", "changes", "reasons", "notes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="import_row_once")]
        indexes = [
            models.Index(fields=["run", "verdict", "line"], name="import_row_verdict"),
            models.Index(fields=["run", "name"], name="import_row_name", condition=~Q(name="")),
            models.Index(fields=["run", "key"], name="import_row_key", condition=~Q(key="")),
        ]

    run_id: Any


class RememberedMapping(CompanyScoped):
    """Which columns said what the last time that a file with these headers came: proposed again for the next one."""

    privacy = internal("importer", "mapping")

    importer = models.CharField(max_length=60)
    fingerprint = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    used_at = models.DateTimeField()

    class Meta:
        verbose_name = _("列的对应")
        constraints = [models.UniqueConstraint(fields=["company", "importer", "fingerprint"], name="import_mapping_once")]
