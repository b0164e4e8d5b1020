"""Items as people write them, a line each:  内容 | 是否 | 3 | 关键 . Read and written by the same words.

The second place says how it is answered (是否, 评分, 数值, 文字), the third the weight, the fourth 关键 for a vital item or
the span of a figure (18~26). What is left out is 是否, 1 and nothing. Whoever reads the screen in another language may write
its words.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from .states import ANSWERS, NUMBER, YES_NO

ITEMS_MAX = 200
VITAL = "关键"
VITAL_WORDS = {VITAL, "關鍵", "vital"}
SPAN = re.compile(r"(-?\d{1,8}(?:\.\d{1,2})?)?\s*[~～]\s*(-?\d{1,8}(?:\.\d{1,2})?)?")
#: the words of the file, whatever language the screen has
KIND_WORDS = {"是否": YES_NO, "评分": "scale", "数值": NUMBER, "文字": "words"}


@dataclass(frozen=True)
class ItemDraft:
    """An item before it belongs to a list."""

    text: str
    kind: str = YES_NO
    weight: int = 1
    is_vital: bool = False
    low: Decimal | None = None
    high: Decimal | None = None


def read(text: str) -> tuple[list[ItemDraft], list[str]]:
    """The items of a text, and what is wrong with it, a sentence a line."""
    items, wrong = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                items.append(_item(line))
            except ValueError as error:
                wrong.append(_("第 %(line)d 行：%(what)s") % {"line": number, "what": error})
    if not items and not wrong:
        wrong.append(_("请至少写一项检查内容。"))
    if len(items) > ITEMS_MAX:
        wrong.append(_("最多 %(most)d 项。") % {"most": ITEMS_MAX})
    return items, wrong


def write(items: Iterable[Any]) -> str:
    """The text that reads back as these items."""
    words = {kind: word for word, kind in KIND_WORDS.items()}
    lines = []
    for item in items:
        extra = " ".join(filter(None, [_span(item), VITAL if item.is_vital else ""]))
        lines.append(" | ".join([item.text, words[item.kind], str(item.weight), *([extra] if extra else [])]))
    return "\n".join(lines)


def _item(line: str) -> ItemDraft:
    text, *rest = [part.strip() for part in re.split(r"[|｜]", line)]
    kind_word, weight, extra, *more = [*rest, "", "", ""][: max(3, len(rest))]
    if more:
        raise ValueError(_("竖线太多，一行最多四段。"))
    if not text or len(text) > 300:
        raise ValueError(_("检查内容须为 1 到 300 字。"))
    kinds = {force_str(label).lower(): code for code, label in ANSWERS.items()} | KIND_WORDS
    if kind_word and kind_word.lower() not in kinds:
        raise ValueError(_("「%(word)s」不是作答方式，请写是否、评分、数值或文字。") % {"word": kind_word})
    if (weight and not re.fullmatch(r"\d{1,3}", weight, re.ASCII)) or int(weight or 1) > 100:
        raise ValueError(_("权重须为 0 到 100 的整数。"))
    low, high, is_vital = _extra(extra)
    return ItemDraft(text, kinds.get(kind_word.lower(), YES_NO), int(weight or 1), is_vital, low, high)


def _extra(text: str) -> tuple[Decimal | None, Decimal | None, bool]:
    low = high = None
    is_vital = False
    for word in text.split():
        span = SPAN.fullmatch(word)
        if word.lower() in VITAL_WORDS:
            is_vital = True
        elif span and (span[1] or span[2]):
            low, high = (Decimal(part) if part else None for part in span.groups())
        else:
            raise ValueError(_("看不懂「%(word)s」，可写「关键」或数值范围如 18~26。") % {"word": word})
    if low is not None and high is not None and low > high:
        raise ValueError(_("下限不能大于上限。"))
    return low, high, is_vital


def _span(item: Any) -> str:
    if item.low is None and item.high is None:
        return ""
    return "~".join("" if bound is None else format(Decimal(bound).normalize(), "f") for bound in (item.low, item.high))
