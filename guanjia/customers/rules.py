"""What the handbooks ask of customers, bound to their facts and gates."""

from django.utils.translation import gettext as _

from guanjia.kernel import exporting, files, reveals
from guanjia.kernel.models import ReadLog
from guanjia.kernel.states import BULK, DECOY, GLASS
from guanjia.org.models import Role
from guanjia.rulebook import (
    Approval,
    Checklist,
    Coverage,
    Duty,
    Fields,
    Need,
    Periodic,
    Step,
    Tally,
    end_of_period,
    on,
    param,
    payload,
    realises,
)

from . import answers, holdings, looking, overview, papers, profiles, seed
from .models import Archive, ArchiveItem, Occupancy, ProfileAnswer
from .selectors import households_to_verify, occupant_sheet, the_project
from .services import change_customer
from .states import BAD_CUSTOMER, CONDUCT, VULNERABLE

Fields("CUS-001", gate="customers.occupancy.move_in", fields={"name": "customer_name", "contact": "contact", "house": "house"})

realises("EST-020", by=Occupancy)  # tenants, nannies, tutors and the others, each linked to the household
realises("CUS-011", by=occupant_sheet, as_="register")  # the printed form is read from the rows


# -- folders -----------------------------------------------------------------------------------------
FILE = "customers.archive.file"
PLACE = {"class": "paper", "cabinet": "cabinet", "folder": "folder"}

Fields("CUS-004", gate=FILE, fields=PLACE, cure="customers.archive.place")
Need(
    "CUS-015",
    gate=FILE,
    missing=lambda gate: [] if gate.has_copy else [_("请附上电子件：拍照或选择文件。")],
)
realises("CUS-014", by=Archive)  # one a household, by constraint
realises("CUS-017", by=ArchiveItem)  # volume and number of each paper, once
realises("CUS-019", by=holdings.findable_papers)  # 日期、姓名、项目、文件皆可查

# 档案入住时随住户建立；工程档案在装修完成后一个月内归档
Duty(
    "EST-015",
    opens_on=on("estate.house.use_changed", decorated=True),
    met_by=on("customers.archive.filed", paper="engineering"),
    due=param("within", "30 days"),
    owner="engineering_head",
    cure=FILE,
)

# 档案只供经理与物业助理查阅：别的岗位看不到，也借不走
realises("CUS-009", by=Role, as_="role")  # 角色表中 customers.archive.see
Need(
    "CUS-009",
    gate="customers.archive.lend",
    missing=lambda gate: (
        []
        if gate.may_read or gate.borrower is None
        else [_("「%(name)s」的岗位不能查阅客户资料，请借给经理或物业助理。") % {"name": gate.borrower_name}]
    ),
)
# 借出的档案到期归还：离柜的资料始终知道在谁手里
Duty(
    "CUS-006",
    stage="loan",
    opens_on="customers.archive.lent",
    met_by="customers.archive.returned",
    due=payload("due_at"),
    owner=("steward", payload("borrower_id")),
    cure="customers.archive.return",
)

# 公司机密文件：只按岗位打开，谁打开过都有记录，哪个岗位都不例外
realises("ORG-039", by=files.open_secret, as_="access")

Need(
    "CUS-010",
    stage="why",
    gate="customers.archive.disclose",
    missing=lambda gate: [
        words
        for value, words in (
            (gate.reason, _("请写明是什么特殊情况。")),
            (gate.to_whom, _("请写明披露给谁。")),
            (gate.what, _("请写明披露哪些内容。")),
        )
        if not value.strip()
    ],
)
Approval("CUS-010", gate="customers.archive.disclose", chain=(Step("office_manager", within="1 day"),))

# 每年清理、分类装订成卷：各类都装订完才算办妥
Periodic(
    "CUS-018",
    every=param("every"),
    draw=holdings.projects_to_bind,
    met_by=on("customers.archive.bound", is_all=True),
    due=end_of_period(),
    owner="steward",
    cure="customers.archive.bind",
)

Checklist("CUS-020", list=seed.TRUTH, every=param("every", "month"), population=holdings.folders_to_check)
Checklist("CUS-039", list=seed.ORDER, every=param("every", "month"), population=holdings.folders_to_check)

# -- profiles ----------------------------------------------------------------------------------------
Need(
    "CUS-016",
    gate="customers.archive.open",
    where={"kind": papers.BUSINESS},
    missing=lambda gate: [_("四方面资料还缺：%(parts)s。") % {"parts": "、".join(gate.empty_parts)}] if gate.empty_parts else [],
    cure="customers.profile.revise",
)
realises("CUS-016", by=profiles.sheet, as_="register")
realises("CUS-021", by=ProfileAnswer)
realises("CUS-022", by=answers.may_read_sensitive, as_="access")
Need(
    "CUS-022",
    gate="customers.profile.revise",
    where={"is_sensitive": True},
    missing=lambda gate: [] if gate.has_consent else [_("留存敏感信息须先取得客户单独同意，请先登记同意。")],
    cure="customers.consent.give",
)

# -- leases ------------------------------------------------------------------------------------------
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

# 客户资料定期核实；采用每月全面核对的项目不用这一条
Periodic(
    "CUS-003",
    every=param("every"),
    draw=households_to_verify,
    met_by="customers.customer.verified",
    due=end_of_period(),
    owner="desk_agent",
    cure="customers.customer.verify",
)

# 客户情况一览表：随时是现状；每月逐户核对、签认
realises("CUS-012", by=overview.rows, as_="register")
Periodic(
    "CUS-013",
    every=param("every"),
    draw=the_project,
    met_by=on("quality.signoff.signed", register=overview.REGISTER),
    due=end_of_period(),
    owner="steward",
    cure="customers.overview.sign",
)
Need(
    "CUS-013",
    stage="every_row",
    gate="customers.overview.sign",
    cure="customers.household.verify",
    missing=lambda gate: [_("还有 %(n)d 户没有核对。") % {"n": gate.unchecked}] if gate.unchecked else [],
)

# 劣质客户：报主管确认，到期复核
Approval("CUS-026", gate="customers.flag.set", where={"kind": BAD_CUSTOMER}, chain=(Step("desk_supervisor"),))
Duty(
    "CUS-026",
    stage="review",
    opens_on=(on("customers.flag.set", family=CONDUCT), on("customers.flag.reviewed", family=CONDUCT)),
    met_by=("customers.flag.reviewed", "customers.flag.lifted"),
    due=payload("review_at"),
    owner="desk_supervisor",
    cure="customers.flag.review",
)

# 老弱病残幼：本人或监护人同意才标识
Need(
    "CUS-035",
    stage="consent",
    gate="customers.flag.set",
    where={"kind": tuple(VULNERABLE)},
    cure="customers.consent.give",
    missing=lambda gate: [] if gate.consented else [_("缺本人或监护人对「老弱病残幼关怀」的同意。")],
)

# 存量数据清理：六项动作各报数字
Periodic(
    "CUS-028",
    every=param("every"),
    draw=the_project,
    met_by="customers.cleanup.finished",
    due=end_of_period(),
    owner="office_manager",
    cure="customers.cleanup.finish",
)

# entered, searched and changed by post; the journal keeps prints of every change
realises("CUS-031", by=change_customer, as_="access")

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

# 查阅客户资料：岗位不含查阅的人，经客服主管批准，限范围、限期，到期自止
Approval("CUS-008", gate="customers.access.grant", chain=(Step(looking.SUPERVISOR, within="1 day"),))

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
Approval("CUS-030", stage="export", gate="kernel.export.make", chain=looking.TWO_MORE, lasts="1 day")
Need("CUS-007", stage="export", gate="kernel.export.make", missing=looking.no_lawful_export)
Need("CUS-007", stage="send", gate="kernel.message.send", missing=looking.not_agreed_to, cure="customers.consent.give")
exporting.install_rows_max(looking.rows_max)
realises("CUS-030", by=ReadLog, as_="access")
