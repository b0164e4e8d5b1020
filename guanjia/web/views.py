"""The screens of every register. A view translates; it decides nothing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanjia.kernel.errors import Conflict, NotAllowed, NotFound, Reason
from guanjia.kernel.models import Attachment

from . import addresses, attachments, cells, exports, references, refusals, table, timeline
from .actions import Button
from .forms import UseCaseForm, tried
from .keyset import storable
from .look import style_page_context
from .partials import page
from .register import Register, register_named

OPTIONS_SHOWN = 20


@require_GET
def style(request: HttpRequest) -> HttpResponse:
    """Every component in each of its states: the look of the product, on one page of the product."""
    return page(request, "web/style.html", **style_page_context(request.act.at))


@require_GET
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The list: filters, a page of rows, what may be done with the whole."""
    register = register_named(slug)
    return page(
        request,
        "web/register/list.html#rows",
        register=register,
        listing=table.Listing(register, request),
        may_create=register.may_create(request.act),
        may_import=register.may_import(request.act),
        chosen_columns=table.chosen_columns(request, register),
        may_export_in_full=any(column.is_personal for column in register.all_columns.values()) and request.act.may(exports.PERMISSION),
    )


@require_POST
def columns(request: HttpRequest, slug: str) -> HttpResponse:
    """Remember which columns somebody wants to see."""
    register = register_named(slug)
    register.rows(request.act)
    table.choose_columns(request, register, request.POST.getlist("column"))
    return HttpResponseRedirect(local(request.POST.get("next", "")) or register.url())


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """A new row, through the register's own use case."""
    register = register_named(slug)
    if register.create is None:
        raise NotFound()
    if not register.may_create(request.act):
        raise NotAllowed([Reason(_("您的岗位不能新增「%(title)s」。") % {"title": register.title})])
    data, sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = register.form(request.act, data, files=sent, initial=given(request))
    if request.method == "POST" and form.is_valid():
        row = tried(form, lambda: register.make(request.act, form.values(), form.project))
        if row is not None:
            messages.success(
                request, format_html(_('已新增{noun}「<a href="{url}">{row}</a>」'), noun=register.noun, url=addresses.of(row), row=row)
            )
            return HttpResponseRedirect(register.url("new") if "another" in request.POST else addresses.of(row))
    return shown(request, "web/register/form.html#form", register, form)


@require_GET
def row(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """One row: its panels, and what may be done with it now."""
    register = register_named(slug)
    found = register.find(request.act, id)
    panels = register.panels
    state = next((cells.html(cells.cell(column, found)) for column in register.default_columns if column.kind == "state"), "")
    return page(
        request,
        "web/register/row.html",
        register=register,
        row=found,
        title=str(found),
        crumbs=crumbs(register),
        state=state,
        main=[panel.render(found, register, request) for panel in panels.main()],
        aside=[panel.render(found, register, request) for panel in panels.aside()],
        buttons=buttons(register, found, request.act),
        may_change=register.may_change(request.act, found),
    )


def buttons(register: Register, found: Any, act: Any) -> list[Button]:
    """The actions open to this act on this row now."""
    return [
        Button(one.label, f"{register.url('row', found)}{one.verb}/", icon=one.icon, tone=one.tone, acts=not one.has_form)
        for one in register.all_actions
        if one.is_open(found, act)
    ]


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """A row's fields, changed through the register's own use case unless somebody else was faster."""
    register = register_named(slug)
    found = register.find(request.act, id, for_change=request.method == "POST")
    if register.change is None:
        raise NotFound()
    request.act.require(register.change.usecase, on=found)
    form = register.form(request.act, request.POST if request.method == "POST" else None, row=found)
    if request.method == "POST" and form.is_valid():
        unchanged_since(found, request.POST.get("version", ""))
        if not form.has_changed():
            return HttpResponseRedirect(addresses.of(found))
        changed = tried(form, lambda: register.alter(request.act, found, form.values()))
        if changed is not None:
            messages.success(request, format_html(_("已改「{row}」"), row=changed))
            return HttpResponseRedirect(addresses.of(changed))
    return shown(request, "web/register/form.html#form", register, form, found)


@require_http_methods(["GET", "POST"])
def action(request: HttpRequest, slug: str, id: UUID, verb: str) -> HttpResponse:
    """One of the register's use cases on a row: GET asks for what it needs to know, POST does it."""
    register = register_named(slug)
    found = register.find(request.act, id)
    wanted = next((one for one in register.all_actions if one.verb == verb), None)
    if wanted is None:
        raise NotFound()
    request.act.require(wanted.permission, on=found)
    form = wanted.form(register.model, request.act, *((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        done = tried(form, lambda: wanted.run(found, request.act, form.values()), beside=wanted.has_form)
        if not form.errors:
            messages.success(request, format_html(_("{label}：{row}"), label=wanted.label, row=found if done is None else done))
            return HttpResponseRedirect(addresses.of(found))
    return shown(request, "web/register/action.html#form", register, form, found, action=wanted)


@require_GET
def history(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """Everything the journal says of a row, newest first."""
    register = register_named(slug)
    found = register.find(request.act, id)
    lines = timeline.page_of(found, request.act, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    return page(
        request,
        "web/register/history.html",
        register=register,
        row=found,
        crumbs=crumbs(register, found),
        entries=[timeline.said(entry) for entry in lines],
        newer=f"?before={lines.previous}" if lines.previous else "",
        older=f"?after={lines.next}" if lines.next else "",
    )


@require_GET
def options(request: HttpRequest, slug: str) -> HttpResponse:
    """Names that fit what is being typed into a reference box."""
    register = register_named(slug)
    text = request.GET.get("q") or next((value for name, value in request.GET.items() if value), "")
    rows = register.rows(request.act).select_related(*(references.identity_paths(register.model) or [None]))
    found = list(register.matching(rows, text, request.act.rights.companies)[:OPTIONS_SHOWN]) if storable(text) else []
    return page(request, "web/register/options.html", options=[(references.reference(one), str(one)) for one in found])


@require_GET
def file(request: HttpRequest, id: UUID) -> HttpResponse:
    """A file, for whoever may see what it hangs on. Never opened by the browser as a page."""
    attachment = Attachment.objects.unscoped("link").filter(pk=id).first()
    if attachment is None:
        raise NotFound()
    register = next((one for model, one in references.OF_MODEL.items() if model._meta.label_lower == attachment.subject_kind), None)
    try:
        if register is not None:
            register.find(request.act, attachment.subject_id)
        else:
            Attachment.objects.find(request.act, id)
    except NotAllowed:  # or it would tell that there is such a file
        raise NotFound() from None
    return attachments.sent(attachment, request.act)


# -- what the views above share ------------------------------------------------------------------
def shown(request: HttpRequest, template: str, register: Register, form: UseCaseForm, found: Any = None, **context: Any) -> HttpResponse:
    """A form to fill in, or to correct; with the reasons of a refusal and what cures them."""
    refusal = getattr(form, "refusal", None)
    return page(
        request,
        template,
        status=422 if form.is_bound else 200,
        register=register,
        form=form,
        row=found,
        crumbs=crumbs(register, found),
        back=addresses.of(found) if found is not None else register.url(),
        version=getattr(found, "version", ""),
        refusal_reasons=refusals.reasons(refusal, request, fields=form.fields) if refusal else (),
        **context,
    )


def crumbs(register: Register, found: Any = None) -> list[tuple[str, str]]:
    return [(register.title, register.url())] + ([(str(found), addresses.of(found))] if found is not None else [])


def unchanged_since(found: Any, version: str) -> None:
    """Raise Conflict if the row is no longer the one the form was made from."""
    if hasattr(found, "version") and version != str(found.version):
        raise Conflict([Reason(_("您打开这张表单之后，别人已改过「%(row)s」。请重新打开，核对后再改。") % {"row": found})])


def given(request: HttpRequest) -> dict[str, str]:
    """Values for a new row given in the address, e.g. the house from whose page one came."""
    return {name: value for name, value in request.GET.items() if value and storable(value)}


def local(address: str) -> str:
    """The address if it leads to ourselves, else ""."""
    if not address.startswith("/") or address.startswith(("//", "/\\")) or any(ord(c) < 32 for c in address):
        return ""
    return address
