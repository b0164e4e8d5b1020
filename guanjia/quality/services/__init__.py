"""Use cases of checking and putting right, a family a file."""

from .checking import Answer, answer_check, complete_check, drop_check, start_check
from .checklists import change_checklist, draft_checklist, publish_checklist, withdraw_checklist
from .findings import clear_finding, record_finding, rectify_finding
from .prevention import correct_prevention, register_prevention
from .rectifying import fail_rectification, finish_rectification, open_rectification, plan_rectification, verify_rectification
from .signing import SIGNED, receive_signoff, sign_off

__all__ = [
    "SIGNED",
    "Answer",
    "answer_check",
    "change_checklist",
    "clear_finding",
    "complete_check",
    "correct_prevention",
    "draft_checklist",
    "drop_check",
    "fail_rectification",
    "finish_rectification",
    "open_rectification",
    "plan_rectification",
    "publish_checklist",
    "receive_signoff",
    "record_finding",
    "rectify_finding",
    "register_prevention",
    "sign_off",
    "start_check",
    "verify_rectification",
    "withdraw_checklist",
]
