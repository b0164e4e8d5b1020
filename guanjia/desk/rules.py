"""The desk's chapter of the handbook, and what it must do when work comes back.

Ranks of complaints: 3 major, 2 important, 1 minor. A duty towards the customer goes to the desk and to the case's owner;
one that goes up the ladder names who must hear it.
"""

from django.utils.translation import gettext as _

from guanjia.kernel.errors import Reason
from guanjia.rulebook import Coverage, Duty, Fields, Need, about, earliest, on, param, payload
from guanjia.rulebook.catalogue import load

from . import facts, gates
from .states import ANONYMOUS, COMPLAINT_TYPE, CONSULTATION, CUSTOMER, HOME, IN, REPAIR, STAFF, TRANSFERRED

OWNER = ("desk_agent", payload("owner_id"))  # the case's owner; the desk, should he be gone
OVER = ("desk.case.withdrawn", "desk.case.closed")

# What stops a clock of resolving, and what lets it run on. Clocks of answering and telling never stop. An order that waits lets
# go when it is worked on again, when another goes there, when a new price asks the payer, and when it is no longer wanted.
WAITING_FOR_OTHERS = ("desk.case.asked_customer", on("work.order.paused", reason=("parts", "contractor", "weather")))
GOING_ON = ("desk.case.resumed", "work.order.resumed", "work.order.assigned", "work.order.quoted", "work.order.cancelled")


# -- contacts ----------------------------------------------------------------------------------------------
Duty(
    "DESK-004",
    opens_on=on("desk.contact.received", channel=tuple(load()["DESK-004"].param("channels")), direction=IN),
    met_by="desk.contact.answered",
    owner="desk_agent",
    cure="desk.contact.answer",
)

Fields(
    "DESK-011",
    gate="desk.contact.end",
    where={"channel": "phone", "direction": IN},
    fields={
        "time": "time",
        "place": "place",
        "matter": "matter",
        "to_solve": "to_solve",
        "room_no": "room",
        "repeated_back": "repeated_back",
    },
)

# -- nothing is lost: an owner and a next due time, from the first moment to the last ---------------------------
Duty(
    "DESK-067",
    opens_on="desk.case.opened",
    met_by="desk.case.accepted",
    voided_by=OVER,
    due=param("respond"),
    owner=OWNER,
    cure="desk.case.accept",
)


def explained_and_promised(gate: gates.AcceptCase) -> list[Reason]:
    """What is still missing where there is no answer now."""
    clause = load()["DESK-067"].title
    reasons = []
    if not gate.answered and not gate.explanation:
        reasons.append(Reason(_("现在答复不了，请向客户说明原因。"), rule="DESK-067", field="explanation", clause=clause))
    if not gate.answered and gate.promised_at is None:
        reasons.append(Reason(_("现在答复不了，请承诺答复时间。"), rule="DESK-067", field="promise_at", clause=clause))
    return reasons


Need("DESK-067", gate="desk.case.accept", missing=explained_and_promised)

Duty(
    "DESK-007",
    stage="follow",
    opens_on=facts.LOOKS,
    met_by=facts.LOOKS,
    voided_by=OVER,
    due=payload("look_at"),
    owner=OWNER,
    cure="desk.case.follow",
)
Need(
    "DESK-007",
    gate="desk.case.resolve",
    cure="work.order.complete",
    missing=lambda gate: [_("还有 %(count)d 张工单没有做完。") % {"count": gate.open_orders}] if gate.open_orders else [],
)
Need(
    "DESK-007",
    stage="withdraw",
    gate="desk.case.withdraw",
    cure="work.order.cancel",
    missing=lambda gate: [_("还有 %(count)d 张工单没有取消。") % {"count": gate.open_orders}] if gate.open_orders else [],
)

Need(
    "DESK-008",
    gate="desk.case.close",
    cure="desk.case.transfer",
    missing=lambda gate: [_("转给他人不等于办结：首问责任人跟到办结，或等对方正式接手。")] if gate.outcome == TRANSFERRED else [],
)

Duty(
    "DESK-047",
    opens_on="desk.case.promised",
    met_by=("desk.case.replied", "desk.case.resolved"),
    voided_by=OVER,
    due=payload("promised_at"),
    owner=OWNER,
    cure="desk.case.reply",
)

# -- up the ladder -----------------------------------------------------------------------------------------------
Duty(
    "DESK-006",
    opens_on=on("desk.case.marked_beyond_authority", danger=False),
    met_by="desk.case.escalated",
    voided_by=OVER,
    owner=OWNER,
    blocks="desk.case.close",
    cure="desk.case.escalate",
)
Duty(
    "DESK-006",
    stage="danger",
    opens_on=on("desk.case.marked_beyond_authority", danger=True),
    met_by="desk.case.escalated",
    voided_by=OVER,
    due="at once",
    danger="danger",
    owner=OWNER,
    blocks="desk.case.close",
    cure="desk.case.escalate",
)
Duty(
    "ORG-033",
    opens_on="desk.case.marked_beyond_authority",
    met_by="desk.case.instructed",
    voided_by=OVER,
    due=param("within", "1 day"),
    owner="office_manager",
    blocks="desk.case.close",
    cure="desk.case.instruct",
)


def beyond_authority(gate: gates.OfferRemedy) -> list[str]:
    """The cost is above what the person may decide, and above what the manager has allowed."""
    if gate.limit_fen is None or gate.cost_fen <= max(gate.limit_fen, gate.instructed_fen or 0):
        return []
    return [
        _("费用 %(cost).2f 元超出您的权限 %(limit).2f 元，请先请示经理。") % {"cost": gate.cost_fen / 100, "limit": gate.limit_fen / 100}
    ]


Need("ORG-033", gate="desk.complaint.offer", missing=beyond_authority, cure="desk.case.mark_beyond_authority")

Duty(
    "DESK-068",
    stage="acted",
    opens_on="desk.case.marked_urgent",
    met_by=("desk.case.work_ordered", "desk.complaint.harm_stopped", "work.order.arrived"),
    voided_by=OVER,
    due="at once",
    danger="danger",
    owner=OWNER,
    cure="desk.case.order_work",
)
Duty(
    "DESK-068",
    stage="reported",
    opens_on="desk.case.marked_urgent",
    met_by="desk.case.escalated",
    voided_by=OVER,
    due="at once",
    danger="danger",
    owner=OWNER,
    blocks="desk.case.close",
    cure="desk.case.escalate",
)

# -- consultation ------------------------------------------------------------------------------------------------
ASKED = {"question": "question", "promised_at": "promised_at", "expert": "expert"}

Need(
    "DESK-020",
    gate="desk.case.resolve",
    where={"type": CONSULTATION},
    cure="desk.case.reply",
    missing=lambda gate: [] if gate.replied else [_("还没有答复客户。")],
)
Fields("DESK-021", gate="desk.case.promise", where={"type": CONSULTATION}, fields=ASKED)
Fields("DESK-021", stage="accept", gate="desk.case.accept", where={"type": CONSULTATION, "answered": False}, fields=ASKED)
Duty(
    "DESK-023",
    opens_on=on("desk.case.opened", type=CONSULTATION),
    met_by="desk.case.replied",
    voided_by=(on("desk.case.classified", difficulty="difficult"), *OVER),
    owner=OWNER,
    cure="desk.case.reply",
)
Duty(
    "DESK-024",
    opens_on=on("desk.case.classified", difficulty="difficult"),
    met_by="desk.case.replied",
    voided_by=(on("desk.case.classified", difficulty="general"), *OVER),
    counts_from=payload("opened_at"),
    owner="desk_agent",
    cure="desk.case.reply",
)

# -- complaints --------------------------------------------------------------------------------------------------
TOLD = {"time": "occurred_at", "place": "scene", "accused": "accused", "course": "course", "demand": "demand", "content": "content"}

Fields("DESK-031", stage="open", gate="desk.case.open", where={"type": COMPLAINT_TYPE}, fields=TOLD)
Fields(
    "DESK-031",
    stage="open_contact",
    gate="desk.case.open",
    where={"type": COMPLAINT_TYPE, "requester": CUSTOMER},
    fields={"contact": "contact"},
)
Fields("DESK-031", stage="register", gate="desk.complaint.register", fields=TOLD)
Fields("DESK-031", stage="register_contact", gate="desk.complaint.register", where={"requester": CUSTOMER}, fields={"contact": "contact"})
Fields(
    "DESK-031",
    stage="close",
    gate="desk.case.close",
    where={"type": COMPLAINT_TYPE},
    fields={"process": "process", "result": "result", "feedback": "feedback"},
)


def complaint_is_settled(gate: gates.ResolveCase) -> list[Reason]:
    """A complaint is graded, and agreed upon where something was offered, before it counts as handled."""
    clause = load()["DESK-028"].title
    reasons = []
    if not gate.graded:
        reasons.append(Reason(_("投诉还没有定级。"), rule="DESK-028", cure="desk.complaint.grade", clause=clause))
    if gate.offer_open:
        reasons.append(Reason(_("补救方案还没有与客户达成一致。"), rule="DESK-028", cure="desk.complaint.agree", clause=clause))
    return reasons


Need("DESK-028", gate="desk.case.resolve", where={"type": COMPLAINT_TYPE}, missing=complaint_is_settled)

REGRADED_FROM = {rank: on("desk.complaint.graded", rank=tuple({1, 2, 3} - {rank})) for rank in (1, 2, 3)}

Duty(
    "DESK-036",
    stage="told",
    opens_on=on("desk.complaint.graded", rank=3),
    met_by=on("desk.case.escalated", to_role="office_manager"),
    voided_by=(REGRADED_FROM[3], *OVER),
    due=param("to_director"),
    owner=OWNER,
    cure="desk.case.escalate",
)
Duty(
    "DESK-036",
    stage="answered",
    opens_on=on("desk.complaint.graded", rank=3),
    met_by="desk.case.replied",
    voided_by=(REGRADED_FROM[3], *OVER),
    due=param("answer_within"),
    owner="office_manager",
    cure="desk.case.reply",
)
Duty(
    "DESK-036",
    stage="resolved",
    opens_on=on("desk.complaint.graded", rank=3),
    met_by="desk.case.resolved",
    voided_by=(REGRADED_FROM[3], *OVER),
    due=param("resolve_within"),
    pauses_on=WAITING_FOR_OTHERS,
    resumes_on=GOING_ON,
    owner="office_manager",
    cure="desk.case.resolve",
)
Duty(
    "DESK-037",
    stage="passed",
    opens_on=on("desk.complaint.graded", rank=2),
    met_by=on("desk.case.escalated", to_role="dept_head"),
    voided_by=(REGRADED_FROM[2], *OVER),
    due=param("to_department_head_within"),
    owner=OWNER,
    cure="desk.case.escalate",
)
Duty(
    "DESK-037",
    stage="resolved",
    opens_on=on("desk.complaint.graded", rank=2),
    met_by="desk.case.resolved",
    voided_by=(REGRADED_FROM[2], *OVER),
    due=param("resolve_within"),
    pauses_on=WAITING_FOR_OTHERS,
    resumes_on=GOING_ON,
    owner="dept_head",
    cure="desk.case.resolve",
)
Duty(
    "DESK-038",
    opens_on=on("desk.complaint.graded", rank=1),
    met_by="desk.case.resolved",
    voided_by=(REGRADED_FROM[1], *OVER),
    due=earliest(param("resolve_within"), payload("demanded_by")),
    pauses_on=WAITING_FOR_OTHERS,
    resumes_on=GOING_ON,
    owner=OWNER,
    cure="desk.case.resolve",
)
Duty(
    "DESK-039",
    opens_on="desk.complaint.registered",
    met_by=("desk.case.notified", "desk.case.replied"),
    voided_by=OVER,
    owner="desk_agent",
    cure="desk.case.notify",
)
Duty(
    "DESK-040",
    opens_on=on("desk.complaint.registered", harm_ongoing=True),
    met_by="desk.complaint.harm_stopped",
    voided_by="desk.case.withdrawn",
    due="at once",
    danger="harm_ongoing",
    owner="desk_agent",
    blocks=("desk.complaint.offer", "desk.case.resolve"),
    cure="desk.complaint.stop_harm",
)

# -- repairs -----------------------------------------------------------------------------------------------------
Fields(
    "DESK-071",
    gate="desk.case.open",
    where={"type": REPAIR, "requester": CUSTOMER},
    fields={
        "name": "customer_name",
        "address": "address",
        "contact": "customer_phone",
        "content": "content",
        "convenient_time": "convenient_time",
    },
)
Fields(
    "DESK-071",
    stage="others",
    gate="desk.case.open",
    where={"type": REPAIR, "requester": (STAFF, ANONYMOUS)},
    fields={"address": "address", "content": "content"},
)
Fields(
    "DESK-072",
    gate="desk.case.open",
    where={"type": REPAIR, "place": HOME},
    fields={
        "room_no": "room",
        "part": "part",
        "someone_home": "someone_home",
        "spare_key_left": "spare_key_left",
        "may_use_key": "may_use_key",
        "visit_time": "visit_time",
    },
)

Duty(
    "WORK-011",
    opens_on=on("desk.case.opened", type=REPAIR),
    met_by="work.order.opened",
    voided_by=("desk.case.resolved", *OVER),
    owner=OWNER,
    cure="desk.case.order_work",
)
Duty(
    "WORK-027",
    opens_on=("work.order.completed", "work.order.paused"),
    subject=about("desk.case"),
    met_by=("desk.case.notified", "work.appointment.booked", "desk.case.confirmed"),
    voided_by=("desk.case.denied", *OVER),
    owner="desk_agent",
    cure="desk.case.notify",
)

# -- closing -----------------------------------------------------------------------------------------------------
Need(
    "DESK-084",
    gate="desk.case.close",
    cure="desk.case.confirm",
    missing=lambda gate: [] if gate.confirmed or gate.decided_by_manager else [_("客户还没有认可：请客户确认，或由主管写明理由决定结案。")],
)

# -- before anybody complains ---------------------------------------------------------------------------------------
# 预防措施登记：隐患、措施、责任人、期限；效果由别人验证
Fields(
    "DESK-081",
    gate="quality.prevention.register",
    fields={"risk": "matter", "measure": "preventive", "owner": "responsible_id", "due": "due_on"},
)
Fields("DESK-081", stage="effect", gate="quality.rectification.verify", where={"kind": "preventive"}, fields={"effect": "effect"})

# -- measures ----------------------------------------------------------------------------------------------------
TAKEN_IN = ("desk.case.opened", "desk.case.answered_at_once")

Coverage("DESK-005", of=TAKEN_IN, counted_by=("desk.case.resolved", "desk.case.answered_at_once"), every="month", target=param("target"))
Coverage(
    "DESK-053",
    stage="handled",
    of=on("desk.case.opened", type=COMPLAINT_TYPE),
    counted_by="desk.case.resolved",
    every="month",
    target=param("handled"),
)
Coverage(
    "DESK-053",
    stage="revisited",
    of=on("desk.case.resolved", type=COMPLAINT_TYPE),
    counted_by="followup.return_visit.made",
    every="month",
    target=param("revisited"),
)
