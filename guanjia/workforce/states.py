"""How a sanction comes about: drafted, proposed, approved by others, appealed against, upheld or lifted."""

from django.utils.translation import gettext_lazy as _

from guanjia.kernel.machine import Machine

DRAFTED, PROPOSED, DROPPED, APPROVED, REFUSED = "drafted", "proposed", "dropped", "approved", "refused"
APPEALED, UPHELD, LIFTED = "appealed", "upheld", "lifted"

SANCTION = Machine(
    "workforce.sanction",
    {
        "draft": ({None}, DRAFTED),
        "submit": ({DRAFTED}, PROPOSED),
        "drop": ({DRAFTED}, DROPPED),
        "return": ({PROPOSED}, DRAFTED),
        "approve": ({PROPOSED}, APPROVED),
        "refuse": ({PROPOSED}, REFUSED),
        "appeal": ({APPROVED}, APPEALED),
        "uphold": ({APPEALED}, UPHELD),
        "lift": ({APPEALED, APPROVED, UPHELD}, LIFTED),
    },
    labels={
        DRAFTED: _("待上级处理"),
        PROPOSED: _("审批中"),
        DROPPED: _("未采纳"),
        APPROVED: _("已生效"),
        REFUSED: _("未批准"),
        APPEALED: _("申诉中"),
        UPHELD: _("维持"),
        LIFTED: _("已撤销"),
    },
    verbs={
        "draft": _("起草"),
        "submit": _("送审"),
        "drop": _("不采纳"),
        "return": _("退回"),
        "approve": _("批准"),
        "refuse": _("不批准"),
        "appeal": _("申诉"),
        "uphold": _("维持"),
        "lift": _("撤销"),
    },
)

REWARD, PENALTY = "reward", "penalty"
KINDS = {PENALTY: _("处罚"), REWARD: _("奖励")}

#: what the handbook calls the levels, the mildest first -> what people read. WF-022 names the four penalties.
CRITICISM, FINE, TRANSFER, BY_LAW = "criticism", "fine", "transfer from the post", "by law and discipline"
PENALTIES = {CRITICISM: _("批评教育"), FINE: _("罚款"), TRANSFER: _("调离岗位"), BY_LAW: _("依法依纪处理")}
PRAISE, BONUS, PROMOTION = "praise", "bonus", "promotion"
REWARDS = {PRAISE: _("表扬"), BONUS: _("奖金"), PROMOTION: _("晋升")}
LEVELS = {PENALTY: PENALTIES, REWARD: REWARDS}

PROMISE = "WF-022"  # 违反服务承诺的处理梯度
MATTER = "workforce.sanction"  # how the approval calls it
APPROVERS = ("office_manager", "service_manager", "general_manager")
