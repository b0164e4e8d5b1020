"""The screens of an import: choose a file, say what its columns mean, read the preview, carry it out, keep the receipt."""

import time
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanjia.kernel import sheets
from guanjia.kernel.act import Act
from guanjia.kernel.errors import NotAllowed, NotFound, Reason, Refusal

from . import forgetting, imports, jobs
from .components import drawn
from .forms import ProjectField, UseCaseForm
from .importers import Importer, RegisterImporter, named
from .keyset import Order
from .models import ADDED, CHANGED, REFUSED, SKIPPED, UNCHANGED, ImportRow, ImportRun
from .once import may_repeat
from .partials import page
from .proposals import GUESSED, SURE, Proposal
from .register import register_named
from .templatetags import look

LINES_SHOWN = 50
KINDS = ("xlsx", "csv")
#: so long a request works on an import itself; what is left then goes to the worker
PATIENCE_SECONDS = 1.5
TABS = (
    ("", gettext_lazy("全部")),
    (ADDED, gettext_lazy("新增")),
    (CHANGED, gettext_lazy("修改")),
    (UNCHANGED, gettext_lazy("不变")),
    (REFUSED, gettext_lazy("不接受")),
    (SKIPPED, gettext_lazy("略过")),
)
TONES = {ADDED: "good", CHANGED: "info", UNCHANGED: "neutral", REFUSED: "danger", SKIPPED: "neutral", "": "neutral"}


class UploadForm(UseCaseForm):
    file = forms.FileField(
        label=gettext_lazy("表格文件"),
        help_text=gettext_lazy("Excel（.xlsx）或 CSV。表头可以有几行，上面可以有标题；导出的文件改好后可以直接导回来。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.csv,.txt"}),
    )
    sheet = forms.CharField(
        label=gettext_lazy("工作表"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("不写则读第一张没有隐藏的表。"),
    )


@may_repeat  # the same unfinished file leads to the same run
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a file, and the project it belongs to where there are several."""
    register = register_named(slug)
    importer = allowed(RegisterImporter(register), request.act)
    form = UploadForm(request.POST or None, request.FILES or None)
    projects = register.projects(request.act)
    if register.is_project_scoped and len(projects) > 1:
        form.fields["project"] = ProjectField(projects)
    if request.method == "POST" and form.is_valid():
        into = form.cleaned_data.get("project") or (projects[0] if projects else None)
        run = received(request, importer, form, into)
        if run is not None:
            return HttpResponseRedirect(reverse("import-run", args=[run.pk]))
    return page(
        request,
        "web/imports/upload.html",
        status=422 if form.is_bound else 200,
        register=register,
        form=form,
        refusal=getattr(form, "refusal", None),
        crumbs=[(register.title, register.url())],
        columns=[importer.label(name) for name in importer.fields],
    )


def received(request: HttpRequest, importer: Importer, form: UploadForm, into: Any, options: dict | None = None) -> ImportRun | None:
    """The staged run, looked at as far as patience goes; None if the file was refused, with the reasons in the form."""
    uploaded = form.cleaned_data["file"]
    try:
        run = imports.receive(
            importer,
            name=uploaded.name,
            content=uploaded.read(),
            into=into,
            act=request.act,
            by=request.user,
            options=options,
            sheet=form.cleaned_data.get("sheet", "").strip(),
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return None
    go_on(run, importer, request.act)
    return run


@require_GET
def blank(request: HttpRequest, slug: str) -> HttpResponse:
    """An empty table with the headers of a register, to fill in."""
    return blank_answer(allowed(RegisterImporter(register_named(slug)), request.act))


def blank_answer(importer: Importer) -> HttpResponse:
    columns = [(str(one.label), one.needed, tuple(map(str, one.choices)), str(one.example)) for one in importer.targets]
    response = FileResponse(sheets.write_blank(columns, title=str(importer.title)))
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{importer.title}-{_('模板')}.xlsx")
    return response


# -- what the columns mean -----------------------------------------------------------------------
@may_repeat  # saying the same twice is saying it once
@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, run: UUID) -> HttpResponse:
    """Each column with its first cells and what it probably says; the person corrects, and it is remembered."""
    found, importer = found_run(request.act, run)
    if found.state not in (ImportRun.MAPPING, ImportRun.LOOKING, ImportRun.READY):
        return HttpResponseRedirect(reverse("import-run", args=[found.pk]))
    proposed = imports.proposed_for(found, importer, request.act)
    chosen = {one.header: request.POST.get(f"c-{one.letter}", "") for one in proposed} if request.method == "POST" else found.mapping
    is_whole, refusal = bool(request.POST.get("whole")), None
    if request.method == "POST":
        try:
            imports.say_columns(found, chosen, importer, request.act, is_whole=is_whole)
        except Refusal as no:
            refusal = no
        else:
            go_on(found, importer, request.act)
            return HttpResponseRedirect(reverse("import-run", args=[found.pk]))
    return page(
        request,
        "web/imports/columns.html",
        status=422 if refusal else 200,
        run=found,
        refusal=refusal,
        crumbs=importer.crumbs(),
        rows=[told_column(one, chosen.get(one.header, "")) for one in proposed],
        targets=[{"name": one.name, "label": one.label, "needed": one.needed} for one in importer.targets],
        header_lines="–".join(str(line) for line in dict.fromkeys(found.header_lines)),
        may_be_whole=found.lines <= imports.WHOLE_MAX,
        whole_max=imports.WHOLE_MAX,
        is_whole=is_whole or found.is_whole,
    )


def told_column(one: Proposal, chosen: str) -> dict[str, Any]:
    """A column for the page: what it says, first cells, the choice, and how sure the proposal is in words."""
    is_proposed = one.target is not None and chosen == one.target.name
    if not is_proposed:
        word, tone = (_("您选的"), "info") if chosen else (_("不导入"), "neutral")
    elif one.confidence >= SURE:
        word, tone = _("确定"), "good"
    else:
        word, tone = (_("很可能"), "info") if one.confidence > GUESSED else (_("猜的，请核对"), "warn")
    return {
        "letter": one.letter,
        "header": one.header,
        "samples": "　".join(one.samples) or "—",
        "chosen": chosen,
        "badge": drawn("badge", look.badge(word, tone=tone)),
        "reason": one.reason if is_proposed else "",
    }


# -- the run -------------------------------------------------------------------------------------
@require_GET
def run(request: HttpRequest, run: UUID) -> HttpResponse:
    """What the file would do, line by line; while it is worked on, how far it has come; afterwards, the receipt."""
    found, importer = found_run(request.act, run)
    if found.state == ImportRun.MAPPING:
        return HttpResponseRedirect(reverse("import-columns", args=[found.pk]))
    verdict = request.GET.get("verdict", "") if request.GET.get("verdict", "") in dict(TABS) else ""
    rows = found.rows.exclude(verdict="")
    rows = rows.filter(verdict=verdict) if verdict else rows
    lines = Order(ImportRow, ["line"]).page(rows, LINES_SHOWN, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    counts = imports.tally(found)
    figure = f"{counts['looked']} / {counts['lines']}" if found.state == ImportRun.LOOKING else f"{counts['done']} / {counts['to_do']}"
    here = f"?verdict={verdict}&" if verdict else "?"
    shown_tabs = [(code, label) for code, label in TABS if code != SKIPPED or counts[SKIPPED]]
    return page(
        request,
        "web/imports/run.html#state",
        run=found,
        counts=counts,
        crumbs=importer.crumbs(),
        upload_url=importer.url(),
        can_fetch_refused=forgetting.still_staged(found).filter(verdict=REFUSED).exists(),
        can_say_columns=bool(importer.targets) and found.state in (ImportRun.LOOKING, ImportRun.READY),
        lines=[shown(line) for line in lines],
        tabs=[
            {
                "label": label,
                "url": f"?verdict={code}" if code else "?",
                "current": code == verdict,
                "count": counts.get(code) if code else None,
            }
            for code, label in shown_tabs
        ],
        columns=[
            {"label": _("行"), "kind": "number"},
            {"label": _("会怎样"), "kind": ""},
            {"label": _("哪一项"), "kind": "lead"},
            {"label": _("说明"), "kind": "wide"},
        ],
        figure=figure,
        nothing=_("没有这样的行"),
        tiles=[
            {"label": label, "value": counts[code], "tone": "late" if code == REFUSED and counts[code] else ""}
            for code, label in shown_tabs
            if code
        ],
        newer=f"{here}before={lines.previous}" if lines.previous else "",
        older=f"{here}after={lines.next}" if lines.next else "",
    )


@may_repeat  # each line is done once, whoever asks how often
@require_POST
def commit(request: HttpRequest, run: UUID) -> HttpResponse:
    """Carry the import out, or go on with it."""
    found, importer = found_run(request.act, run)
    imports.start_committing(found, request.act)
    go_on(found, allowed(importer, request.act), request.act)
    return HttpResponseRedirect(reverse("import-run", args=[found.pk]))


@may_repeat  # what is cancelled stays so
@require_POST
def cancel(request: HttpRequest, run: UUID) -> HttpResponse:
    """Stop an import; what was carried out stays."""
    found, _importer = found_run(request.act, run)
    imports.cancel(found, request.act)
    return HttpResponseRedirect(reverse("import-run", args=[found.pk]))


@require_GET
def refused(request: HttpRequest, run: UUID, kind: str) -> HttpResponse:
    """The refused lines with their reasons, to correct and upload again."""
    found, _importer = found_run(request.act, run)
    if kind not in KINDS or not forgetting.still_staged(found).filter(verdict=REFUSED).exists():
        raise NotFound()
    made = imports.refused_file(found, kind)
    response = StreamingHttpResponse(made, content_type="text/csv; charset=utf-8") if kind == "csv" else FileResponse(made)
    name = f"{found.name.rpartition('.')[0] or found.name}-{_('待改')}-{timezone.localtime(request.act.at):%Y%m%d}.{kind}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


# -- what the views above share ------------------------------------------------------------------
def allowed(importer: Importer, act: Act) -> Importer:
    if not importer.may_use(act):
        raise NotAllowed([Reason(_("您的岗位不能导入这份台账。"))])
    return importer


def found_run(act: Act, id: UUID) -> tuple[ImportRun, Importer]:
    """The run and its importer, for whoever started it; NotFound for anybody else."""
    run = ImportRun.objects.find(act, id)
    if run.by_id != act.person_id:
        raise NotFound()
    return run, named(run.importer).with_options(run.options)


def go_on(run: ImportRun, importer: Importer, act: Act) -> None:
    """Work on the import for a moment; the worker does the rest."""
    act = replace(act, via="import")
    until = time.monotonic() + PATIENCE_SECONDS
    while imports.advance(run, importer, act):
        if time.monotonic() > until:
            jobs.go_on.later(run_id=str(run.pk))
            return


def shown(row: ImportRow) -> dict[str, Any]:
    """A line for the table: number, verdict, what it is about, and why, what changes, or how it was read."""
    if row.verdict in (REFUSED, SKIPPED):
        words = "；".join(
            _("%(letter)s 列「%(header)s」：%(why)s") % {"letter": letter, "header": header, "why": why} if letter else why
            for letter, header, why in ((letter, header, why.rstrip("。")) for letter, header, why in row.reasons)
        )
    elif row.verdict == CHANGED:
        words = "；".join(
            _("%(label)s：%(before)s → %(after)s") % {"label": label, "before": before or "—", "after": after or "—"}
            for label, before, after in row.changes
        )
    else:
        words = "；".join([f"{label}：{after}" for label, _before, after in row.changes] + [why for _l, _h, why in row.reasons])
    if row.notes:
        how = "，".join(_("%(letter)s 列%(how)s") % {"letter": letter, "how": how} if letter else how for letter, _h, how in row.notes)
        words = f"{words}（{how}）" if words else how
    if not row.cells and not words:
        words = _("已写入，暂存的内容已删除") if row.verdict in (ADDED, CHANGED) else _("暂存的内容已删除")
    badge = drawn("badge", look.badge(row.get_verdict_display(), tone=TONES[row.verdict]))
    return {"cells": [str(row.line), badge, row.name, words], "tone": "warn" if row.verdict == REFUSED else "", "url": ""}
