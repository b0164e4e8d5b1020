"""What a company's own rules may say about orders and appointments."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanjia.customers.models import Customer
from guanjia.estate.models import House
from guanjia.kernel.ids import Ref
from guanjia.rulebook.offers import Family, choice, flag, moment, person, population, text

from .models import Appointment, WorkOrder
from .states import APPOINTMENT, CAPACITIES, CLASSES, CRAFTS, DONE, KINDS, ORDER, PAUSES, PLACES

TECHNICIAN, PAID = person(_("技术员")), flag(_("有偿"))
UNFINISHED = tuple(state for state in ORDER.labels if state not in DONE)
LEVELS = {3: _("高"), 2: _("中"), 1: _("低")}
OF_ORDER = {
    "kind": choice(_("工单类别"), KINDS),
    "place": choice(_("地点"), PLACES),
    "craft": choice(_("工种"), CRAFTS),
    "work_class": choice(_("维修分类"), CLASSES),
    "urgency": choice(_("紧急"), LEVELS),
    "importance": choice(_("重要"), LEVELS),
    "paid": PAID,
}

orders = Family(
    WorkOrder,
    also=(House, Customer),
    sources=("desk.case", "followup.returnvisit"),
    machine=ORDER,
    deeds={"chase": UNFINISHED, "note": UNFINISHED, "quote": ("on_site", "working", "paused")},
    words=OF_ORDER,
)
orders.fact(
    "work.order.opened", "kind place craft work_class urgency importance paid", move="open", technician_on_duty=flag(_("值班员在岗"))
)
orders.fact(
    "work.order.assigned", "place", move="assign", on_duty_in_room=flag(_("在岗待命")), by_appointment=flag(_("按预约上门")),
    technician_id=TECHNICIAN, ends_at=moment(_("约定的时间")),
)  # fmt: skip
orders.fact("work.order.accepted", move="accept", technician_id=TECHNICIAN)
orders.fact("work.order.declined", move="decline")
orders.fact("work.order.arrived", move="arrive", technician_id=TECHNICIAN)
orders.fact("work.order.quoted", deed="quote")
orders.fact("work.order.price_agreed")
orders.fact("work.order.started", "paid", move="start")
orders.fact("work.order.paused", move="pause", reason=choice(_("暂停原因"), PAUSES))
orders.fact("work.order.resumed", move="resume")
orders.fact("work.order.noted", deed="note")
orders.fact("work.order.finished", move="finish")
orders.fact("work.order.signed", move="sign", capacity=choice(_("签认人身份"), CAPACITIES))
orders.fact("work.order.water_tested", dry=flag(_("不再渗漏")))
orders.fact("work.order.completed", "kind place craft work_class", move="complete", technician_id=TECHNICIAN)
orders.fact("work.order.rejected", move="reject")
orders.fact("work.order.cancelled", move="cancel")
orders.fact("work.order.chased", deed="chase")
orders.fact("work.order.escalated", deed="chase")

orders.gate("work.order.open", _("开工单"), "kind place craft work_class urgency paid content reporter_name reporter_phone", before=True)
orders.gate("work.order.assign", _("派工"), "kind place craft work_class urgency")
orders.gate("work.order.start", _("开工"), "kind place paid", price_told=flag(_("已告知费用")), price_agreed=flag(_("费用已获认可")))
orders.gate("work.order.pause", _("暂停工单"), "kind place", reason=choice(_("暂停原因"), PAUSES))
orders.gate("work.order.finish", _("报完工"), "kind place craft work_class", result=text(_("维修结果")), water_tested=flag(_("已试水")))
orders.gate(
    "work.order.complete", _("工单完工"), "kind place work_class", signed=flag(_("已签认")), by_adult=flag(_("成年人签认")),
    by_rank=flag(_("签认人级别足够")),
)  # fmt: skip
orders.gate("work.order.cancel", _("取消工单"), "kind place", reason=text(_("理由")))
orders.gate("work.appointment.book", _("预约上门"), "kind place", starts_at=moment(_("上门开始时间")), ends_at=moment(_("上门结束时间")))

appointments = Family(Appointment, also=(WorkOrder, House, Customer), sources=("desk.case", "followup.returnvisit"), machine=APPOINTMENT)
appointments.fact(
    "work.appointment.booked", move="book", starts_at=moment(_("上门开始时间")), ends_at=moment(_("上门结束时间")), technician_id=TECHNICIAN
)
appointments.fact("work.appointment.moved", move="move")
appointments.fact("work.appointment.missed", move="miss")


def _unfinished(project: Any, _period: str, _at: datetime) -> list[Ref]:
    return [Ref.to(order) for order in WorkOrder.objects.unscoped("engine").unfinished().filter(project=project).only("pk").order_by("pk")]


population("work.unfinished_orders", _("未完工的工单"), WorkOrder, _unfinished)
