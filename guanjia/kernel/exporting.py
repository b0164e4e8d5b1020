"""Lists with personal data in full: asked for, let through by two others, downloaded within a day, each time noted.

A list that shows only masks is the register's own business (`guanjia/web/exports.py`); it is a fact and nothing more.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from . import facts, reading
from .act import Act
from .errors import BadInput, IllegalMove, NotFound, Reason
from .gates import Gate
from .journal import record
from .models import Export
from .states import ASKED, DOWNLOAD, EXPORT, PURPOSES
from .usecase import usecase

ROWS_MAX, HOURS = 1000, 24

_rows_max: list[Callable[[Any, Any], int]] = []


def install_rows_max(fn: Callable[[Any, Any], int]) -> Callable[[Any, Any], int]:
    """Install who knows how many rows a project lets out at once: `fn(project_id, at)`."""
    _rows_max[:] = [fn]
    return fn


def rows_max(project_id: Any, at: Any) -> int:
    """How many rows may leave at once; a project may lower it, nobody raises it."""
    return max(1, min(_rows_max[0](project_id, at) if _rows_max else ROWS_MAX, ROWS_MAX))


class MakeExport(Gate, name="kernel.export.make", passes_to="kernel.export.made"):
    """May this list leave with its personal data in full?"""

    register: str = ""
    query: str = ""
    columns: tuple[str, ...] = ()
    purpose: str = ""
    reason: str = ""

    @classmethod
    def of(cls, export: Export, *, act: Act, **_values: Any) -> "MakeExport":
        _of_asker(export, act)
        said = {name: getattr(export, name) for name in ("register", "query", "purpose", "reason")}
        return cls(**cls.common(export, act), **said, columns=tuple(export.columns))


@usecase("kernel.export.ask")
def ask_to_export(
    place: Any, *, register: str, title: str, query: str, columns: Iterable[str], purpose: str, reason: str, rows: int, act: Act
) -> Export:
    """Ask for a list of a project (or of the whole company) in full. BadInput for too many rows, an unknown purpose, no reason."""
    project_id = None if place.pk == place.company_id else place.pk
    most, reasons = rows_max(project_id, act.at), []
    if rows > most:
        words = _("共 %(rows)d 行，一次最多导出 %(most)d 行，请先筛选。") % {"rows": rows, "most": most}
        reasons.append(Reason(words))
    if purpose not in PURPOSES:
        reasons.append(Reason(_("请选择用途。"), field="purpose"))
    if len(reason.strip()) < 4:
        reasons.append(Reason(_("请写明用来做什么。"), field="reason"))
    if reasons:
        raise BadInput(reasons)
    export = Export(
        company_id=place.company_id,
        project_id=project_id,
        state=ASKED,
        register=register,
        title=title,
        query=query[:1000],
        columns=list(columns),
        purpose=purpose,
        reason=reason.strip(),
        asker_id=act.person_id,
        asker_name=act.by.name,
        asked_at=act.at,
        created_at=act.at,
    )
    export.save(force_insert=True)
    record(export, facts.ExportAsked(register=title, purpose=purpose), act=act)
    return export


@usecase("kernel.export.make", gate=MakeExport)
def make_export(export: Export, *, act: Act) -> Export:
    """Let it be downloaded for a day from now on. NotFound for anybody but the asker; GateClosed without the leave that clauses ask for."""
    export = EXPORT.move(export, "make", act=act, made_at=act.at, ends_at=act.at + timedelta(hours=HOURS))
    record(export, facts.ExportMade(register=export.title, rows=0, purpose=export.purpose, personal=True), act=act)
    return export


@usecase("kernel.export.download")
def note_download(export: Export, *, rows: list[Any], act: Act) -> Export:
    """Write down that these rows leave, before they do. IllegalMove once its day is over, BadInput for more rows than may leave."""
    _of_asker(export, act)
    if not export.is_live(act.at):
        raise IllegalMove(Reason(_("已过下载期限，请重新申请。")))
    if len(rows) > rows_max(export.project_id, act.at):
        raise BadInput(Reason(_("行数超过上限，请筛选后重新申请。")))
    export.downloads += 1
    export.save(update_fields=["downloads"])
    reading.note(rows, how=DOWNLOAD, fields=export.columns, purpose=export.purpose, act=act)
    record(export, facts.ExportDownloaded(register=export.title, rows=len(rows)), act=act)
    return export


def asking(act: Act) -> Act:
    """The act with which the rows of a request are counted: those of the projects whose lists one may ask for, not all that one sees."""
    return replace(act, rights=act.rights.where(ask_to_export.usecase))


def taking(export: Export, act: Act) -> Act:
    """The act with which the rows of a request are read: leave was given for its project, or for those whose lists one may take along."""
    rights = act.rights.where(note_download.usecase)
    return replace(act, rights=rights.within(export.project_id) if export.project_id else rights)


def exports_of(act: Act) -> Any:
    """What this act's person asked for, the newest first."""
    return Export.objects.visible_to(act).filter(asker_id=act.person_id).order_by("-asked_at")


def _of_asker(export: Export, act: Act) -> None:
    if act.person_id != export.asker_id:
        raise NotFound()
