"""How answers are judged and a check is scored. Pure: items and answers in, a verdict out."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from .states import NO, NOT_HERE, NUMBER, SCALE, SCALE_MAX, SCALE_PASSES, WORDS, YES


@dataclass(frozen=True)
class Judged:
    """An answer as it is kept: its value, whether it passes (None: it does not count), and its share of the weight."""

    value: str
    is_passed: bool | None
    share: Decimal | None


def judge(item: Any, given: str) -> Judged:
    """What an answer means for this item. ValueError, in the reader's language, for what is no answer to it."""
    value = str(given).strip()
    if not value:
        raise ValueError(_("请作答。"))
    if value == NOT_HERE:
        return Judged(value, None, None)
    if item.kind == WORDS:
        if len(value) > 500:
            raise ValueError(_("最多 500 字。"))
        return Judged(value, None, None)
    if item.kind == SCALE:
        if value not in {str(n) for n in range(1, SCALE_MAX + 1)}:
            raise ValueError(_("评分为 1 到 %(most)d。") % {"most": SCALE_MAX})
        return Judged(value, int(value) >= SCALE_PASSES, Decimal(value) / SCALE_MAX)
    if item.kind == NUMBER:
        number = _number(value)
        within = (item.low is None or number >= item.low) and (item.high is None or number <= item.high)
        return Judged(value, within, Decimal(within))
    if value not in (YES, NO):
        raise ValueError(_("请答是或否。"))
    return Judged(value, value == YES, Decimal(value == YES))


def score(weighed: Iterable[tuple[int, Decimal | None]]) -> int | None:
    """Percent of the weight that was reached, rounded half up; None when nothing counted."""
    counted = [(weight, share) for weight, share in weighed if share is not None]
    whole = sum(weight for weight, _share in counted)
    if not whole:
        return None
    reached = sum((weight * share for weight, share in counted), Decimal(0))
    return int((100 * reached / whole).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= 10**8:
        raise ValueError(_("「%(text)s」不是数字。") % {"text": text[:20]})
    return number
