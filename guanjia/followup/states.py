"""How a return visit goes (FUP-017), and the words its columns are written in."""

from django.utils.translation import gettext_lazy as _

from guanjia.kernel.machine import Machine

PLANNED, ATTEMPTED, MADE, HANDED_IN, REVIEWED = "planned", "attempted", "made", "handed_in", "reviewed"

VISIT = Machine(
    "followup.return_visit",
    {
        "plan": ({None}, PLANNED),
        "attempt": ({PLANNED, ATTEMPTED}, ATTEMPTED),
        "make": ({PLANNED, ATTEMPTED}, MADE),
        "hand_in": ({MADE}, HANDED_IN),
        "review": ({HANDED_IN}, REVIEWED),
    },
    labels={PLANNED: _("待回访"), ATTEMPTED: _("未联系上"), MADE: _("已回访"), HANDED_IN: _("已交记录"), REVIEWED: _("已审核")},
    verbs={"plan": _("安排回访"), "attempt": _("记未联系上"), "make": _("回访"), "hand_in": _("交记录"), "review": _("审核")},
)

OPEN = (PLANNED, ATTEMPTED)  # somebody still has to ask
ASKED = (MADE, HANDED_IN, REVIEWED)

COMPLAINT, REPAIR, SERVICE, WORKS, MANAGEMENT, MOVE_IN = "complaint", "repair", "service", "works", "management_service", "move_in"
CLASSES = {
    COMPLAINT: _("投诉"),
    REPAIR: _("维修"),
    SERVICE: _("特约与求助服务"),
    WORKS: _("工程"),
    MANAGEMENT: _("管理服务"),
    MOVE_IN: _("入住"),
}

PHONE, HOME, TAP, LETTER = "phone", "visit", "tap", "letter"
WAYS = {PHONE: _("电话"), HOME: _("上门"), LETTER: _("信函"), TAP: _("住户自评")}

OK, PROBLEM, DISSATISFIED = "ok", "problem", "dissatisfied"
RESULTS = {OK: _("合格"), PROBLEM: _("仍有问题"), DISSATISFIED: _("不满意")}

PASSED, FAILED = "passed", "failed"
REVIEWS = {PASSED: _("合格"), FAILED: _("不合格")}

SCALE = {5: _("很满意"), 4: _("满意"), 3: _("一般"), 2: _("不满意"), 1: _("很不满意")}

# Who makes the visit (FUP-015). The handbook sends the accused department's own head to a general complaint; guanjia
# sends the service desk instead, unless the project switches `accused_head` on.
VISITORS = {
    "important_complaint": "office_manager",
    "general_complaint": "desk_supervisor",
    "accused_head": "dept_head",
    MOVE_IN: "office_manager",
    REPAIR: "steward",
    SERVICE: "steward",
    WORKS: "steward",
    MANAGEMENT: "steward",
}

# What the resident's one tap says, where he writes nothing: he was asked one question, so the others get its answer.
NOTHING_SAID = _("住户未另行提出")
