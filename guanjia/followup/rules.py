"""The chapter of return visits: after what, by when, by whom, what is asked, and what follows from the answer."""

from django.utils.translation import gettext_lazy as _

from guanjia.rulebook import (
    Checklist,
    Coverage,
    Duty,
    Fields,
    Need,
    Periodic,
    Retention,
    Window,
    about,
    end_of_period,
    on,
    param,
    payload,
    realises,
)

from . import seed, selectors
from .states import HOME, LETTER, PHONE, VISIT

MADE = "followup.return_visit.made"
MAKE = "followup.return_visit.make"
REPAIRS = ("repair", "paid_service", "rework")

realises("FUP-017", by=VISIT)  # 回访执行与审核流程

# -- after what, by when -----------------------------------------------------------------------------
# 投诉办结三天内回访，由人回访
Duty(
    "FUP-001",
    opens_on=on("desk.case.resolved", type="complaint"),
    met_by=MADE,
    voided_by=("desk.case.denied", "desk.case.reopened"),
    blocks="desk.case.close",
    owner="office_manager",
    cure=MAKE,
)
Need(
    "FUP-001",
    stage="by_a_person",
    gate="followup.return_visit.tap",
    where={"visit_class": "complaint"},
    cure=MAKE,
    missing=lambda gate: [_("投诉由专人回访，不能由住户自评代替。")],
)

# 电话回访只在客户方便的时段；采用这条的项目才守
Window("FUP-054", gate=MAKE, where={"way": PHONE}, cure=MAKE, awake=False)

# 安全设施维修两天内；渗漏维修试漏后三天内；其他维修两天内
Duty(
    "FUP-026",
    opens_on=on("work.order.completed", work_class="safety"),
    met_by=MADE,
    voided_by="work.order.rejected",
    owner="desk_agent",
    cure=MAKE,
)
Duty(
    "FUP-027", opens_on=on("work.order.water_tested", dry=True), met_by=MADE, voided_by="work.order.rejected", owner="desk_agent", cure=MAKE
)
Duty(
    "FUP-028",
    opens_on=on("work.order.completed", work_class="other", kind=REPAIRS),
    met_by=MADE,
    voided_by="work.order.rejected",
    owner="desk_agent",
    cure=MAKE,
)

# 报修每日回访五成以上
Periodic(
    "FUP-024",
    every="day",
    draw=selectors.repairs_to_revisit,
    share=param("target"),
    met_by=MADE,
    due="same day",
    owner="desk_agent",
    cure=MAKE,
)

# -- how many ----------------------------------------------------------------------------------------
# 投诉、入住回访率百分之百；维修、特约、求助服务六成以上；维修回访处理率百分之百
Coverage("FUP-009", of=on("desk.case.resolved", type="complaint"), counted_by=MADE)
Coverage("FUP-010", of=on("customers.occupancy.moved_in", role=("owner", "tenant")), counted_by=MADE)
Coverage(
    "FUP-011",
    of=(on("work.order.completed", kind=("repair", "paid_service", "entrusted")), on("desk.case.resolved", type="help")),
    counted_by=MADE,
)
Coverage("FUP-025", of=on("work.order.completed", kind=REPAIRS), counted_by=MADE)


# -- by whom, what is asked, whose names stand under it ------------------------------------------------
def dependent(gate):
    """Why this visitor is not independent of what he asks about, in sentences; [] if he is (FUP-015)."""
    reasons = []
    if gate.did_the_work:
        reasons.append(_("回访人就是维修的技术员，须换人回访。"))
    if gate.handled_the_case:
        reasons.append(_("回访人就是这件投诉的经办人，须换人回访。"))
    if gate.is_accused:
        reasons.append(_("回访人就是被投诉人，须换人回访。"))
    elif gate.is_of_accused_unit and not selectors.accused_head_may_visit(gate.project_id, gate.at):
        reasons.append(_("回访人属于被投诉的部门，须换人回访。"))
    return reasons


def unsigned(gate):
    """Whose signatures are missing (FUP-018): the resident's where he was met or written to, the visitor's always."""
    reasons = []
    if gate.way in (HOME, LETTER) and not gate.resident_signed:
        reasons.append(_("非电话回访，须住户签名。"))
    if not gate.visitor_signed:
        reasons.append(_("缺回访人签名。"))
    return reasons


# 回访人安排；回访五项内容；非电话回访须住户签名
Need("FUP-015", gate=MAKE, missing=dependent)
Fields(
    "FUP-016",
    gate=MAKE,
    fields={
        "quality": "quality",
        "effect": "effect",
        "satisfaction": "satisfaction",
        "shortcomings": "shortcomings",
        "suggestions": "suggestions",
    },
)
Need("FUP-018", gate=MAKE, missing=unsigned)

# -- what follows --------------------------------------------------------------------------------------
# 记录二十四小时内交助理；不合格责成限期整改
Duty(
    "FUP-021",
    opens_on=MADE,
    met_by="followup.return_visit.handed_in",
    owner=("desk_agent", payload("visitor_id")),
    cure="followup.return_visit.hand_in",
)
Duty(
    "FUP-020",
    opens_on=on("followup.return_visit.reviewed", result="failed"),
    met_by="quality.rectification.planned",
    due="at once",
    owner="office_manager",
    cure="quality.rectification.plan",
)

# 回访发现问题即通知整改：返工单关联原工单；没有工单的，诉求重新办理
Duty(
    "FUP-029",
    opens_on=on(MADE, result="problem", with_order=True),
    met_by=on("work.order.opened", kind="rework"),
    due="at once",
    owner="desk_agent",
    cure="work.order.open",
)
Duty(
    "FUP-029",
    stage="reopened",
    opens_on=on(MADE, result="problem", with_order=False),
    subject=about("desk.case"),
    met_by=("desk.case.denied", "desk.case.reopened", "desk.case.work_ordered"),
    due="at once",
    owner="desk_agent",
    cure="desk.case.reopen",
)

# 回访记录保存两年
Retention("FUP-022", kind="followup.returnvisit", since="followup.return_visit.handed_in", keep=param("keep"))

# -- departments are checked ----------------------------------------------------------------------------
# 客服中心每期检查各部门；检查人与验证人都不是被检查部门的人；整改由客服主管验证
CHECKED = {"list": seed.DEPARTMENT}
START = "quality.check.start"

Periodic(
    "ORG-035",
    every=param("every", "month"),
    draw=selectors.departments_to_check,
    met_by=on("quality.check.completed", **CHECKED),
    due=end_of_period(),
    owner="desk_supervisor",
    cure=START,
)
Checklist("ORG-035", stage="sample", list=seed.DEPARTMENT, every=param("every", "month"), population=selectors.departments_to_check)
Need(
    "ORG-035",
    stage="by_another",
    gate=START,
    where=CHECKED,
    missing=lambda gate: [_("您就在被检查的部门，请由别的部门的人检查。")] if gate.checked_id in gate.checker_units else [],
)
Need(
    "ORG-035",
    stage="opinion",
    gate="quality.check.complete",
    where=CHECKED,
    missing=lambda gate: [] if gate.remark else [_("请填写改进意见；没有就写「无」。")],
)


def verified_by_the_desk(gate):
    """Who says that a department has put something right: the desk's supervisor, and nobody of that department."""
    reasons = []
    if "desk_supervisor" not in gate.verifier_roles:
        reasons.append(_("部门检查的整改由客服主管验证。"))
    if gate.checked_id in gate.verifier_units:
        reasons.append(_("您就在被检查的部门，请由别的部门的人验证。"))
    return reasons


Need("ORG-035", stage="verify", gate="quality.rectification.verify", where=CHECKED, missing=verified_by_the_desk)
