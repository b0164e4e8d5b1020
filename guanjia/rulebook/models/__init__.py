"""What the rules leave behind, a theme a file."""

from .measures import Draw, Reading
from .numbers import Parameter
from .obligations import OPEN, Escalation, Evidence, Obligation, ObligationQuerySet, SubjectClock

__all__ = [
    "OPEN",
    "Draw",
    "Escalation",
    "Evidence",
    "Obligation",
    "ObligationQuerySet",
    "Parameter",
    "Reading",
    "SubjectClock",
]
