"""What the rules leave behind, a theme a file."""

from .measures import Draw, Reading
from .numbers import Parameter
from .obligations import OPEN, Escalation, Evidence, Obligation, ObligationQuerySet, SubjectClock
from .rollups import RollupDay, RollupMark, RollupMonth, StaleDay

__all__ = [
    "OPEN",
    "Draw",
    "Escalation",
    "Evidence",
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
