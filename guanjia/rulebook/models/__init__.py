"""What the rules leave behind, a theme a file."""

from .approvals import ApprovalDecision, ApprovalRequest, ApprovalStep
from .ladders import Acknowledgement, Escalation, Notice
from .measures import Draw, Reading
from .numbers import Parameter
from .obligations import OPEN, DueChange, Evidence, Obligation, ObligationQuerySet, SubjectClock
from .tallies import Tally

__all__ = [
    "OPEN",
    "Acknowledgement",
    "ApprovalDecision",
    "ApprovalRequest",
    "ApprovalStep",
    "Draw",
    "DueChange",
    "Escalation",
    "Evidence",
    "Notice",
    "Obligation",
    "ObligationQuerySet",
    "Parameter",
    "Reading",
    "SubjectClock",
    "Tally",
]
