"""The handbook as it runs: chapters, and one clause with its numbers, open duties, evidence and breaches."""

import json
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, NotFound
from guanjia.org import selectors as org
from guanjia.org.roles import ROLES
from guanjia.rulebook import (
    Cap,
    Checklist,
    Coverage,
    Duty,
    Fields,
    Need,
    Penalty,
    Periodic,
    Retention,
    Tally,
    Window,
    ladders,
    limits,
    offers,
    registry,
    sampling,
    selectors,
    services,
    when,
)
from guanjia.rulebook.authoring import wording
from guanjia.rulebook.authoring.compiling import OWN
from guanjia.rulebook.catalogue import MODULES, Clause, load
from guanjia.rulebook.chapters import CHAPTERS
from guanjia.rulebook.explain import say_fact
from guanjia.rulebook.models import ApprovalRequest, AuthoredEdition, Parameter, Reading
from guanjia.rulebook.parameters import HOUSE
from guanjia.rulebook.rule import About, Param, Payload
from guanjia.rulebook.services.parameters import MATTER
from guanjia.web import timeline
from guanjia.web.partials import page
from guanjia.workforce.states import PENALTIES

from .approvals import tells
from .duties import with_subjects

DAYS_COUNTED = 90
SHOWN = 20
TITLES = {OWN: gettext_lazy("本公司规则"), **CHAPTERS}
PARAMETERS = {
    "pause_cap": gettext_lazy("最多暂停"),
    "within": gettext_lazy("时限"),
    "calendar": gettext_lazy("按何种日历"),
    "target": gettext_lazy("目标"),
    "keep": pgettext_lazy("多久", "保存"),
    "every": gettext_lazy("每期"),
    "resolve_within": gettext_lazy("办结时限"),
    "answer_within": gettext_lazy("答复时限"),
    "to_department_head_within": gettext_lazy("转主管时限"),
    "to_director": gettext_lazy("呈主任"),
    "respond": gettext_lazy("响应"),
    "criteria": gettext_lazy("认定"),
    "threshold": gettext_lazy("起催时长"),
    "at": gettext_lazy("何时"),
    "on": gettext_lazy("启用"),
    "suggest": gettext_lazy("提示奖惩"),
    "appeal_within": gettext_lazy("申诉期限"),
    "default_keep": gettext_lazy("默认保存期限"),
    "levels": gettext_lazy("档次"),
    "rule": gettext_lazy("要求"),
    "steps": gettext_lazy("步骤"),
    "channels": gettext_lazy("渠道"),
    "ladder": gettext_lazy("升级阶梯"),
}
SETTING_NAMES = {"quiet_hours": gettext_lazy("静默时段"), "notice_sms": gettext_lazy("提醒也发短信")}
WAYS = {
    "duty": gettext_lazy("时限"),
    "periodic": gettext_lazy("定期"),
    "need": gettext_lazy("关口"),
    "window": gettext_lazy("时段"),
    "cap": gettext_lazy("上限"),
    "tally": gettext_lazy("累计"),
    "fields": gettext_lazy("必填"),
    "coverage": gettext_lazy("指标"),
    "retention": gettext_lazy("保管"),
    "machine": gettext_lazy("流程"),
    "register": gettext_lazy("台账"),
    "formula": gettext_lazy("算法"),
    "role": gettext_lazy("岗位职权"),
    "access": gettext_lazy("访问控制"),
    "seed": gettext_lazy("预置内容"),
    "constraint": gettext_lazy("数据约束"),
    "approval": gettext_lazy("审批"),
    "checklist": gettext_lazy("抽查"),
    "penalty": gettext_lazy("奖惩提示"),
}


CALENDARS = {
    "calendar": gettext_lazy("自然日"),
    "working": gettext_lazy("工作日"),
    "service hours": gettext_lazy("服务时间"),
    "clock": gettext_lazy("全天候"),
    "immediate": gettext_lazy("立即"),
}


@require_GET
def book(request: HttpRequest) -> HttpResponse:
    """The chapters; `module=`, `running=` (1 only what runs, 0 only paper) and `q=` narrow them."""
    text, module, running = request.GET.get("q", "").strip()[:60], request.GET.get("module", ""), request.GET.get("running", "")
    chapters = selectors.chapters() | {OWN: selectors.own_chapter(request.act.company_id)}
    numbers = selectors.compliances(request.act, timezone.localtime(request.act.at).date() - timedelta(days=DAYS_COUNTED))
    shown = []
    for name in (OWN, *MODULES):
        entries = [e for e in chapters[name] if fits(e, text) and (not running or e.is_realised == (running == "1"))]
        if entries and (not module or module == name):
            shown.append({"name": name, "title": TITLES[name], "rows": [row_of(e, numbers.get(e.clause.id)) for e in entries]})
    everything = [e for entries in chapters.values() for e in entries]
    return page(
        request,
        "console/rulebook/book.html#book",
        chapters=shown,
        text=text,
        running=running,
        module=module,
        columns=[
            {"label": _("编号")},
            {"label": _("条款"), "kind": "lead"},
            {"label": _("如何执行")},
            {"label": _("近 90 天应办"), "kind": "number"},
            {"label": _("按时率"), "kind": "number"},
            {"label": _("未办"), "kind": "number"},
        ],
        tiles=tiles(everything, numbers),
        modules=[("", _("全部")), *((n, TITLES[n]) for n in (OWN, *MODULES))],
    )


def fits(entry: selectors.Entry, text: str) -> bool:
    return not text or text.upper() in entry.clause.id or text in entry.clause.zh or text.lower() in entry.clause.en.lower()


def row_of(entry: selectors.Entry, counted: selectors.Compliance | None) -> dict[str, Any]:
    share = f"{counted.share:.0%}" if counted and counted.share is not None else "—"
    return {
        "url": reverse("rule", args=[entry.clause.id]),
        "tone": "late" if counted and counted.late else "",
        "cells": [
            entry.clause.id,
            entry.clause.title,
            how(entry),
            counted.owed if counted else "—",
            share,
            counted.open if counted else "—",
        ],
    }


def how(entry: selectors.Entry) -> str:
    """By which mechanisms a clause runs, in words; what is only paper says so."""
    if not entry.is_realised:
        return _("尚为文字")
    return "、".join(str(WAYS[way]) for way in entry.ways)


def tiles(entries: list[selectors.Entry], numbers: dict[str, selectors.Compliance]) -> list[dict[str, Any]]:
    due = sum(n.due for n in numbers.values())
    in_time = sum(n.met for n in numbers.values())
    late = sum(n.late for n in numbers.values())
    return [
        {"label": _("条款"), "value": len(entries), "note": _("其中 %(n)d 条在运行") % {"n": sum(e.is_realised for e in entries)}},
        {"label": _("近 90 天按时率"), "value": f"{in_time / due:.1%}" if due else "—", "note": _("%(n)d 项已到期") % {"n": due}},
        {"label": _("现在未办"), "value": sum(n.open for n in numbers.values()), "url": reverse("all-duties")},
        {"label": _("现在逾期"), "value": late, "tone": "late" if late else "good", "url": reverse("all-duties") + "?late=1"},
    ]


# -- one clause ----------------------------------------------------------------------------------
@require_GET
def clause(request: HttpRequest, rule: str) -> HttpResponse:
    """The clause, its parameters, how it runs, its numbers, open duties, last evidence and breaches."""
    return show(request, rule, ParameterForm(request, rule=rule))


def show(request: HttpRequest, rule: str, form: forms.Form, status: int = 200) -> HttpResponse:
    act = request.act
    entry = selectors.entry(rule, act.company_id)
    if entry is None:
        raise NotFound()
    open_rows = list(selectors.open_duties(act, rule)[:SHOWN])
    late_rows = list(selectors.breaches(act, rule)[:SHOWN])
    evidence = selectors.last_evidence(act, rule)
    counted = selectors.compliance(act, rule)
    readings = list(Reading.objects.visible_to(act).filter(rule=rule).select_related("project").order_by("-taken_at")[:12])
    return page(
        request,
        "console/rulebook/clause.html",
        status=status,
        entry=entry,
        clause=entry.clause,
        how=how(entry),
        sources=entry.clause.sources,
        chapter=TITLES[entry.clause.module],
        sentences=own_sentences(entry.clause, act),
        bindings=[binding_words(b) for b in entry.bindings],
        ladder=plain_rungs(ladders.ladders()[ladders.chosen(rule)]) if any(isinstance(b, Duty) for b in entry.bindings) else [],
        ladder_name=ladders.name_of(ladders.ladders()[ladders.chosen(rule)]),
        marks=[mark._replace(way=WAYS[mark.way]) for mark in entry.marks],
        params=parameters_of(entry.clause, request),
        counted=counted,
        counted_tiles=clause_tiles(counted, reverse("compliance-clause", args=[rule]) if act.may("rulebook.compliance.see") else ""),
        open=with_subjects(request, open_rows),
        late=with_subjects(request, late_rows),
        readings=readings,
        samples=samples_of(entry, act),
        evidence=[timeline.said(one.entry) | {"rule": ""} for one in evidence],
        form=form,
        may_propose=act.may("rulebook.parameter.propose"),
        proposals=proposals_of(rule, request),
        may_try=act.may("rulebook.backtest.ask") and any(isinstance(b, Duty) for b in entry.bindings),
    )


def samples_of(entry: selectors.Entry, act: Any) -> list[sampling.Sample]:
    """How many of how many were looked at in the period that runs, project by project."""
    lists = [binding for binding in entry.bindings if isinstance(binding, Checklist)]
    return [sampling.sample(binding, project, act.at) for project in org.projects_of(act)[:SHOWN] for binding in lists]


def clause_tiles(counted: selectors.Compliance, url: str) -> list[dict[str, Any]]:
    share = "—" if counted.share is None else f"{counted.share:.1%}"
    return [
        {"label": _("应办"), "value": counted.owed},
        {"label": _("按时率"), "value": share, "url": url},
        {"label": _("按时办妥"), "value": counted.met, "tone": "good" if counted.met else ""},
        {"label": _("逾期办妥"), "value": counted.met_late, "tone": "warn" if counted.met_late else ""},
        {"label": _("逾期作罢"), "value": counted.lapsed, "tone": "warn" if counted.lapsed else ""},
        {"label": _("未办"), "value": counted.open},
        {"label": _("未办已逾期"), "value": counted.late, "tone": "late" if counted.late else ""},
    ]


def own_sentences(clause: Clause, act: Act) -> list[str]:
    """What an own rule says, in its newest edition; [] for the handbooks' clauses."""
    if clause.module != OWN:
        return []
    edition = AuthoredEdition.objects.visible_to(act).enacted().filter(rule__number=clause.id).order_by("-edition").first()
    return wording.sentences(edition.definition, act.company_id) if edition else []


def binding_words(binding: Any) -> dict[str, Any]:
    """One binding in sentences that a manager reads."""
    pairs: list[tuple[str, str]] = []
    if isinstance(binding, Periodic):
        pairs.append((_("每期"), rhythm_of(binding)))
    if isinstance(binding, Duty):
        pairs += [(_("因何产生"), facts_words(binding.opens_on)), (_("以何为凭"), facts_words(binding.met_by))]
        if binding.voided_by:
            pairs.append((_("何时取消"), facts_words(binding.voided_by)))
        if binding.pauses_on:
            cap = plainly(value_of(binding, binding.pause_cap))
            pairs += [
                (_("何时暂停"), facts_words(binding.pauses_on)),
                (_("何时恢复"), facts_words(binding.resumes_on)),
                (_("暂停最多"), cap),
            ]
        if binding.owed_by:
            pairs.append((_("对方应办"), _("逾期由责任人催促，不算责任人逾期。")))
        if isinstance(binding.toward, About | Payload):
            pairs.append((_("对谁"), _("对每一方各一项。")))
        if binding.blocks:
            pairs.append((_("未办则不得"), "、".join(offers.gate_title(gate) for gate in binding.blocks)))
        given = binding.owner if isinstance(binding.owner, tuple) else (binding.owner,)
        named = [_("事实中指定的人") if isinstance(one, Payload) else role_name(one) for one in reversed(given)]
        pairs.append((_("责任人"), _("，否则 ").join(named)))
    elif isinstance(binding, Fields):
        pairs += [
            (_("关口"), offers.gate_title(binding.gate)),
            (_("必填"), "、".join(binding.clause.field_label(key) for key in binding.fields)),
        ]
    elif isinstance(binding, Need):
        pairs.append((_("关口"), offers.gate_title(binding.gate)))
    elif isinstance(binding, Window):
        days = _("工作日 %(hours)s") if binding.days == "working" else "%(hours)s"
        hours = days % {"hours": limits.say_hours(limits.hours_of(value_of(binding, binding.hours)))}
        pairs += [(_("关口"), offers.gate_title(binding.gate)), (_("只在"), hours)]
    elif isinstance(binding, Cap):
        pairs += [(_("关口"), offers.gate_title(binding.gate)), (_("最多"), str(value_of(binding, binding.at_most)))]
    elif isinstance(binding, Tally):
        pairs += [(_("累计"), facts_words(binding.counts)), (_("每期"), plainly(value_of(binding, binding.every)))]
        pairs += [(_("界限"), str(value_of(binding, binding.threshold)))]
        if binding.sums:
            pairs.append((_("合计"), binding.sums))
    elif isinstance(binding, Coverage):
        pairs += [(_("分母"), facts_words(binding.of)), (_("分子"), facts_words(binding.counted_by)), (_("每期"), binding.every)]
    elif isinstance(binding, Checklist):
        pairs += [(_("检查表"), binding.list), (_("每期"), rhythm_of(binding)), (_("说明"), _("抽到的才算凭据，不等于条款已全面执行。"))]
    elif isinstance(binding, Penalty):
        pairs += [
            (_("因何提示"), facts_words((binding.on,))),
            (_("档次"), PENALTIES.get(binding.level, binding.level)),
            (_("注意"), str(binding.note)),
        ]
    elif isinstance(binding, Retention):
        pairs += [(_("保管对象"), binding.kind), (_("起算"), say_fact(binding.since))]
    return {
        "title": WAYS[type(binding).__name__.lower()],
        "stage": binding.stage,
        "room": binding.room,
        "pairs": pairs,
        "asleep": not binding.awake,
    }


def value_of(binding: Any, given: Any) -> Any:
    """A binding's value as the handbook says it."""
    return binding.clause.params.get(given.key, given.default) if isinstance(given, Param) else given


def rhythm_of(binding: Any) -> str:
    """How often: as the handbook says, or as it is where the project says nothing."""
    return binding.clause.params.get(binding.every.key, binding.every.default) if isinstance(binding.every, Param) else binding.every


def role_name(code: str) -> str:
    """The name of a role of the closed list."""
    return next((str(seed.name) for seed in ROLES if seed.code == code), code)


def facts_words(facts: Any) -> str:
    said = []
    for one in facts:
        conditions = "，".join(condition_words(one.fact, key, value) for key, value in one.where if key != "rule")
        said.append(f"{say_fact(one.fact)}（{conditions}）" if conditions else say_fact(one.fact))
    return _("，或 ").join(said)


def condition_words(fact: str, key: str, wanted: Any) -> str:
    """A condition in the words that the room offers; as it is written where it offers none."""
    offer = offers.FACT_OFFERS.get(fact)
    word = offer.words.get(key) if offer else None
    values = wanted if isinstance(wanted, tuple) else (wanted,)
    names = word.choices(None) if word else {}
    said = "/".join(str(names.get(value, value)) for value in values)
    return _("%(label)s：%(values)s") % {"label": word.label, "values": said} if word else f"{key}={said}"


def parameters_of(clause: Clause, request: HttpRequest) -> list[dict[str, Any]]:
    """The clause's numbers, each with what a project made of it."""
    overrides: dict[str, list[Any]] = {}
    for row in Parameter.objects.visible_to(request.act).filter(rule=clause.id).select_related("project").order_by("-starts_on"):
        overrides.setdefault(row.key, []).append(row)
    for row in (row for rows in overrides.values() for row in rows):
        row.shown = shown_value(row.key, row.value)
    usual = registry.params_of(clause.id) | dict(clause.params)
    if ladders.KEY in overrides:
        usual[ladders.KEY] = ladders.chosen(clause.id)
    keys = [*usual, *(k for k in overrides if k not in usual)]
    return [
        {"key": key, "label": PARAMETERS.get(key, key), "value": shown_value(key, usual.get(key)), "overrides": overrides.get(key, [])}
        for key in keys
        if key not in ("fields", "fields_proposed")
    ]


def shown_value(key: str, value: Any) -> str:
    """A number as people read it; a ladder by its name, or rung by rung."""
    if key != ladders.KEY or not value:
        return plainly(value)
    if isinstance(value, str):
        return ladders.name_of(ladders.Ladder(value, ()))
    return "；".join(f"{rung['words']} {rung['whom']}" for rung in plain_rungs(ladders.parse(value)))


def plainly(value: Any) -> str:
    if isinstance(value, dict):
        return "；".join(f"{k}：{plainly(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return "；".join(plainly(v) for v in value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    text = "" if value is None else str(value)
    try:
        return when.parse_span(text).say()
    except ValueError:
        return str(CALENDARS.get(text, text))


class ParameterForm(forms.Form):
    project = forms.ChoiceField(label=gettext_lazy("项目"))
    key = forms.CharField(label=gettext_lazy("参数"), max_length=40)
    value = forms.CharField(label=gettext_lazy("新值"), max_length=2000, required=False)
    starts_on = forms.DateField(label=gettext_lazy("自何日起"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=gettext_lazy("为何调整"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, request: HttpRequest, data: Any = None, *, rule: str = ""):
        super().__init__(data)
        if rule == HOUSE:
            self.fields["key"] = forms.ChoiceField(label=gettext_lazy("设定"), choices=list(SETTING_NAMES.items()))
        elif rule in load():
            keys = [*(registry.params_of(rule) | dict(load()[rule].params)), "on", ladders.KEY]
            names = [(key, PARAMETERS.get(key, key)) for key in dict.fromkeys(keys) if key not in ("fields", "fields_proposed")]
            self.fields["key"] = forms.ChoiceField(label=gettext_lazy("参数"), choices=names)
        self.projects = {str(project.pk): project for project in org.projects_of(request.act)}
        self.fields["project"].choices = [(key, project.name) for key, project in self.projects.items()]


@require_POST
def parameter(request: HttpRequest, rule: str) -> HttpResponse:
    """Propose another number for a project from a day on; somebody else approves it."""
    form = ParameterForm(request, request.POST, rule=rule)
    if form.is_valid():
        values = form.cleaned_data
        try:
            services.propose_parameter(
                project=form.projects[values["project"]],
                rule=rule,
                key=values["key"].strip(),
                value=typed(values["value"]),
                starts_on=values["starts_on"],
                reason=values["reason"],
                act=request.act,
            )
            return HttpResponseRedirect(reverse("ladders") if rule == HOUSE else reverse("rule", args=[rule]))
        except BadInput as no:
            for one in no.reasons:
                form.add_error(one.field if one.field in form.fields else None, str(one.message))
    return ladder_book(request, form, status=422) if rule == HOUSE else show(request, rule, form, status=422)


def proposals_of(rule: str, request: HttpRequest) -> list[dict[str, Any]]:
    """What was proposed for a clause, the newest first: who, what, why, with whom it waits or who decided it."""
    return [
        {
            "row": one.proposal,
            "label": PARAMETERS.get(one.proposal.key) or SETTING_NAMES.get(one.proposal.key) or one.proposal.key,
            "value": shown_value(one.proposal.key, one.proposal.value) or _("无"),
            "before": shown_value(one.proposal.key, one.proposal.before) or _("无"),
            "who": one.proposal.proposed_by.name if one.proposal.proposed_by else _("系统"),
            "waits_for": "、".join(one.waits_for),
            "decided": [{"who": d.person.name, "yes": d.yes, "words": d.words, "at": d.decided_at} for d in one.decided],
            "url": reverse("approval", args=[one.request.pk]) if one.request else "",
        }
        for one in selectors.proposals_of(request.act, rule)
    ]


@tells(MATTER)
def tell_proposal(row: ApprovalRequest) -> list[tuple[Any, Any]]:
    """What is approved about a parameter, as a manager reads it."""
    said = row.content
    clause = load().get(said["rule"])
    label = PARAMETERS.get(said["key"]) or SETTING_NAMES.get(said["key"]) or said["key"]
    return [
        (_("条款"), str(clause) if clause else _("项目设定")),
        (_("项目"), row.project.name if row.project else ""),
        (_("参数"), label),
        (_("现值"), shown_value(said["key"], said["before"]) or _("无")),
        (_("改为"), shown_value(said["key"], said["value"]) or _("无")),
        (_("自何日起"), said["starts_on"]),
    ]


# -- the ladders -----------------------------------------------------------------------------------
@require_GET
def ladders_page(request: HttpRequest) -> HttpResponse:
    """The ladders of the package, and what each project made of its quiet hours."""
    return ladder_book(request, ParameterForm(request, rule=HOUSE))


def ladder_book(request: HttpRequest, form: forms.Form, status: int = 200) -> HttpResponse:
    at = request.act.at
    return page(
        request,
        "console/rulebook/ladders.html",
        status=status,
        ladders=[
            {"name": ladders.name_of(ladder), "code": name, "rungs": plain_rungs(ladder)} for name, ladder in ladders.ladders().items()
        ],
        projects=[
            {"project": project, "quiet": ladders.quiet_text(project.pk, at), "sms": ladders.sends_messages(project.pk, at)}
            for project in org.projects_of(request.act)
        ],
        house=HOUSE,
        form=form,
        proposals=proposals_of(HOUSE, request),
        may_propose=request.act.may("rulebook.parameter.propose"),
    )


def plain_rungs(ladder: ladders.Ladder) -> list[dict[str, Any]]:
    """The rungs of a ladder for the component that shows them, without anything that happened."""
    return [
        {
            "words": f"{ladders.say_when(rung)} · {ladders.say_deed(rung.does)}",
            "whom": ladders.say_whom(rung, org.role_name),
            "loud": rung.loud,
        }
        for rung in ladder.rungs
    ]


def typed(text: str) -> Any:
    """What somebody typed: a number, yes or no, or words."""
    text = text.strip()
    if text.startswith(("[", "{")):  # a ladder rung by rung, a table
        try:
            return json.loads(text)
        except ValueError:
            return text
    if text in ("是", "on", "true", "启用", "啟用"):
        return True
    if text in ("否", "off", "false", "停用"):
        return False
    try:
        return int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError:
        return text
