"""What people may do with the rulebook, a family of use cases a file."""

from .approvals import ask_at_gate, decide_approval, mark_applied, note_late_step, request_approval, withdraw_approval
from .duties import explain_late, reassign_duty, waive_duty
from .notices import acknowledge_duty, see_notices
from .parameters import propose_parameter, set_parameter

__all__ = [
    "acknowledge_duty",
    "ask_at_gate",
    "decide_approval",
    "explain_late",
    "mark_applied",
    "note_late_step",
    "propose_parameter",
    "reassign_duty",
    "request_approval",
    "see_notices",
    "set_parameter",
    "waive_duty",
    "withdraw_approval",
]
