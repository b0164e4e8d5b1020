"""The work board, an order's page for the desk and the foreman, and the return visits that are owed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from guanjia.desk.models import Case
from guanjia.followup import selectors as followup
from guanjia.followup import services as visits
from guanjia.followup import states as visit_states
from guanjia.followup.models import ReturnVisit
from guanjia.kernel import files, signatures
from guanjia.kernel.errors import NotFound
from guanjia.rulebook import selectors as rulebook
from guanjia.web import duties, timeline
from guanjia.web.forms import UseCaseForm, tried
from guanjia.web.keyset import Order
from guanjia.web.partials import page
from guanjia.work import dispatching, services, states
from guanjia.work import selectors as work
from guanjia.work.matters import matter_of
from guanjia.work.models import WorkOrder

from .. import masking
from ..moves import choice_field, words_field

STAGES = (
    ("new", gettext_lazy("待派工"), (states.NEW,)),
    ("called", gettext_lazy("待接单"), (states.ASSIGNED,)),
    ("going", gettext_lazy("已接单、在途"), (states.ACCEPTED,)),
    ("doing", gettext_lazy("现场"), (states.ON_SITE, states.WORKING)),
    ("held", gettext_lazy("暂停"), (states.PAUSED,)),
    ("signing", gettext_lazy("待签认"), (states.FINISHED,)),
)
ON_BOARD, ON_PAGE = 300, 50


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Unfinished orders by stage, the pressing ones first."""
    orders = list(work.board(request.act)[:ON_BOARD])
    due = rulebook.next_due([order.pk for order in orders])
    columns = [
        {"title": title, "orders": [(order, due.get(order.pk)) for order in orders if order.state in wanted]}
        for _key, title, wanted in STAGES
    ]
    return page(request, "console/board.html#board", columns=columns, count=len(orders))


class AssignForm(UseCaseForm):
    technician = forms.ChoiceField(label=gettext_lazy("派给"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, order: WorkOrder, act: Any, **kwargs: Any):
        super().__init__(data, **kwargs)
        self.proposed = dispatching.propose(order, act)
        self.people = {str(person.pk): person for person, _why in self.proposed}
        self.fields["technician"].choices = [(str(person.pk), f"{person.name} — {why}") for person, why in self.proposed]
        if self.proposed:
            self.initial = {"technician": str(self.proposed[0][0].pk)}

    def values(self) -> dict[str, Any]:
        return {"technician": self.people[self.cleaned_data["technician"]]}


class ReasonForm(UseCaseForm):
    reason = words_field(gettext_lazy("理由"))


class NoteForm(UseCaseForm):
    note = words_field(gettext_lazy("说明"), required=False)


class EscalateForm(UseCaseForm):
    note = words_field(gettext_lazy("说明"))


class AppointmentForm(UseCaseForm):
    starts_at = forms.DateTimeField(
        label=gettext_lazy("自"), input_formats=["%Y-%m-%dT%H:%M"], widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("至"), input_formats=["%Y-%m-%dT%H:%M"], widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    agreed_with = forms.CharField(label=gettext_lazy("与谁约定"), required=False, max_length=60)


#: noun -> (verb of the machine or "", label, use case, form)
MOVES: dict[str, tuple[str, Any, Any, Any]] = {
    "assignment": ("assign", gettext_lazy("派工"), services.assign_order, AssignForm),
    "appointments": ("", gettext_lazy("预约上门"), services.book_appointment, AppointmentForm),
    "reminders": ("", gettext_lazy("催办"), services.chase_order, NoteForm),
    "escalations": ("", gettext_lazy("报工程主管"), services.escalate_order, EscalateForm),
    "rejection": ("reject", gettext_lazy("不合格返工"), services.reject_order, ReasonForm),
    "cancellation": ("cancel", gettext_lazy("取消工单"), services.cancel_order, ReasonForm),
}


def open_moves(order: WorkOrder, act: Any) -> list[tuple[str, Any]]:
    """(noun, label) of what this act may do to the order now."""
    return [
        (noun, label)
        for noun, (verb, label, run, _form) in MOVES.items()
        if act.may(run.usecase, on=order) and (states.ORDER.allows(order, verb) if verb else order.state not in states.DONE)
    ]


@require_http_methods(["GET", "POST"])
def order_page(request: HttpRequest, number: str, noun: str = "") -> HttpResponse:
    """One order; with a noun, the form of that move on it."""
    act = request.act
    order = work.order_for(act, number)
    form, label = None, ""
    if noun:
        if noun not in MOVES:
            raise NotFound()
        _verb, label, run, form_class = MOVES[noun]
        act.require(run.usecase, on=order)
        given = request.POST if request.method == "POST" else None
        form = form_class(given, order=order, act=act) if form_class is AssignForm else form_class(given)
        if request.method == "POST" and form.is_valid():
            tried(form, lambda: run(order, **form.values(), act=act))
            if not form.errors:
                messages.success(request, _("%(number)s：%(done)s") % {"number": order.number, "done": label})
                return HttpResponseRedirect(reverse("order", args=[order.pk]))
    entries, _older = timeline.of(order, act, most=60)
    owed = rulebook.duties_of(order, act)
    case = Case.objects.visible_to(act).filter(pk=order.source_id).first() if order.source_kind == "desk.case" else None
    photos = [
        {"url": reverse("file", args=[f.pk]), "caption": f.by_name, "alt": f.name}
        for f in files.of(order)
        if not f.is_secret and f.content_type.startswith("image/")
    ]
    phone, in_full = masking.on_matter(order, "reporter_phone", matter_of(order, act) if not order.is_done else None, act)
    masking.note_matter(order, in_full, act)
    return page(
        request,
        "console/order.html",
        order=order,
        case=case,
        facts=facts_of(order, phone),
        entries=entries,
        photos=photos,
        steps=steps_of(order),
        moves=open_moves(order, act),
        form=form,
        noun=noun,
        label=label,
        signed=signatures.of(order),
        duties_open=duties.items([o for o in owed if o.is_open], request),
        duties_done=duties.items([o for o in owed if not o.is_open], request),
        status=422 if form is not None and form.errors else 200,
    )


def facts_of(order: WorkOrder, phone: Any) -> list[tuple[str, Any]]:
    pairs = [
        (_("类别"), order.get_kind_display()),
        (_("工种"), order.get_craft_display()),
        (_("地点"), order.where),
        (_("报修人"), order.reporter_name),
        (_("电话"), phone),
        (_("内容"), order.content),
        (_("技术员"), order.technician or _("未派")),
    ]
    if order.paid:
        pairs.append(
            (_("费用"), _("%(price)s 元") % {"price": f"{order.price_fen / 100:.2f}"} if order.price_fen is not None else _("未报价"))
        )
    return pairs + [(label, value) for label, value in ((_("结果"), order.result), (_("用料"), order.materials)) if value]


def steps_of(order: WorkOrder) -> list[dict[str, Any]]:
    line = (states.NEW, states.ASSIGNED, states.ACCEPTED, states.ON_SITE, states.WORKING, states.FINISHED, states.COMPLETED)
    if order.state not in line:
        return [{"label": states.ORDER.labels[order.state], "state": "stopped", "when": ""}]
    here = line.index(order.state)
    return [
        {
            "label": states.ORDER.labels[one],
            "state": "done" if i < here or order.state == states.COMPLETED else "now" if i == here else "todo",
            "when": "",
        }
        for i, one in enumerate(line)
    ]


# -- return visits -------------------------------------------------------------------------------
@require_GET
def visits_due(request: HttpRequest) -> HttpResponse:
    """Visits still to be made, soonest first."""
    found = Order(ReturnVisit, ["due_at"]).page(followup.visits_due(request.act), ON_PAGE, after=request.GET.get("after", ""))
    return page(request, "console/visits.html", visits=found.rows, older=f"?after={found.next}" if found.next else "")


class MakeForm(UseCaseForm):
    way = choice_field(gettext_lazy("方式"), {k: v for k, v in visit_states.WAYS.items() if k != visit_states.TAP}, initial="phone")
    quality = forms.TypedChoiceField(
        label=gettext_lazy("服务质量"), coerce=int, choices=list(visit_states.SCALE.items()), widget=forms.RadioSelect
    )
    effect = forms.TypedChoiceField(
        label=gettext_lazy("服务效果"), coerce=int, choices=list(visit_states.SCALE.items()), widget=forms.RadioSelect
    )
    satisfaction = forms.TypedChoiceField(
        label=gettext_lazy("满意程度"), coerce=int, choices=list(visit_states.SCALE.items()), widget=forms.RadioSelect
    )
    shortcomings = words_field(gettext_lazy("不足之处"), help_text=gettext_lazy("没有就写「无」。"), required=False)
    suggestions = words_field(gettext_lazy("建议"), help_text=gettext_lazy("没有就写「无」。"), required=False)
    result = choice_field(gettext_lazy("结果"), visit_states.RESULTS, initial="ok")


class AttemptForm(UseCaseForm):
    way = choice_field(gettext_lazy("方式"), {k: v for k, v in visit_states.WAYS.items() if k != visit_states.TAP}, initial="phone")
    note = words_field(gettext_lazy("情况"), required=False)


class ReviewForm(UseCaseForm):
    result = choice_field(gettext_lazy("审核"), visit_states.REVIEWS)
    opinion = words_field(gettext_lazy("意见"))


VISIT_MOVES: dict[str, tuple[str, Any, Any, Any]] = {
    "record": ("make", gettext_lazy("登记回访"), visits.make_visit, MakeForm),
    "attempts": ("attempt", gettext_lazy("未联系上"), visits.attempt_visit, AttemptForm),
    "hand-in": ("hand_in", gettext_lazy("交记录"), visits.hand_in_visit, None),
    "review": ("review", gettext_lazy("审核"), visits.review_visit, ReviewForm),
}


@require_http_methods(["GET", "POST"])
def visit_page(request: HttpRequest, number: str, noun: str = "") -> HttpResponse:
    """One return visit; with a noun, the form of that move on it."""
    act = request.act
    if noun and noun not in VISIT_MOVES:
        raise NotFound()
    visit = ReturnVisit.objects.select_related("case", "order", "house", "customer", "visitor").find(act, number)
    moves = [
        (key, label, form is not None)
        for key, (verb, label, run, form) in VISIT_MOVES.items()
        if visit_states.VISIT.allows(visit, verb) and act.may(run.usecase, on=visit)
    ]
    form, label = None, ""
    if noun:
        _verb, label, run, form_class = VISIT_MOVES[noun]
        act.require(run.usecase, on=visit)
        form = form_class(request.POST if request.method == "POST" else None) if form_class else None
        if request.method == "POST" and (form is None or form.is_valid()):
            if form is None:
                run(visit, act=act)
            else:
                tried(form, lambda: run(visit, **form.values(), act=act))
            if form is None or not form.errors:
                messages.success(request, _("%(number)s：%(done)s") % {"number": visit.number, "done": label})
                return HttpResponseRedirect(reverse("visit", args=[visit.pk]))
    entries, _older = timeline.of(visit, act)
    owed = rulebook.duties_of([thing for thing in (visit, visit.case, visit.order) if thing is not None], act)
    return page(
        request,
        "console/visit.html",
        visit=visit,
        facts=visit_facts(visit),
        moves=moves,
        form=form,
        noun=noun,
        label=label,
        entries=entries,
        duties_open=duties.items([o for o in owed if o.is_open], request),
        signed=signatures.of(visit),
        status=422 if form is not None and form.errors else 200,
    )


def visit_facts(visit: ReturnVisit) -> list[tuple[str, Any]]:
    said = [
        (label, visit_states.SCALE.get(getattr(visit, name)))
        for name, label in (("quality", _("服务质量")), ("effect", _("服务效果")), ("satisfaction", _("满意程度")))
    ]
    return [
        (_("类别"), visit.get_visit_class_display()),
        (_("住户"), visit.customer or visit.resident_name),
        (_("房屋"), visit.house),
        (_("方式"), visit.get_way_display() if visit.way else ""),
        *said,
        (_("不足之处"), visit.shortcomings),
        (_("建议"), visit.suggestions),
        (_("结果"), visit.get_result_display() if visit.result else ""),
        (_("经理意见"), visit.opinion),
    ]
