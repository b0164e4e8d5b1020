"""How a shortcoming is put right, how a list comes into use, how a check is walked; and the closed lists of words."""

from django.utils.translation import gettext_lazy as _

from guanjia.kernel.machine import Machine

OPENED, PLANNED, FINISHED, VERIFIED, FAILED = "opened", "planned", "finished", "verified", "failed"

RECTIFICATION = Machine(
    "quality.rectification",
    {
        "open": ({None}, OPENED),
        "register": ({None}, PLANNED),  # a preventive measure is known whole when it is written down
        "correct": ({PLANNED}, PLANNED),
        "plan": ({OPENED, FAILED}, PLANNED),
        "finish": ({PLANNED}, FINISHED),
        "verify": ({FINISHED}, VERIFIED),
        "fail": ({FINISHED}, FAILED),
    },
    labels={OPENED: _("待安排"), PLANNED: _("整改中"), FINISHED: _("待验证"), VERIFIED: _("已验证"), FAILED: _("验证不合格")},
    verbs={
        "open": _("开立"),
        "register": _("登记"),
        "correct": _("更正"),
        "plan": _("限期整改"),
        "finish": _("报告完成"),
        "verify": _("验证合格"),
        "fail": _("验证不合格"),
    },
)

PREVENTIVE = "preventive"
KINDS = {
    "corrective": _("纠正措施"),
    PREVENTIVE: _("预防措施"),
    "capa": _("纠正与预防"),
    "improvement": _("改进"),
    "service": _("服务整改"),
}

DRAFT, PUBLISHED, WITHDRAWN = "draft", "published", "withdrawn"

CHECKLIST = Machine(
    "quality.checklist",
    {
        "draft": ({None}, DRAFT),
        "change": ({DRAFT}, DRAFT),
        "publish": ({DRAFT}, PUBLISHED),
        "withdraw": ({PUBLISHED}, WITHDRAWN),
    },
    labels={DRAFT: _("草稿"), PUBLISHED: _("在用"), WITHDRAWN: _("已停用")},
    verbs={"draft": _("起草"), "change": _("修改"), "publish": _("发布"), "withdraw": _("停用")},
)

STARTED, COMPLETED, DROPPED = "started", "completed", "dropped"

CHECK = Machine(
    "quality.check",
    {
        "start": ({None}, STARTED),
        "answer": ({STARTED}, STARTED),
        "complete": ({STARTED}, COMPLETED),
        "drop": ({STARTED}, DROPPED),
    },
    labels={STARTED: _("检查中"), COMPLETED: _("已完成"), DROPPED: _("已作废")},
    verbs={"start": _("开始检查"), "answer": _("作答"), "complete": _("完成检查"), "drop": _("作废")},
)

OPEN, CLEARED = "open", "cleared"

FINDING = Machine(
    "quality.finding",
    {"record": ({None}, OPEN), "rectify": ({OPEN}, OPEN), "clear": ({OPEN}, CLEARED)},
    labels={OPEN: _("未销项"), CLEARED: _("已销项")},
    verbs={"record": _("记问题"), "rectify": _("开整改单"), "clear": _("销项")},
)

YES_NO, SCALE, NUMBER, WORDS = "yes_no", "scale", "number", "words"
ANSWERS = {YES_NO: _("是否"), SCALE: _("评分"), NUMBER: _("数值"), WORDS: _("文字")}
YES, NO, NOT_HERE = "yes", "no", "na"
SCALE_MAX, SCALE_PASSES = 5, 3

#: the kind of a finding, as a rectification names its source
FINDING_KIND = "quality.finding"
