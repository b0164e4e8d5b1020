"""The monthly compliance reports: drafts, signatures, receipts, and what has changed since."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanjia.insight import monthly, selectors, services
from guanjia.insight.models import Snapshot
from guanjia.kernel import facts, files, periods, sheets
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, NotFound
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import whole
from guanjia.quality import services as quality
from guanjia.web.components import drawn
from guanjia.web.partials import page
from guanjia.web.templatetags import look

from .compliance import XLSX, Question, minutes_words, opened, share_words, tabs

STATES = {
    "draft": gettext_lazy("草稿"),
    "finished": gettext_lazy("已签认"),
    "completed": gettext_lazy("公司已接收"),
}
COUNTED = {
    "owed": gettext_lazy("应办"),
    "in_time": gettext_lazy("按时"),
    "late": gettext_lazy("逾期办妥"),
    "lapsed": gettext_lazy("逾期作罢"),
    "open_late": gettext_lazy("未办已逾期"),
    "waived": gettext_lazy("豁免"),
    "voided": pgettext_lazy("计数", "取消"),
}


class DraftForm(forms.Form):
    project = forms.ChoiceField(label=gettext_lazy("项目"))
    period = forms.ChoiceField(label=gettext_lazy("月份"))

    def __init__(self, ask: Question, data: Any = None):
        super().__init__(data)
        self.projects = {str(pk): project for pk, project in ask.projects.items() if ask.act.may("insight.snapshot.take", on=project)}
        self.fields["project"].choices = [(key, project.name) for key, project in self.projects.items()]
        months = [periods.period_on("month", ask.today)]
        while len(months) < 13:
            months.append(periods.previous(months[-1]))
        self.fields["period"].choices = [(key, periods.label(key)) for key in months]
        self.fields["period"].initial = months[1]


class ReceiptForm(forms.Form):
    words = forms.CharField(label=gettext_lazy("意见"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


@require_http_methods(["GET", "POST"])
def reports(request: HttpRequest) -> HttpResponse:
    """Every report there is, the latest first; POST makes one, or its draft again."""
    ask = opened(request)
    form = DraftForm(ask, request.POST if request.method == "POST" else None)
    if form.is_valid():
        project = form.projects[form.cleaned_data["project"]]
        try:
            made = services.take_snapshot(project=project, period=form.cleaned_data["period"], act=request.act)
            return HttpResponseRedirect(reverse("report", args=[made.pk]))
        except BadInput as no:
            for one in no.reasons:
                form.add_error(one.field if one.field in form.fields else None, str(one.message))
    rows = selectors.snapshots(monthly.REPORT, request.act).filter(project_id__in=list(ask.projects))[:120]
    return page(
        request,
        "console/compliance/reports.html",
        status=422 if form.is_bound else 200,
        tabs=tabs("reports"),
        form=form if form.projects else None,
        columns=[
            {"label": _("月份"), "kind": "lead"},
            {"label": _("项目")},
            {"label": _("状态"), "kind": "tight"},
            {"label": _("应办"), "kind": "number"},
            {"label": _("按时率"), "kind": "number"},
            {"label": _("逾期"), "kind": "number"},
            {"label": _("签认")},
            {"label": _("接收")},
        ],
        rows=[row_of(one) for one in rows],
    )


def state_of(one: Snapshot) -> str:
    if one.signoff_id is None:
        return "draft"
    return "completed" if one.signoff.receiver_id else "finished"


def row_of(one: Snapshot) -> dict[str, Any]:
    numbers, state = one.content["numbers"], state_of(one)
    return {
        "url": reverse("report", args=[one.pk]),
        "cells": [
            periods.label(one.period),
            one.project.name,
            drawn("state", look.state(state, STATES[state])),
            numbers["owed"],
            share_words(numbers["share"]),
            numbers["breached"],
            by_whom(one.signoff.signer, one.signoff.signed_at) if one.signoff_id else "",
            by_whom(one.signoff.receiver, one.signoff.received_at) if one.signoff_id else "",
        ],
    }


def by_whom(person: Any, at: Any) -> str:
    return f"{person.name} {timezone.localtime(at):%Y-%m-%d}" if person is not None else ""


# -- one report ------------------------------------------------------------------------------------
def find(request: HttpRequest, id: UUID) -> Snapshot:
    """The report, if one may read compliance in its project."""
    ask = opened(request)
    rows = selectors.snapshots(monthly.REPORT, request.act).filter(pk=id, project_id__in=list(ask.projects))
    found = rows.first()
    if found is None:
        raise NotFound()
    return found


@require_GET
def report(request: HttpRequest, id: UUID) -> HttpResponse:
    """The figures as they will be signed, or as they were; and what has changed since the signature."""
    one = find(request, id)
    content, signoff = one.content, one.signoff
    changed = monthly.supplement(content, monthly.compose(one.project, one.period, request.act)) if signoff else []
    is_over = periods.bounds(one.period).end <= request.act.at
    return page(
        request,
        "console/compliance/report.html",
        report=one,
        content=content,
        signoff=signoff,
        state=state_of(one),
        state_label=STATES[state_of(one)],
        tiles=tiles(content),
        tables=list(shown(content)),
        changed_columns=[{"label": _("条款"), "kind": "lead"}, {"label": _("变化"), "kind": "wide"}],
        changed=[{"cells": [f"{line['rule']} {line['title']}", change_words(line["changes"])]} for line in changed],
        is_over=is_over,
        may_take=signoff is None and request.act.may("insight.snapshot.take", on=one.project),
        may_sign=signoff is None and is_over and request.act.may("insight.snapshot.sign", on=one),
        may_receive=may_receive(one, request.act),
        receipt=ReceiptForm(),
    )


def may_receive(one: Snapshot, act: Any) -> bool:
    waits = one.signoff is not None and one.signoff.receiver_id is None
    return waits and one.signoff.signer_id != act.person_id and act.may("quality.signoff.receive", on=one.signoff)


def change_words(changes: dict[str, list[int]]) -> str:
    return "，".join(f"{COUNTED[name]} {before} → {after}" for name, (before, after) in changes.items())


def tiles(content: dict[str, Any]) -> list[dict[str, Any]]:
    n = content["numbers"]
    return [
        {"label": _("应办"), "value": n["owed"], "note": _("豁免 %(n)d") % {"n": n["waived"]}},
        {"label": _("按时率"), "value": share_words(n["share"])},
        {"label": _("逾期"), "value": n["breached"], "tone": "late" if n["breached"] else "good"},
        {"label": _("其中未办"), "value": n["open_late"]},
        {"label": _("平均用时"), "value": minutes_words(n["minutes_mean"])},
    ]


WIDEST = 10  # columns on a page; the file has them all
NUMBERS = ("owed", "in_time", "late", "lapsed", "open_late", "waived", "voided")


def tables(content: dict[str, Any]) -> Iterator[tuple[str, list[str], list[list[Any]]]]:
    """The parts of a report as tables: (title, headers, rows). The page and the workbook show the same."""
    heads = [*(str(COUNTED[name]) for name in NUMBERS), _("按时率")]
    yield _("各篇"), [_("篇"), *heads], [[one["title"], *figures(one)] for one in content["chapters"]]
    yield (
        _("逾期原因"),
        [_("条款"), _("内容"), _("应办时限"), _("说明人"), _("原因")],
        [
            [one["rule"], one["title"], told["due"], told["who"], told["reason"]]
            for one in content["worst"]
            for told in [*one["reasons"], *silent(one)]
        ],
    )
    yield (
        _("豁免"),
        [_("条款"), _("内容"), _("应办时限"), _("批准人"), _("理由")],
        [[one[key] for key in ("rule", "title", "due", "who", "reason")] for one in content["waivers"]],
    )
    yield (
        _("指标与目标"),
        [_("条款"), _("内容"), _("达到"), _("应达"), _("读数"), _("目标"), _("未达标")],
        [[one[key] for key in ("rule", "title", "reached", "owed", "share", "target", "is_short")] for one in content["readings"]],
    )
    yield (
        _("期末未办"),
        [_("条款"), _("内容"), _("应办时限"), _("责任人"), _("已逾期天数")],
        [[one[key] for key in ("rule", "title", "due", "owner", "days")] for one in content["open"]],
    )
    yield (
        _("全部条款"),
        [_("条款"), _("内容"), *heads, _("平均分钟"), _("九成分钟")],
        [[one["rule"], one["title"], *figures(one), one["minutes_mean"], one["minutes_p90"]] for one in content["clauses"]],
    )


def figures(one: dict[str, Any]) -> list[Any]:
    return [*(one[name] for name in NUMBERS), one["share"]]


def silent(one: dict[str, Any]) -> list[dict[str, str]]:
    """A line for what nobody explained."""
    words = _("%(n)d 项未说明原因") % {"n": one["silent"]}
    return [{"due": "", "who": "", "reason": words}] if one["silent"] else []


def shown(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same tables for the page: shares as per cent, yes and no as words."""
    for title, headers, rows in tables(content):
        kept = [
            n
            for n, head in enumerate(headers)
            if len(headers) <= WIDEST or head not in (pgettext("计数", "取消"), _("平均分钟"), _("九成分钟"))
        ]
        headers, rows = [headers[n] for n in kept], [[row[n] for n in kept] for row in rows]
        share_at = {n for n, head in enumerate(headers) if head in (_("按时率"), _("读数"), _("目标"))}
        yield {
            "title": title,
            "columns": [{"label": head, "kind": kind_of(n, head, rows)} for n, head in enumerate(headers)],
            "rows": [{"cells": [cell(value, n in share_at) for n, value in enumerate(row)]} for row in rows],
        }


def kind_of(n: int, head: str, rows: list[list[Any]]) -> str:
    values = [row[n] for row in rows if row[n] is not None]
    if values and all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return "number"
    return "wide" if head in (_("原因"), _("理由"), _("内容")) else ""


def cell(value: Any, is_share: bool) -> Any:
    if is_share:
        return share_words(value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return "—" if value is None else value


# -- moves -----------------------------------------------------------------------------------------
@require_POST
def draft(request: HttpRequest, id: UUID) -> HttpResponse:
    """Make the draft again with what is known now."""
    one = find(request, id)
    services.take_snapshot(project=one.project, period=one.period, act=request.act)
    return HttpResponseRedirect(reverse("report", args=[id]))


@require_POST
def signature(request: HttpRequest, id: UUID) -> HttpResponse:
    """Sign the figures that were shown."""
    services.sign_snapshot(find(request, id), digest=request.POST.get("digest", ""), act=request.act)
    return HttpResponseRedirect(reverse("report", args=[id]))


@require_POST
def receipt(request: HttpRequest, id: UUID) -> HttpResponse:
    """The company receives what was signed."""
    one = find(request, id)
    if one.signoff is None:
        raise NotFound()
    quality.receive_signoff(one.signoff, words=request.POST.get("words", "")[:500], act=request.act)
    return HttpResponseRedirect(reverse("report", args=[id]))


# -- files -----------------------------------------------------------------------------------------
@require_GET
def file(request: HttpRequest, id: UUID, kind: str) -> HttpResponse:
    """The paper (signed: the very file, checked against its checksum) or the workbook with the supplement."""
    one = find(request, id)
    title = f"{one.project.name} {one.content['title']}"
    if kind == "pdf":
        response = HttpResponse(paper_of(one, request.act), content_type="application/pdf")
    elif kind == "xlsx":
        response = FileResponse(workbook(request, one), content_type=XLSX)
    else:
        raise NotFound()
    whole(lambda: record(request.user, facts.ExportMade(register=f"{title}.{kind}", rows=1), act=request.act))
    response.headers["Content-Disposition"] = content_disposition_header(kind != "pdf", f"{title}.{kind}")
    return response


def paper_of(one: Snapshot, act: Act) -> bytes:
    if one.signoff is None:
        return monthly.paper_of(one.content, at=one.made_at)
    [signed] = files.of(one.signoff, role=quality.SIGNED)
    return files.read(signed, act=act)


def workbook(request: HttpRequest, one: Snapshot) -> Any:
    content, signoff = one.content, one.signoff
    head = [
        [_("公司"), content["company"]],
        [_("项目"), content["project"]],
        [_("期间"), content["days"]],
        [_("统计时点"), content["made_at"]],
        [_("签认"), f"{signoff.signer.name} {monthly.said(signoff.signed_at)}" if signoff else _("草稿，未签认")],
        [_("接收"), by_whom(signoff.receiver, signoff.received_at) if signoff else ""],
        [_("内容摘要"), one.digest],
        *([str(COUNTED[name]), content["numbers"][name]] for name in NUMBERS),
        [_("按时率"), content["numbers"]["share"]],
    ]
    sheets_of = [(_("总表"), [_("项"), _("值")], head), *tables(content)]
    if signoff:
        changed = monthly.supplement(content, monthly.compose(one.project, one.period, request.act))
        rows = [
            [line["rule"], line["title"], str(COUNTED[name]), before, after]
            for line in changed
            for name, (before, after) in line["changes"].items()
        ]
        sheets_of.append((_("签认后的补充"), [_("条款"), _("内容"), _("项"), _("签认时"), _("现在")], rows))
    return sheets.write_workbook(sheets_of)
