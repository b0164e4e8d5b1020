"""What the rules leave behind, a theme a file."""

from .approvals import ApprovalDecision, ApprovalRequest, ApprovalStep
from .authored import AuthoredEdition, AuthoredRule
from .backtests import Backtest
from .handbooks import Adoption, Handbook, HandbookEntry, HandbookVersion
from .ladders import Acknowledgement, Escalation, Notice
from .measures import Draw, Reading
from .numbers import Parameter
from .obligations import OPEN, Evidence, Obligation, ObligationQuerySet, SubjectClock
from .rollups import RollupDay, RollupMark, RollupMonth, StaleDay

__all__ = [
    "OPEN",
    "Acknowledgement",
    "Adoption",
    "ApprovalDecision",
    "ApprovalRequest",
    "ApprovalStep",
    "AuthoredEdition",
    "AuthoredRule",
    "Backtest",
    "Draw",
    "Escalation",
    "Evidence",
    "Handbook",
    "HandbookEntry",
    "HandbookVersion",
    "Notice",
    "Obligation",
    "ObligationQuerySet",
    "Parameter",
    "Reading",
    "RollupDay",
    "RollupMark",
    "RollupMonth",
    "StaleDay",
    "SubjectClock",
]
