"""Registers of those who work here: rewards and penalties."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from guanjia.kernel.act import Act
from guanjia.web.actions import Action
from guanjia.web.columns import Column
from guanjia.web.fields import LabelledChoiceField
from guanjia.web.page import Facts, Page, Timeline
from guanjia.web.register import Register
from guanjia.workforce import services
from guanjia.workforce.models import Sanction
from guanjia.workforce.states import PENALTIES, REWARDS, SANCTION

LEVEL = LabelledChoiceField(label=_("档次"), choices=[*PENALTIES.items(), *REWARDS.items()])
OPENS_IT = ("workforce.sanction.see", "workforce.sanction.propose", "workforce.sanction.approve")


class SanctionRegister(Register):
    """奖惩: seen by whoever proposed or decides it; what speaks of oneself stands on a page of its own."""

    label = _("奖惩台账")
    model = Sanction
    icon = "flag"
    see = "workforce.sanction.see"
    identity = ("number",)
    columns = ("number", "person", "kind", "level", "rule", "state", "proposed_by", "proposed_at", "decided_at")
    more_columns = (Column("amount_fen", _("条款所列金额")), "decided_by", "appealed_at", "closed_by", "closed_at")
    filters = ("state", "kind", "level", "person", "rule", "proposed_at")
    search = ("number", "person__name")
    box = ""
    order = ("-created_at",)
    page = Page(
        Facts(
            "number", "person", "kind", "level", "rule", "amount_fen", "reason", "state", "proposed_by", "proposed_at", "decided_by",
            "decided_at", "appeal", "appealed_at", "closed_by", "closed_at", "conclusion",
        ),
        Timeline(),
    )  # fmt: skip
    actions = (
        Action(services.submit_sanction, fields={"level": LEVEL, "reason": _("事由")}, machine=SANCTION, tone="primary", icon="send"),
        Action(services.drop_sanction, fields={"reason": _("为什么不采纳")}, machine=SANCTION),
        Action(services.uphold_sanction, fields={"conclusion": _("复核结论")}, machine=SANCTION),
        Action(services.lift_sanction, fields={"conclusion": _("复核结论")}, machine=SANCTION, tone="danger"),
    )

    def may_see(self, act: Act, project_id: Any = None) -> bool:
        """Not everybody who may appeal: that is done from one's own page."""
        return any(act.rights.may(permission, project_id) for permission in OPENS_IT)
