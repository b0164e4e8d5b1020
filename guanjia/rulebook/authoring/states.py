"""How a rule that a company writes comes into force, and out of it."""

from django.utils.translation import gettext_lazy as _

from guanjia.kernel.machine import Machine

DRAFT, PROPOSED, ENACTED, DROPPED = "draft", "proposed", "enacted", "dropped"
UNFINISHED = (DRAFT, PROPOSED)

EDITION = Machine(
    "rulebook.edition",
    {
        "write": ({None}, DRAFT),
        "rewrite": ({DRAFT}, DRAFT),
        "propose": ({DRAFT}, PROPOSED),
        "give_back": ({PROPOSED}, DRAFT),
        "enact": ({PROPOSED}, ENACTED),
        "end": ({ENACTED}, ENACTED),
        "drop": ({DRAFT}, DROPPED),
    },
    labels={DRAFT: _("草稿"), PROPOSED: _("待批"), ENACTED: _("已批准"), DROPPED: _("已作废")},
    verbs={
        "write": _("起草"),
        "rewrite": _("修改"),
        "propose": _("提请批准"),
        "give_back": _("退回"),
        "enact": _("批准生效"),
        "end": _("终止"),
        "drop": _("作废"),
    },
)
