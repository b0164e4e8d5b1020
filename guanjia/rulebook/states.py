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

# -- handbooks: a draft is read by others before it is published; what is published never changes
DRAFT, REVIEW, PUBLISHED = "draft", "review", "published"

EDITION = Machine(
    "rulebook.handbook",
    {
        "draft": ({None}, DRAFT),
        "submit": ({DRAFT}, REVIEW),
        "send_back": ({REVIEW}, DRAFT),
        "publish": ({None, REVIEW}, PUBLISHED),
    },
    labels={DRAFT: _("草稿"), REVIEW: _("审批中"), PUBLISHED: _("已发布")},
    verbs={"draft": _("起草"), "submit": _("送审"), "send_back": _("退回"), "publish": _("发布")},
)

# -- a project takes a handbook into use
PROPOSED, ADOPTED = "proposed", "adopted"

ADOPTION = Machine(
    "rulebook.adoption",
    {
        "propose": ({None}, PROPOSED),
        "adopt": ({PROPOSED}, ADOPTED),
        "refuse": ({PROPOSED}, REFUSED),
        "withdraw": ({PROPOSED}, WITHDRAWN),
    },
    labels={PROPOSED: _("审批中"), ADOPTED: _("已采用"), REFUSED: _("未批准"), WITHDRAWN: _("已撤回")},
    verbs={"propose": _("提出采用"), "adopt": _("采用"), "refuse": _("不批准"), "withdraw": _("撤回")},
)

# -- a number that somebody proposes for a clause
REJECTED = "rejected"

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
