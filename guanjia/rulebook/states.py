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
