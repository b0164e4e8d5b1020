"""The rules a company writes itself: the list, the editor in sentences, what a draft would have done, proposing, ending, YAML."""

import copy
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, NotFound, Reason, Refusal
from guanjia.kernel.journal import timeline_of
from guanjia.org import selectors as org
from guanjia.org.models import Company, Project
from guanjia.rulebook import services
from guanjia.rulebook.authoring import paper as papers
from guanjia.rulebook.authoring import sense, wording
from guanjia.rulebook.authoring.definition import MECHANISMS, Fault, read
from guanjia.rulebook.authoring.preview import DAYS, Preview, preview
from guanjia.rulebook.authoring.states import DRAFT, DROPPED, ENACTED, PROPOSED
from guanjia.rulebook.models import ApprovalRequest, AuthoredEdition, AuthoredRule
from guanjia.rulebook.services.authoring import MATTER, compare
from guanjia.web import addresses, moments, refusals, timeline
from guanjia.web.once import may_repeat
from guanjia.web.partials import page

from ..sketching import EXAMPLES, HEAD, Sketch, changed, definition_of, mechanisms
from ..subjects import subjects_of
from .approvals import tells

WRITE = "rulebook.authored.write"
OUTCOMES = {
    "met": (gettext_lazy("按时办妥"), "good"),
    "late": (gettext_lazy("逾期办妥"), "warn"),
    "late_open": (gettext_lazy("逾期未办"), "danger"),
    "open": (gettext_lazy("尚未到期"), "info"),
    "voided": (gettext_lazy("已取消"), "neutral"),
    "shut": (gettext_lazy("会被挡住"), "warn"),
    "drawn": (gettext_lazy("会被抽到"), "info"),
    "missed": (gettext_lazy("没有做到"), "warn"),
}


# -- the list ------------------------------------------------------------------------------------
@require_GET
def own_rules(request: HttpRequest) -> HttpResponse:
    """Every own rule of the company with its newest edition; what is dropped is left out."""
    today = timezone.localtime(request.act.at).date()
    names = {str(project.pk): project.name for project in org.projects_of(request.act)}
    rows = [
        {
            "url": reverse("own-rule", args=[edition.rule.number]),
            "cells": [
                edition.rule.number,
                edition.title,
                str(MECHANISMS.get(edition.mechanism, "")),
                where_words(edition, names),
                edition.starts_on.isoformat() if edition.starts_on else "—",
                str(edition.standing(today)),
            ],
        }
        for edition in newest_editions(request.act)
    ]
    return page(
        request,
        "console/rulebook/own_rules.html",
        rows=rows,
        columns=[
            {"label": _("编号")},
            {"label": _("名称"), "kind": "lead"},
            {"label": _("类别")},
            {"label": _("项目")},
            {"label": _("自")},
            {"label": _("状态")},
        ],
        mechanisms=mechanisms(),
        may_write=request.act.may(WRITE),
    )


def newest_editions(act: Act) -> list[AuthoredEdition]:
    """Of each rule the edition that is looked at first: the unfinished one, else the last."""
    rows = AuthoredEdition.objects.visible_to(act).exclude(state=DROPPED).select_related("rule").order_by("rule__number", "edition")
    return list({row.rule_id: row for row in rows}.values())


def where_words(edition: AuthoredEdition, names: dict[str, str]) -> str:
    return "、".join(names.get(one, _("别的项目")) for one in edition.projects) or _("全公司")


# -- one rule ------------------------------------------------------------------------------------
@require_GET
def own_rule(request: HttpRequest, rule: str) -> HttpResponse:
    """What the rule says, what it would have done, where it stands, and all its editions."""
    return story(request, find(request.act, rule))


def story(request: HttpRequest, found: AuthoredRule, refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
    act = request.act
    today = timezone.localtime(act.at).date()
    editions = list(found.editions.order_by("-edition"))
    shown = next((one for one in editions if one.state != DROPPED), editions[0])
    names = {str(project.pk): project.name for project in org.projects_of(act)}
    _sound, faults = checked(found.number, shown.definition, act.company_id, shown.projects)
    approval = ApprovalRequest.objects.visible_to(act).filter(about_id=shown.pk, matter=MATTER).order_by("-asked_at").first()
    running = next((one for one in editions if one.state == ENACTED and (one.ends_on is None or one.ends_on > today)), None)
    return page(
        request,
        "console/rulebook/own_rule.html",
        status=status,
        rule=found,
        edition=shown,
        standing=shown.standing(today),
        tone={DRAFT: "neutral", PROPOSED: "warn", ENACTED: "good"}.get(shown.state, "neutral"),
        mechanism=MECHANISMS.get(shown.mechanism, ""),
        sentences=[] if faults else wording.sentences(shown.definition, act.company_id),
        faults=[fault.message for fault in faults] if shown.state == DRAFT else [],
        where=where_words(shown, names),
        refusal=refusals.reasons(refusal, request) if refusal else [],
        headline=refusal.headline if refusal else "",
        editions=[edition_row(one, today) for one in editions],
        edition_columns=[
            {"label": _("版次")},
            {"label": _("名称"), "kind": "lead"},
            {"label": _("状态")},
            {"label": _("自")},
            {"label": _("止")},
        ],
        approval=approval if shown.state == PROPOSED else None,
        is_draft=shown.state == DRAFT,
        may_try=act.may("rulebook.backtest.ask") and shown.state in (DRAFT, PROPOSED) and shown.mechanism == "duty",
        try_href=f"{reverse('backtest-new')}?rule={found.number}&key=draft",
        may_write=act.may(WRITE),
        may_end=act.may("rulebook.authored.end") and running is not None and running.ends_on is None,
        tomorrow=(today + timedelta(days=1)).isoformat(),
        runs=running is not None,
        entries=[timeline.said(entry) for entry in timeline_of(shown, limit=30)],
    )


def edition_row(edition: AuthoredEdition, today: Any) -> dict[str, Any]:
    days = [day.isoformat() if day else "—" for day in (edition.starts_on, edition.ends_on)]
    return {"cells": [str(edition.edition), edition.title, str(edition.standing(today)), *days]}


# -- the editor ----------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def own_new(request: HttpRequest) -> HttpResponse:
    """A new rule: choose what sort, fill in, keep as a draft."""
    if request.method == "POST":
        return keep(request, None)
    mechanism = request.GET.get("mechanism", "duty")
    if mechanism not in MECHANISMS:
        raise NotFound()
    raw = {"mechanism": mechanism, **copy.deepcopy(EXAMPLES[mechanism])}
    return editor(request, None, raw, {}, shows_faults=False)


@require_http_methods(["GET", "POST"])
def own_draft(request: HttpRequest, rule: str) -> HttpResponse:
    """The draft of a rule, to be changed."""
    edition = draft_of(request.act, rule)
    if request.method == "POST":
        return keep(request, edition)
    head = {key: getattr(edition, key) for key in HEAD} | {"projects": edition.projects}
    return editor(request, edition, copy.deepcopy(edition.definition), head)


@may_repeat  # shows the form again with one blank more or less; nothing is kept
@require_POST
def own_sketch(request: HttpRequest) -> HttpResponse:
    """The editor after a choice: new blanks appear, what no longer fits goes."""
    edition = draft_of(request.act, request.POST["rule"]) if request.POST.get("rule") else None
    raw = definition_of(request.POST)
    do = request.POST.get("do") or next((one for one in request.POST.getlist("ask") if one), "")
    if do:
        raw = changed(raw, do)
    return editor(request, edition, raw, head_of(request), shows_faults=False)


def keep(request: HttpRequest, edition: AuthoredEdition | None) -> HttpResponse:
    values = head_of(request)
    raw = definition_of(request.POST)
    values["projects"] = [UUID(one) for one in values["projects"] if is_uuid(one)]
    try:
        if edition is None:
            company = Company.objects.get(pk=request.act.company_id)
            edition = services.write_rule(project=company, definition=raw, act=request.act, **values)
        else:
            edition = services.rewrite_rule(edition, definition=raw, act=request.act, **values)
    except BadInput as no:
        return editor(request, edition, raw, head_of(request), extra=[Fault(one.field, str(one.message)) for one in no.reasons], status=422)
    return HttpResponseRedirect(reverse("own-rule", args=[edition.rule.number]))


def editor(
    request: HttpRequest,
    edition: AuthoredEdition | None,
    raw: dict[str, Any],
    head: dict[str, Any],
    *,
    extra: list[Fault] | None = None,
    shows_faults: bool = True,
    status: int = 200,
) -> HttpResponse:
    act = request.act
    if not act.may(WRITE):
        act.require(WRITE)
    number = edition.rule.number if edition else ""
    sound, faults = checked(number or "OWN-000", raw, act.company_id, head.get("projects", ()))
    sketch = Sketch(raw, faults, act.company_id, shows_faults)
    return page(
        request,
        "console/rulebook/own_edit.html#rule",
        status=status,
        edition=edition,
        number=number,
        mechanism=raw.get("mechanism", ""),
        mechanism_name=MECHANISMS.get(raw.get("mechanism", ""), ""),
        sketch=sketch,
        form=HeadForm(act, head, {fault.path: fault.message for fault in extra or ()}),
        sentences=[] if faults else wording.sentences(sound, act.company_id),
        missing=[] if not faults else [fault.message for fault in faults],
        save_url=reverse("own-draft", args=[number]) if number else reverse("own-new"),
        back=reverse("own-rule", args=[number]) if number else reverse("own-rules"),
    )


class HeadForm(forms.Form):
    """What is said of a rule besides what it does."""

    title = forms.CharField(label=gettext_lazy("名称"), max_length=80)
    words = forms.CharField(label=gettext_lazy("条文"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))
    source = forms.CharField(label=gettext_lazy("依据"), required=False, max_length=200)
    projects = forms.MultipleChoiceField(
        label=gettext_lazy("只用于"), required=False, widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("都不选即全公司")
    )

    def __init__(self, act: Act, values: dict[str, Any], wrong: dict[str, str]):
        super().__init__(initial=values)
        self.fields["projects"].choices = [(str(project.pk), project.name) for project in org.projects_of(act)]
        self.wrong = wrong


def head_of(request: HttpRequest) -> dict[str, Any]:
    return {key: request.POST.get(key, "") for key in HEAD} | {"projects": request.POST.getlist("projects")}


def checked(number: str, raw: dict[str, Any], company_id: UUID | None, projects: Any) -> tuple[dict[str, Any], list[Fault]]:
    """The definition as it was understood, and all that is wrong with it, senselessness included."""
    sound, faults = read(raw, company_id)
    if not faults:
        faults = sense.objections(number, sound, company_id, frozenset(UUID(str(one)) for one in projects if is_uuid(str(one))))
    return sound, faults


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


# -- what it would have done ---------------------------------------------------------------------
@may_repeat  # reads the past and writes nothing
@require_POST
def own_preview(request: HttpRequest) -> HttpResponse:
    """The draft in the form, or the rule named, over the last months of the projects one sees."""
    act = request.act
    act.require(WRITE)
    if request.POST.get("mechanism"):
        raw, wanted = definition_of(request.POST), request.POST.getlist("projects")
    else:
        shown = next((one for one in newest_editions(act) if one.rule.number == request.POST.get("rule")), None)
        if shown is None:
            raise NotFound()
        raw, wanted = shown.definition, shown.projects
    definition, faults = read(raw, act.company_id)
    context: dict[str, Any] = {"days": DAYS}
    if not faults:
        projects = [one for one in org.projects_of(act) if not wanted or str(one.pk) in wanted]
        seen = preview(definition, projects, act.at)
        context |= {"seen": seen, "tiles": preview_tiles(seen), "samples": sample_rows(seen, act)}
    return page(request, "console/rulebook/own_preview.html", **context)


def preview_tiles(seen: Preview) -> list[dict[str, Any]]:
    """The numbers worth reading of a preview."""
    if seen.population is not None:
        return [{"label": _("现有"), "value": seen.population}, {"label": _("每期抽取"), "value": seen.drawn}]
    if seen.denominator is not None:
        share = f"{seen.numerator / seen.denominator:.1%}" if seen.denominator else "—"
        return [
            {"label": _("应做"), "value": seen.denominator},
            {"label": _("做到"), "value": seen.numerator},
            {"label": _("比率"), "value": share},
        ]
    if seen.passed is not None:
        return [
            {"label": _("经过关口"), "value": seen.passed},
            {"label": _("会被挡住"), "value": seen.shut, "tone": "warn" if seen.shut else ""},
        ]
    share = "—" if seen.in_time_share is None else f"{seen.in_time_share:.0%}"
    return [
        {"label": _("涉及"), "value": seen.touched, "note": _("产生 %(n)d 项") % {"n": seen.opened}},
        {"label": _("按时"), "value": seen.met, "note": share, "tone": "good" if seen.met else ""},
        {"label": _("逾期"), "value": seen.late, "tone": "late" if seen.late else ""},
        {"label": _("挡住关口"), "value": seen.kept_waiting, "note": _("次")},
    ]


def sample_rows(seen: Preview, act: Act) -> list[dict[str, Any]]:
    subjects = subjects_of(seen.samples, act)
    rows = []
    for sample in seen.samples:
        thing = subjects.get(sample.subject.id)
        if thing is not None:
            label, tone = OUTCOMES[sample.outcome]
            rows.append(
                {"url": addresses.of(thing), "title": str(thing), "label": label, "tone": tone, "at": moments.moment(sample.at, act.at)}
            )
    return rows


@tells(MATTER)
def what_is_approved(request: ApprovalRequest) -> list[tuple[Any, Any]]:
    """The rule in sentences, as the approver reads it."""
    content = request.content
    names = {str(project.pk): project.name for project in Project.objects.unscoped("link").filter(company_id=request.company_id)}
    where = "、".join(names.get(one, one) for one in content["projects"]) or _("全公司")
    pairs = [
        (_("规则"), f"{content['rule']} {content['title']}"),
        (_("内容"), " ".join(wording.sentences(content["definition"], request.company_id))),
        (_("条文"), content["words"]),
        (_("依据"), content["source"]),
        (_("用于"), where),
        (_("自"), content["starts_on"]),
    ]
    return [(name, value) for name, value in pairs if value]


# -- moves ---------------------------------------------------------------------------------------
@require_POST
def own_proposal(request: HttpRequest, rule: str) -> HttpResponse:
    """Ask another to approve the draft from a day on."""
    edition = draft_of(request.act, rule)
    request.act.require(services.propose_rule.usecase, on=edition)
    starts_on = day_of(request.POST.get("starts_on", ""))
    try:
        if starts_on is None:
            raise BadInput([Reason(_("请填写起始日。"), field="starts_on")])
        services.propose_rule(edition, starts_on=starts_on, reason=request.POST.get("reason", ""), act=request.act)
    except BadInput as no:
        return story(request, edition.rule, no, status=422)
    return HttpResponseRedirect(reverse("own-rule", args=[rule]))


@require_POST
def own_revision(request: HttpRequest, rule: str) -> HttpResponse:
    """Begin the next edition."""
    services.revise_rule(find(request.act, rule), act=request.act)
    return HttpResponseRedirect(reverse("own-draft", args=[rule]))


@require_POST
def own_end(request: HttpRequest, rule: str) -> HttpResponse:
    """End what runs from a day on, or throw a draft away."""
    found = find(request.act, rule)
    try:
        if request.POST.get("drop"):
            services.drop_rule(draft_of(request.act, rule), act=request.act)
            return HttpResponseRedirect(reverse("own-rules"))
        edition = found.editions.enacted().order_by("-edition").first()
        ends_on = day_of(request.POST.get("ends_on", ""))
        if edition is None:
            raise NotFound()
        if ends_on is None:
            raise BadInput([Reason(_("请填写终止日。"), field="ends_on")])
        services.end_rule(edition, ends_on=ends_on, reason=request.POST.get("reason", ""), act=request.act)
    except BadInput as no:
        return story(request, found, no, status=422)
    return HttpResponseRedirect(reverse("own-rule", args=[rule]))


def day_of(text: str) -> Any:
    try:
        return forms.DateField().clean(text)
    except forms.ValidationError:
        return None


# -- paper ---------------------------------------------------------------------------------------
@require_GET
def own_file(request: HttpRequest) -> HttpResponse:
    """All own rules as YAML, or one (`rule=`); drafts that are not finished stay at home."""
    act = request.act
    wanted = request.GET.get("rule", "")
    rows = [one for one in newest_editions(act) if not wanted or one.rule.number == wanted]
    if wanted and not rows:
        raise NotFound()
    sound = [one for one in rows if not read(one.definition, act.company_id)[1]]
    response = HttpResponse(papers.write(sound, org.projects_of(act)), content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{wanted or "own-rules"}.yaml"'
    return response


class PaperForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("规则文件的内容"),
        max_length=500_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )


@require_http_methods(["GET", "POST"])
def own_import(request: HttpRequest) -> HttpResponse:
    """Paste a file, see what each rule would become, then bring them in as drafts."""
    act = request.act
    act.require("rulebook.authored.import")
    form = PaperForm(request.POST or None)
    found, faults, rows = [], [], []
    if request.method == "POST" and form.is_valid():
        found, faults = papers.read_papers(form.cleaned_data["text"], act.company_id, org.projects_of(act))
        rows = [import_row(one, act.company_id) for one in found]
        is_fine = not faults and not any(row["faults"] for row in rows)
        if request.POST.get("commit") and is_fine:
            company = Company.objects.get(pk=act.company_id)
            services.import_rules(project=company, papers=found, act=act)
            return HttpResponseRedirect(reverse("own-rules"))
        form.is_fine = is_fine and bool(rows)
    return page(
        request,
        "console/rulebook/own_import.html",
        status=422 if form.is_bound and not getattr(form, "is_fine", False) else 200,
        form=form,
        faults=[f"{fault.path}：{fault.message}" if fault.path else fault.message for fault in faults],
        rows=rows,
        is_fine=getattr(form, "is_fine", False),
    )


def import_row(paper: papers.Paper, company_id: UUID | None) -> dict[str, Any]:
    what, _edition, wrong = compare(paper, company_id)
    faults = [f"{fault.path}：{fault.message}" for fault in paper.faults] + ([wrong] if wrong else [])
    label, tone = {
        "added": (_("新增草稿"), "good"),
        "changed": (_("新的一版"), "info"),
        "same": (_("没有变化"), "neutral"),
        "refused": (_("不接受"), "danger"),
    }["refused" if faults else what]
    return {"title": f"{paper.rule} {paper.title}".strip() or paper.place, "label": label, "tone": tone, "faults": faults,
            "sentences": [] if faults else wording.sentences(paper.definition, company_id)}  # fmt: skip


# -- rows ----------------------------------------------------------------------------------------
def find(act: Act, rule: str) -> AuthoredRule:
    """The rule of that number in one's own company; NotFound alike for foreign and missing ones."""
    found = AuthoredRule.objects.visible_to(act).filter(number=rule).first()
    if found is None or not (act.rights.projects() or act.rights.everywhere):
        raise NotFound()
    return found


def draft_of(act: Act, rule: str) -> AuthoredEdition:
    draft = find(act, rule).editions.filter(state=DRAFT).select_related("rule").first()
    if draft is None:
        raise NotFound()
    return draft
