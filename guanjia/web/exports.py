"""A register's list as a file: exactly what the list shows, and always a valid import.

Personal columns are masked, as on the screen. In full they are asked for with a purpose, let through by two others,
and downloaded within a day: rows capped, every line marked with its receiver, every download noted before its first byte leaves.
"""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanjia.kernel import exporting, facts, sheets
from guanjia.kernel.act import Act
from guanjia.kernel.errors import GateClosed, NotFound
from guanjia.kernel.journal import record
from guanjia.kernel.models import Export
from guanjia.kernel.states import PURPOSES, SERVING
from guanjia.kernel.usecase import whole
from guanjia.org import selectors as org
from guanjia.org.models import Company
from guanjia.rulebook import selectors as rulebook
from guanjia.rulebook import services as approvals

from .columns import Column
from .forms import UseCaseForm, tried
from .once import may_repeat
from .partials import page
from .register import Register, register_named
from .table import Listing

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WHOSE_LEAVE = "CUS-030/export"
CHUNK = 1000
PERMISSION = "kernel.export.ask"
ASKS_LEAVE = "rulebook.approval.request"
MINE_SHOWN = 50


class PurposeForm(UseCaseForm):
    """Why somebody needs personal data in full; what others decide on."""

    purpose = forms.ChoiceField(label=gettext_lazy("用途"), choices=list(PURPOSES.items()), widget=forms.RadioSelect, initial=SERVING)
    reason = forms.CharField(
        label=gettext_lazy("用来做什么"),
        max_length=200,
        min_length=4,
        help_text=gettext_lazy("例如：二月停水通知逐户电话。审批人据此决定，并记入日志。"),
    )


@require_GET
def csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The list as csv, sent while it is read."""
    return answer(request, register_named(slug), "csv")


@require_GET
def xlsx(request: HttpRequest, slug: str) -> HttpResponse:
    """The list as a workbook."""
    return answer(request, register_named(slug), "xlsx")


@require_http_methods(["GET", "POST"])
def in_full(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the list with personal data in full: what it is for, and how many rows it would be."""
    register, act = register_named(slug), request.act
    act.require(PERMISSION)
    listing = Listing(register, Asked(request, request.GET, exporting.asking(act)))
    count = listing.count
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = tried(form, lambda: whole(lambda: begin(listing, count, form.cleaned_data, act)))
        if asked is not None:
            return HttpResponseRedirect(reverse("export", args=[asked.pk]))
    return page(
        request,
        "web/register/export.html",
        status=422 if form.errors else 200,
        register=register,
        form=form,
        count=count,
        most=exporting.rows_max(place_of(act).pk, act.at),
        hours=exporting.HOURS,
        query=request.GET.urlencode(),
        crumbs=[(register.title, register.url())],
    )


def begin(listing: Listing, count: int, given: dict[str, Any], act: Act) -> Export:
    """The request, waiting for those whose leave the gate asked for. GateClosed for any other reason."""
    asked = exporting.ask_to_export(
        place_of(act),
        register=listing.register.slug,
        title=listing.register.title,
        query=listing.query(),
        columns=[column.name for column in listing.columns],
        purpose=given["purpose"],
        reason=given["reason"],
        rows=count,
        act=act,
    )
    try:
        return exporting.make_export(asked, act=act)
    except GateClosed as no:
        if {one.cure for one in no.reasons} != {ASKS_LEAVE}:
            raise
        approvals.ask_at_gate(
            no.context, title=gettext("完整导出%(title)s（%(rows)d 行）") % {"title": asked.title, "rows": count}, act=act
        )
        return asked


def place_of(act: Act) -> Any:
    """Where an export is asked for: the project whose lists one may ask for, or the company where these are several."""
    projects = list(org.projects_of(exporting.asking(act))[:2])
    return projects[0] if len(projects) == 1 else Company.objects.get(pk=act.company_id)


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What I asked for."""
    rows = [(row, *standing(row, request.act)) for row in exporting.exports_of(request.act)[:MINE_SHOWN]]
    return page(request, "web/exports.html", rows=rows)


@require_GET
def export(request: HttpRequest, id: UUID) -> HttpResponse:
    """One request of mine: waiting for whom, or to be downloaded until when."""
    row = find(request, id)
    code, words = standing(row, request.act)
    leave = rulebook.latest_approval(row.pk, WHOSE_LEAVE) if row.state == "asked" else None
    told = rulebook.steps_of(leave, request.act.at) if leave is not None and leave.is_open else []
    return page(
        request,
        "web/export.html",
        row=row,
        code=code,
        words=words,
        leave=leave,
        waits_for=next(("、".join(one.asked) for one in told if one.step.state == "open"), ""),
        crumbs=[(gettext("我的完整导出"), reverse("exports"))],
    )


def standing(row: Export, act: Act) -> tuple[str, Any]:
    """(code, words) of where it stands now."""
    if row.state == "open" and not row.is_live(act.at):
        return "closed", gettext("已过期")
    return row.state, row.get_state_display()


@require_POST
def making(request: HttpRequest, id: UUID) -> HttpResponse:
    """Others have let it through: a day begins in which it can be downloaded."""
    exporting.make_export(find(request, id), act=request.act)
    return HttpResponseRedirect(reverse("export", args=[id]))


@may_repeat
@require_POST
def download(request: HttpRequest, id: UUID) -> HttpResponse:
    """The workbook, written anew and marked with who receives it; the rows are noted before the first byte leaves."""
    asked = find(request, id)
    register = register_named(asked.register)
    listing = Listing(register, Asked(request, QueryDict(asked.query), exporting.taking(asked, request.act)))
    columns = file_columns(register, [register.column(name) for name in asked.columns if name in register.all_columns])
    rows = list(all_rows(listing, columns, most=exporting.rows_max(asked.project_id, request.act.at) + 1))
    asked = exporting.note_download(asked, rows=rows, act=request.act)
    mark = watermark(asked, request.act)
    headers = [*(column.label for column in columns), gettext("水印")]
    lines = ([*(column.file_value(row, bare=True) for column in columns), mark] for row in rows)
    response = FileResponse(sheets.write_xlsx(headers, lines, title=register.title), content_type=WORKBOOK)
    response.headers["Content-Disposition"] = content_disposition_header(True, file_name(register, request.act, "xlsx"))
    response.headers["Cache-Control"] = "no-store"
    return response


class Asked:
    """What `Listing` reads of a request: a list as it was asked for, and the act that says whose rows are in it."""

    def __init__(self, request: HttpRequest, query: QueryDict, act: Act):
        self.act, self.GET, self.session = act, query, request.session


def watermark(asked: Export, act: Act) -> str:
    """Who received this copy and when: stands in every line, so that a copied part still says it."""
    return f"{asked.asker_name} {timezone.localtime(act.at):%Y-%m-%d %H:%M} {str(asked.pk)[-6:]}-{asked.downloads}"


def find(request: HttpRequest, id: UUID) -> Export:
    """My own request; NotFound alike for others' and missing ones."""
    row = exporting.exports_of(request.act).filter(pk=id).first()
    if row is None:
        raise NotFound()
    return row


def answer(request: HttpRequest, register: Register, kind: str) -> HttpResponse:
    """The file of what this request's list shows, masked as the list is."""
    listing = Listing(register, request)
    columns = file_columns(register, listing.columns)
    count = listing.rows.order_by().count()
    whole(lambda: record(request.user, facts.ExportMade(register=register.title, rows=count), act=request.act))
    headers, name = [column.label for column in columns], file_name(register, request.act, kind)
    rows = all_rows(listing, columns)
    if kind == "csv":
        lines = spoken(translation.get_language(), ([column.text(row) for column in columns] for row in rows))
        response = StreamingHttpResponse(sheets.write_csv(headers, lines), content_type="text/csv; charset=utf-8")
    else:
        lines = ([column.file_value(row) for column in columns] for row in rows)
        response = FileResponse(sheets.write_xlsx(headers, lines, title=register.title), content_type=WORKBOOK)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


def file_columns(register: Register, columns: list[Column]) -> list[Column]:
    """The columns shown, and before them those parts of the identity that are not among them: without it a line has no name."""
    names = {column.name for column in columns}
    return [register.column(name) for name in register.identity if name not in names] + columns


def all_rows(listing: Listing, columns: list[Column], *, most: int | None = None) -> Iterator[Any]:
    """Every row asked for (or the first `most`), in the list's order, read page by page."""
    order = listing.register.ordering(listing.sort)
    rows = listing.filters.narrow(listing.register.listing(listing.act, columns))
    after, given = "", 0
    while True:
        page_of_rows = order.page(rows, CHUNK, after=after)
        for row in page_of_rows.rows:
            if most is not None and given == most:
                return
            given += 1
            yield row
        after = page_of_rows.next
        if not after:
            return


def spoken(language: str, lines: Iterable[list[str]]) -> Iterator[list[str]]:
    """The same lines in that language, although they are read after the request was answered."""
    lines = iter(lines)
    while True:
        with translation.override(language):
            line = next(lines, None)
        if line is None:
            return
        yield line


def file_name(register: Register, act: Act, kind: str) -> str:
    return f"{register.title}-{timezone.localtime(act.at):%Y%m%d-%H%M}.{kind}"
