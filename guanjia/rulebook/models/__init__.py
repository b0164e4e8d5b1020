"""What the rules leave behind, a theme a file."""

from .approvals import ApprovalDecision, ApprovalRequest, ApprovalStep
from .handbooks import Adoption, Handbook, HandbookEntry, HandbookVersion
from .measures import Draw, Reading
from .numbers import Parameter
from .obligations import OPEN, Escalation, Evidence, Obligation, ObligationQuerySet, SubjectClock

__all__ = [
    "OPEN",
    "Adoption",
    "ApprovalDecision",
    "ApprovalRequest",
    "ApprovalStep",
    "Draw",
    "Escalation",
    "Evidence",
    "Handbook",
    "HandbookEntry",
    "HandbookVersion",
    "Obligation",
    "ObligationQuerySet",
    "Parameter",
    "Reading",
    "SubjectClock",
]
