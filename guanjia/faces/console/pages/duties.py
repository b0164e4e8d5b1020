"""What is owed: mine, everyone's, and the story of one duty."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from guanjia.kernel.errors import BadInput, NotFound
from guanjia.kernel.models import JournalEntry
from guanjia.rulebook import adoption, services, told
from guanjia.rulebook import selectors as rulebook
from guanjia.rulebook.clauses import clause_of
from guanjia.rulebook.explain import changes_of, explain, owner_name, trace_of
from guanjia.rulebook.models import Obligation
from guanjia.web import addresses, duties, timeline
from guanjia.web.keyset import Order
from guanjia.web.partials import page

from ..subjects import subjects_of

PAGE = 50
SOONEST_FIRST = Order(Obligation, ["due_at", "pk"])


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What the signed-in person owes now, soonest first."""
    return listing(request, rulebook.my_duties(request.act), _("我的应办"), "my-duties")


@require_GET
def everyone(request: HttpRequest) -> HttpResponse:
    """What is owed in the projects one sees; `late=1` leaves what is past its time, `rule=` one clause."""
    rows = rulebook.project_duties(request.act)
    if request.GET.get("late"):
        rows = rows.filter(due_at__lt=request.act.at)
    if clause_of(request.GET.get("rule", ""), request.act.company_id):
        rows = rows.filter(rule=request.GET["rule"])
    return listing(request, rows, _("应办一览"), "all-duties")


def listing(request: HttpRequest, rows: Any, title: Any, current: str) -> HttpResponse:
    found = SOONEST_FIRST.page(rows, PAGE, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    query = "".join(
        f"&{name}={request.GET[name]}"
        for name in ("late", "rule")
        if request.GET.get(name) and request.GET[name].replace("-", "").isalnum()
    )
    return page(
        request,
        "console/duties.html#rows",
        title=title,
        tabs=tabs(request, current),
        items=with_subjects(request, found.rows),
        newer=f"?before={found.previous}{query}" if found.previous else "",
        older=f"?after={found.next}{query}" if found.next else "",
    )


def tabs(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    """The lists of duties one may look at: mine, what I was told, everyone's, the late ones, nobody's."""
    count, is_late = told.unseen(request.act)
    shown = [
        {"label": _("我的"), "url": reverse("my-duties"), "current": current == "my-duties"},
        {
            "label": _("提醒与升级"),
            "url": reverse("my-notices"),
            "current": current == "my-notices",
            "count": count,
            "tone": "late" if is_late else "",
        },
    ]
    if request.act.rights.projects():
        late = bool(request.GET.get("late"))
        shown += [
            {"label": _("全部"), "url": reverse("all-duties"), "current": current == "all-duties" and not late},
            {"label": _("已逾期"), "url": reverse("all-duties") + "?late=1", "current": current == "all-duties" and late},
            {"label": _("无人负责"), "url": reverse("unowned-duties"), "current": current == "unowned-duties"},
        ]
    return shown


def with_subjects(request: HttpRequest, obligations: list[Obligation]) -> list[dict[str, Any]]:
    """Duty items, each with what it is about and where that is shown."""
    subjects = subjects_of(obligations, request.act)
    items = duties.items(obligations, request)
    for item, obligation in zip(items, obligations, strict=True):
        about = subjects.get(obligation.subject_id)
        item |= {
            "subject": str(about) if about is not None else "",
            "subject_url": addresses.of(about) if about is not None else "",
            "url": reverse("duty", args=[obligation.pk]),
            "project": str(obligation.project),
            "owner": owner_name(obligation),
        }
    return items


@require_GET
def story(request: HttpRequest, id: UUID) -> HttpResponse:
    """One duty told in sentences, with its clock drawn, what opened it, what moved it and what met it."""
    return shown(request, find(request, id), ExtensionForm())


def shown(request: HttpRequest, obligation: Obligation, extension: forms.Form, status: int = 200) -> HttpResponse:
    [item] = with_subjects(request, [obligation])
    evidence = rulebook.evidence_of([obligation]).get(obligation.pk)
    act = request.act
    changes = changes_of(obligation)
    mentioned = [obligation.opened_by, *(change.entry_id for change in changes), *([evidence.entry_id] if evidence else [])]
    lines = JournalEntry.objects.unscoped("link").filter(pk__in=mentioned).order_by("-seq")
    acknowledged = told.acknowledgements_of(obligation)
    return page(
        request,
        "console/duty.html",
        status=status,
        obligation=obligation,
        item=item,
        clause=clause_of(obligation.rule, obligation.company_id),
        sentences=explain(obligation),
        trace=trace_of(obligation, changes),
        over=obligation.met_at or obligation.voided_at,
        entries=[timeline.said(line) for line in lines],
        rungs=told.ladder_of(obligation),
        ladder_name=told.ladder_name(obligation),
        acknowledged=acknowledged,
        may_acknowledge=obligation.is_open
        and act.person_id not in {one.person_id for one in acknowledged}
        and told.concerns(obligation, act),
        waiver=WaiverForm(),
        why=WaiverForm(prefix="late"),
        extension=extension,
        may_extend=obligation.is_open and obligation.due_at >= act.at and act.may("rulebook.duty.extend", on=obligation),
        may_waive=obligation.is_open
        and not adoption.is_firm(obligation.rule, obligation.project_id, obligation.opened_at)
        and act.may("rulebook.duty.waive", on=obligation),
        may_explain=obligation.was_late(act.at) and act.may("rulebook.duty.explain_late", on=obligation),
    )


class WaiverForm(forms.Form):
    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500)


class ExtensionForm(forms.Form):
    until = forms.DateTimeField(label=_("延至"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500)


@require_POST
def extension(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give more time, with a reason; what is wrong stands beside the field."""
    obligation, form = find(request, id), ExtensionForm(request.POST)
    if form.is_valid():
        try:
            services.extend_duty(project=obligation.project, obligation_id=obligation.pk, **form.cleaned_data, act=request.act)
            return HttpResponseRedirect(reverse("duty", args=[id]))
        except BadInput as no:
            for one in no.reasons:
                form.add_error(one.field if one.field in form.fields else None, str(one.message))
    return shown(request, obligation, form, status=422)


@require_POST
def waiver(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take the duty away, with a reason."""
    obligation = find(request, id)
    services.waive_duty(project=obligation.project, obligation_id=obligation.pk, reason=request.POST.get("reason", ""), act=request.act)
    return HttpResponseRedirect(reverse("duty", args=[id]))


@require_POST
def reason(request: HttpRequest, id: UUID) -> HttpResponse:
    """Say why it is late."""
    obligation = find(request, id)
    services.explain_late(
        project=obligation.project, obligation_id=obligation.pk, reason=request.POST.get("late-reason", ""), act=request.act
    )
    return HttpResponseRedirect(reverse("duty", args=[id]))


def find(request: HttpRequest, id: UUID) -> Obligation:
    """The duty, if one sees it in one's projects, owes it oneself or was told of it."""
    seen = (
        Obligation.objects.visible_to(request.act).filter(pk=id)
        | rulebook.my_duties(request.act).filter(pk=id).select_related(None).order_by()
    )
    obligation = seen.select_related("project", "owner_post", "assignee").first() or told.duty_told_to(request.act, id)
    if obligation is None:
        raise NotFound()
    return obligation
