"""What comes first: urgency times importance, one table for cases and orders.

Both run from 1 (little) to 3 (much), like the rank of a complaint; the answer runs from 1 (first) to 4 (last), so
that sorting upwards puts the important and urgent first. Rules WORK-037 and DESK-066.
"""

from django.utils.translation import gettext_lazy as _

LEVELS = (1, 2, 3)
PRIORITY_NAMES = {1: _("特急"), 2: _("优先"), 3: _("一般"), 4: _("可缓")}
_BY_PRODUCT = {9: 1, 6: 2, 4: 3, 3: 3, 2: 4, 1: 4}


def priority(urgency: int, importance: int) -> int:
    """Priority 1 (first) to 4 (last). ValueError for an urgency or importance other than 1, 2 or 3."""
    if urgency not in LEVELS or importance not in LEVELS:
        raise ValueError(f"urgency and importance are 1, 2 or 3, not {urgency!r} and {importance!r}")
    return _BY_PRODUCT[urgency * importance]
