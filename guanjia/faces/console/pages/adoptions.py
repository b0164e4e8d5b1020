"""What projects live by: adopting a handbook after seeing what changes, who asked for which and why, ending it."""

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

from guanjia.kernel.errors import Refusal
from guanjia.org import selectors as org
from guanjia.org.models import Project
from guanjia.rulebook import adopting, adoption, bounds, library, registry, services
from guanjia.rulebook.catalogue import load
from guanjia.rulebook.handbooks import Entry
from guanjia.rulebook.models import Adoption, ApprovalRequest, HandbookVersion
from guanjia.web.components import drawn
from guanjia.web.forms import UseCaseForm
from guanjia.web.partials import page
from guanjia.web.templatetags import look

from .approvals import tells
from .handbooks import TONES, state_badge, tabs
from .numbers import label

DAY = forms.DateInput(attrs={"type": "date"})


class AdoptionForm(UseCaseForm):
    project = forms.ChoiceField(label=gettext_lazy("项目"))
    edition = forms.ChoiceField(label=gettext_lazy("手册"))
    starts_on = forms.DateField(label=gettext_lazy("自何日起"), widget=DAY)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, request: HttpRequest, data: Any = None, **kwargs: Any):
        super().__init__(data, **kwargs)
        act = request.act
        self.projects = {str(p.pk): p for p in org.projects_of(act) if act.may("rulebook.adoption.propose", on=p)}
        self.editions = {str(e.pk): e for e in library.adoptable(act)}
        self.fields["project"].choices = [(key, p.name) for key, p in self.projects.items()]
        self.fields["edition"].choices = [(key, str(e)) for key, e in self.editions.items()]

    def chosen(self) -> tuple[Project | None, HandbookVersion | None, Any]:
        """What is chosen so far, so that the preview can be shown before anything is sent."""
        given = self.data if self.is_bound else self.initial
        day = forms.DateField(required=False).clean(given.get("starts_on") or None) if valid_day(given.get("starts_on")) else None
        return self.projects.get(str(given.get("project", ""))), self.editions.get(str(given.get("edition", ""))), day


def valid_day(text: Any) -> bool:
    try:
        return bool(text) and forms.DateField(required=False).clean(text) is not None
    except forms.ValidationError:
        return False


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Ask that a project live by a handbook from a day on; what that would change is shown before anything is sent."""
    request.act.require("rulebook.adoption.propose")
    tomorrow = timezone.localtime(request.act.at).date() + timedelta(days=1)
    form = AdoptionForm(request)
    first = {"project": next(iter(form.projects), ""), "edition": next(iter(form.editions), ""), "starts_on": str(tomorrow)}
    initial = first | {name: request.GET[name] for name in ("project", "edition", "starts_on") if request.GET.get(name)}
    form = AdoptionForm(request, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        project, edition, _day = form.chosen()
        try:
            services.propose_adoption(
                project=project,
                edition=edition,
                starts_on=form.cleaned_data["starts_on"],
                reason=form.cleaned_data["reason"],
                act=request.act,
            )
            return HttpResponseRedirect(reverse("adoptions") + f"?project={project.pk}")
        except Refusal as no:
            form.refuse(no)
    project, edition, day = form.chosen()
    previewed = adopting.preview(project, edition, day, request.act.at) if project and edition and day else None
    return page(
        request,
        "console/rulebook/adopting.html",
        status=422 if form.is_bound else 200,
        form=form,
        tabs=tabs("adoptions"),
        preview=previewed and preview_words(previewed),
        in_force=library.in_force(project, request.act.at) if project else [],
        choice={"project": project, "edition": edition, "day": day},
    )


def preview_words(found: adopting.Preview) -> dict[str, Any]:
    def rows(rules: list[str], runs: bool) -> list[dict[str, Any]]:
        return [
            {"url": reverse("rule", args=[rule]), "cells": [rule, load()[rule].title, state_badge(rule, Entry(rule))]}
            for rule in rules
            if (rule in registry.realised_rules()) is runs
        ]

    def direction(number: adopting.Number) -> Any:
        if number.is_stricter is None:
            return ""
        return drawn("badge", look.badge(_("更严") if number.is_stricter else _("更宽"), tone="info" if number.is_stricter else "warn"))

    return {
        "reasons": [str(reason.message) for reason in found.reasons],
        "tiles": [
            {"label": _("新启用"), "value": len(found.opens), "note": running_note(found.opens)},
            {"label": _("停下"), "value": len(found.stops), "note": running_note(found.stops)},
            {"label": _("数值改变"), "value": len(found.numbers)},
            {"label": _("缺责任人"), "value": len(found.ownerless), "tone": "late" if found.ownerless else "good"},
        ],
        "lists": [
            {"title": title, "icon": icon, "count": len(rules), "runs": rows(rules, True), "paper": rows(rules, False)}
            for title, icon, rules in ((_("不再要求的条款"), "stop", found.stops), (_("新要求的条款"), "plus", found.opens))
            if rules
        ],
        "numbers": [
            {
                "url": reverse("rule", args=[n.rule]),
                "cells": [n.rule, load()[n.rule].title, label(n.key), bounds.say(n.before), bounds.say(n.after), direction(n)],
            }
            for n in found.numbers
        ],
        "rule_columns": [{"label": _("编号")}, {"label": _("条款"), "kind": "lead"}, {"label": _("执行")}],
        "number_columns": [
            {"label": _("编号")},
            {"label": _("条款"), "kind": "lead"},
            {"label": _("参数")},
            {"label": _("现在")},
            {"label": _("将来")},
            {"label": _("松紧")},
        ],
    }


def running_note(rules: list[str]) -> str:
    return _("其中 %(n)d 条系统会执行") % {"n": sum(rule in registry.realised_rules() for rule in rules)}


# -- what projects live by --------------------------------------------------------------------------------------
@tells(services.adoptions.MATTER)
def adoption_asked(row: ApprovalRequest) -> list[tuple[Any, Any]]:
    """What an approval of an adoption approves."""
    said = row.content
    numbers = [f"{rule} {label(key)} {bounds.say(before)} → {bounds.say(after)}" for rule, key, before, after in said["numbers"]]
    return [
        (_("手册"), adoption.say(row.company_id, said["handbook"])),
        (_("自何日起"), said["starts_on"]),
        (_("改变的数值"), "；".join(numbers) or _("没有")),
        (_("新要求的条款"), running_words(said["opens"])),
        (_("不再要求的条款"), running_words(said["stops"])),
    ]


def running_words(rules: list[str]) -> str:
    """How many clauses, and by name those that run."""
    runs = [f"{rule} {load()[rule].title}" for rule in rules if rule in registry.realised_rules() and rule in load()]
    return _("%(n)d 条；系统会执行的：%(runs)s") % {"n": len(rules), "runs": "；".join(runs) or _("没有")} if rules else _("没有")


class EndForm(UseCaseForm):
    ends_on = forms.DateField(label=gettext_lazy("自何日起不再采用"), widget=DAY)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500)


@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """Which project lived by which handbook, from when to when; who asked, why, and what became of it."""
    return show_adoptions(request)


def show_adoptions(request: HttpRequest, ending: UseCaseForm | None = None, of: Adoption | None = None) -> HttpResponse:
    act = request.act
    projects = list(org.projects_of(act))
    project = next((p for p in projects if str(p.pk) == request.GET.get("project")), None)
    rows = list(library.history(act, project)[:200])
    return page(
        request,
        "console/rulebook/adoptions.html",
        status=422 if ending is not None and ending.errors else 200,
        tabs=tabs("adoptions"),
        projects=[("", _("全部项目")), *((str(p.pk), p.name) for p in projects)],
        chosen=str(project.pk) if project else "",
        items=[adoption_item(row, act, ending if of is not None and row.pk == of.pk else None) for row in rows],
        may_adopt=act.may("rulebook.adoption.propose"),
    )


def adoption_item(row: Adoption, act: Any, ending: UseCaseForm | None) -> dict[str, Any]:
    now = row.holds_at(act.at)
    state = _("采用中") if now else _("已结束") if row.until and row.until <= act.at else row.get_state_display()
    facts = [(_("项目"), row.project), (_("自"), row.starts_on)]
    if row.ends_on:
        facts.append((_("至（不含）"), row.ends_on))
    facts += [(_("提出"), f"{row.proposed_by.name if row.proposed_by else _('系统')} {timezone.localtime(row.proposed_at):%Y-%m-%d %H:%M}")]
    facts += [(_("理由"), row.reason)] if row.reason else []
    if row.settled_at:
        facts.append((_("审结"), f"{row.get_state_display()} {timezone.localtime(row.settled_at):%Y-%m-%d %H:%M}"))
    facts += [(_("意见"), row.settled_words)] if row.settled_words else []
    if row.end_reason:
        facts.append((_("终止"), f"{row.ended_by.name if row.ended_by else _('系统')}：{row.end_reason}"))
    open_ended = row.state == "adopted" and (row.until is None or row.until > act.at)
    return {
        "title": str(row.edition),
        "url": reverse("handbook", args=[row.edition_id]),
        "state": state,
        "tone": "good" if now else "neutral" if row.state == "adopted" else TONES[row.state],
        "facts": facts,
        "end_url": reverse("adoption-end", args=[row.pk]) if open_ended and act.may("rulebook.adoption.end", on=row) else "",
        "ending": ending or EndForm(prefix=str(row.pk)[-6:]),
        "is_open": ending is not None,
    }


@require_POST
def ending(request: HttpRequest, id: UUID) -> HttpResponse:
    """Stop living by a handbook from a day on."""
    row = Adoption.objects.select_related("edition__handbook", "project").find(request.act, id)
    request.act.require(services.end_adoption.usecase, on=row)
    form = EndForm(request.POST, prefix=str(row.pk)[-6:])
    if form.is_valid():
        try:
            services.end_adoption(row, **form.values(), act=request.act)
            return HttpResponseRedirect(reverse("adoptions"))
        except Refusal as no:
            form.refuse(no)
    return show_adoptions(request, form, row)
