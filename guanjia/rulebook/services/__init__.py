"""What people may do with the rulebook, a family of use cases a file."""

from .adoptions import adopt, end_adoption, propose_adoption, refuse_adoption, withdraw_adoption
from .approvals import ask_at_gate, decide_approval, mark_applied, note_late_step, request_approval, withdraw_approval
from .authoring import drop_rule, enact_rule, end_rule, give_back_rule, import_rules, propose_rule, revise_rule, rewrite_rule, write_rule
from .backtests import ask_backtest, cancel_backtest
from .clocks import recompute_clocks
from .duties import explain_late, extend_duty, reassign_duty, waive_duty
from .handbooks import (
    change_handbook,
    copy_handbook,
    draft_handbook,
    import_handbook,
    install_handbooks,
    publish_handbook,
    send_back_handbook,
    submit_handbook,
)
from .keeping import set_retention
from .notices import acknowledge_duty, see_notices
from .parameters import propose_parameter, set_parameter

__all__ = [
    "acknowledge_duty",
    "adopt",
    "ask_at_gate",
    "ask_backtest",
    "cancel_backtest",
    "change_handbook",
    "copy_handbook",
    "decide_approval",
    "draft_handbook",
    "drop_rule",
    "enact_rule",
    "end_adoption",
    "end_rule",
    "explain_late",
    "extend_duty",
    "give_back_rule",
    "import_handbook",
    "import_rules",
    "install_handbooks",
    "mark_applied",
    "note_late_step",
    "propose_adoption",
    "propose_parameter",
    "propose_rule",
    "publish_handbook",
    "reassign_duty",
    "recompute_clocks",
    "refuse_adoption",
    "request_approval",
    "revise_rule",
    "rewrite_rule",
    "see_notices",
    "send_back_handbook",
    "set_parameter",
    "set_retention",
    "submit_handbook",
    "waive_duty",
    "withdraw_adoption",
    "withdraw_approval",
    "write_rule",
]
