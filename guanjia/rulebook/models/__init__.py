"""What the rules leave behind, a theme a file."""

from .approvals import ApprovalDecision, ApprovalRequest, ApprovalStep
from .ladders import Acknowledgement, Escalation, Notice
from .measures import Draw, Reading
from .numbers import Parameter
from .obligations import OPEN, Evidence, Obligation, ObligationQuerySet, SubjectClock
from .proposals import ParameterProposal

__all__ = [
    "OPEN",
    "Acknowledgement",
    "ApprovalDecision",
    "ApprovalRequest",
    "ApprovalStep",
    "Draw",
    "Escalation",
    "Evidence",
    "Notice",
    "Obligation",
    "ObligationQuerySet",
    "Parameter",
    "ParameterProposal",
    "Reading",
    "SubjectClock",
]
