"""What the rules leave behind, a theme a file."""

from .approvals import ApprovalDecision, ApprovalRequest, ApprovalStep
from .authored import AuthoredEdition, AuthoredRule
from .backtests import Backtest
from .handbooks import Adoption, Handbook, HandbookEntry, HandbookVersion
from .keeping import RetentionClass
from .ladders import Acknowledgement, Escalation, Notice
from .measures import Draw, Reading
from .numbers import Parameter
from .obligations import OPEN, DueChange, Evidence, Obligation, ObligationQuerySet, SubjectClock
from .proposals import ParameterProposal
from .rollups import RollupDay, RollupMark, RollupMonth, StaleDay
from .tallies import Tally

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
    "DueChange",
    "Escalation",
    "Evidence",
    "Handbook",
    "HandbookEntry",
    "HandbookVersion",
    "Notice",
    "Obligation",
    "ObligationQuerySet",
    "Parameter",
    "ParameterProposal",
    "Reading",
    "RetentionClass",
    "RollupDay",
    "RollupMark",
    "RollupMonth",
    "StaleDay",
    "SubjectClock",
    "Tally",
]
