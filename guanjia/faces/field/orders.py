"""The technician's pages: his day, an order, one move at a time."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from guanjia.kernel.errors import NotFound, Refusal
from guanjia.kernel.ids import Ref
from guanjia.kernel.reading import note
from guanjia.kernel.states import SERVING
from guanjia.org import selectors as org
from guanjia.org.models import Role
from guanjia.rulebook import told
from guanjia.web import attachments, duties, refusals, timeline
from guanjia.web.partials import page
from guanjia.work import selectors as work
from guanjia.work import states
from guanjia.work.models import WorkOrder

from . import reading
from .moves import BY_NOUN, CURES, Move, next_move, open_moves

GROUPS = (
    (gettext_lazy("新派给我"), (states.ASSIGNED,)),
    (gettext_lazy("在路上"), (states.ACCEPTED,)),
    (gettext_lazy("正在修"), (states.ON_SITE, states.WORKING, states.PAUSED)),
    (gettext_lazy("等签名"), (states.FINISHED,)),
)
LINES_SHOWN = 6


# -- the day ---------------------------------------------------------------------------------------
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """What is in my hands, by what is to be done next, and what I have finished today."""
    act = request.act
    mine = list(work.my_orders(act))
    soonest = _soonest_duty(mine, act)
    groups = [(label, [_job(order, soonest) for order in mine if order.state in wanted]) for label, wanted in GROUPS]
    start = localtime(act.at).replace(hour=0, minute=0, second=0, microsecond=0)
    done = (
        WorkOrder.objects.visible_to(act).completed().filter(technician_id=act.person_id, completed_at__gte=start, completed_at__lte=act.at)
    )
    return shown(
        request,
        "field/today.html",
        groups=[group for group in groups if group[1]],
        done=done.with_names().order_by("-completed_at"),
        mine=mine,
    )


@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Who is signed in on this phone, and the way out."""
    roles = Role.objects.filter(code__in=org.roles_of(request.act)).order_by("-rank")
    return shown(request, "field/me.html", person=request.user, roles="、".join(str(role.name) for role in roles))


def _soonest_duty(orders: list[WorkOrder], act: Any) -> dict[UUID, Any]:
    """The open duty that is due first, for each order that has one; two queries for all."""
    found: dict[UUID, Any] = {}
    for duty in reading.his_duties(orders, act) if orders else ():
        found.setdefault(duty.subject_id, duty)
    return found


def _job(order: WorkOrder, soonest: dict[UUID, Any]) -> dict[str, Any]:
    return {
        "order": order,
        "place": reading.short_place(order),
        "duty": soonest.get(order.pk),
        "state": states.ORDER.labels[order.state],
        "window": work.open_appointment(order),
    }


# -- one order -------------------------------------------------------------------------------------
@require_GET
def order_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """One order: where, whom to call, how to get in, what was said, what comes next."""
    return order_shown(request, find(request, id))


@require_http_methods(["GET", "POST"])
def move_page(request: HttpRequest, id: UUID, noun: str) -> HttpResponse:
    """One move on an order: GET shows its form, POST does it. What is refused leaves everything as it was and says what is missing."""
    order, move = find(request, id), BY_NOUN.get(noun)
    if move is None:
        raise NotFound()
    request.act.require(move.permission, on=order)
    if request.method == "GET":
        return (
            HttpResponseRedirect(address_of(order)) if move.form is None else move_shown(request, order, move, _form(request, order, move))
        )
    form = _form(request, order, move)
    if form is not None and not form.is_valid():
        return move_shown(request, order, move, form, status=422)
    try:
        with transaction.atomic():
            done = move.perform(order, request.act, **(form.values() if form else {}))
    except NotFound:
        raise
    except Refusal as refusal:
        return refused(request, find(request, id), move, form, refusal)
    if done.technician_id != request.act.person_id:  # given back: it is somebody else's now
        return HttpResponseRedirect(reverse("field"))
    return HttpResponseRedirect(f"{address_of(order)}?done={move.noun}")


@require_GET
def file(request: HttpRequest, id: UUID, file: UUID) -> HttpResponse:
    """A picture of the order, or of the case that asked for it."""
    order = find(request, id)
    found = next((one for one in reading.files_of(order) if one.pk == file), None)
    if found is None:
        raise NotFound()
    return attachments.sent(found, request.act)


def find(request: HttpRequest, id: UUID) -> WorkOrder:
    """The order, if it is mine to see; NotFound alike for others' and missing ones."""
    return work.order_for(request.act, id)


def address_of(order: WorkOrder) -> str:
    return reverse("field-order", args=[order.pk])


def move_address(order: WorkOrder, move: Move) -> str:
    return reverse("field-move", args=[order.pk, move.noun])


def cure(use_case: str, request: HttpRequest) -> dict[str, Any] | None:
    """The button that runs a use case on the order one looks at; None on pages of other faces."""
    match, move = request.resolver_match, CURES.get(use_case)
    if move is None or match is None or match.url_name not in ("field-order", "field-move"):
        return None
    order = find(request, match.kwargs["id"])
    if not move.is_open(order, request.act):
        return None
    return {"label": move.label, "url": move_address(order, move), "icon": move.icon, "method": "get" if move.form else "post"}


# -- showing ---------------------------------------------------------------------------------------
def order_shown(request: HttpRequest, order: WorkOrder, *, refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
    act = request.act
    moves = open_moves(order, act)
    step = next_move(order, moves)
    entries, _older = timeline.of(order, act, most=LINES_SHOWN)
    done = request.GET.get("done", "") if refusal is None else ""
    if order.reporter_phone and not order.is_done:
        note([order], fields=["reporter_phone"], purpose=SERVING, matter=Ref.to(order), act=act)
    return shown(
        request,
        "field/order.html",
        status=status,
        order=order,
        told=reading.of(order, act),
        step=step and _button(order, step),
        others=[_button(order, move) for move in moves if move is not step],
        duties=duties.items(reading.his_duties([order], act)),
        entries=entries,
        back_url=reverse("field"),
        state=states.ORDER.labels[order.state],
        needs=reading.needs_of(order, act, request),
        forgets=draft_of(order, done) if done in BY_NOUN else "",
        refusal=refusal,
        reasons=refusals.reasons(refusal, request) if refusal else (),
    )


def move_shown(
    request: HttpRequest, order: WorkOrder, move: Move, form: Any, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    return shown(
        request,
        "field/move.html",
        status=status,
        order=order,
        place=reading.short_place(order),
        move=move,
        form=form,
        draft=draft_of(order, move.noun),
        action=move_address(order, move),
        back_url=address_of(order),
        refusal=refusal,
        reasons=refusals.reasons(refusal, request, fields=form.fields) if refusal else (),
    )


def refused(request: HttpRequest, order: WorkOrder, move: Move, form: Any, refusal: Refusal) -> HttpResponse:
    """The form again while it can still be sent, else the order; with every reason and what cures it."""
    status = refusals.status_of(refusal)
    if form is not None and move.is_open(order, request.act):
        return move_shown(request, order, move, form, refusal=refusal, status=status)
    return order_shown(request, order, refusal=refusal, status=status)


def shown(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    tabs = [("field", _("我的工单"), "order"), ("field-me", _("我"), "person")]
    if request.act.may("followup.return_visit.make"):
        tabs.insert(1, ("field-visits", _("待回访"), "visit"))
    here = request.resolver_match.url_name
    navigation = [{"label": label, "url": reverse(name), "icon": icon, "current": name == here} for name, label, icon in tabs]
    count, late = told.unseen(request.act)
    bell = {"label": _("提醒与升级"), "url": reverse("field-notices"), "count": count, "late": late}
    return page(request, template, status=status, navigation=navigation, bell=bell, **context)


def draft_of(order: WorkOrder, noun: str) -> str:
    """The name under which the phone keeps what was typed into a move's form."""
    return f"{order.pk}-{noun}"


def _form(request: HttpRequest, order: WorkOrder, move: Move) -> Any:
    if move.form is None:
        return None
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    return move.form(*given, order=order, act=request.act)


def _button(order: WorkOrder, move: Move) -> dict[str, Any]:
    return {
        "label": move.label,
        "url": move_address(order, move),
        "icon": move.icon,
        "acts": move.form is None,
        "tone": move.tone,
        "noun": move.noun,
    }
