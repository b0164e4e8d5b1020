"""What the rules leave behind, a theme a file."""

from .measures import Draw, Reading
from .numbers import Parameter
from .obligations import OPEN, DueChange, Escalation, Evidence, Obligation, ObligationQuerySet, SubjectClock
from .tallies import Tally

__all__ = [
    "OPEN",
    "Draw",
    "DueChange",
    "Escalation",
    "Evidence",
    "Obligation",
    "ObligationQuerySet",
    "Parameter",
    "Reading",
    "SubjectClock",
    "Tally",
]
