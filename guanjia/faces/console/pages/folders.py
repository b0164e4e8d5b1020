"""Folders: which are least complete, what lies in one, who has it, what was told of it; papers are filed in two clicks."""

import re
from datetime import date, timedelta
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from guanjia.customers import holdings, papers, services
from guanjia.customers.models import Archive, ArchiveLoan, Household
from guanjia.customers.seed import ORDER, TRUTH
from guanjia.kernel import reading
from guanjia.kernel.errors import BadInput, NotFound, Reason
from guanjia.org import selectors as org
from guanjia.org.models import Person, Project
from guanjia.quality import selectors as quality
from guanjia.rulebook import selectors as rulebook
from guanjia.rulebook.states import APPROVED
from guanjia.web import addresses, cells, duties, refusals, timeline
from guanjia.web.components import drawn
from guanjia.web.fields import day_input
from guanjia.web.forms import UseCaseForm
from guanjia.web.partials import page
from guanjia.web.templatetags import look
from guanjia.web.views import tried

from .approvals import tells

WORST = 30
BACK_SHOWN = 60
FILES_MAX = 20  # at once
ROLES = {"steward": gettext_lazy("物业助理"), "engineering_head": gettext_lazy("工程主管"), "sales": gettext_lazy("销售")}


# -- all of them -----------------------------------------------------------------------------------
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The folders that lack most, those that are out, what waits to be bound; and who has no folder yet."""
    act = request.act
    act.require(holdings.SEE)
    ranked = holdings.worst(act, WORST)
    out = list(holdings.loans_out(act))
    late = [loan for loan in out if loan.due_on < timezone.localdate(act.at)]
    without = holdings.households_without(act)
    waiting = [
        (project, *one)
        for project in org.projects_of(act)
        if act.may(holdings.SEE, on=project)
        for one in holdings.to_bind(project, act.at)
    ]
    return page(
        request,
        "console/folders.html",
        tiles=[
            {"label": _("档案"), "value": ranked.total, "url": reverse("register-list", args=["archive"])},
            {"label": _("不完整"), "value": ranked.short, "tone": "warn" if ranked.short else "good"},
            {"label": _("借出"), "value": len(out), "url": reverse("folder-loans")},
            {"label": _("逾期未还"), "value": len(late), "tone": "late" if late else "good", "url": reverse("folder-loans")},
        ],
        columns=[
            {"label": _("住户或客户"), "kind": "lead"},
            {"label": _("完整度"), "kind": "tight"},
            {"label": _("还缺"), "kind": "wide"},
            {"label": _("纸档位置")},
        ],
        rows=[ranked_line(archive, score) for archive, score in ranked.rows],
        without=list(without[:10]),
        without_count=without.count(),
        waiting=[
            {"project": project, "kind": kind, "year": year, "count": count, "label": papers.ARCHIVES[kind]}
            for project, kind, year, count in waiting
        ],
        bound=list(holdings.bindings(act)[:6]),
        lists=[one for one in quality.lists_in_use(act) if one.code in (TRUTH, ORDER)] if act.may("quality.check.start") else [],
    )


def ranked_line(archive: Archive, score: papers.Completeness) -> dict[str, Any]:
    return {
        "url": reverse("folder", args=[archive.pk]),
        "cells": [
            archive.holder,
            drawn("progress", look.progress(score.score, figure=f"{score.score}%", tone=tone_of(score.score))),
            "、".join(str(one.label) for one in score.missing) or "—",
            archive.place or "—",
        ],
    }


def tone_of(score: int) -> str:
    return "good" if score == 100 else "warn" if score >= 50 else "danger"


@require_POST
def opening(request: HttpRequest, id: UUID) -> HttpResponse:
    """A folder for a household that has none."""
    household = Household.objects.find(request.act, id)
    made = services.open_archive(project=household.project, household=household, act=request.act)
    return HttpResponseRedirect(reverse("folder", args=[made.pk]))


@require_POST
def binding(request: HttpRequest) -> HttpResponse:
    """Bind what the year that ended last left, of one kind of folder."""
    project = next((one for one in org.projects_of(request.act) if str(one.pk) == request.POST.get("project")), None)
    if project is None or not request.POST.get("year", "").isdecimal():
        raise NotFound()
    made = services.bind_archives(project=project, kind=request.POST.get("kind", ""), year=int(request.POST["year"]), act=request.act)
    messages.success(request, _("%(count)d 件文件已装订，目录可以打印") % {"count": made.items_count})
    return HttpResponseRedirect(addresses.of(made))


# -- one folder ------------------------------------------------------------------------------------
class PlaceForm(UseCaseForm):
    cabinet = forms.CharField(label=gettext_lazy("柜号"), max_length=20)
    folder = forms.CharField(label=gettext_lazy("夹号"), max_length=20)


class LoanForm(UseCaseForm):
    borrower = forms.ModelChoiceField(label=gettext_lazy("借阅人"), queryset=Person.objects.none(), empty_label=None)
    due_on = forms.DateField(label=gettext_lazy("应还日期"), widget=day_input())
    purpose = forms.CharField(label=gettext_lazy("用途"), max_length=200)

    def __init__(self, data: Any = None, *, archive: Archive, act: Any):
        super().__init__(data, initial={"due_on": timezone.localdate(act.at) + timedelta(days=2)})
        self.fields["borrower"].queryset = borrowers(archive.project, act)


def borrowers(project: Project, act: Any) -> Any:
    """Who works in the project now; whether somebody may have a folder is answered by the gate."""
    now = {holding.person_id for holding in org.holdings_at(act.at).filter(company_id=project.company_id, post__project=project)}
    return Person.objects.visible_to(act).filter(pk__in=now).order_by("name")


class DisclosureForm(UseCaseForm):
    to_whom = forms.CharField(label=gettext_lazy("披露给谁"), max_length=120)
    reason = forms.CharField(label=gettext_lazy("特殊情况"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
    what = forms.CharField(
        label=gettext_lazy("披露内容"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("写明卷号、序号和文件，如「1-2 购房合同复印件」。"),
    )


class FilingForm(UseCaseForm):
    """Files first, then a tap on what they are: that tap sends the form."""

    copies = forms.FileField(
        label=gettext_lazy("电子件"), required=False, help_text=gettext_lazy("拍照或选择文件，可多份；照片或 PDF，每份不超过 12 MB。")
    )
    cabinet = forms.CharField(label=gettext_lazy("柜号"), max_length=20, required=False)
    folder = forms.CharField(label=gettext_lazy("夹号"), max_length=20, required=False)
    title = forms.CharField(label=gettext_lazy("文件名称"), max_length=120, required=False, help_text=gettext_lazy("留空以类别为名。"))
    dated_on = forms.DateField(label=gettext_lazy("文件日期"), required=False, widget=day_input(), help_text=gettext_lazy("留空为今天。"))

    def __init__(self, data: Any = None, *, archive: Archive):
        super().__init__(data)
        self.fields["copies"].widget = ManyFiles(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"})
        self.kinds = papers.PAPERS[archive.kind]


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


FORMS = ("filing", "place", "loan", "disclosure")


@require_GET
def folder(request: HttpRequest, id: UUID) -> HttpResponse:
    """One folder: its four volumes, where it hangs, who has it, what it lacks."""
    archive = holdings.archive_for(request.act, id)
    reading.note([archive], act=request.act)
    return shown(request, archive)


def shown(request: HttpRequest, archive: Archive, **given: UseCaseForm) -> HttpResponse:
    act = request.act
    score = holdings.completeness_of([archive])[archive.pk]
    entries, _older = timeline.of(archive, act)
    loan = holdings.loan_of(archive)
    refused = next((form for form in given.values() if form.errors), None)
    made = {
        "filing": FilingForm(archive=archive),
        "place": PlaceForm(initial={"cabinet": archive.cabinet, "folder": archive.folder}),
        "loan": LoanForm(archive=archive, act=act),
        "disclosure": DisclosureForm(),
    } | given
    refusal = getattr(refused, "refusal", None)
    missing = {one.code for one in score.missing}
    return page(
        request,
        "console/folder.html",
        status=422 if refused is not None else 200,
        archive=archive,
        holder_url=addresses.of(archive.household.house if archive.household else archive.customer),
        volumes=[
            {"number": number, "title": archive.volumes()[number], "rows": [item_line(item) for item in items]}
            for number, items in holdings.contents(archive).items()
        ],
        columns=[
            {"label": _("序号"), "kind": "tight"},
            {"label": _("文件"), "kind": "lead"},
            {"label": _("类别")},
            {"label": _("日期"), "kind": "tight"},
            {"label": _("归档")},
        ],
        kinds=[{"paper": paper, "is_missing": paper.code in missing} for paper in papers.PAPERS[archive.kind]],
        score=score,
        tone=tone_of(score.score),
        missing=[{"label": one.label, "whose": ROLES.get(one.whose, one.whose)} for one in score.missing],
        loan=loan,
        is_late=loan is not None and loan.due_on < timezone.localdate(act.at),
        granted=granted(archive, act),
        disclosures=list(archive.disclosures.select_related("disclosed_by")[:10]),
        entries=entries,
        duties_open=duties.items([o for o in rulebook.duties_of([archive], act) if o.is_open], request),
        refusal_title=refusal.headline if refusal else "",
        refusal_reasons=refusals.reasons(refusal, request, fields=refused.fields) if refusal else (),
        may={verb: act.may(f"customers.archive.{verb}", on=archive) for verb in ("file", "place", "lend", "return", "disclose")},
        **{f"{name}_form": form for name, form in made.items()},
    )


def item_line(item: Any) -> dict[str, Any]:
    by = f"{item.filed_by.name if item.filed_by else ''} {timezone.localtime(item.filed_at):%Y-%m-%d}".strip()
    return {
        "url": cells.file_url(item.attachment),
        "cells": [item.item_no, item.title, item.get_paper_display(), f"{item.dated_on:%Y-%m-%d}", by],
    }


def granted(archive: Archive, act: Any) -> list[dict[str, Any]]:
    """Disclosures that the manager has given leave for and that were not made yet, as the values to make them with."""
    asked = rulebook.approvals_asked(act).filter(about_id=archive.pk, matter="CUS-010", state=APPROVED, applied_at=None)
    return [{name: row.content.get(name, "") for name in ("to_whom", "reason", "what")} for row in asked]


@tells("CUS-010")
def disclosure_told(request: Any) -> list[tuple[Any, Any]]:
    """What the manager reads: to whom, why, what."""
    labels = {"to_whom": _("披露给谁"), "reason": _("特殊情况"), "what": _("披露内容")}
    return [(label, request.content.get(name, "")) for name, label in labels.items()]


@require_POST
def filing(request: HttpRequest, id: UUID) -> HttpResponse:
    """File what was chosen or photographed, as the kind of paper that was tapped."""
    archive = holdings.archive_for(request.act, id)
    form = FilingForm(request.POST, archive=archive)
    chosen = request.FILES.getlist("copies")
    if form.is_valid():
        filed = tried(form, lambda: file_all(archive, chosen, request.POST.get("paper", ""), form.values(), request.act))
        if filed:
            label = papers.LABELS[filed[0].paper]
            messages.success(
                request, ngettext("已归入%(label)s", "%(count)d 份已归入%(label)s", len(filed)) % {"label": label, "count": len(filed)}
            )
            return HttpResponseRedirect(reverse("folder", args=[archive.pk]))
    return shown(request, archive, filing=form)


def file_all(archive: Archive, chosen: list[Any], paper: str, values: dict[str, Any], act: Any) -> list[Any]:
    """All of the chosen files, or none; without any the gate says what is missing."""
    if len(chosen) > FILES_MAX:
        raise BadInput(Reason(_("一次最多归档 %(most)d 份，请分次上传。") % {"most": FILES_MAX}, field="copies"))
    given = {name: values[name] for name in ("dated_on", "cabinet", "folder")}
    copies = [(one.read(), one.name) for one in chosen] or [(b"", "")]
    return [
        services.file_paper(archive, paper=paper, copy=copy, copy_name=name, title=values["title"] or called(name), act=act, **given)
        for copy, name in copies
    ]


def called(name: str) -> str:
    """What a file calls itself, where somebody gave it words; a camera's number says nothing."""
    stem = PurePath(name).stem
    return stem[:120] if re.search(r"[\u4e00-\u9fff]", stem) else ""


@require_POST
def place(request: HttpRequest, id: UUID) -> HttpResponse:
    archive = holdings.archive_for(request.act, id)
    form = PlaceForm(request.POST)
    if form.is_valid() and tried(form, lambda: services.place_archive(archive, act=request.act, **form.values())) is not None:
        return HttpResponseRedirect(reverse("folder", args=[archive.pk]))
    return shown(request, archive, place=form)


@require_POST
def lending(request: HttpRequest, id: UUID) -> HttpResponse:
    """Somebody takes the folder."""
    archive = holdings.archive_for(request.act, id)
    form = LoanForm(request.POST, archive=archive, act=request.act)
    if form.is_valid() and tried(form, lambda: services.lend_archive(archive, act=request.act, **form.values())) is not None:
        messages.success(request, _("已借给%(name)s") % {"name": form.cleaned_data["borrower"].name})
        return HttpResponseRedirect(reverse("folder", args=[archive.pk]))
    return shown(request, archive, loan=form)


@require_POST
def disclosing(request: HttpRequest, id: UUID) -> HttpResponse:
    """Something is told to somebody outside; what is refused for want of leave can be sent to the manager at once."""
    archive = holdings.archive_for(request.act, id)
    form = DisclosureForm(request.POST)
    if form.is_valid():
        told = tried(form, lambda: services.disclose_archive(archive, act=request.act, **form.values()))
        if told is not None:
            messages.success(request, _("已登记披露 %(number)s") % {"number": told.number})
            return HttpResponseRedirect(reverse("folder", args=[archive.pk]))
    return shown(request, archive, disclosure=form)


# -- who has what ----------------------------------------------------------------------------------
@require_GET
def loans(request: HttpRequest) -> HttpResponse:
    """Folders that are with somebody, the longest overdue first; and those that came back."""
    act = request.act
    act.require(holdings.SEE)
    today = timezone.localdate(act.at)
    return page(
        request,
        "console/folder_loans.html",
        out=[out_line(loan, today, act) for loan in holdings.loans_out(act)],
        back=[back_line(loan) for loan in holdings.loans_back(act)[:BACK_SHOWN]],
        columns=[
            {"label": _("档案"), "kind": "lead"},
            {"label": _("借阅人")},
            {"label": _("借出"), "kind": "tight"},
            {"label": _("应还"), "kind": "tight"},
            {"label": _("归还"), "kind": "tight"},
            {"label": _("归还情况"), "kind": "wide"},
        ],
    )


def out_line(loan: ArchiveLoan, today: date, act: Any) -> dict[str, Any]:
    return {"loan": loan, "late": max((today - loan.due_on).days, 0), "may_return": act.may("customers.archive.return", on=loan)}


def back_line(loan: ArchiveLoan) -> dict[str, Any]:
    returned = timezone.localtime(loan.returned_at)
    return {
        "url": reverse("folder", args=[loan.archive_id]),
        "cells": [
            loan.archive.holder,
            loan.borrower.name,
            f"{timezone.localtime(loan.lent_at):%m-%d}",
            f"{loan.due_on:%m-%d}",
            drawn("badge", look.badge(f"{returned:%m-%d}", tone="late" if returned.date() > loan.due_on else "neutral")),
            loan.condition or "—",
        ],
    }


@require_POST
def returning(request: HttpRequest, id: UUID) -> HttpResponse:
    """The folder is back."""
    loan = ArchiveLoan.objects.find(request.act, id)
    services.return_archive(loan, condition=request.POST.get("condition", "")[:200], act=request.act)
    messages.success(request, _("已归还：%(holder)s") % {"holder": loan.archive.holder})
    return HttpResponseRedirect(reverse("folder-loans"))
