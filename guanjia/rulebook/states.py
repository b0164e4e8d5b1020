"""How an approval moves."""

from django.utils.translation import gettext_lazy as _

from guanjia.kernel.machine import Machine

REQUESTED, APPROVED, REFUSED, WITHDRAWN = "requested", "approved", "refused", "withdrawn"

APPROVAL = Machine(
    "rulebook.approval",
    {
        "request": ({None}, REQUESTED),
        "approve": ({REQUESTED}, APPROVED),
        "refuse": ({REQUESTED}, REFUSED),
        "withdraw": ({REQUESTED}, WITHDRAWN),
    },
    labels={REQUESTED: _("审批中"), APPROVED: _("已批准"), REFUSED: _("未批准"), WITHDRAWN: _("已撤回")},
    verbs={"request": _("送审"), "approve": _("批准"), "refuse": _("不批准"), "withdraw": _("撤回")},
)

PROPOSED, ADOPTED, REJECTED = "proposed", "adopted", "rejected"

PROPOSAL = Machine(
    "rulebook.parameter",
    {
        "propose": ({None}, PROPOSED),
        "set": ({PROPOSED}, ADOPTED),
        "reject": ({PROPOSED}, REJECTED),
        "drop": ({PROPOSED}, WITHDRAWN),
    },
    labels={PROPOSED: _("等审批"), ADOPTED: _("已批准"), REJECTED: _("未批准"), WITHDRAWN: _("已撤回")},
    verbs={"propose": _("提议"), "set": _("生效"), "reject": _("不批准"), "drop": _("撤回")},
)
