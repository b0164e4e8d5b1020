"""Where the headers of a table made by hand are, and which of its lines say nothing.

Tables of ten years have a title above, headers of two or three lines under each other (「业主」 over 「姓名」 and 「电话」),
sub-totals in between and the headers again on every printed page. Pure: it sees records, not files, and knows no field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from .cells import CellError, as_text
from .sheets import BadHeader, Record, letter

HEAD = 40  # so many lines are looked at for the headers
LINES_MAX = 3
NAME_MAX = 40
APART = "/"
#: what stands in a cell and never over a column
VALUE = re.compile(
    r"[-+]?[\d,.]+\s*(平|㎡|m2|平方米|元|%)?|\d{4}[-/.年]\d{1,2}.*|\+?[\d\s()-]{7,}|[\w.]+@[\w.]+|.*\d+[-#栋幢].*\d+.*",
    re.ASCII | re.IGNORECASE,
)
TOTAL = re.compile(r".{0,6}(小|合|总|共|累)\s*计[:：]?\s*[\d.,]*\s*(户|套|人|元|㎡|平|平米)?|(sub)?\s*total[:：]?\s*[\d.,]*", re.IGNORECASE)


@dataclass(frozen=True)
class Headers:
    """The lines they stand on (as people count) and a name for each column that has one: 「业主/姓名」."""

    first: int
    last: int
    names: tuple[str, ...]

    @property
    def columns(self) -> dict[str, str]:
        """Name to column letter, in the order of the file."""
        return {name: letter(index) for index, name in enumerate(self.names) if name}


def find(records: Sequence[Record], *, known: Iterable[str] = ()) -> Headers:
    """The headers among the first records; `known` are names that some column would have. BadHeader if nothing is there.

    The first line with several different words is the header, unless one below has more that are known. Lines under it belong to it
    as long as they divide what it says.
    """
    filled = [(line, values) for line, values in records if any(_said(value) for value in values)]
    if not filled:
        raise BadHeader(_("文件里没有内容。"))
    words = {plain(word) for word in known}
    at = _first(filled, words)
    lines = [filled[at]]
    for line, values in filled[at + 1 : at + LINES_MAX]:
        if line != lines[-1][0] + 1 or not _divides(lines[-1][1], values):
            break
        lines.append((line, values))
    return Headers(lines[0][0], lines[-1][0], _names([values for _line, values in lines]))


def plain(name: str) -> str:
    """A name as it is compared: without blanks, marks and what stands in brackets."""
    return re.sub(r"\s|[/／:：*＊_\-·.、]|[(（\[【].*?[)）\]】]", "", str(name)).lower()


def says_nothing(values: Sequence[Any], headers: Sequence[str]) -> str:
    """Why a line below the headers is no line of the table: a sub-total, or the headers over again; "" if it is one."""
    texts = [_said(value) for value in values]
    said = [text for text in texts if text]
    if any(TOTAL.fullmatch(text) for text in said[:3]):
        return _("小计或合计行")
    same = sum(1 for text, name in zip(texts, headers, strict=False) if text and name.rpartition(APART)[2] == text)
    if same >= 2 and same * 3 >= len(said) * 2:
        return _("重复的表头")
    return ""


def _first(filled: Sequence[Record], words: set[str]) -> int:
    """The place of the first header line."""
    best, most = 0, 0
    for at, (_line, values) in enumerate(filled[:HEAD]):
        found = sum(1 for value in values if plain(_said(value)) in words)
        if found > most:
            best, most = at, found
    if most >= 2:
        above = filled[best - 1] if best else None
        if above and above[0] == filled[best][0] - 1 and len(_different(above[1])) > 1 and _divides(above[1], filled[best][1]):
            best -= 1
        return best
    width = max(len(_different(values)) for _line, values in filled[:HEAD])
    for at, (_line, values) in enumerate(filled[:HEAD]):
        if len(_different(values)) > (1 if width > 1 else 0) and _is_header(values):
            return at
    return best


def _divides(above: Sequence[Any], below: Sequence[Any]) -> bool:
    """True if the lower line says more exactly what the upper one says of several columns."""
    if not _is_header(below):
        return False
    upper, lower = _level([above, below])
    _reach_right(upper, lower)
    width = len(upper)
    divided = sum(
        1
        for index, text in enumerate(lower)
        if text
        and text != upper[index]
        and upper[index] in (upper[index - 1] if index else "", upper[index + 1] if index + 1 < width else "")
    )
    kept = sum(1 for up, low in zip(upper, lower, strict=True) if up and low in ("", up))
    return divided >= 2 and divided + kept >= sum(1 for text in lower if text)


def _level(lines: Sequence[Sequence[Any]]) -> list[list[str]]:
    """What the lines say, all of one width."""
    width = max(len(values) for values in lines)
    return [[_said(value) for value in values] + [""] * (width - len(values)) for values in lines]


def _reach_right(upper: list[str], lower: Sequence[str]) -> None:
    """A word stands over all columns to the right that the line below divides it into."""
    for index in range(1, len(upper)):
        if not upper[index] and lower[index]:
            upper[index] = upper[index - 1]


def _names(lines: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    """What stands over each column, from above; a word reaches to the right as far as lines below divide it."""
    told = _level(lines)
    for upper, lower in pairwise(told):
        _reach_right(upper, lower)
    names: list[str] = []
    for index in range(len(told[0])):
        name = APART.join(dict.fromkeys(text for text in (line[index] for line in told) if text))
        names.append(f"{name}（{letter(index)}）" if name and name in names else name)
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _different(values: Sequence[Any]) -> set[str]:
    return {text for text in map(_said, values) if text}


def _is_header(values: Sequence[Any]) -> bool:
    """True for words such as stand over columns: short, and no numbers, days or addresses among them."""
    if any(value is not None and not isinstance(value, str) for value in values):
        return False
    said = _different(values)
    return bool(said) and all(len(text) <= NAME_MAX and not VALUE.fullmatch(text) for text in said)


def _said(value: Any) -> str:
    try:
        return " ".join(as_text(value).split())
    except CellError:
        return ""
