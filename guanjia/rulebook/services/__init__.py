"""What people may do with the rulebook, a family of use cases a file."""

from .approvals import ask_at_gate, decide_approval, mark_applied, note_late_step, request_approval, withdraw_approval
from .authoring import drop_rule, enact_rule, end_rule, give_back_rule, import_rules, propose_rule, revise_rule, rewrite_rule, write_rule
from .duties import explain_late, reassign_duty, waive_duty
from .parameters import set_parameter

__all__ = [
    "ask_at_gate",
    "decide_approval",
    "drop_rule",
    "enact_rule",
    "end_rule",
    "explain_late",
    "give_back_rule",
    "import_rules",
    "mark_applied",
    "note_late_step",
    "propose_rule",
    "reassign_duty",
    "request_approval",
    "revise_rule",
    "rewrite_rule",
    "set_parameter",
    "waive_duty",
    "withdraw_approval",
    "write_rule",
]
