"""What a department does with a rule in hand: check by a list, find, put right, sign off; a theme a file."""

from .checklists import Checklist, ChecklistItem
from .rectifications import Rectification, RectificationQuerySet
from .runs import CheckAnswer, CheckRun, CheckRunQuerySet, Finding
from .signoffs import Signoff

__all__ = [
    "CheckAnswer",
    "CheckRun",
    "CheckRunQuerySet",
    "Checklist",
    "ChecklistItem",
    "Finding",
    "Rectification",
    "RectificationQuerySet",
    "Signoff",
]
