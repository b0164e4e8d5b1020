"""What the rules leave behind, a theme a file."""

from .approvals import ApprovalDecision, ApprovalRequest, ApprovalStep
from .authored import AuthoredEdition, AuthoredRule
from .measures import Draw, Reading
from .numbers import Parameter
from .obligations import OPEN, Escalation, Evidence, Obligation, ObligationQuerySet, SubjectClock

__all__ = [
    "OPEN",
    "ApprovalDecision",
    "ApprovalRequest",
    "ApprovalStep",
    "AuthoredEdition",
    "AuthoredRule",
    "Draw",
    "Escalation",
    "Evidence",
    "Obligation",
    "ObligationQuerySet",
    "Parameter",
    "Reading",
    "SubjectClock",
]
