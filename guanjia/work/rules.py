"""The chapter of the repair team: how fast, in what order, for what price, signed by whom, kept how long."""

from django.utils.translation import gettext_lazy as _

from guanjia.org.models import Role
from guanjia.rulebook import Duty, Need, Retention, about, on, param, payload, realises
from guanjia.rulebook.priority import priority

from .states import ORDER

realises("WORK-001", "WORK-036", by=ORDER)  # 入户维修任务单流程；工单全流程
realises("WORK-037", by=priority)  # 优先级按紧急与重要程度
realises("ORG-031", by=Role, as_="role")  # 报修与维修的部门分工：角色表中 work.order.* 各行

# -- how fast --------------------------------------------------------------------------------------
Duty(
    "WORK-002",  # 值班员在岗时五分钟内带单到门
    opens_on=on("work.order.assigned", place="home", on_duty_in_room=True, by_appointment=False),
    met_by="work.order.arrived",
    voided_by=("work.order.assigned", "work.order.declined", "work.order.cancelled", "work.appointment.booked"),
    owner=("technician", payload("technician_id")),
    cure="work.order.arrive",
)

Duty(
    "WORK-003",  # 值班员外出时前台预约上门时间
    opens_on=on("work.order.opened", technician_on_duty=False, place="home"),
    met_by="work.appointment.booked",
    voided_by=("work.order.arrived", "work.order.cancelled"),
    due="at once",
    owner="desk_agent",
    cure="work.appointment.book",
)

Duty(
    "WORK-012",  # 紧急维修十五分钟内到场；单据可后补
    opens_on=on("work.order.opened", urgency=3),
    met_by="work.order.arrived",
    voided_by="work.order.cancelled",
    calendar="clock",
    owner="foreman",
    cure="work.order.assign",
)

Duty(
    "WORK-024",  # 按约定时间持单上门
    opens_on=("work.appointment.booked", on("work.order.assigned", by_appointment=True), on("work.order.declined", by_appointment=True)),
    subject=about("work.workorder"),
    met_by="work.order.arrived",
    voided_by=("work.appointment.moved", "work.order.assigned", "work.order.declined", "work.order.cancelled"),
    due=payload("ends_at"),
    owner=("foreman", payload("technician_id")),
    cure="work.order.arrive",
)

# -- 长时间未回单或未修复要催办 -------------------------------------------------------------------------
# The clock sleeps until the threshold; then the team is reminded at once, and what the reminder does not move is told to the head.
BACK = ("work.order.finished", "work.order.assigned", "work.order.declined", "work.order.cancelled")

Duty(
    "WORK-014",
    stage="chased",
    opens_on="work.order.assigned",
    sleeps=param("threshold"),
    due="at once",
    met_by="work.order.chased",
    voided_by=BACK,
    owner="desk_agent",
    cure="work.order.chase",
)
Duty(
    "WORK-014",
    stage="told",
    opens_on="work.order.assigned",
    sleeps=param("threshold"),
    due=param("told_within"),
    met_by="work.order.escalated",
    voided_by=BACK,
    owner="desk_agent",
    cure="work.order.escalate",
)

# -- for what price, signed by whom ----------------------------------------------------------------
Need(
    "WORK-020",
    gate="work.order.start",
    where={"paid": True},
    cure="work.order.agree_price",  # 先告知费用并获认可再维修
    missing=lambda gate: (
        [] if gate.price_agreed else [_("费用已告知，付费人尚未认可。") if gate.price_told else _("尚未告知费用并获付费人认可。")]
    ),
)

Need(
    "WORK-008",
    gate="work.order.complete",
    cure="work.order.sign",  # 无签认视为未完成
    missing=lambda gate: [] if gate.signed else [_("缺报修人签认，工单仍算未完工。")],
)

Need(
    "WORK-009",
    gate="work.order.complete",
    where={"place": "home"},
    cure="work.order.sign",  # 由家中成年人签认
    missing=lambda gate: [] if gate.by_adult or not gate.signed else [_("签认人不是这户的成年人。")],
)

Need(
    "WORK-010",
    gate="work.order.complete",
    where={"place": "public"},
    cure="work.order.sign",  # 公共维修签认人级别
    missing=lambda gate: [] if gate.by_rank or not gate.signed else [_("签认人在报修单位的级别不够，或不是本项目员工。")],
)

# -- kept how long ---------------------------------------------------------------------------------
Retention("WORK-007", kind="work.workorder", since="work.order.completed", keep=param("keep"))  # 工作任务单保存两年
