"""How the clauses are kept: an overview, one clause by post and person, and the obligations behind each number.

What a number means is said in `rulebook.compliance`; these pages only choose, name and link.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from guanjia.kernel import facts, periods, sheets
from guanjia.kernel.errors import NotFound
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import whole
from guanjia.org import selectors as org
from guanjia.org.models import Person, Post
from guanjia.rulebook import compliance as rules
from guanjia.rulebook.catalogue import MODULES
from guanjia.rulebook.clauses import clause_of
from guanjia.rulebook.compliance import NOTHING, Asked, Counts
from guanjia.rulebook.models import Obligation
from guanjia.web.keyset import Order
from guanjia.web.partials import page

from .duties import with_subjects
from .rulebook import CHAPTERS

PERMISSION = "rulebook.compliance.see"
WORST = 10
PAGE = 30
MONTHS_SHOWN = 12
EXPORTED_MAX = 100_000
SPREAD_DAYS_MAX = 93  # over a year of a large company the spread of minutes takes seconds
LATEST_FIRST = Order(Obligation, ["-due_at", "-pk"])
KINDS = {
    "": gettext_lazy("全部"),
    "breached": gettext_lazy("逾期"),
    "open_late": gettext_lazy("未办已逾期"),
    "open": gettext_lazy("未到期"),
    "in_time": gettext_lazy("按时"),
    "late": gettext_lazy("逾期办妥"),
    "lapsed": gettext_lazy("逾期作罢"),
    "waived": gettext_lazy("豁免"),
    "voided": pgettext_lazy("计数", "取消"),
}


# -- what is asked ---------------------------------------------------------------------------------
class FilterForm(forms.Form):
    """Period, project, chapter, handbook and post; the person comes by following a link."""

    period = forms.ChoiceField(label=gettext_lazy("期间"), required=False)
    project = forms.ChoiceField(label=gettext_lazy("项目"), required=False)
    module = forms.ChoiceField(label=gettext_lazy("篇"), required=False)
    handbook = forms.ChoiceField(label=gettext_lazy("手册"), required=False)
    post = forms.ChoiceField(label=gettext_lazy("岗位"), required=False)


def period_choices(today: date, chosen: str) -> list[tuple[str, Any]]:
    """The last thirteen months, five quarters and two years, and whatever else was chosen."""
    groups = []
    for kind, words, count in (("month", _("月"), 13), ("quarter", _("季"), 5), ("year", _("年"), 2)):
        keys = [periods.period_on(kind, today)]
        while len(keys) < count:
            keys.append(periods.previous(keys[-1]))
        groups.append((words, [(key, periods.label(key)) for key in keys]))
    if all(chosen != key for _words, options in groups for key, _label in options):
        groups.insert(0, (_("所选"), [(chosen, periods.label(chosen))]))
    return groups


@dataclass
class Question:
    """What this request asks, and the names of what it asks about."""

    request: HttpRequest

    @cached_property
    def act(self) -> Any:
        return self.request.act

    @cached_property
    def today(self) -> date:
        return timezone.localtime(self.act.at).date()

    @cached_property
    def period(self) -> str:
        given = self.request.GET.get("period", "")
        try:
            periods.days(given)
        except ValueError:
            return periods.period_on("month", self.today)
        return given

    @cached_property
    def projects(self) -> dict[UUID, Any]:
        """The projects whose numbers one may read."""
        may = None if self.act.rights.everywhere else self.act.rights.projects(PERMISSION)
        return {project.pk: project for project in org.projects_of(self.act) if may is None or project.pk in may}

    @cached_property
    def asked(self) -> Asked:
        get = self.request.GET
        project = as_id(get.get("project"))
        chosen = tuple(pk for pk in self.projects if project is None or pk == project)
        asked = Asked.of_period(
            self.period,
            projects=chosen,
            handbook=get.get("handbook") or None,
            post=as_id(get.get("post")),
            person=as_id(get.get("person")),
            outside=get.get("outside") == "1",
        )
        return asked.of_chapter(get["module"]) if get.get("module") in MODULES else asked

    def form(self, handbooks: Iterable[str] = (), posts: Iterable[UUID] = ()) -> FilterForm:
        """The filters; without the handbooks and posts that there are, they are asked for."""
        form = FilterForm(self.request.GET if self.request.GET else None)
        everything = replace(self.asked, rules=None, handbook=None, post=None, person=None)
        form.fields["period"].choices = period_choices(self.today, self.period)
        form.initial["period"] = self.period
        form.fields["project"].choices = [("", _("全部")), *((str(pk), project.name) for pk, project in self.projects.items())]
        form.fields["module"].choices = [("", _("全部")), *((name, CHAPTERS[name]) for name in MODULES)]
        if not posts:
            by_handbook, by_post = rules.several(self.act, everything, ("handbook",), ("post",))
            handbooks, posts = [key for (key,) in by_handbook], [key for (key,) in by_post]
        handbooks = sorted(filter(None, handbooks))
        posts = self.names_of_posts(filter(None, posts))
        form.fields["post"].choices = [("", _("全部")), *sorted(((str(pk), name) for pk, name in posts.items()), key=lambda one: one[1])]
        form.fields["handbook"].choices = [("", _("全部")), *((one, one) for one in handbooks)]
        for name in [name for name, many in (("project", len(self.projects) > 1), ("handbook", handbooks)) if not many]:
            del form.fields[name]
        return form

    def names_of_posts(self, ids: Iterable[UUID]) -> dict[UUID, str]:
        return {pk: _(post.name) for pk, post in Post.objects.visible_to(self.act).in_bulk(list(ids)).items()}

    def names_of_people(self, ids: Iterable[UUID]) -> dict[UUID, str]:
        return {pk: person.name for pk, person in Person.objects.visible_to(self.act).in_bulk(list(ids)).items()}

    def link(self, name: str, *args: Any, **changes: Any) -> str:
        """An address with this question's filters, some of them changed; None takes one away."""
        query = self.request.GET.copy()
        for key in ("after", "before", "kind"):
            query.pop(key, None)
        query["period"] = self.period
        for key, value in changes.items():
            query.pop(key, None)
            if value not in (None, ""):
                query[key] = str(value)
        return f"{reverse(name, args=args)}?{query.urlencode()}"


def as_id(text: str | None) -> UUID | None:
    """An id as typed; a malformed one matches nothing and says nothing."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def title_of(rule: str, company_id: UUID | None) -> str:
    """The clause in words; its id where nobody wrote it."""
    clause = clause_of(rule, company_id)
    return clause.title if clause is not None else rule


def opened(request: HttpRequest) -> Question:
    """The question of this request; NotAllowed for those who may not see compliance anywhere."""
    request.act.require(PERMISSION)
    return Question(request)


# -- the overview ----------------------------------------------------------------------------------
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The trend, the clauses and posts that keep worst, and the projects."""
    ask = opened(request)
    asked = ask.asked
    groupings = [("outside", *by) for by in ((), ("rule",), ("post",), ("project",), ("handbook",))]
    totals, *others = rules.several(ask.act, replace(asked, outside=None), *groupings)
    by_rule, by_post, by_project, by_handbook = (side(found, asked.outside) for found in others)
    everything, outsiders = totals.get((asked.outside,), NOTHING), totals.get((True,), NOTHING)
    if (asked.until - asked.since).days <= SPREAD_DAYS_MAX:
        everything = rules.total(ask.act, asked)
    worst = [key for key, numbers in ranked(by_rule) if numbers.breached][:WORST]
    spread = rules.counts(ask.act, replace(asked, rules=tuple(rule for (rule,) in worst)), ("rule",), spread=True)
    posts = ask.names_of_posts(post for (post,) in by_post if post)
    is_narrowed = bool(asked.rules is not None or asked.handbook or asked.post or asked.person)
    form = ask.form() if is_narrowed else ask.form([key for (key,) in by_handbook], posts)
    return page(
        request,
        "console/compliance/overview.html#numbers",
        ask=ask,
        form=form,
        period=periods.label(ask.period),
        tabs=tabs("compliance"),
        tiles=tiles(ask, everything, outsiders),
        trend=trend(ask, "compliance"),
        columns=[{"label": _("条款"), "kind": "lead"}, *FIGURES, *MINUTES],
        clauses=[
            line(f"{rule} {title_of(rule, ask.act.company_id)}", spread[rule,], ask.link("compliance-clause", rule), minutes=True)
            for (rule,) in worst
        ],
        post_columns=[{"label": _("岗位"), "kind": "lead"}, *FIGURES],
        posts=[
            line(posts.get(post, _("无人担任")), numbers, ask.link("compliance", post=post) if post else "")
            for (post,), numbers in ranked(by_post)[:WORST]
        ],
        project_columns=[{"label": _("项目"), "kind": "lead"}, *FIGURES],
        projects=[line(str(ask.projects[pk]), numbers, ask.link("compliance", project=pk)) for (pk,), numbers in ranked(by_project)],
        xlsx=ask.link("compliance-file", "xlsx"),
        csv=ask.link("compliance-file", "csv"),
        outside=asked.outside,
    )


def side(found: dict[tuple, Counts], outside: bool) -> dict[tuple, Counts]:
    """What is owed by us, or from outside, of numbers that are grouped by this first."""
    return {key[1:]: numbers for key, numbers in found.items() if key[0] == outside}


FIGURES = (
    {"label": gettext_lazy("应办"), "kind": "number"},
    {"label": gettext_lazy("按时率"), "kind": "number"},
    {"label": gettext_lazy("逾期"), "kind": "number"},
    {"label": gettext_lazy("其中未办"), "kind": "number"},
    {"label": gettext_lazy("豁免"), "kind": "number"},
)
MINUTES = ({"label": gettext_lazy("平均用时"), "kind": "number"}, {"label": gettext_lazy("九成用时"), "kind": "number"})


def line(title: str, numbers: Counts, url: str = "", *, minutes: bool = False) -> dict[str, Any]:
    """A line of a table of numbers."""
    cells = [title, numbers.owed, share_words(numbers.share), numbers.breached, numbers.open_late, numbers.waived]
    if minutes:
        cells += [minutes_words(numbers.minutes_mean), minutes_words(numbers.minutes_p90)]
    return {"cells": cells, "url": url, "tone": "late" if numbers.open_late else ""}


def ranked(found: dict[tuple, Counts]) -> list[tuple[tuple, Counts]]:
    """The worst first: by what was breached, then by the rate."""
    return sorted(found.items(), key=lambda one: (-one[1].breached, one[1].share if one[1].share is not None else 2, str(one[0])))


def tiles(ask: Question, numbers: Counts, outsiders: Counts = NOTHING) -> list[dict[str, Any]]:
    found = [
        {"label": _("应办"), "value": numbers.owed, "note": _("到期的，含豁免与取消")},
        {"label": _("按时率"), "value": share_words(numbers.share), "note": _("%(n)d 项计入") % {"n": numbers.due}},
        {"label": _("逾期"), "value": numbers.breached, "tone": "late" if numbers.breached else "good", "note": late_words(numbers)},
        {"label": _("豁免"), "value": numbers.waived},
        {"label": _("平均用时"), "value": minutes_words(numbers.minutes_mean), "note": p90_words(numbers)},
    ]
    if outsiders.owed and not ask.asked.outside:
        words = _("%(n)d 项待催促") % {"n": outsiders.open_late}
        url = ask.link("compliance", outside="1")
        found.append({"label": _("外部应办"), "value": outsiders.owed, "note": words, "url": url})
    return found


def late_words(numbers: Counts) -> str:
    words = {"late": numbers.late, "lapsed": numbers.lapsed, "open_late": numbers.open_late}
    return _("逾期办妥 %(late)d，作罢 %(lapsed)d，未办 %(open_late)d") % words


def p90_words(numbers: Counts) -> str:
    return _("九成在 %(time)s 内") % {"time": minutes_words(numbers.minutes_p90)} if numbers.bins else ""


def share_words(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"


def minutes_words(minutes: float | None) -> str:
    """Minutes as people say them: 12 分, 3.4 小时, 2.1 天."""
    if minutes is None:
        return "—"
    if minutes < 1:
        return _("不到 1 分")
    if minutes < 90:
        return _("%(n)d 分") % {"n": round(minutes)}
    if minutes < 60 * 36:
        return _("%(n).1f 小时") % {"n": minutes / 60}
    return _("%(n).1f 天") % {"n": minutes / 60 / 24}


def trend(ask: Question, page_name: str, *args: Any, by_day: bool = False) -> dict[str, Any]:
    """The chart: twelve months up to the end of the period, or the days of a month."""
    asked = ask.asked
    last = min(asked.until, ask.today + timedelta(days=1)) - timedelta(days=1)
    if by_day:
        steps = [asked.since + timedelta(days=n) for n in range((asked.until - asked.since).days)]
        found = {key: numbers for (key,), numbers in rules.counts(ask.act, asked, ("day",)).items()}
        labels, keys = [_("%(day)d日") % {"day": day.day} for day in steps], [f"{day:%Y-%m-%d}" for day in steps]
    else:
        steps = [last.replace(day=1)]
        while len(steps) < MONTHS_SHOWN:
            steps.insert(0, (steps[0] - timedelta(days=1)).replace(day=1))
        found = {
            key: numbers for (key,), numbers in rules.counts(ask.act, replace(asked, since=steps[0], until=asked.until), ("month",)).items()
        }
        labels, keys = [_("%(month)d月") % {"month": month.month} for month in steps], [f"{month:%Y-%m}" for month in steps]
    numbers = [found.get(step, NOTHING) for step in steps]
    known = [n.share for n in numbers if n.share is not None]
    words = {"first": keys[0], "last": keys[-1], "n": sum(n.breached for n in numbers)}
    spoken = _("%(first)s 至 %(last)s，共逾期 %(n)d 项。") % words
    if known:
        spoken += _("按时率最低 %(low)s，最高 %(high)s。") % {"low": share_words(min(known)), "high": share_words(max(known))}
    return {
        "title": _("按日：按时率与逾期") if by_day else _("按月：按时率与逾期"),
        "labels": labels,
        "bars": [
            {"label": _("逾期后办妥或作罢"), "values": [n.late + n.lapsed for n in numbers], "tone": "warn"},
            {"label": _("未办已逾期"), "values": [n.open_late for n in numbers], "tone": "late"},
        ],
        "line": {"label": _("按时率"), "values": [n.share for n in numbers]},
        "desc": spoken,
        "urls": [ask.link(page_name, *args, period=key) for key in keys],
    }


def tabs(current: str) -> list[dict[str, Any]]:
    names = (("compliance", _("总览")), ("reports", _("月报")), ("coverage", _("条款如何落实")))
    return [{"label": label, "url": reverse(name), "current": name == current} for name, label in names]


# -- one clause ------------------------------------------------------------------------------------
@require_GET
def clause(request: HttpRequest, rule: str) -> HttpResponse:
    """One clause in one period: by stage, by post and person, by project, and the obligations themselves."""
    ask = opened(request)
    asked = ask.asked = of_clause(ask.asked, rule, ask.act.company_id)
    kind = request.GET.get("kind", "")
    if kind not in KINDS:
        raise NotFound()
    stages = rules.counts(ask.act, asked, ("stage",), spread=True)
    people = ranked(rules.counts(ask.act, asked, ("post", "person")))
    posts = ask.names_of_posts(post for (post, _person), _numbers in people if post)
    persons = ask.names_of_people(person for (_post, person), _numbers in people if person)
    by_project = ranked(rules.counts(ask.act, asked, ("project",)))
    everything = rules.total(ask.act, asked)
    found = LATEST_FIRST.page(
        rules.behind(ask.act, asked, kind), PAGE, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    here = ask.link("compliance-clause", rule, kind=kind)
    return page(
        request,
        "console/compliance/clause.html#duties",
        ask=ask,
        rule=rule,
        title=title_of(rule, ask.act.company_id),
        known=clause_of(rule, ask.act.company_id) is not None,
        form=ask.form(),
        period=periods.label(ask.period),
        overview=ask.link("compliance"),
        narrowed=narrowed(ask, posts, persons),
        tiles=tiles(ask, everything),
        trend=trend(ask, "compliance-clause", rule, by_day=periods.kind_of(ask.period) == "month"),
        stage_columns=[{"label": _("阶段"), "kind": "lead"}, *FIGURES, *MINUTES],
        stages=[line(stage or _("（无阶段）"), numbers, minutes=True) for (stage,), numbers in sorted(stages.items())],
        people_columns=[{"label": _("人员"), "kind": "lead"}, {"label": _("岗位")}, *FIGURES],
        people=[person_line(ask, rule, key, numbers, posts, persons) for key, numbers in people],
        project_columns=[{"label": _("项目"), "kind": "lead"}, *FIGURES],
        projects=[line(str(ask.projects[pk]), numbers, ask.link("compliance-clause", rule, project=pk)) for (pk,), numbers in by_project],
        kinds=[
            {
                "label": label,
                "url": ask.link("compliance-clause", rule, kind=name),
                "current": name == kind,
                "count": count_of(everything, name),
            }
            for name, label in KINDS.items()
            if not name or count_of(everything, name) or name == kind
        ],
        duties=with_subjects(request, found.rows),
        newer=f"{here}&before={found.previous}" if found.previous else "",
        older=f"{here}&after={found.next}" if found.next else "",
        xlsx=ask.link("compliance-clause-file", rule, "xlsx", kind=kind),
        csv=ask.link("compliance-clause-file", rule, "csv", kind=kind),
    )


def of_clause(asked: Asked, rule: str, company_id: UUID | None) -> Asked:
    """The question narrowed to one clause; NotFound for an id that neither the catalogue nor any obligation knows."""
    if clause_of(rule, company_id) is None and rule not in rules.rules_in_use():
        raise NotFound()
    return replace(asked, rules=(rule,))


def count_of(numbers: Counts, kind: str) -> int:
    return getattr(numbers, kind or "owed")


def person_line(ask: Question, rule: str, key: tuple, numbers: Counts, posts: dict, persons: dict) -> dict[str, Any]:
    post, person = key
    made = line(persons.get(person, _("未指名")), numbers, ask.link("compliance-clause", rule, post=post, person=person))
    made["cells"].insert(1, posts.get(post, _("无人担任")))
    return made


def narrowed(ask: Question, posts: dict, persons: dict) -> list[tuple[str, str]]:
    """What the filters do not show: the person one has come to, with the way back."""
    person = ask.asked.person
    if person is None:
        return []
    name = persons.get(person) or ask.names_of_people([person]).get(person, "")
    return [(name, ask.request.path + "?" + ask.link("compliance", person=None).partition("?")[2])]


# -- files -----------------------------------------------------------------------------------------
@require_GET
def overview_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Every clause by project and post, as the overview counts them."""
    ask = opened(request)
    found = rules.counts(ask.act, ask.asked, ("project", "rule", "stage", "post"), spread=True)
    posts = ask.names_of_posts(post for (_project, _rule, _stage, post) in found if post)
    headers = [_("项目"), _("条款"), _("内容"), _("阶段"), _("岗位"), *NUMBER_HEADERS]
    rows = [
        [str(ask.projects[project]), rule, title_of(rule, ask.act.company_id), stage, posts.get(post, ""), *number_cells(numbers)]
        for (project, rule, stage, post), numbers in sorted(
            found.items(), key=lambda one: (str(ask.projects[one[0][0]]), *map(str, one[0][1:]))
        )
    ]
    return file(ask, kind, _("执行情况"), headers, rows)


@require_GET
def clause_file(request: HttpRequest, rule: str, kind: str) -> HttpResponse:
    """The obligations behind the numbers of one clause, each with why it was late or waived."""
    ask = opened(request)
    asked = of_clause(ask.asked, rule, ask.act.company_id)
    which = request.GET.get("kind", "")
    if which not in KINDS:
        raise NotFound()
    rows = list(rules.behind(ask.act, asked, which)[:EXPORTED_MAX])
    late = rules.words_about(rows, "rulebook.duty.late_explained")
    waived = rules.words_about([row for row in rows if row.waived], "rulebook.duty.waived")
    headers = [
        *(_("项目"), _("条款"), _("阶段"), _("岗位"), _("责任人"), _("产生时间"), _("起算时间"), _("应办时限")),
        *(_("办妥时间"), _("取消时间"), _("结果"), _("用时（分钟）"), _("说明")),
    ]
    lines = [
        [
            str(row.project),
            row.rule,
            row.stage,
            _(row.owner_post.name) if row.owner_post else "",
            row.assignee.name if row.assignee else "",
            row.opened_at,
            row.starts_at,
            row.due_at,
            row.met_at,
            row.voided_at,
            str(KINDS[kind_of(row, ask.act.at)]),
            round((row.met_at - row.starts_at).total_seconds() / 60) if row.met_at else None,
            reason_of(late.get(row.pk), waived.get(row.pk)),
        ]
        for row in rows
    ]
    return file(ask, kind, rule, headers, lines)


NUMBER_HEADERS = (
    *(gettext_lazy("应办"), gettext_lazy("按时"), gettext_lazy("逾期办妥"), gettext_lazy("逾期作罢"), gettext_lazy("豁免")),
    *(pgettext_lazy("计数", "取消"), gettext_lazy("未到期"), gettext_lazy("未办已逾期"), gettext_lazy("按时率"), gettext_lazy("平均分钟")),
    gettext_lazy("九成分钟"),
)


def number_cells(numbers: Counts) -> list[Any]:
    """The numbers of one line of a file, in the order of NUMBER_HEADERS."""
    said = numbers.as_json()
    kinds = ("owed", "in_time", "late", "lapsed", "waived", "voided", "open", "open_late")
    return [*(said[name] for name in kinds), said["share"], said["minutes_mean"], said["minutes_p90"]]


def kind_of(row: Obligation, at: Any) -> str:
    """Which of KINDS one obligation is."""
    if row.met_at:
        return "in_time" if row.met_at <= row.due_at else "late"
    if row.voided_at:
        return "waived" if row.waived else "lapsed" if row.voided_at > row.due_at else "voided"
    return "open_late" if row.due_at < at else "open"


def reason_of(*lines: Any) -> str:
    return "；".join(_("%(who)s：%(reason)s") % {"who": one.by_name, "reason": one.payload["reason"]} for one in lines if one is not None)


def file(ask: Question, kind: str, title: str, headers: Iterable[Any], rows: list[list[Any]]) -> HttpResponse:
    """The answer with the file; that it left the house is written down, as for every export."""
    what = f"{title} {ask.period}"
    note = facts.ExportMade(register=what, rows=len(rows))
    whole(lambda: record(ask.request.user, note, act=ask.act))
    return file_answer(kind, what, [str(one) for one in headers], rows)


def file_answer(kind: str, title: str, headers: list[str], rows: list[list[Any]]) -> HttpResponse:
    writers: dict[str, Callable[[], HttpResponse]] = {
        "csv": lambda: StreamingHttpResponse(sheets.write_csv(headers, rows), content_type="text/csv; charset=utf-8"),
        "xlsx": lambda: FileResponse(sheets.write_xlsx(headers, rows, title=title), content_type=XLSX),
    }
    if kind not in writers:
        raise NotFound()
    response = writers[kind]()
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{title}.{kind}")
    return response


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
