"""A register's list as a file: exactly what the list shows, and always a valid import.

Personal columns are masked, as on the screen. Whoever holds `kernel.export.make` may have them in full, for a
purpose he states. Each export is a fact in the journal before its first byte leaves.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from guanjia.kernel import facts, sheets
from guanjia.kernel.act import Act
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase, whole
from guanjia.org.models import Person

from .columns import Column
from .once import may_repeat
from .partials import page
from .register import Register, register_named
from .table import Listing

CHUNK = 1000
PERMISSION = "kernel.export.make"


class PurposeForm(forms.Form):
    """Why somebody needs personal data in full; kept with the export."""

    purpose = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=100,
        min_length=4,
        help_text=gettext_lazy("例如：二月停水通知逐户电话。用途、行数和经手人会记入日志。"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("格式"), choices=[("xlsx", "Excel"), ("csv", "CSV")], widget=forms.RadioSelect, initial="xlsx"
    )


@require_GET
def csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The list as csv, sent while it is read."""
    return answer(request, register_named(slug), "csv")


@require_GET
def xlsx(request: HttpRequest, slug: str) -> HttpResponse:
    """The list as a workbook."""
    return answer(request, register_named(slug), "xlsx")


@may_repeat
@require_http_methods(["GET", "POST"])
def in_full(request: HttpRequest, slug: str) -> HttpResponse:
    """The list with personal data in full: asks for the purpose, then answers with the file."""
    register = register_named(slug)
    request.act.require(PERMISSION)
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return answer(request, register, form.cleaned_data["kind"], purpose=form.cleaned_data["purpose"])
    return page(
        request,
        "web/register/export.html",
        status=422 if form.is_bound else 200,
        register=register,
        form=form,
        query=request.GET.urlencode(),
        crumbs=[(register.title, register.url())],
    )


def answer(request: HttpRequest, register: Register, kind: str, *, purpose: str = "") -> HttpResponse:
    """The file of what this request's list shows."""
    listing = Listing(register, request)
    columns = file_columns(register, listing.columns)
    count = listing.rows.order_by().count()
    note(request.user, register, rows=count, purpose=purpose, act=request.act)
    headers, name = [column.label for column in columns], file_name(register, request.act, kind)
    rows = all_rows(listing, columns)
    if kind == "csv":
        lines = spoken(translation.get_language(), ([column.text(row, bare=bool(purpose)) for column in columns] for row in rows))
        response = StreamingHttpResponse(sheets.write_csv(headers, lines), content_type="text/csv; charset=utf-8")
    else:
        lines = ([column.file_value(row, bare=bool(purpose)) for column in columns] for row in rows)
        response = FileResponse(
            sheets.write_xlsx(headers, lines, title=register.title),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


def file_columns(register: Register, columns: list[Column]) -> list[Column]:
    """The columns shown, and before them those parts of the identity that are not among them: without it a line has no name."""
    names = {column.name for column in columns}
    return [register.column(name) for name in register.identity if name not in names] + columns


def all_rows(listing: Listing, columns: list[Column]) -> Iterator[Any]:
    """Every row asked for, in the list's order, read page by page."""
    order = listing.register.ordering(listing.sort)
    rows = listing.filters.narrow(listing.register.listing(listing.act, columns))
    after = ""
    while True:
        page_of_rows = order.page(rows, CHUNK, after=after)
        yield from page_of_rows.rows
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


def note(person: Person, register: Register, *, rows: int, purpose: str, act: Act) -> None:
    """Write into the journal, about the person who exports, what leaves the house."""
    if purpose:
        make_export(person, register=register.slug, rows=rows, purpose=purpose, act=act)
    else:
        whole(lambda: record(person, facts.ExportMade(register=register.title, rows=rows), act=act))


@usecase(PERMISSION)
def make_export(person: Person, *, register: str, rows: int, purpose: str, act: Act) -> None:
    """Personal data leaves the house in full, for a purpose."""
    record(person, facts.ExportMade(register=register, rows=rows, purpose=purpose, personal=True), act=act)


def file_name(register: Register, act: Act, kind: str) -> str:
    return f"{register.title}-{timezone.localtime(act.at):%Y%m%d-%H%M}.{kind}"
