"""What can have happened to an order or an appointment.

Every line about an order is also about its source (the case that asked for it), its house and its reporter, so that
what is done here can meet what is owed there. Names of residents stay out of the journal.
"""

from datetime import datetime

from guanjia.kernel.journal import Fact


class OrderOpened(Fact, name="work.order.opened", zh="工单已开出"):
    """`source_kind` is "" where nobody asked; `technician_on_duty` says whether one sat in the duty room just then."""

    kind: str
    place: str
    craft: str
    urgency: int
    importance: int
    work_class: str
    paid: bool = False
    source_kind: str = ""
    technician_on_duty: bool = True
    summary: str = ""
    says = "{summary}"


class OrderAssigned(Fact, name="work.order.assigned", zh="已派工"):
    """`by_appointment`: he is expected at an agreed time (until `ends_at`), not now. `instead_of`: who had it before."""

    place: str
    technician_id: str
    technician: str
    on_duty_in_room: bool
    by_appointment: bool = False
    ends_at: datetime | None = None
    instead_of: str = ""
    why: str = ""
    says = "派给{technician}"


class OrderAccepted(Fact, name="work.order.accepted", zh="技术员已接单"):
    technician_id: str


class OrderDeclined(Fact, name="work.order.declined", zh="技术员已退单"):
    """Nobody has it now, so `technician_id` is empty; somebody is still expected where an appointment stands."""

    declined_by: str
    reason: str
    technician_id: str = ""
    by_appointment: bool = False
    ends_at: datetime | None = None
    says = "{reason}"


class OrderArrived(Fact, name="work.order.arrived", zh="已到场"):
    technician_id: str
    place: str = ""
    says = "{place}"


class PriceQuoted(Fact, name="work.order.quoted", zh="已报价"):
    price_fen: int
    before_fen: int | None = None
    note: str = ""


class PriceAgreed(Fact, name="work.order.price_agreed", zh="费用已获认可"):
    price_fen: int


class OrderStarted(Fact, name="work.order.started", zh="已开工"):
    paid: bool = False


class OrderPaused(Fact, name="work.order.paused", zh="已暂停"):
    reason: str
    reason_zh: str = ""
    note: str = ""
    says = "{reason_zh}{note}"


class OrderResumed(Fact, name="work.order.resumed", zh="已恢复"):
    pass


class OrderNoted(Fact, name="work.order.noted", zh="工单备注"):
    text: str
    says = "{text}"


class OrderFinished(Fact, name="work.order.finished", zh="维修已做完，待签认"):
    result: str
    materials: str = ""
    says = "{result}"


class OrderSigned(Fact, name="work.order.signed", zh="已签认"):
    capacity: str
    capacity_zh: str = ""
    says = "{capacity_zh}签认"


class WaterTested(Fact, name="work.order.water_tested", zh="已试水"):
    dry: bool
    note: str = ""
    says = "{note}"


class OrderCompleted(Fact, name="work.order.completed", zh="工单已完工"):
    work_class: str
    place: str
    kind: str
    craft: str = ""
    technician_id: str = ""


class OrderRejected(Fact, name="work.order.rejected", zh="验收不合格，返工"):
    reason: str
    says = "{reason}"


class OrderCancelled(Fact, name="work.order.cancelled", zh="工单已取消"):
    reason: str
    says = "{reason}"


class OrderChased(Fact, name="work.order.chased", zh="已催办"):
    note: str = ""
    says = "{note}"


class OrderEscalated(Fact, name="work.order.escalated", zh="已报告维修负责人"):
    to_role: str
    note: str = ""
    says = "{note}"


class AppointmentBooked(Fact, name="work.appointment.booked", zh="已约上门时间"):
    starts_at: datetime
    ends_at: datetime
    technician_id: str = ""
    window: str = ""
    says = "约定 {window} 上门"


class AppointmentMoved(Fact, name="work.appointment.moved", zh="上门时间已改"):
    reason: str
    says = "{reason}"


class AppointmentMissed(Fact, name="work.appointment.missed", zh="未按约上门"):
    note: str = ""
    says = "{note}"
