"""Doing the work: arriving, agreeing a price, repairing, testing, having it signed."""

from django.db import models
from django.utils.translation import gettext as _

from guanjia.kernel import money, signatures
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Conflict, IllegalMove, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase

from .. import facts, gates, selectors
from ..models import Assignment, Attendance, WorkOrder
from ..states import APPOINTMENT, CAPACITIES, COMPLETED, DONE, FINISHED, ORDER, PAUSED, PAUSES, WORKING
from ._order import about, change, end_assignment, require


@usecase("work.order.arrive")
def arrive_order(order: WorkOrder, *, place: str = "", act: Act) -> WorkOrder:
    """The technician is at the door (or at the broken lamp). Time and place are evidence; an appointment is kept by it."""
    order = ORDER.move(order, "arrive", act=act, arrived_at=act.at)
    Attendance.objects.create(
        project=order.project, order=order, technician=order.technician, arrived_at=act.at, place=place.strip()[:120], created_at=act.at
    )
    window = selectors.open_appointment(order)
    if window is not None:
        APPOINTMENT.move(window, "keep", act=act)
    record(order, facts.OrderArrived(technician_id=str(order.technician_id), place=place.strip()), act=act, about=about(order, window))
    return order


@usecase("work.order.quote")
def quote_price(order: WorkOrder, *, price_fen: int, note: str = "", act: Act) -> WorkOrder:
    """Tell the payer a price in fen. A price told anew asks anew: work under way stands still until he agrees (WORK-020)."""
    _priceable(order, price_fen)
    if not order.paid:
        raise BadInput([Reason(_("这张工单是免费维修，不用报价。"), field="price_fen")])
    before = order.price_fen
    if order.state in (WORKING, PAUSED):
        order = ORDER.move(order, "requote", act=act, price_fen=price_fen, price_agreed_at=None, payer="")
    else:
        order = change(order, price_fen=price_fen, price_agreed_at=None, payer="")
    record(order, facts.PriceQuoted(price_fen=price_fen, before_fen=before, note=note.strip()), act=act, about=about(order))
    return order


@usecase("work.order.agree_price")
def agree_price(order: WorkOrder, *, price_fen: int, payer: str, act: Act) -> WorkOrder:
    """The payer accepts the price in fen that he was told, which this call also tells if nobody did before.

    Raises Conflict if another price was told meanwhile: nobody agrees to a number he has not seen.
    """
    _priceable(order, price_fen)
    require(payer=(payer, _("请填写认可费用的付费人。")))
    if not order.paid:
        raise BadInput([Reason(_("这张工单是免费维修，没有费用可认可。"), field="price_fen")])
    if order.price_fen is not None and order.price_fen != price_fen:
        raise Conflict([Reason(_("报价已改为 %(price)s 元，请按新报价确认。") % {"price": money.yuan(order.price_fen)}, field="price_fen")])
    order = change(order, price_fen=price_fen, price_agreed_at=act.at, payer=payer.strip())
    record(order, facts.PriceAgreed(price_fen=price_fen), act=act, about=about(order))
    return order


@usecase("work.order.start", gate=gates.StartOrder)
def start_order(order: WorkOrder, *, act: Act) -> WorkOrder:
    """Begin. Raises GateClosed for paid work whose price nobody agreed (WORK-020)."""
    order = ORDER.move(order, "start", act=act, started_at=order.started_at or act.at)
    record(order, facts.OrderStarted(paid=order.paid), act=act, about=about(order))
    return order


@usecase("work.order.pause", gate=gates.PauseOrder)
def pause_order(order: WorkOrder, *, reason: str, note: str = "", act: Act) -> WorkOrder:
    """Lay the work down for one of the reasons of `states.PAUSES`; the desk tells the resident."""
    if reason not in PAUSES:
        raise BadInput([Reason(_("请选择暂停原因。"), field="reason")])
    order = ORDER.move(order, "pause", act=act, pause_reason=reason)
    said = f"：{note.strip()}" if note.strip() else ""
    record(order, facts.OrderPaused(reason=reason, reason_zh=str(PAUSES[reason]), note=said), act=act, about=about(order))
    return order


@usecase("work.order.resume", gate=gates.StartOrder)
def resume_order(order: WorkOrder, *, act: Act) -> WorkOrder:
    """Go on. The gate is that of starting: a pause is no way round an agreed price."""
    order = ORDER.move(order, "resume", act=act, pause_reason="", started_at=order.started_at or act.at)
    record(order, facts.OrderResumed(), act=act, about=about(order))
    return order


@usecase("work.order.note")
def add_note(order: WorkOrder, *, text: str, act: Act) -> WorkOrder:
    """Write something down on the order's timeline."""
    require(text=(text, _("请填写备注。")))
    record(order, facts.OrderNoted(text=text.strip()), act=act, about=about(order))
    return order


@usecase("work.order.finish", gate=gates.FinishOrder)
def finish_order(order: WorkOrder, *, result: str, materials: str = "", act: Act) -> WorkOrder:
    """The repair is done and waits for its sign-off; until then it counts as unfinished (WORK-008)."""
    require(result=(result, _("请写明修了什么、结果如何。")))
    order = ORDER.move(order, "finish", act=act, result=result.strip(), materials=materials.strip(), finished_at=act.at)
    record(order, facts.OrderFinished(result=order.result, materials=order.materials), act=act, about=about(order))
    return order


@usecase("work.order.test_water")
def test_water(order: WorkOrder, *, dry: bool = True, note: str = "", act: Act) -> WorkOrder:
    """Water was let run over the repaired place. A dry test starts the clock of its return visit (FUP-027)."""
    if order.state not in (WORKING, FINISHED, COMPLETED):
        raise IllegalMove([Reason(_("工单%(state)s，还不能试水。") % {"state": ORDER.labels[order.state]})])
    order = change(order, water_tested_at=act.at if dry else None)
    said = " ".join(filter(None, [str(_("不再渗漏") if dry else _("仍有渗漏")), note.strip()]))
    record(order, facts.WaterTested(dry=dry, note=said), act=act, about=about(order))
    return order


@usecase("work.order.sign")
def sign_order(
    order: WorkOrder,
    *,
    signer_name: str,
    capacity: str,
    method: str = "glass",
    image: bytes | None = None,
    signer: models.Model | None = None,
    act: Act,
) -> WorkOrder:
    """Somebody accepts the work with his name.

    `capacity` is one of `states.CAPACITIES`; `signer` the customer or staff member, where known (public repairs need
    the staff member, WORK-010). Whether this signature suffices is asked when the order is completed, so a wrong one
    can be followed by the right one.
    """
    ORDER.require(order, "sign")
    if capacity not in CAPACITIES:
        raise BadInput([Reason(_("请选择签认人身份。"), field="capacity")])
    slot = _slot(order, signer_name.strip(), capacity, signer)
    signature = signatures.give(
        order, slot=slot, signer_name=signer_name, capacity=capacity, method=method, image=image, signer=signer, act=act
    )
    order = ORDER.move(order, "sign", act=act, sign_off=signature)
    record(order, facts.OrderSigned(capacity=capacity, capacity_zh=str(CAPACITIES[capacity])), act=act, about=about(order))
    return order


@usecase("work.order.complete", gate=gates.CompleteOrder)
def complete_order(order: WorkOrder, *, act: Act) -> WorkOrder:
    """The signed order is done.

    Raises GateClosed without a signature (WORK-008), or with one of somebody who may not sign: no grown-up of the
    household (WORK-009), no rank for public repairs (WORK-010).
    """
    order = ORDER.move(order, "complete", act=act, completed_at=act.at)
    end_assignment(order, "done", act.at)
    record(
        order,
        facts.OrderCompleted(
            work_class=order.work_class, place=order.place, kind=order.kind, craft=order.craft, technician_id=str(order.technician_id)
        ),
        act=act,
        about=about(order),
    )
    return order


@usecase("work.order.reject")
def reject_order(order: WorkOrder, *, reason: str, act: Act) -> WorkOrder:
    """Whoever reported it finds it not right: back to work, and a new signature will be needed."""
    require(reason=(reason, _("请写明哪里不合格。")))
    was_done = order.state in DONE
    order = ORDER.move(
        order, "reject", act=act, sign_off=None, completed_at=None, finished_at=None, water_tested_at=None, rejections=order.rejections + 1
    )
    if was_done:
        Assignment.objects.create(
            project=order.project,
            order=order,
            technician=order.technician,
            assigned_by_id=act.person_id,
            assigned_at=act.at,
            on_duty_in_room=False,
            accepted_at=act.at,
            created_at=act.at,
        )
    record(order, facts.OrderRejected(reason=reason.strip()), act=act, about=about(order))
    return order


def _slot(order: WorkOrder, name: str, capacity: str, signer: models.Model | None) -> str:
    """The slot of this round of work; another one where the same name stands there in another capacity, which did not suffice."""
    here = [s for s in signatures.of(order) if s.slot.startswith(order.sign_off_slot) and s.signer_name == name]
    same = next((s for s in here if (s.capacity, s.signer_id) == (capacity, signer.pk if signer else None)), None)
    return same.slot if same else f"{order.sign_off_slot}.{len(here)}" if here else order.sign_off_slot


def _priceable(order: WorkOrder, price_fen: int) -> None:
    if order.state in (*DONE, FINISHED):
        raise IllegalMove([Reason(_("工单%(state)s，费用不能再改。") % {"state": ORDER.labels[order.state]})])
    if price_fen < 0:
        raise BadInput([Reason(_("费用不能为负数。"), field="price_fen")])
