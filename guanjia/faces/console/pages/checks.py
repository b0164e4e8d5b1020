"""Checking by a list: choose list and subject, walk the items (with a thumb, too), see what came of it; and write lists."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanjia.customers import holdings
from guanjia.estate.models import Building, CommonArea
from guanjia.kernel.errors import NotFound
from guanjia.org import departments
from guanjia.org import selectors as org
from guanjia.org.models import Project
from guanjia.quality import selectors, services, writing
from guanjia.quality.models import Checklist, ChecklistItem, CheckRun
from guanjia.quality.services import Answer
from guanjia.quality.states import CHECK, DRAFT, FINDING, NO, NOT_HERE, NUMBER, SCALE, SCALE_MAX, STARTED, WORDS, YES
from guanjia.web import addresses, timeline
from guanjia.web.forms import UseCaseForm, tried
from guanjia.web.partials import page

from ..moves import words_field

SHOWN = 20

#: what a list may be about: kind -> its name, and what there is of it in a project
SUBJECTS: dict[str, tuple[Any, Callable[[Any, Project], Iterable[Any]]]] = {
    "org.unit": (gettext_lazy("部门"), lambda act, project: departments.departments_of(project)),
    "estate.building": (gettext_lazy("楼栋"), lambda act, project: Building.objects.visible_to(act).filter(project=project)),
    "estate.commonarea": (gettext_lazy("公共区域"), lambda act, project: CommonArea.objects.visible_to(act).filter(project=project)),
    "customers.archive": (gettext_lazy("档案"), lambda act, project: holdings.longest_unchecked(project, act)[:SHOWN]),
}


# -- all of them -----------------------------------------------------------------------------------
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The lists in use, what I began, what was checked last, and what was found and is not cleared."""
    act = request.act
    act.require("quality.check.start")
    return page(
        request,
        "console/checks.html",
        lists=selectors.lists_in_use(act),
        begun=selectors.begun(act),
        drafts=Checklist.objects.visible_to(act).filter(state=DRAFT),
        recent=[result_line(run) for run in selectors.recent(act)[:SHOWN]],
        columns=[
            {"label": _("编号")},
            {"label": _("检查表"), "kind": "lead"},
            {"label": _("检查对象")},
            {"label": _("检查人")},
            {"label": _("得分"), "kind": "number"},
            {"label": _("结论")},
        ],
        found=selectors.open_findings(act)[:SHOWN],
        may_write=act.may("quality.checklist.draft"),
    )


def result_line(run: CheckRun) -> dict[str, Any]:
    return {
        "url": reverse("check", args=[run.pk]),
        "tone": "" if run.is_passed else "late",
        "cells": [
            run.number,
            run.checklist.name,
            run.subject_name or run.project.name,
            run.checker.name,
            "—" if run.score is None else run.score,
            _("合格") if run.is_passed else _("不合格"),
        ],
    }


# -- beginning -------------------------------------------------------------------------------------
class BeginForm(UseCaseForm):
    subject = forms.ChoiceField(label=gettext_lazy("检查对象"))

    def __init__(self, data: Any = None, *, checklist: Checklist, act: Any):
        super().__init__(data)
        projects = [project for project in org.projects_of(act) if act.may("quality.check.start", on=project)]
        _label, things_in = SUBJECTS.get(checklist.subject_kind, ("", lambda act, project: (None,)))
        self.found = {}
        for project in projects:
            for thing in things_in(act, project):
                key = f"{project.pk}/{thing.pk}" if thing is not None else str(project.pk)
                name = project.name if thing is None else f"{project.name} · {thing}" if len(projects) > 1 else str(thing)
                self.found[key] = (project, thing, name)
        self.fields["subject"].choices = [(key, name) for key, (_p, _t, name) in self.found.items()]
        self.fields["subject"].widget = forms.RadioSelect(choices=self.fields["subject"].choices)

    def values(self) -> dict[str, Any]:
        project, thing, _name = self.found[self.cleaned_data["subject"]]
        return {"project": project, "subject": thing, "subject_name": str(thing) if thing is not None else project.name}


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, id: UUID) -> HttpResponse:
    """Choose what is checked by a list, and begin."""
    act = request.act
    act.require("quality.check.start")
    checklist = Checklist.objects.find(act, id)
    form = BeginForm(request.POST if request.method == "POST" else None, checklist=checklist, act=act)
    if request.method == "POST" and form.is_valid():
        run = tried(form, lambda: services.start_check(checklist=checklist, **form.values(), act=act))
        if run is not None:
            return HttpResponseRedirect(reverse("check", args=[run.pk]))
    return page(
        request,
        "console/check_begin.html",
        checklist=checklist,
        items=checklist.items.order_by("position"),
        form=form,
        nothing=not form.found,
        status=422 if form.errors else 200,
    )


# -- walking ---------------------------------------------------------------------------------------
class WalkForm(UseCaseForm):
    """A field an item, a note and a tick beside it; what is left empty is not answered yet."""

    remark = words_field(gettext_lazy("改进意见"), required=False, help_text=gettext_lazy("没有就写「无」。"))

    def __init__(self, data: Any = None, *, run: CheckRun):
        super().__init__(data)
        self.rows = []
        for item, said in selectors.walked(run):
            self.fields[f"item_{item.pk}"] = answer_field(item, said.value if said else None)
            self.fields[f"note_{item.pk}"] = forms.CharField(
                label=_("情况"),
                required=False,
                max_length=2000,
                initial=said.note if said else "",
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"rectify_{item.pk}"] = forms.BooleanField(
                label=_("不合格时开整改单"), required=False, initial=said.rectify if said else False
            )
            self.rows.append(item)
        self.order_fields([name for name in self.fields if name != "remark"] + ["remark"])

    def answers(self) -> dict[UUID, Answer]:
        given = self.cleaned_data
        return {
            item.pk: Answer(given[f"item_{item.pk}"], given[f"note_{item.pk}"], given[f"rectify_{item.pk}"])
            for item in self.rows
            if given.get(f"item_{item.pk}")
        }

    def lines(self) -> list[dict[str, Any]]:
        """The items with their three fields, for the page."""
        return [
            {"item": item, "answer": self[f"item_{item.pk}"], "note": self[f"note_{item.pk}"], "rectify": self[f"rectify_{item.pk}"]}
            for item in self.rows
        ]


def answer_field(item: ChecklistItem, value: str | None) -> forms.Field:
    """How an item is answered: chips to tap, a figure, or words."""
    common = {"label": item.text, "required": False, "initial": value}
    if item.kind == NUMBER:
        return forms.CharField(
            max_length=20,
            help_text=span_words(item),
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            **common,
        )
    if item.kind == WORDS:
        return forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}), **common)
    known = [(str(n), str(n)) for n in range(1, SCALE_MAX + 1)] if item.kind == SCALE else [(YES, _("是")), (NO, _("否"))]
    return forms.ChoiceField(
        choices=[*known, (NOT_HERE, _("不适用"))],
        help_text=_("1 最差，5 最好；3 分及以上为合格。") if item.kind == SCALE else "",
        widget=forms.RadioSelect,
        **common,
    )


def span_words(item: ChecklistItem) -> str:
    """Between which figures it passes."""
    if item.low is not None and item.high is not None:
        return _("合格范围 %(low)s 至 %(high)s") % {"low": item.low.normalize(), "high": item.high.normalize()}
    if item.low is not None:
        return _("不低于 %(low)s") % {"low": item.low.normalize()}
    return _("不高于 %(high)s") % {"high": item.high.normalize()} if item.high is not None else ""


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, id: UUID) -> HttpResponse:
    """One check: its items to walk while its checker walks it, else what came of it."""
    act = request.act
    run = selectors.check_for(act, id)
    if run.state != STARTED or run.checker_id != act.person_id:
        return result(request, run, FindingForm())
    form = WalkForm(request.POST if request.method == "POST" else None, run=run)
    if request.method == "POST" and form.is_valid():
        tried(form, lambda: services.answer_check(run, answers=form.answers(), act=act))
        if not form.errors and "complete" in request.POST:
            tried(form, lambda: services.complete_check(run, remark=form.cleaned_data["remark"], act=act))
        if not form.errors:
            messages.success(request, _("检查已完成") if "complete" in request.POST else _("已保存，可以稍后接着查"))
            return HttpResponseRedirect(reverse("check", args=[run.pk]))
    answered = run.answers.count()
    return page(
        request,
        "console/check_walk.html",
        run=run,
        form=form,
        lines=form.lines(),
        answered=answered,
        total=len(form.rows),
        status=422 if form.errors else 200,
    )


# -- what came of it -------------------------------------------------------------------------------
class FindingForm(UseCaseForm):
    matter = words_field(gettext_lazy("还发现了什么"))
    rectify = forms.BooleanField(label=gettext_lazy("同时开整改单"), required=False)


def result(request: HttpRequest, run: CheckRun, form: FindingForm) -> HttpResponse:
    act = request.act
    entries, _older = timeline.of(run, act)
    return page(
        request,
        "console/check.html",
        run=run,
        state_label=CHECK.labels[run.state],
        tiles=tiles_of(run),
        answers=[(item.text, said_words(item, said)) for item, said in selectors.walked(run)],
        findings=[finding_line(one) for one in selectors.findings_of(run, act)],
        finding_columns=[
            {"label": _("问题"), "kind": "lead"},
            {"label": _("权重"), "kind": "number"},
            {"label": _("状态")},
            {"label": _("整改单")},
        ],
        entries=entries,
        form=form if run.state == "completed" and act.may("quality.finding.record", on=run) else None,
        status=422 if form.errors else 200,
    )


def finding_line(finding: Any) -> dict[str, Any]:
    return {
        "url": addresses.of(finding),
        "cells": [
            finding.matter,
            finding.weight,
            FINDING.labels[finding.state],
            finding.rectification.number if finding.rectification else "—",
        ],
    }


def tiles_of(run: CheckRun) -> list[dict[str, Any]]:
    verdict = {True: _("合格"), False: _("不合格"), None: CHECK.labels[run.state]}[run.is_passed]
    return [
        {"label": _("结论"), "value": verdict, "tone": {True: "good", False: "late"}.get(run.is_passed, "")},
        {"label": _("得分"), "value": "—" if run.score is None else run.score, "note": _("合格分 %(n)d") % {"n": run.checklist.pass_score}},
        {"label": _("问题"), "value": run.findings.count()},
        {"label": _("检查对象"), "value": run.subject_name or run.project.name, "note": run.checker.name},
    ]


def said_words(item: ChecklistItem, said: Any) -> str:
    """What was answered, as people read it."""
    if said is None:
        return _("未作答")
    word = {YES: _("是"), NO: _("否"), NOT_HERE: _("不适用")}.get(said.value, said.value)
    verdict = {True: _("合格"), False: _("不合格")}.get(said.is_passed, "")
    return "　".join(filter(None, [word, verdict, said.note]))


@require_POST
def add_finding(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write down something that no item asked about."""
    run = selectors.check_for(request.act, id)
    request.act.require("quality.finding.record", on=run)
    form = FindingForm(request.POST)
    if form.is_valid():
        tried(form, lambda: services.record_finding(run, **form.values(), act=request.act))
        if not form.errors:
            return HttpResponseRedirect(reverse("check", args=[run.pk]))
    return result(request, run, form)


# -- writing lists ---------------------------------------------------------------------------------
class ChecklistForm(UseCaseForm):
    code = forms.CharField(
        label=gettext_lazy("代号"), max_length=24, help_text=gettext_lazy("小写字母、数字、- 或 _；同一代号的新版接替旧版。")
    )
    name = forms.CharField(label=gettext_lazy("名称"), max_length=80)
    subject_kind = forms.ChoiceField(label=gettext_lazy("检查什么"), required=False)
    pass_score = forms.IntegerField(label=gettext_lazy("合格分"), min_value=0, max_value=100, initial=80)
    rectify_from = forms.IntegerField(
        label=gettext_lazy("权重达到多少自动开整改"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=gettext_lazy("留空则只在检查人勾选时开。"),
    )
    items = forms.CharField(
        label=gettext_lazy("检查内容"),
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=gettext_lazy("一行一项：内容 | 是否、评分、数值或文字 | 权重 | 关键，或数值范围如 18~26。后几段可省。"),
    )

    def __init__(self, data: Any = None, *, checklist: Checklist | None = None):
        given = {} if checklist is None else {name: getattr(checklist, name) for name in self.base_fields if name != "items"}
        if checklist is not None:
            given["items"] = writing.write(checklist.items.order_by("position"))
        super().__init__(data, initial=given)
        self.fields["subject_kind"].choices = [("", _("不限")), *((kind, label) for kind, (label, _f) in SUBJECTS.items())]
        if checklist is not None:
            del self.fields["code"]

    def clean_items(self) -> list[writing.ItemDraft]:
        items, wrong = writing.read(self.cleaned_data["items"])
        if wrong:
            raise forms.ValidationError(wrong)
        return items


@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, id: UUID | None = None) -> HttpResponse:
    """Draft a list, or change a draft; a published one is the beginning of its next edition."""
    act = request.act
    act.require("quality.checklist.draft")
    shown = Checklist.objects.find(act, id) if id is not None else None
    form = ChecklistForm(request.POST if request.method == "POST" else None, checklist=shown)
    if request.method == "POST" and form.is_valid():
        made = tried(form, lambda: _kept(shown, form.values(), act))
        if made is not None:
            messages.success(request, _("已存为草稿：%(name)s，核对后发布。") % {"name": made})
            return HttpResponseRedirect(addresses.of(made))
    return page(request, "console/checklist_form.html", checklist=shown, form=form, status=422 if form.errors else 200)


def _kept(shown: Checklist | None, values: dict[str, Any], act: Any) -> Checklist:
    if shown is not None and shown.state == DRAFT:
        return services.change_checklist(shown, **values, act=act)
    project = org.projects_of(act).first()
    if project is None:
        raise NotFound()
    return services.draft_checklist(project=project.company, code=values.pop("code", shown.code if shown else ""), **values, act=act)
