"""Approvals: what waits for my yes or no, what I asked for, what I decided; and one request with its steps."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from guanjia.kernel.errors import BadInput, NotFound, Reason
from guanjia.kernel.gates import GATES
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import plain, timeline_of
from guanjia.rulebook import selectors, services
from guanjia.rulebook.clauses import clause_of
from guanjia.rulebook.models import ApprovalRequest
from guanjia.rulebook.states import APPROVAL
from guanjia.web import addresses, refusals, timeline
from guanjia.web.partials import page

from ..subjects import subjects_of

PAGE = 50
SALT, ASK_WITHIN = "approval-ask", 24 * 3600

TOLD_BY_THE_STEPS = {"rulebook.approval.step_opened", "rulebook.approval.step_approved"}

#: matter -> what is approved, in pairs of name and value that a manager reads
TELLERS: dict[str, Callable[[ApprovalRequest], list[tuple[Any, Any]]]] = {}


def tells(matter: str) -> Callable:
    """Say in words what is approved in a matter: `f(request) -> [(name, value), …]`."""

    def register(fn: Callable) -> Callable:
        TELLERS[matter] = fn
        return fn

    return register


# -- the inbox -------------------------------------------------------------------------------------
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for the signed-in person; `of=asked` what he asked for, `of=decided` what he decided."""
    of, act = request.GET.get("of", ""), request.act
    waiting = selectors.approvals_waiting(act)
    rows = (
        {"asked": selectors.approvals_asked, "decided": selectors.approvals_decided}[of](act)[:PAGE]
        if of in ("asked", "decided")
        else waiting
    )
    tabs = [
        {"label": _("待我审批"), "url": reverse("approvals"), "current": rows is waiting, "count": len(waiting)},
        {"label": _("我提出的"), "url": reverse("approvals") + "?of=asked", "current": of == "asked"},
        {"label": _("我批过的"), "url": reverse("approvals") + "?of=decided", "current": of == "decided"},
    ]
    return page(request, "console/approvals.html", tabs=tabs, rows=[line_of(row, act) for row in rows], waiting=rows is waiting)


def line_of(row: ApprovalRequest, act: Any) -> dict[str, Any]:
    step = getattr(row, "open_step", None)
    return {
        "number": row.number,
        "title": row.title,
        "url": reverse("approval", args=[row.pk]),
        "matter": matter_of(row),
        "asker": row.asker.name if row.asker else _("系统"),
        "place": row.project.name if row.project else _("全公司"),
        "asked_at": row.asked_at,
        "state": row.state,
        "state_label": APPROVAL.labels[row.state],
        "due_at": step.due_at if step is not None else None,
        "late": bool(step is not None and step.due_at and step.due_at < act.at),
    }


def matter_of(row: ApprovalRequest) -> str:
    """What kind of matter it is: the clause that asks for it, or one of the rulebook's own."""
    clause = clause_of(row.matter.partition("/")[0], row.company_id)
    return clause.title if clause else str(MATTERS.get(row.matter, row.matter))


MATTERS = {
    "rulebook.parameter": gettext_lazy("调整规则参数"),
    "rulebook.adoption": gettext_lazy("采用手册"),
    "rulebook.handbook": gettext_lazy("发布手册"),
    "rulebook.authored": gettext_lazy("启用本公司规则"),
    "workforce.sanction": gettext_lazy("奖惩"),
}


# -- one request -----------------------------------------------------------------------------------
class DecisionForm(forms.Form):
    words = forms.CharField(label=gettext_lazy("意见"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


@require_GET
def show(request: HttpRequest, id: UUID) -> HttpResponse:
    """What is asked, by whom, what exactly would be approved, and how far it has come."""
    return shown(request, selectors.approval(id, request.act), DecisionForm())


def shown(request: HttpRequest, row: ApprovalRequest, form: forms.Form, status: int = 200) -> HttpResponse:
    act = request.act
    about = subjects_of([_Pointed(row.about)], act).get(row.about_id) if row.about else None
    return page(
        request,
        "console/approval.html",
        status=status,
        row=row,
        line=line_of(row, act),
        pairs=TELLERS.get(row.matter, as_it_stands)(row),
        steps=[step_line(told) for told in selectors.steps_of(row, act.at)],
        about=str(about) if about is not None else "",
        about_url=addresses.of(about) if about is not None else "",
        clause=clause_of(row.matter.partition("/")[0], row.company_id),
        entries=[timeline.said(entry) for entry in timeline_of(row) if entry.fact not in TOLD_BY_THE_STEPS],
        form=form,
        decides=any(one.pk == row.pk for one in selectors.approvals_waiting(act)),
        withdraws=row.is_open and act.person_id == row.asker_id,
    )


class _Pointed:
    """What `subjects_of` looks at: a row that points at a subject."""

    def __init__(self, ref: Ref):
        self.subject_kind, self.subject_id, self.subject = ref.kind, ref.id, ref


def as_it_stands(row: ApprovalRequest) -> list[tuple[Any, Any]]:
    """The content as it was stored, where nobody says it better."""
    return [(key, "；".join(map(str, value)) if isinstance(value, list) else value) for key, value in row.content.items()]


def step_line(told: selectors.StepTold) -> dict[str, Any]:
    step = told.step
    state = {"approved": "done", "open": "now", "refused": "stopped"}.get(step.state, "todo")
    return {
        "who": told.who,
        "mode": _("全部同意") if step.mode == "all" else "",
        "state": state,
        "asked": told.asked if step.state == "open" else (),
        "opened_at": step.opened_at,
        "due_at": step.due_at,
        "decisions": [
            {
                "person": d.person.name,
                "yes": d.yes,
                "words": d.words,
                "at": d.decided_at,
                "instead_of": d.instead_of.name if d.instead_of else "",
            }
            for d in told.decisions
        ],
    }


@require_POST
def decision(request: HttpRequest, id: UUID) -> HttpResponse:
    """Say yes (`yes=1`) or no, with words."""
    row, form = selectors.approval(id, request.act), DecisionForm(request.POST)
    if form.is_valid():
        try:
            services.decide_approval(row, yes=request.POST.get("yes") == "1", words=form.cleaned_data["words"], act=request.act)
            return HttpResponseRedirect(reverse("approvals"))
        except BadInput as no:
            for one in no.reasons:
                form.add_error(one.field if one.field in form.fields else None, str(one.message))
    return shown(request, row, form, status=422)


@require_POST
def withdrawal(request: HttpRequest, id: UUID) -> HttpResponse:
    """The asker takes it back."""
    services.withdraw_approval(selectors.approval(id, request.act), act=request.act)
    return HttpResponseRedirect(reverse("approval", args=[id]))


# -- asking at a gate ------------------------------------------------------------------------------
@refusals.cures("rulebook.approval.request")
def asking(request: HttpRequest) -> dict[str, Any] | None:
    """The button that asks others for leave to do exactly what was just refused; the move travels signed."""
    context = getattr(getattr(request, "refusal", None), "context", None)
    if context is None:
        return None
    values = plain({name: getattr(context, name) for name in context.field_names()})
    token = signing.dumps({"gate": context.name, "values": values, "person": str(request.act.person_id)}, salt=SALT, compress=True)
    return {"label": _("送审"), "url": reverse("approval-ask"), "method": "post", "icon": "send", "fields": {"move": token}}


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the approvals of a move that a gate refused; leads to the (first) request."""
    try:
        said = signing.loads(request.POST.get("move", ""), salt=SALT, max_age=ASK_WITHIN)
    except signing.BadSignature:
        raise BadInput([Reason(_("这份送审已过期，请回到原页面重新提交。"))]) from None
    gate = GATES.get(said["gate"])
    if gate is None or said["person"] != str(request.act.person_id):
        raise NotFound()
    asked = services.ask_at_gate(as_tried(gate, said["values"], request), act=request.act)
    return HttpResponseRedirect(reverse("approval", args=[asked[0].pk]))


def as_tried(gate: type, values: dict[str, Any], request: HttpRequest) -> Any:
    """The question at the gate again, as it was asked; its moment is now."""
    subject = Ref.parse(values["subject"]) if values.get("subject") else None
    ids = {name: UUID(values[name]) if values.get(name) else None for name in ("project_id", "company_id", "by")}
    return gate(**values | ids | {"subject": subject, "at": request.act.at})
