"""What the handbooks ask of customers, bound to their facts and gates."""

from guanjia.kernel import reveals
from guanjia.kernel.models import ReadLog
from guanjia.kernel.states import BULK, DECOY, GLASS
from guanjia.rulebook import Approval, Coverage, Duty, Fields, Need, Tally, on, param, payload, realises

from . import looking
from .models import Occupancy
from .selectors import occupant_sheet

Fields("CUS-001", gate="customers.occupancy.move_in", fields={"name": "customer_name", "contact": "contact", "house": "house"})

realises("EST-020", by=Occupancy)  # tenants, nannies, tutors and the others, each linked to the household
realises("CUS-011", by=occupant_sheet, as_="register")  # the printed form is read from the rows

# 出租房资料：五项齐全；登记时缺的，限期补齐
Coverage("EST-009", of="customers.lease.registered", counted_by="customers.lease.completed")
Duty(
    "EST-009",
    stage="complete",
    opens_on=on("customers.lease.registered", complete=False),
    met_by="customers.lease.completed",
    voided_by="customers.lease.ended",
    due=param("within"),
    owner="steward",
    cure="customers.lease.change",
)

# 客户信息不得外泄：看原文须他人批准，手上正在办的事所需的电话除外；紧急查看当即放行，次日内由他人复核；谁看过都有记录
Approval(
    "CUS-006", gate="kernel.personal.reveal", chain=looking.who_gives_leave, where={"at_hand": False}, within=looking.DECIDE_WITHIN,
    lasts="1 day",
)  # fmt: skip
Duty(
    "CUS-006",
    stage="glass",
    opens_on=on("kernel.alarm.raised", kind=GLASS),
    met_by="kernel.alarm.reviewed",
    due=param("review_within", "24 hours"),
    calendar="clock",
    owner="privacy_officer",
    cure="kernel.alarm.review",
)
realises("CUS-006", by=ReadLog, as_="access")
reveals.install_terms(looking.terms)

# 使用须合法正当必要：用途从清单里选，各有各的依据
Need("CUS-007", gate="kernel.personal.reveal", missing=looking.not_lawful)

# 防泄露：一人一小时查阅过多、触碰诱饵档案，当即告警，限期复核
Tally("CUS-030", counts="kernel.personal.read", key=payload("sitting"), sums="reads", every="day", threshold=param("reads_an_hour", 60))
Duty(
    "CUS-030",
    stage="looked",
    opens_on=on("kernel.alarm.raised", kind=(BULK, DECOY)),
    met_by="kernel.alarm.reviewed",
    due=param("review_within", "24 hours"),
    calendar="clock",
    owner="privacy_officer",
    cure="kernel.alarm.review",
)
realises("CUS-030", by=ReadLog, as_="access")
