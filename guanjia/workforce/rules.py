"""The chapter on those who work here: what follows when the service promise is broken, and what must come before it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanjia.kernel.errors import Reason
from guanjia.rulebook import Need, Penalty, on
from guanjia.rulebook.catalogue import load

from .gates import SubmitSanction
from .states import FINE, PENALTY, PROMISE

LEGAL_NOTE = gettext_lazy(
    "只提示、不执行：由上级核实后提出，经审批生效，当事人可以申诉。对劳动者的罚款和扣款受劳动法律限制，本系统不扣任何款项；启用前请由法务确认。"
)

# 违反服务承诺：批评、罚款、调离、依法依纪。事项一直升到总经理仍未办，即提示；默认停用
Penalty(PROMISE, on=on("rulebook.duty.escalated", to_role="general_manager"), level="criticism", note=LEGAL_NOTE)


def not_verified(gate: SubmitSanction) -> list[Reason]:
    """What a penalty for a broken promise lacks: what it rests on; and an amount that the handbook does not name."""
    clause = load()[PROMISE].title
    reasons = []
    if not gate.has_source:
        reasons.append(
            Reason(_("违诺须先查实：请关联查实的依据（诉求、工单、整改单或应办事项）。"), rule=PROMISE, field="source", clause=clause)
        )
    if gate.level == FINE and gate.amount_fen is not None:
        reasons.append(Reason(_("手册没有给出罚款金额，不得自定。"), rule=PROMISE, field="amount_fen", clause=clause))
    return reasons


Need(PROMISE, stage="verified", gate="workforce.sanction.submit", where={"rule": PROMISE, "kind": PENALTY}, missing=not_verified)
