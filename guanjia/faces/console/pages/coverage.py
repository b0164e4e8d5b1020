"""Every clause says how it is kept, where, and what proves it; what is still paper says so."""

from collections import Counter
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from guanjia.kernel import periods
from guanjia.kernel.errors import NotFound
from guanjia.rulebook import reach, selectors
from guanjia.rulebook.catalogue import MODULES, books
from guanjia.rulebook.reach import WAYS, Standing
from guanjia.web import addresses
from guanjia.web.components import drawn
from guanjia.web.partials import page
from guanjia.web.register import REGISTERS
from guanjia.web.templatetags import look

from .compliance import PERMISSION, file_answer, opened, tabs
from .rulebook import CHAPTERS

KINDS = {
    "flow": gettext_lazy("流程"),
    "record": gettext_lazy("记录"),
    "content": gettext_lazy("内容"),
    "guard": gettext_lazy("把关"),
    "schedule": gettext_lazy("定期"),
    "deadline": gettext_lazy("时限"),
    "required_fields": gettext_lazy("必填"),
    "access": gettext_lazy("权限"),
    "metric": gettext_lazy("指标"),
    "approval": gettext_lazy("审批"),
    "conduct": gettext_lazy("行为"),
    "notice": gettext_lazy("告知"),
    "penalty": gettext_lazy("奖惩"),
    "coverage": gettext_lazy("覆盖率"),
    "formula": gettext_lazy("算法"),
    "quota": gettext_lazy("定额"),
    "retention": gettext_lazy("保管"),
    "window": gettext_lazy("时段"),
}
TONES = {"enforced": "good", "scheduled": "good", "measured": "info", "recorded": "info", "sampled": "warn", "content": "brand"}
#: where a room's clauses are seen at work: the beginning of a gate's or fact's name -> address; the longest fits
SCREENS = {
    "desk.case.open": "intake",
    "desk": "desk",
    "work": "board",
    "followup": "visits",
    "rulebook": "rulebook",
}


class FilterForm(forms.Form):
    q = forms.CharField(required=False)
    way = forms.ChoiceField(label=gettext_lazy("如何落实"), required=False)
    module = forms.ChoiceField(label=gettext_lazy("篇"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("类别"), required=False)
    stage = forms.ChoiceField(label=gettext_lazy("期"), required=False)
    handbook = forms.ChoiceField(label=gettext_lazy("出处"), required=False)

    def __init__(self, data: Any, everything: list[Standing]):
        super().__init__(data)
        every = [("", _("全部"))]
        stages = sorted({one.clause.stage for one in everything})
        self.fields["way"].choices = [*every, *WAYS.items()]
        self.fields["module"].choices = [*every, *((name, CHAPTERS[name]) for name in MODULES)]
        self.fields["kind"].choices = [*every, *KINDS.items()]
        self.fields["stage"].choices = [*every, *((str(stage), str(stage)) for stage in stages)]
        self.fields["handbook"].choices = [*every, *((key, _(book.zh)) for key, book in books().items())]


def fits(one: Standing, chosen: dict[str, str]) -> bool:
    """True if a clause is among what the filters ask for."""
    text = chosen.get("q", "")
    return (
        (not text or text.upper() in one.clause.id or text in one.clause.zh)
        and (not chosen.get("way") or chosen["way"] in one.ways)
        and (not chosen.get("module") or chosen["module"] == one.clause.module)
        and (not chosen.get("kind") or chosen["kind"] == one.clause.kind)
        and (not chosen.get("stage") or chosen["stage"] == str(one.clause.stage))
        and (not chosen.get("handbook") or chosen["handbook"] in one.handbooks)
    )


@require_GET
def coverage(request: HttpRequest) -> HttpResponse:
    """The clauses by chapter with how each is kept; the matrix above leads to each part of them."""
    ask = opened(request)
    everything = reach.standings()
    chosen = {name: value.strip()[:60] for name, value in request.GET.items() if name in FilterForm.base_fields}
    shown = [one for one in everything if fits(one, chosen)]
    proofs = Proofs(request, list(ask.projects))
    chapters = [{"title": CHAPTERS[name], "rows": [row_of(one, proofs) for one in shown if one.clause.module == name]} for name in MODULES]
    return page(
        request,
        "console/compliance/coverage.html#clauses",
        tabs=tabs("coverage"),
        form=FilterForm(chosen, everything),
        text=chosen.get("q", ""),
        tiles=tiles(everything),
        matrix_columns=[{"label": _("篇"), "kind": "lead"}, *({"label": words, "kind": "number"} for words in WAYS.values())],
        matrix=matrix(everything),
        columns=[{"label": _("条款"), "kind": "lead"}, {"label": _("如何落实")}, {"label": _("在哪里")}, {"label": _("最近凭据或读数")}],
        chapters=[chapter for chapter in chapters if chapter["rows"]],
        query=request.GET.urlencode(),
    )


def tiles(everything: list[Standing]) -> list[dict[str, Any]]:
    counted = Counter(way for one in everything for way in one.ways)
    here = reverse("coverage")
    alive = sum(not one.is_paper for one in everything)
    first = {"label": _("条款"), "value": len(everything), "note": _("其中 %(n)d 条已落实") % {"n": alive}}
    return [first, *({"label": words, "value": counted.get(way, 0), "url": f"{here}?way={way}"} for way, words in WAYS.items())]


def matrix(everything: list[Standing]) -> list[dict[str, Any]]:
    """Chapters by way; each line leads to its chapter."""
    rows = []
    for name in MODULES:
        counted = Counter(way for one in everything if one.clause.module == name for way in one.ways)
        rows.append({"cells": [CHAPTERS[name], *(counted.get(way, "") for way in WAYS)], "url": f"{reverse('coverage')}?module={name}"})
    return rows


class Proofs:
    """The last evidence and the last reading of each clause, asked once for the page."""

    def __init__(self, request: HttpRequest, projects: list[Any]):
        self.met = selectors.last_met(request.act, projects)
        self.readings = selectors.last_readings(request.act, projects)

    def of(self, rule: str) -> str:
        """A link to the duty that was met last, or to the clause's readings; "" if there is neither."""
        if (row := self.met.get(rule)) is not None:
            day = timezone.localtime(row.met_at)
            return format_html('<a href="{}">{}</a>', reverse("duty", args=[row.pk]), f"{day:%Y-%m-%d %H:%M}")
        if (reading := self.readings.get(rule)) is not None:
            words = f"{periods.label(reading.period)} {reading.numerator_count}/{reading.denominator_count}"
            return format_html('<a href="{}">{}</a>', reverse("rule", args=[rule]), words)
        return ""


def row_of(one: Standing, proofs: Proofs) -> dict[str, Any]:
    ways = format_html(
        " ".join("{}" for _way in one.ways), *(drawn("badge", look.badge(WAYS[way], tone=TONES.get(way, "neutral"))) for way in one.ways)
    )
    url, words = screen_of(one)
    where = format_html('<a href="{}">{}</a>', url, words) if url else words
    return {
        "cells": [f"{one.clause.id} {one.clause.title}", ways, where, proofs.of(one.clause.id) or ("" if one.is_paper else "—")],
        "url": reverse("rule", args=[one.clause.id]),
    }


def screen_of(one: Standing) -> tuple[str, str]:
    """(address, name) of the screen where the clause is at work; ("", "") for paper."""
    if one.is_paper:
        return "", ""
    for binding in one.bindings:
        if "scheduled" in one.ways and type(binding).__name__ in ("Duty", "Periodic"):
            return f"{reverse('all-duties')}?rule={one.clause.id}", _("应办一览")
        if gate := getattr(binding, "gate", ""):
            return screen_named(gate)
    for mark in one.marks:
        register = next((r for r in REGISTERS.values() if type(r).__name__ == mark.by), None)
        if register is not None:
            return register.url(), str(register.title)
    return screen_named(one.rooms[0]) if one.rooms else ("", "")


def screen_named(name: str) -> tuple[str, str]:
    """The screen of a gate, or of a room: the one with the longest beginning, else the room's first register."""
    fitting = [start for start in SCREENS if name == start or name.startswith(f"{start}.")]
    if fitting:
        url_name = SCREENS[max(fitting, key=len)]
        return addresses.to(url_name), str(SCREEN_WORDS[url_name])
    room = name.partition(".")[0]
    register = next((r for r in REGISTERS.values() if r.model._meta.app_label == room and r.in_menu), None)
    return (register.url(), str(register.title)) if register is not None else ("", "")


SCREEN_WORDS = {
    "intake": gettext_lazy("登记诉求"),
    "desk": gettext_lazy("客服台"),
    "board": gettext_lazy("工单看板"),
    "visits": gettext_lazy("待回访"),
    "rulebook": gettext_lazy("规则手册"),
}


@require_GET
def coverage_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The same as a table: each clause with how, where, and by what it is proved."""
    request.act.require(PERMISSION)
    if kind not in ("xlsx", "csv"):
        raise NotFound()
    headers = [_("编号"), _("条款"), _("篇"), _("类别"), _("期"), _("如何落实"), _("在哪里"), _("出处"), _("有测试")]
    rows = [
        [
            one.clause.id,
            one.clause.title,
            str(CHAPTERS[one.clause.module]),
            str(KINDS.get(one.clause.kind, one.clause.kind)),
            one.clause.stage,
            "、".join(str(WAYS[way]) for way in one.ways),
            screen_of(one)[1],
            "；".join(source.title for source in one.clause.sources),
            one.is_tested if one.is_tested is not None else "",
        ]
        for one in reach.standings()
    ]
    return file_answer(kind, _("条款如何落实"), headers, rows)
