"""The screens of an import: choose a file, read the preview, carry it out, keep the receipt."""

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

from guanjia.kernel.act import Act
from guanjia.kernel.errors import NotAllowed, NotFound, Reason, Refusal

from . import imports, jobs
from .components import drawn
from .forms import ProjectField, UseCaseForm
from .importers import Importer, RegisterImporter, named
from .keyset import Order
from .models import ADDED, CHANGED, REFUSED, UNCHANGED, ImportRow, ImportRun
from .once import may_repeat
from .partials import page
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
)
TONES = {ADDED: "good", CHANGED: "info", UNCHANGED: "neutral", REFUSED: "danger"}


class UploadForm(UseCaseForm):
    file = forms.FileField(
        label=gettext_lazy("表格文件"),
        help_text=gettext_lazy("Excel（.xlsx）或 CSV，第一行是表头。导出的文件改好后可以直接导回来。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
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
            return HttpResponseRedirect(reverse("register-import-run", args=[slug, run.pk]))
    refusal = getattr(form, "refusal", None)
    return page(
        request,
        "web/imports/upload.html",
        status=422 if form.is_bound else 200,
        register=register,
        form=form,
        refusal=refusal,
        crumbs=[(register.title, register.url())],
        columns=[importer.label(name) for name in importer.fields],
    )


def received(request: HttpRequest, importer: Importer, form: UploadForm, into: Any, options: dict | None = None) -> ImportRun | None:
    """The staged run, looked at as far as patience goes; None if the file was refused, with the reasons in the form."""
    uploaded = form.cleaned_data["file"]
    try:
        run = imports.receive(
            importer, name=uploaded.name, content=uploaded.read(), into=into, act=request.act, by=request.user, options=options
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return None
    go_on(run, importer, request.act)
    return run


@require_GET
def run(request: HttpRequest, slug: str, run: UUID) -> HttpResponse:
    """What the file would do, line by line; while it is worked on, how far it has come; afterwards, the receipt."""
    register, found = register_named(slug), found_run(request.act, f"register:{slug}", run)
    return told(
        request,
        found,
        commit_url=reverse("register-import-commit", args=[slug, found.pk]),
        refused_urls={kind: reverse("register-import-refused", args=[slug, found.pk, kind]) for kind in KINDS},
        crumbs=[(register.title, register.url()), (_("导入"), register.url("import"))],
    )


def told(request: HttpRequest, found: ImportRun, **context: Any) -> HttpResponse:
    """The page of a run; `context` brings `commit_url`, `refused_urls` by kind, and `crumbs`."""
    verdict = request.GET.get("verdict", "") if request.GET.get("verdict", "") in dict(TABS) else ""
    rows = found.rows.exclude(verdict="")
    rows = rows.filter(verdict=verdict) if verdict else rows
    lines = Order(ImportRow, ["line"]).page(rows, LINES_SHOWN, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    counts = imports.tally(found)
    figure = f"{counts['looked']} / {counts['lines']}" if found.state == ImportRun.LOOKING else f"{counts['done']} / {counts['to_do']}"
    here = f"?verdict={verdict}&" if verdict else "?"
    return page(
        request,
        "web/imports/run.html#state",
        run=found,
        counts=counts,
        lines=[shown(line) for line in lines],
        tabs=[
            {
                "label": label,
                "url": f"?verdict={code}" if code else "?",
                "current": code == verdict,
                "count": counts.get(code) if code else None,
            }
            for code, label in TABS
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
            for code, label in TABS
            if code
        ],
        newer=f"{here}before={lines.previous}" if lines.previous else "",
        older=f"{here}after={lines.next}" if lines.next else "",
        **context,
    )


@may_repeat  # each line is done once, whoever asks how often
@require_POST
def commit(request: HttpRequest, slug: str, run: UUID) -> HttpResponse:
    """Carry the import out, or go on with it."""
    found = found_run(request.act, f"register:{slug}", run)
    committed(request, found)
    return HttpResponseRedirect(reverse("register-import-run", args=[slug, found.pk]))


def committed(request: HttpRequest, found: ImportRun) -> None:
    """Carry a run out as far as patience goes."""
    importer = allowed(named(found.importer).with_options(found.options), request.act)
    imports.start_committing(found, request.act)
    go_on(found, importer, request.act)


@require_GET
def refused(request: HttpRequest, slug: str, run: UUID, kind: str) -> HttpResponse:
    """The refused lines with their reasons, to correct and upload again."""
    return refused_answer(request, found_run(request.act, f"register:{slug}", run), kind)


def refused_answer(request: HttpRequest, found: ImportRun, kind: str) -> HttpResponse:
    if kind not in KINDS:
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


def found_run(act: Act, importer: str, id: UUID) -> ImportRun:
    """The run, for whoever started it; NotFound for anybody else."""
    run = ImportRun.objects.find(act, id)
    if run.by_id != act.person_id or run.importer != importer:
        raise NotFound()
    return run


def go_on(run: ImportRun, importer: Importer, act: Act) -> None:
    """Work on the import for a moment; the worker does the rest."""
    act = replace(act, via="import")
    until = time.monotonic() + PATIENCE_SECONDS
    while imports.advance(run, importer, act):
        if time.monotonic() > until:
            jobs.go_on.later(run_id=str(run.pk))
            return


def shown(row: ImportRow) -> dict[str, Any]:
    """A line for the table: number, verdict, what it is about, and why or what changes."""
    if row.verdict == REFUSED:
        words = "；".join(
            _("%(letter)s 列「%(header)s」：%(why)s") % {"letter": letter, "header": header, "why": why} if letter else why
            for letter, header, why in row.reasons
        )
    elif row.verdict == CHANGED:
        words = "；".join(
            _("%(label)s：%(before)s → %(after)s") % {"label": label, "before": before or "—", "after": after or "—"}
            for label, before, after in row.changes
        )
    else:
        words = "；".join(f"{label}：{after}" for label, _before, after in row.changes)
    tone = TONES[row.verdict]
    badge = drawn("badge", look.badge(row.get_verdict_display(), tone=tone))
    return {"cells": [str(row.line), badge, row.name, words], "tone": "warn" if row.verdict == REFUSED else "", "url": ""}
