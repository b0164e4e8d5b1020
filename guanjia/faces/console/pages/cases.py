"""The case page: what was said, what is owed, what is still needed, what happened, and what may be done. Composed here, in plain sight."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanjia.desk import gates, states
from guanjia.desk import selectors as desk
from guanjia.desk.matters import matter_of
from guanjia.desk.models import Case, Contact
from guanjia.desk.services import attach_contact
from guanjia.followup import selectors as followup
from guanjia.kernel import files, signatures
from guanjia.kernel.errors import NotFound, Reason
from guanjia.rulebook import forecast, unmet
from guanjia.rulebook import selectors as rulebook
from guanjia.web import addresses, duties, moments, refusals, timeline
from guanjia.web.forms import tried
from guanjia.web.partials import page

from .. import masking
from ..moves import BY_NOUN, BY_PERMISSION, Move, open_moves

#: the nouns that stand as buttons, by the case's state, the likely next step first
MAIN_MOVES = {
    states.NEW: ("acceptance", "grade"),
    states.OPEN: ("grade", "orders", "resolution", "replies"),
    states.WAITING: ("answer", "replies"),
    states.RESOLVED: ("confirmation", "closure", "replies"),
    states.CLOSED: ("reopening",),
}


@require_GET
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """One case."""
    return show(request, find(request, number))


@require_http_methods(["GET", "POST"])
def move_page(request: HttpRequest, number: str, noun: str) -> HttpResponse:
    """One move on the case: GET shows its form on the case page, POST does it."""
    case, move = find(request, number), BY_NOUN.get(noun)
    if move is None or (move.types and case.type not in move.types):
        raise NotFound()
    request.act.require(move.permission, on=case)
    form = move.form(request.POST if request.method == "POST" else None, case=case, act=request.act) if move.form else None
    if request.method == "POST" and (form is None or form.is_valid()):
        if form is None:
            move.perform(case, request.act, {})
        else:
            tried(form, lambda: move.perform(case, request.act, form.values()))
        if form is None or not form.errors:
            messages.success(request, _("%(number)s：%(done)s") % {"number": case.number, "done": move.label})
            return HttpResponseRedirect(address_of(case))
    return show(request, case, move=move, form=form, status=422 if form is not None and form.errors else 200)


@require_POST
def contacts(request: HttpRequest, number: str) -> HttpResponse:
    """The contact at hand joins this case instead of opening a second one."""
    case = find(request, number)
    attach_contact(case, contact=Contact.objects.find(request.act, request.POST.get("contact", "")), act=request.act)
    messages.success(request, _("已并入 %(number)s") % {"number": case.number})
    return HttpResponseRedirect(address_of(case))


def find(request: HttpRequest, number: str) -> Case:
    """The case by its number, if one may see it."""
    return desk.case_for(request.act, number)


def address_of(case: Case) -> str:
    return addresses.to("case", case.pk)


def show(request: HttpRequest, case: Case, *, move: Move | None = None, form: Any = None, status: int = 200) -> HttpResponse:
    act = request.act
    moves = open_moves(case, act)
    orders = desk.orders_of(case, act)
    visits = list(followup.visits_of(case, act).select_related(None))
    about = [case, *orders, *visits]
    owed = rulebook.duties_of(about, act)
    entries, older = timeline.of(case, act, most=60)
    phone, in_full = masking.on_matter(case, "customer_phone", matter_of(case, act) if case.is_unfinished else None, act)
    masking.note_matter(case, in_full, act)
    return page(
        request,
        "console/case.html",
        status=status,
        case=case,
        move=move,
        form=form,
        main_moves=(main := main_moves(case, moves, orders)),
        more_moves=[m for m in moves if m not in main],
        address=address_of(case),
        facts=facts_of(case, phone),
        complaint=complaint_facts(case, act.at),
        needs=needs_of(request, case),
        duties_open=duties.items([o for o in owed if o.is_open], request),
        duties_done=duties.items([o for o in owed if not o.is_open], request),
        entries=entries,
        older=older,
        orders=orders,
        visits=visits,
        photos=photos_of(about),
        signed=signatures.of_all(about),
        nearby=desk.nearby_cases([case.house], act) if case.house_id and case.is_unfinished else [],
        links=desk.linked_cases(case, act),
    )


def main_moves(case: Case, moves: list[Move], orders: list[Any]) -> list[Move]:
    """At most three likely next steps; a complaint is graded once, an order is not ordered twice by the way."""
    done = {"grade": case.rank is not None, "orders": bool(orders)}
    wanted = [noun for noun in MAIN_MOVES.get(case.state, ()) if not done.get(noun)]
    return [move for noun in wanted for move in moves if move.noun == noun][:3]


def facts_of(case: Case, phone: Any) -> list[tuple[str, Any]]:
    pairs = [
        (_("类型"), case.type_name),
        (_("分类"), case.category or ""),
        (_("地点"), case.address),
        (_("联系人"), case.customer_name),
        (_("电话"), phone),
        (_("首问责任人"), case.owner or ""),
    ]
    if case.rank:
        pairs.append((_("投诉级别"), states.RANKS[case.rank]))
    labels = {"part": _("报修部位"), "visit_time": _("可上门时间"), "convenient_time": _("方便维修时间")}
    pairs += [(label, case.entry.get(key)) for key, label in labels.items() if case.entry.get(key)]
    yes_no = {"someone_home": _("家中有人"), "spare_key_left": _("有备用钥匙"), "may_use_key": _("可用备用钥匙")}
    pairs += [(label, _("是") if case.entry[key] else _("否")) for key, label in yes_no.items() if case.entry.get(key) is not None]
    pairs += [
        (label, value)
        for label, value in (
            (_("处理过程"), case.process),
            (_("处理结果"), case.result),
            (_("客户反馈"), case.feedback),
            (_("结案方式"), case.get_outcome_display() if case.outcome else ""),
        )
        if value
    ]
    return pairs


def said_moment(said: str, now: datetime) -> str:
    """A moment in words; what people said of it stays as they said it (「昨晚」)."""
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return said
    return moments.moment(at if at.tzinfo else timezone.make_aware(at), now)


def complaint_facts(case: Case, now: datetime) -> list[tuple[str, Any]]:
    complaint = getattr(case, "complaint", None) if case.type == states.COMPLAINT_TYPE else None
    if complaint is None:
        return []
    return [
        (_("进度"), complaint.get_state_display()),
        (_("被投诉方"), complaint.accused),
        (_("发生时间"), said_moment(complaint.occurred_at, now)),
        (_("经过"), complaint.course),
        (_("住户要求"), complaint.demand),
        (_("损害"), _("正在发生") if complaint.harm_ongoing and not complaint.harm_stopped_at else ""),
        (_("判定"), complaint.get_validity_display() if complaint.validity else ""),
        (_("责任"), complaint.get_liability_display() if complaint.liability else ""),
    ]


def needs_of(request: HttpRequest, case: Case) -> list[dict[str, Any]]:
    """What stands between this case and its closing: missing now, and what will be asked for on the way."""
    if not case.is_unfinished:
        return []
    context = gates.CloseCase.of(case, outcome=states.FIXED, process=case.process, feedback=case.feedback, act=request.act)
    passing = () if case.state == states.RESOLVED else ("desk.case.resolved",)
    return [need(request, case, one, "unmet") for one in unmet(context)] + [
        need(request, case, one, "later") for one in forecast(context, passing=passing)
    ]


def need(request: HttpRequest, case: Case, reason: Reason, state: str) -> dict[str, Any]:
    return {
        "state": state,
        "message": str(reason.message),
        "rule": reason.rule,
        "rule_url": addresses.of_rule(reason.rule),
        "clause": "" if reason.clause and reason.clause in str(reason.message) else reason.clause,
        "button": cure_of(case, reason.cure, request),
    }


def cure_of(case: Case, use_case: str, request: HttpRequest) -> dict[str, Any] | None:
    """The button for a cure on this case's page: one of its moves, or whatever another page offers."""
    move = BY_PERMISSION.get(use_case)
    if move is not None:
        return (
            {"label": move.label, "url": f"{address_of(case)}{move.noun}/", "icon": move.icon} if move.is_open(case, request.act) else None
        )
    return refusals.cure(use_case, request)


def photos_of(things: list[Any]) -> list[dict[str, Any]]:
    return [
        {"url": addresses.to("file", one.pk), "caption": one.by_name, "alt": one.name}
        for one in files.of_all(things)
        if not one.is_secret and one.content_type.startswith("image/")
    ]
