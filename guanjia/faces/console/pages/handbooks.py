"""Handbooks: the shelf, one handbook, and a draft of one's own."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanjia.kernel.errors import NotFound, Refusal
from guanjia.rulebook import adoption, bounds, handbooks, library, registry, services
from guanjia.rulebook.catalogue import MODULES, Clause, load
from guanjia.rulebook.handbooks import Entry
from guanjia.rulebook.models import Handbook, HandbookVersion
from guanjia.rulebook.states import DRAFT, PUBLISHED, REVIEW
from guanjia.web.components import drawn
from guanjia.web.forms import UseCaseForm
from guanjia.web.partials import page
from guanjia.web.templatetags import look

from .numbers import USUAL, alike, label
from .rulebook import CHAPTERS
from .spoken import heard

TONES = {
    DRAFT: "warn",
    REVIEW: "info",
    PUBLISHED: "good",
    "proposed": "info",
    "adopted": "good",
    "refused": "danger",
    "withdrawn": "neutral",
}
TEXT_MAX = 1_000_000  # bytes


# -- the shelf --------------------------------------------------------------------------------------
@require_GET
def shelf(request: HttpRequest) -> HttpResponse:
    """The company's handbooks, and what each project lives by."""
    rows = library.shelf(request.act)
    known = {one.handbook.key for one in rows}
    return page(
        request,
        "console/rulebook/handbooks.html",
        tabs=tabs("handbooks"),
        columns=[
            {"label": _("手册"), "kind": "lead"},
            {"label": _("类别")},
            {"label": _("适用于"), "kind": "wide"},
            {"label": _("版本")},
            {"label": _("条款"), "kind": "number"},
            {"label": _("在运行"), "kind": "number"},
            {"label": _("采用的项目")},
        ],
        rows=[
            {
                "url": reverse("handbook", args=[one.newest.pk]),
                "cells": [
                    str(one.handbook),
                    kind_words(one.handbook),
                    one.handbook.audience and _(one.handbook.audience),
                    drawn("badge", look.badge(edition_words(one.newest), tone=TONES[one.newest.state])),
                    one.clauses,
                    one.running,
                    "、".join(one.projects) or "—",
                ],
            }
            for one in rows
        ],
        missing=len(set(handbooks.NAMES) - known) if request.act.may("rulebook.handbook.install") else 0,
        may_import=request.act.may("rulebook.handbook.import"),
        may_adopt=request.act.may("rulebook.adoption.propose"),
    )


def tabs(current: str) -> list[dict[str, Any]]:
    return [
        {"label": _("手册"), "url": reverse("handbooks"), "current": current == "handbooks"},
        {"label": _("对照"), "url": reverse("handbook-comparison"), "current": current == "comparison"},
        {"label": _("项目采用"), "url": reverse("adoptions"), "current": current == "adoptions"},
        {"label": _("全部条款"), "url": reverse("rulebook"), "current": False},
    ]


def kind_words(handbook: Handbook) -> str:
    return f"{handbook.get_kind_display()} · {handbook.get_origin_display()}"


def edition_words(edition: HandbookVersion) -> str:
    if edition.state == PUBLISHED:
        return _("第 %(nth)d 版") % {"nth": edition.nth}
    return _("第 %(nth)d 版 · %(state)s") % {"nth": edition.nth, "state": edition.get_state_display()}


@require_POST
def installation(request: HttpRequest) -> HttpResponse:
    """Bring in the shipped handbooks."""
    services.install_handbooks(project=library.company_of(request.act), act=request.act)
    return HttpResponseRedirect(reverse("handbooks"))


# -- one edition --------------------------------------------------------------------------------------
class CopyForm(UseCaseForm):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    key = forms.CharField(
        label=gettext_lazy("代号"), max_length=40, help_text=gettext_lazy("小写英文字母、数字和连字符，如 our-standard。")
    )
    audience = forms.CharField(label=gettext_lazy("适用于"), max_length=200, required=False)


class SubmitForm(UseCaseForm):
    words = forms.CharField(
        label=gettext_lazy("修订说明"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("修订了什么、为什么。"),
    )


@require_GET
def edition(request: HttpRequest, id: UUID) -> HttpResponse:
    """An edition: its clauses by chapter with the numbers that hold, what runs and what is paper."""
    return show_edition(request, library.edition_for(request.act, id))


def show_edition(
    request: HttpRequest, edition: HandbookVersion, *, copying: UseCaseForm | None = None, submitting: UseCaseForm | None = None
) -> HttpResponse:
    act, entries = request.act, adoption.entries_of(edition.pk)
    is_draft = edition.state == DRAFT and act.may("rulebook.handbook.change")
    text, only = request.GET.get("q", "").strip()[:60], request.GET.get("only", "")
    chapters = []
    for name in MODULES:
        rows = [
            row_of(clause, entries.get(rule), edition, is_draft)
            for rule, clause in load().items()
            if clause.module == name and fits(clause, entries.get(rule), text, only, is_draft)
        ]
        if rows:
            chapters.append({"title": CHAPTERS[name], "rows": rows})
    older = [e for e in library.editions(act, edition.handbook) if e.pk != edition.pk]
    return page(
        request,
        "console/rulebook/handbook.html#clauses",
        status=422 if (copying and copying.errors) or (submitting and submitting.errors) else 200,
        edition=edition,
        handbook=edition.handbook,
        audience=edition.handbook.audience and _(edition.handbook.audience),
        kind=kind_words(edition.handbook),
        badge=edition_words(edition),
        tone=TONES[edition.state],
        tiles=tiles(entries),
        chapters=chapters,
        columns=[
            {"label": _("编号")},
            {"label": _("条款"), "kind": "lead"},
            {"label": _("本手册的数值"), "kind": "wide"},
            {"label": _("执行")},
        ],
        text=text,
        only=only,
        onlies=[("", _("全部所列")), ("running", _("在运行")), ("paper", _("尚为文字")), ("own", _("数值与目录不同")), ("off", _("停用"))]
        + ([("missing", _("未列入的条款"))] if is_draft else []),
        facts=about(edition),
        others=[(reverse("handbook", args=[e.pk]), edition_words(e), compare_url(e, edition)) for e in older],
        is_draft=is_draft,
        copying=(copying or CopyForm()) if act.may("rulebook.handbook.copy") and edition.state == PUBLISHED else None,
        submitting=(submitting or SubmitForm()) if edition.state == DRAFT and act.may("rulebook.handbook.submit") else None,
        may_draft=edition.handbook.origin == "own"
        and act.may("rulebook.handbook.draft")
        and all(e.state == PUBLISHED for e in [edition, *older]),
        may_adopt=edition.state == PUBLISHED and act.may("rulebook.adoption.propose"),
        tabs=tabs(""),
    )


def about(edition: HandbookVersion) -> list[tuple[str, Any]]:
    said = [(_("代号"), edition.handbook.key), (_("类别"), kind_words(edition.handbook))]
    if edition.handbook.audience:
        said.append((_("适用于"), _(edition.handbook.audience)))
    if edition.words:
        said.append((_("修订说明"), _(edition.words)))
    if edition.made_by_id:
        said.append((_("起草人"), edition.made_by.name))
    if edition.published_at:
        said.append((_("发布时间"), f"{timezone.localtime(edition.published_at):%Y-%m-%d %H:%M}"))
    if edition.digest:
        said.append((_("内容指纹"), edition.digest[:12]))
    return said


def fits(clause: Clause, entry: Entry | None, text: str, only: str, is_draft: bool) -> bool:
    if text and text.upper() not in clause.id and text not in clause.zh and text.lower() not in clause.en.lower():
        return False
    if only == "missing" and is_draft:
        return entry is None
    if entry is None:
        return False
    runs = clause.id in registry.realised_rules()
    return {
        "running": entry.on and runs,
        "paper": entry.on and not runs,
        "own": any(clause.params.get(key) != value for key, value in entry.params.items()),
        "off": not entry.on,
    }.get(only, True)


def row_of(clause: Clause, entry: Entry | None, edition: HandbookVersion, is_draft: bool) -> dict[str, Any]:
    url = reverse("handbook-entry", args=[edition.pk, clause.id]) if is_draft else reverse("rule", args=[clause.id])
    return {"url": url, "cells": [clause.id, clause.title, numbers_words(clause, entry), state_badge(clause.id, entry)]}


def numbers_words(clause: Clause, entry: Entry | None) -> str:
    """The numbers that would hold, those of the handbook's own said so; why a clause is off."""
    if entry is not None and not entry.on:
        return entry.why
    own = entry.params if entry is not None else {}
    said = []
    for key, value in library.tunable(clause).items():
        if key in USUAL and key not in own:
            continue
        words = f"{label(key)} {bounds.say(own.get(key, value))}"
        said.append(
            _("%(words)s（目录 %(usual)s）") % {"words": words, "usual": bounds.say(value)} if own.get(key, value) != value else words
        )
    return "；".join(said)


def state_badge(rule: str, entry: Entry | None) -> Any:
    runs = rule in registry.realised_rules()
    if entry is None:
        return drawn("badge", look.badge(_("未列入"), tone="neutral"))
    if not entry.on:
        return drawn("badge", look.badge(_("停用"), tone="warn"))
    words, tone = (_("在运行"), "good") if runs else (_("尚为文字"), "neutral")
    return drawn("badge", look.badge(_("%(words)s · 不可豁免") % {"words": words} if entry.unwaivable else words, tone=tone))


def tiles(entries: dict[str, Entry]) -> list[dict[str, Any]]:
    on = [rule for rule, entry in entries.items() if entry.on]
    runs = sum(rule in registry.realised_rules() for rule in on)
    own = sum(any(load()[r].params.get(k) != v for k, v in e.params.items()) for r, e in entries.items() if e.on and r in load())
    return [
        {"label": _("启用条款"), "value": len(on), "note": _("另有 %(n)d 条停用") % {"n": len(entries) - len(on)}},
        {"label": _("在运行"), "value": runs, "note": _("其余 %(n)d 条尚为文字") % {"n": len(on) - runs}},
        {"label": _("数值与目录不同"), "value": own},
        {"label": _("不可豁免"), "value": sum(entry.unwaivable for entry in entries.values())},
    ]


@require_GET
def text(request: HttpRequest, id: UUID) -> HttpResponse:
    """The edition as a file that can be read back in."""
    found = library.edition_for(request.act, id)
    response = HttpResponse(handbooks.write(library.page_of(found)), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{found.handbook.key}-{found.nth}.yaml")
    return response


def compare_url(one: HandbookVersion, other: HandbookVersion) -> str:
    query = QueryDict(mutable=True)
    query.update({"one": str(one.pk), "other": str(other.pk)})
    return f"{reverse('handbook-comparison')}?{query.urlencode()}"


# -- one's own ------------------------------------------------------------------------------------------
@require_POST
def copy(request: HttpRequest, id: UUID) -> HttpResponse:
    """A handbook of one's own that begins as this one."""
    source, form = library.edition_for(request.act, id), CopyForm(request.POST)
    request.act.require(services.copy_handbook.usecase, on=source.company)
    if form.is_valid():
        try:
            made = services.copy_handbook(project=source.company, source=source, **form.values(), act=request.act)
            return HttpResponseRedirect(reverse("handbook", args=[made.pk]))
        except Refusal as no:
            form.refuse(no)
    return show_edition(request, source, copying=form)


@require_POST
def draft(request: HttpRequest, id: UUID) -> HttpResponse:
    """The next edition of one's own handbook."""
    made = services.draft_handbook(library.edition_for(request.act, id).handbook, act=request.act)
    return HttpResponseRedirect(reverse("handbook", args=[made.pk]))


@require_POST
def submission(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask for the draft to be published."""
    found, form = library.edition_for(request.act, id), SubmitForm(request.POST)
    request.act.require(services.submit_handbook.usecase, on=found)
    if form.is_valid():
        try:
            services.submit_handbook(found, words=form.cleaned_data["words"], act=request.act)
            return HttpResponseRedirect(reverse("handbook", args=[id]))
        except Refusal as no:
            form.refuse(no)
    return show_edition(request, found, submitting=form)


class EntryForm(UseCaseForm):
    """One clause in a draft: on or off, its numbers, why."""

    on = forms.BooleanField(label=gettext_lazy("启用"), required=False)
    why = forms.CharField(
        label=gettext_lazy("理由"), max_length=200, required=False, help_text=gettext_lazy("与目录不同或停用时，写明为什么。")
    )

    def __init__(self, clause: Clause, entry: Entry | None, data: Any = None):
        own = entry.params if entry else {}
        super().__init__(data, initial={"on": entry is None or entry.on, "why": entry.why if entry else ""})
        self.clause, self.entry = clause, entry
        for key, usual in library.tunable(clause).items():
            self.fields[f"{clause.id}.{key}"] = number_field(clause, key, usual, own.get(key, usual))
        self.order_fields(["on", *(f"{clause.id}.{key}" for key in library.tunable(clause)), "why"])

    def made(self) -> Entry:
        """The entry as it was filled in: what equals the catalogue is left to the catalogue."""
        numbers = {}
        for key, usual in library.tunable(self.clause).items():
            value = typed(self.cleaned_data[f"{self.clause.id}.{key}"], usual)
            if not alike(value, usual):
                numbers[key] = value
        others = {k: v for k, v in (self.entry.params if self.entry else {}).items() if k not in library.tunable(self.clause)}
        firm = bool(self.entry and self.entry.unwaivable)
        return Entry(self.clause.id, {**others, **numbers}, self.cleaned_data["on"], firm, self.cleaned_data["why"].strip())

    def refuse(self, refusal: Refusal) -> None:
        for reason in refusal.reasons:
            field = {f"{self.clause.id}.on": "on"}.get(reason.field, reason.field)
            self.add_error(field if field in self.fields else None, str(reason.message))


def number_field(clause: Clause, key: str, usual: Any, value: Any) -> forms.Field:
    helped = " · ".join(filter(None, (_("目录：%(usual)s") % {"usual": bounds.say(usual)}, bounds.words(clause, key))))
    if isinstance(usual, bool):
        return forms.BooleanField(label=label(key), required=False, initial=value, help_text=helped)
    choices = clause.bounds.get(key, {}).get("of")
    if choices:
        return forms.ChoiceField(
            label=label(key), choices=[(str(one), bounds.say(one)) for one in choices], initial=str(value), help_text=helped
        )
    shown = bounds.say(value) if bounds.is_time(usual) else value
    return forms.CharField(label=label(key), max_length=40, initial=shown, help_text=helped, required=False)


def typed(value: Any, usual: Any) -> Any:
    """What was typed, as the sort of value that the catalogue has; nothing typed is what the catalogue says."""
    if value == "":
        return usual
    if bounds.is_time(usual):
        return heard(value)
    if isinstance(usual, bool) or not isinstance(usual, int | float):
        return value
    try:
        return int(value) if str(value).lstrip("-").isdigit() and isinstance(usual, int) else float(value)
    except ValueError:
        return value


@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, id: UUID, rule: str) -> HttpResponse:
    """Say otherwise about one clause of a draft."""
    found, clause = library.edition_for(request.act, id), load().get(rule)
    if clause is None or found.state != DRAFT:
        raise NotFound()
    request.act.require("rulebook.handbook.change", on=found)
    before = adoption.entries_of(found.pk).get(rule)
    form = EntryForm(clause, before, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_handbook(found, changes=[form.made()], act=request.act)
            return HttpResponseRedirect(reverse("handbook", args=[id]) + f"#{rule}")
        except Refusal as no:
            form.refuse(no)
    return page(
        request,
        "console/rulebook/handbook_entry.html",
        status=422 if form.is_bound else 200,
        edition=found,
        handbook=found.handbook,
        clause=clause,
        form=form,
        firm=bool(before and before.unwaivable),
        is_listed=before is not None,
        runs=rule in registry.realised_rules(),
        sources=clause.sources,
    )


class TextForm(UseCaseForm):
    file = forms.FileField(
        label=gettext_lazy("手册文件"),
        help_text=gettext_lazy("导出的 YAML 文件，改好后可以直接导回来。先进草稿，审批之后才发布。"),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
    )


@require_http_methods(["GET", "POST"])
def reading(request: HttpRequest) -> HttpResponse:
    """Read a handbook in from its file."""
    request.act.require("rulebook.handbook.import")
    form = TextForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.import_handbook(
                project=library.company_of(request.act), text=words_of(form.cleaned_data["file"]), act=request.act
            )
            return HttpResponseRedirect(reverse("handbook", args=[made.pk]))
        except (Refusal, UnicodeDecodeError) as no:
            if isinstance(no, Refusal):
                form.refuse(no)
            else:
                form.add_error("file", _("文件须为 UTF-8 文字。"))
    return page(request, "console/rulebook/handbook_import.html", status=422 if form.is_bound else 200, form=form, tabs=tabs("handbooks"))


def words_of(file: Any) -> str:
    """The text of a file that was handed in; more than anybody writes is cut off and then refused."""
    return file.read(TEXT_MAX).decode("utf-8-sig")
