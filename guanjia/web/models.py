"""The staging table of imports: a file's lines on their way, so that an import can be seen before, resumed, and repeated."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.ids import uuid7
from guanjia.kernel.privacy import internal, personal
from guanjia.org.models import Person, Project
from guanjia.org.scope import CompanyScoped

ADDED, CHANGED, UNCHANGED, REFUSED = "added", "changed", "unchanged", "refused"


class ImportRun(CompanyScoped):
    """One file on its way into one register."""

    LOOKING, READY, COMMITTING, DONE = "looking", "ready", "committing", "done"
    STATES = [(LOOKING, _("正在核对")), (READY, _("待确认")), (COMMITTING, _("正在导入")), (DONE, _("已导入"))]

    importer = models.CharField(max_length=60)
    into = models.ForeignKey(Project, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(max_length=64)
    #: [[header, column letter]] of the file, in its order
    headers = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    lines = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=STATES, default=LOOKING)
    finished_at = models.DateTimeField(null=True)

    privacy = internal("importer", "name", "headers", "options")

    class Meta:
        verbose_name = _("导入")
        constraints = [models.CheckConstraint(condition=Q(state__in=["looking", "ready", "committing", "done"]), name="import_run_state")]
        indexes = [models.Index(fields=["company", "importer", "sha256"], name="import_run_file")]

    def __str__(self) -> str:
        return self.name

    @property
    def columns(self) -> dict[str, str]:
        """Header to column letter, in the file's order."""
        return dict(self.headers)


class ImportRow(models.Model):
    """One line of the file: what it says, what would become of it, what became of it."""

    VERDICTS = [(ADDED, _("新增")), (CHANGED, _("修改")), (UNCHANGED, _("不变")), (REFUSED, _("不接受"))]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    #: {header: text or plain value}
    cells = models.JSONField(default=dict)
    #: what the line is about, in the register's words; empty until it was looked at
    name = models.CharField(max_length=200, blank=True, default="")
    verdict = models.CharField(max_length=10, choices=VERDICTS, blank=True, default="")
    #: [[label, before, after]]
    changes = models.JSONField(default=list)
    #: [[column letter, header, why]]
    reasons = models.JSONField(default=list)
    #: the row that was made or changed; set in the same transaction as the change itself
    row_id = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)

    privacy = personal("cells", "name", "changes", "reasons")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="import_row_once")]
        indexes = [
            models.Index(fields=["run", "line"], condition=Q(verdict=""), name="import_row_to_look_at"),
            models.Index(fields=["run", "line"], condition=Q(done_at__isnull=True, verdict__in=[ADDED, CHANGED]), name="import_row_to_do"),
            models.Index(fields=["run", "verdict", "line"], name="import_row_verdict"),
            models.Index(fields=["run", "name"], name="import_row_name"),
        ]

    run_id: Any
