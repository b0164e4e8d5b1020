"""Backtests: ask what past days would have looked like under other rules, watch it being reckoned, read the answer."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
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
from guanjia.kernel.ids import Ref
from guanjia.org import selectors as org
from guanjia.org.models import Post, Project
from guanjia.rulebook import registry, services
from guanjia.rulebook.authoring import own
from guanjia.rulebook.backtest import Kept
from guanjia.rulebook.catalogue import load
from guanjia.rulebook.clauses import clause_of
from guanjia.rulebook.models import AuthoredEdition, Backtest
from guanjia.rulebook.reckoning import DRAFT, SWITCH
from guanjia.rulebook.rule import Duty
from guanjia.web import addresses
from guanjia.web.forms import UseCaseForm
from guanjia.web.partials import page

from ..subjects import subjects_of
from .rulebook import PARAMETERS, plainly, role_name, typed
from .spoken import heard

ASK = "rulebook.backtest.ask"
ROWS, ROWS_MAX = 1, 12
SHOWN = 50
BARS = 20
NAMED = 4  # projects
LISTS = {
    "newly_late": (gettext_lazy("会变为逾期"), "danger"),
    "no_longer_late": (gettext_lazy("不再逾期"), "good"),
    "newly_touched": (gettext_lazy("新纳入"), "info"),
    "no_longer_touched": (gettext_lazy("不再涉及"), "neutral"),
}
GRIDS = {"due": gettext_lazy("到期"), "opened": gettext_lazy("产生")}


# -- the list ------------------------------------------------------------------------------------
@require_GET
def backtests(request: HttpRequest) -> HttpResponse:
    """Those already asked, the newest first."""
    rows = Backtest.objects.visible_to(request.act).select_related("by").defer("result").order_by("-pk")[:SHOWN]
    return page(
        request,
        "console/rulebook/backtests.html",
        rows=[
            {"url": reverse("backtest", args=[row.pk]), "cells": [asked_words(row), days_words(row), row.by.name, row.get_state_display()]}
            for row in rows
        ],
        columns=[{"label": _("改动"), "kind": "lead"}, {"label": _("时段")}, {"label": _("谁问的")}, {"label": _("状态")}],
        may_ask=request.act.may(ASK),
    )


def asked_words(row: Backtest) -> str:
    """What would be otherwise, in words."""
    said = [change_words(*change) for change in row.changes[:3]]
    if len(row.changes) > 3:
        said.append(_("等 %(count)d 处") % {"count": len(row.changes)})
    return "；".join(said) or _("现行条款，全部")


def change_words(rule: str, key: str, value: Any) -> str:
    if key == DRAFT:
        return _("%(rule)s 草稿") % {"rule": rule}
    if key == SWITCH:
        return _("%(rule)s 启用") % {"rule": rule} if value else _("%(rule)s 停用") % {"rule": rule}
    return _("%(rule)s %(what)s改为 %(value)s") % {"rule": rule, "what": PARAMETERS.get(key, key), "value": plainly(value)}


def days_words(row: Backtest) -> str:
    return _("%(since)s 至 %(until)s") % {"since": row.since, "until": row.until - timedelta(days=1)}


# -- asking --------------------------------------------------------------------------------------
class AskForm(UseCaseForm):
    """Days, projects, and some lines of "what" and "value"."""

    since = forms.DateField(label=gettext_lazy("自"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    until = forms.DateField(label=gettext_lazy("至（含当日）"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    projects = forms.MultipleChoiceField(label=gettext_lazy("项目"), widget=forms.CheckboxSelectMultiple)
    everything = forms.BooleanField(
        label=gettext_lazy("连同未改动的条款一起算"), required=False, help_text=gettext_lazy("能看全部工作量，但慢几倍。")
    )

    def __init__(self, data: Any, *, projects: list[Project], rows: int, initial: dict[str, Any]):
        super().__init__(data, initial=initial)
        self.known = {str(project.pk): project for project in projects}
        self.fields["projects"].choices = [(key, project.name) for key, project in self.known.items()]
        self.rows = range(rows)
        for nth in self.rows:
            self.fields[f"what_{nth}"] = forms.CharField(
                label=_("条款与参数"),
                required=False,
                max_length=120,
                widget=forms.TextInput(attrs={"list": "tunable", "autocomplete": "off", "placeholder": _("输入编号或文字查找")}),
            )
            self.fields[f"value_{nth}"] = forms.CharField(
                label=_("改为"),
                required=False,
                max_length=120,
                help_text=_("如 3 天、2 小时、当日、0.9；整条停用或启用写：停用、启用"),
            )

    @property
    def lines(self) -> list[tuple[Any, Any]]:
        return [(self[f"what_{nth}"], self[f"value_{nth}"]) for nth in self.rows]

    def changes(self) -> tuple[list[tuple[str, str, Any]], list[int]]:
        """The changes, and on which line each stands; lines left empty are none."""
        found, places = [], []
        for nth in self.rows:
            what, value = self.cleaned_data.get(f"what_{nth}", "").split(), self.cleaned_data.get(f"value_{nth}", "").strip()
            if what or value:
                wanted = typed(heard(value))
                rule = what[0].upper() if what else ""
                key = what[1] if len(what) > 1 else SWITCH if isinstance(wanted, bool) else "within"
                found.append((rule, key, wanted))
                places.append(nth)
        return found, places

    def refused(self, refusal: Refusal, places: list[int]) -> None:
        """Each reason beside the line it speaks of."""
        moved = []
        for reason in refusal.reasons:
            name, _underscore, nth = reason.field.rpartition("_")
            if nth.isdigit():
                field = ("value" if name == "value" else "what") + f"_{places[int(nth)]}"
                moved.append(Reason(reason.message, field=field))
            else:
                moved.append(Reason(reason.message, rule=reason.rule, field=reason.field))
        self.refuse(type(refusal)(moved))


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask; `rule`, `key` and `value` in the address fill the first line."""
    projects = [project for project in org.projects_of(request.act) if request.act.may(ASK, on=project)]
    if not projects:
        raise NotAllowed([Reason(_("您的岗位不能做回测。"))])
    asked = request.POST if request.method == "POST" else request.GET
    rows = min(ROWS_MAX, int(asked.get("rows", "") or ROWS) if (asked.get("rows", "") or "1").isdigit() else ROWS)
    today = timezone.localtime(request.act.at).date()
    rule, key = request.GET.get("rule", "")[:12], request.GET.get("key", "")[:40]
    initial = {
        "since": today - timedelta(days=90),
        "until": today - timedelta(days=1),
        "projects": [str(project.pk) for project in projects],
        "what_0": f"{rule} {key}".strip(),
        "value_0": request.GET.get("value", "")[:120],
    }
    more = request.method == "POST" and "more" in request.POST
    if more:
        given = {name: request.POST.getlist(name) if name == "projects" else value for name, value in request.POST.items()}
        form = AskForm(None, projects=projects, rows=min(ROWS_MAX, rows + 1), initial=initial | given)
    else:
        form = AskForm(request.POST if request.method == "POST" else None, projects=projects, rows=rows, initial=initial)
    if form.is_bound and form.is_valid():
        row = asked_by(form, request.act)
        if row is not None:
            return HttpResponseRedirect(reverse("backtest", args=[row.pk]))
    return page(
        request,
        "console/rulebook/backtest_new.html",
        status=422 if form.is_bound else 200,
        form=form,
        tunable=tunable(request.act),
        rows=len(form.rows),
        may_add=len(form.rows) < ROWS_MAX,
    )


def asked_by(form: AskForm, act: Act) -> Backtest | None:
    """The backtest asked for; None if it was refused, with the reasons in the form."""
    values = form.cleaned_data
    changes, places = form.changes()
    chosen = [form.known[key] for key in values["projects"]]
    try:
        return services.ask_backtest(
            project=chosen[0].company,
            projects=chosen,
            since=values["since"],
            until=values["until"] + timedelta(days=1),
            changes=changes,
            everything=values["everything"],
            act=act,
        )
    except Refusal as refusal:
        form.refused(refusal, places)
        return None


def tunable(act: Act) -> list[tuple[str, str]]:
    """What can be changed: ("DESK-006 within", what it says and is now); the company's own drafts first."""
    drafts = AuthoredEdition.objects.visible_to(act).unfinished().select_related("rule")
    offered = [(f"{one.rule.number} {DRAFT}", f"{one.title} · {_('草稿，不用填改为什么')}") for one in drafts if one.mechanism == "duty"]
    enacted = {binding.rule: binding.written for binding in own.book(act.company_id).bindings if isinstance(binding, Duty)}
    offered += [(f"{rule} {SWITCH}", f"{clause.title} · {_('启用或停用')}") for rule, clause in enacted.items()]
    for rule in sorted({binding.rule for binding in registry.BINDINGS if isinstance(binding, Duty)}):
        clause = load()[rule]
        for key, value in clause.params.items():
            if isinstance(value, str | int | float):
                offered.append((f"{rule} {key}", f"{clause.title} · {PARAMETERS.get(key, key)} · {_('现为')} {plainly(value)}"))
        offered.append((f"{rule} {SWITCH}", f"{clause.title} · {_('启用或停用')}"))
    return offered


# -- one backtest --------------------------------------------------------------------------------
@require_GET
def backtest(request: HttpRequest, id: UUID) -> HttpResponse:
    """How far it has come, and afterwards the answer; `post=` and `what=` choose whose hours are drawn."""
    row = Backtest.objects.find(request.act, id)
    context: dict[str, Any] = {
        "row": row,
        "asked": asked_words(row),
        "days": days_words(row),
        "tone": {Backtest.DONE: "good", Backtest.FAILED: "danger", Backtest.CANCELLED: "neutral"}.get(row.state, "info"),
        "figure": f"{min(row.lines_read, row.lines):,} / {row.lines:,}",
        "read": min(row.lines_read, row.lines),
        "places": places_words(row, request.act),
    }
    if row.state == Backtest.DONE:
        context |= answer(request, row)
    return page(request, "console/rulebook/backtest.html#state", **context)


def places_words(row: Backtest, act: Act) -> str:
    """The projects by name; of many only how many."""
    if len(row.projects) > NAMED:
        return _("%(count)d 个项目") % {"count": len(row.projects)}
    return "、".join(Project.objects.visible_to(act).filter(pk__in=row.projects).order_by("name").values_list("name", flat=True))


def answer(request: HttpRequest, row: Backtest) -> dict[str, Any]:
    compared = comparisons(row)
    return {
        "tiles": tiles(row, compared),
        "columns": columns(),
        "table": [
            {"url": reverse("rule", args=[one.rule]), "cells": one.cells, "tone": "warn" if one.is_worse else ""} for one in compared
        ],
        "bars": [one.bar for one in compared if one.bar][:BARS],
        "lists": samples(request, row, compared),
        **load_of(request, row),
    }


@dataclass(frozen=True)
class Comparison:
    """One clause before and after."""

    rule: str
    before: Kept
    after: Kept
    told: dict[str, Any]
    title: str

    @property
    def is_changed(self) -> bool:
        return bool(self.told["changed"])

    @property
    def is_worse(self) -> bool:
        return self.after.breaches > self.before.breaches

    @property
    def values(self) -> list[Any]:
        """A line of the table, for people and for files."""
        pairs = [(getattr(self.before, name), getattr(self.after, name)) for name in ("owed", "share", "breaches", "open")]
        return [self.rule, self.title, *(value for pair in pairs for value in pair)]

    @property
    def cells(self) -> list[str]:
        rule, title, *numbers = self.values
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        return [rule, title, *(then if then == now else f"{then} → {now}" for then, now in ((said(a), said(b)) for a, b in pairs))]

    @property
    def bar(self) -> dict[str, Any] | None:
        """For the chart; None where nothing fell due or nothing was changed."""
        shares = [share for share in (self.before.share, self.after.share) if share is not None]
        if not shares or not self.is_changed:
            return None
        return {"rule": self.rule, "url": reverse("rule", args=[self.rule]), "before": self.before.share, "after": self.after.share}


def said(value: Any) -> str:
    return "—" if value is None else f"{value:.1%}" if isinstance(value, float) else str(value)


def comparisons(row: Backtest) -> list[Comparison]:
    """Changed clauses first, then by how much they owed."""
    drafted = {rule: value["title"] for rule, key, value in row.changes if key == DRAFT}
    found = []
    for rule, told in row.result["rules"].items():
        clause = clause_of(rule, row.company_id)
        title = drafted.get(rule) or (clause.title if clause is not None else rule)
        found.append(Comparison(rule, Kept(**told["before"]), Kept(**told["after"]), told, title))
    return sorted(found, key=lambda one: (not one.is_changed, -max(one.before.owed, one.after.owed), one.rule))


def columns() -> list[dict[str, str]]:
    return [
        {"label": _("编号")},
        {"label": _("条款"), "kind": "lead"},
        *({"label": label, "kind": "number"} for label in (_("应办"), _("按时率"), _("逾期"), _("期末未办"))),
    ]


def tiles(row: Backtest, compared: list[Comparison]) -> list[dict[str, Any]]:
    changed = [one for one in compared if one.is_changed] or compared
    then, now = sum((one.before for one in changed), Kept()), sum((one.after for one in changed), Kept())
    seconds = (row.finished_at - row.started_at).total_seconds() if row.finished_at and row.started_at else 0
    return [
        {"label": _("应办"), "value": now.owed, "note": _("原为 %(count)d") % {"count": then.owed}},
        {"label": _("按时率"), "value": said(now.share), "note": _("原为 %(share)s") % {"share": said(then.share)}},
        {
            "label": _("逾期"),
            "value": now.breaches,
            "note": _("原为 %(count)d") % {"count": then.breaches},
            "tone": "warn" if now.breaches > then.breaches else "good" if now.breaches < then.breaches else "",
        },
        {"label": _("读了日志"), "value": f"{row.lines:,}", "note": _("用时 %(count)d 秒") % {"count": round(seconds)}},
    ]


def samples(request: HttpRequest, row: Backtest, compared: Iterable[Comparison]) -> list[dict[str, Any]]:
    """For each changed clause, whom the change concerns: how many, and some to look at."""
    told = [(one, name, one.told[name]) for one in compared if one.is_changed for name in LISTS if one.told.get(name, {}).get("count")]
    refs = [Ref(kind, UUID(key)) for _one, _name, some in told for kind, key, _project in some["samples"]]
    found = subjects_of([SimpleNamespace(subject=ref) for ref in refs], request.act)
    return [
        {
            "title": _("%(rule)s：%(what)s") % {"rule": one.rule, "what": LISTS[name][0]},
            "count": f"{some['count']:,}",
            "more": max(0, some["count"] - len(some["samples"])),
            "tone": LISTS[name][1],
            "shown": [
                {"title": str(found[UUID(key)]), "url": addresses.of(found[UUID(key)])}
                for _kind, key, _project in some["samples"]
                if UUID(key) in found
            ],
        }
        for one, name, some in told
    ]


def load_of(request: HttpRequest, row: Backtest) -> dict[str, Any]:
    """The hours of the week of one post or of all, before and after."""
    told = row.result["load"]
    what = request.GET.get("what") if request.GET.get("what") in GRIDS else "due"
    posts = sorted({who for side in told.values() for who in side[what]}, key=lambda who: -sum(told["after"][what].get(who, {}).values()))
    chosen = request.GET.get("post", "") if request.GET.get("post", "") in posts else ""
    names = names_of(posts, request.act)
    grids = {side: hours(told[side][what], chosen) for side in ("before", "after")}
    most = max([1, *grids["before"].values(), *grids["after"].values()])
    return {
        "what": what,
        "whats": list(GRIDS.items()),
        "post": chosen,
        "posts": [("", _("所有岗位")), *((who, names[who]) for who in posts)],
        "grids": [
            {"title": title, "hours": grids[side], "most": most, "sum": sum(grids[side].values())}
            for side, title in (("before", _("现行")), ("after", _("改动后")))
        ],
    }


def hours(grid: dict[str, dict[str, int]], who: str) -> dict[int, int]:
    summed: Counter = Counter()
    for one, slots in grid.items():
        if who in ("", one):
            summed.update({int(slot): count for slot, count in slots.items()})
    return dict(summed)


def names_of(posts: list[str], act: Act) -> dict[str, str]:
    """What posts and roles are called; a post with its project."""
    keys = [UUID(who) for who in posts if "-" in who]
    rows = {str(post.pk): post for post in Post.objects.visible_to(act).filter(pk__in=keys).select_related("project")}
    named = {who: f"{rows[who].name}（{rows[who].project.name}）" if rows[who].project else rows[who].name for who in rows}
    return {who: named.get(who) or {"": _("指定的人"), "other": _("其余岗位")}.get(who) or role_name(who) for who in posts}


@require_POST
def cancellation(request: HttpRequest, id: UUID) -> HttpResponse:
    """Nobody waits for it any more."""
    services.cancel_backtest(Backtest.objects.find(request.act, id), act=request.act)
    return HttpResponseRedirect(reverse("backtest", args=[id]))


@require_GET
def file(request: HttpRequest, id: UUID, kind: str) -> HttpResponse:
    """The table of clauses as csv or workbook."""
    row = Backtest.objects.find(request.act, id)
    if row.state != Backtest.DONE or kind not in ("csv", "xlsx"):
        raise NotFound()
    pairs = (_("应办"), _("按时率"), _("逾期"), _("期末未办"))
    headers = [_("编号"), _("条款"), *(f"{label}{side}" for label in pairs for side in (_("（现行）"), _("（改动后）")))]
    lines = (one.values for one in comparisons(row))
    if kind == "csv":
        response = StreamingHttpResponse(sheets.write_csv(headers, lines), content_type="text/csv; charset=utf-8")
    else:
        response = FileResponse(sheets.write_xlsx(headers, lines, title=_("回测")))
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{_('回测')}-{row.since}-{row.until}.{kind}")
    return response
