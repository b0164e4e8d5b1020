"""Which column says what: proposed from the headers and from what stands in the cells, each with its reason.

A person confirms; what was confirmed is remembered by the fingerprint of the headers and proposed for the next file.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanjia.kernel.cells import CellError, as_area, as_rough_day, as_text, half_width
from guanjia.kernel.headers import APART, plain

SAMPLES = 40
SHOWN = 3
SURE, USUAL, LIKELY, GUESSED = 100, 90, 70, 45

#: what cells of a sort look like
LOOKS = {
    "phone": re.compile(r"[^\d]*(\+?86)?[-\s]?(1[3-9]\d{9}|1[3-9]\d-?\d{4}-?\d{4}|0\d{2,3}[-\s]?\d{7,8})(\D.*)?", re.ASCII),
    "id_no": re.compile(r"\d{17}[\dXx]|\d{15}", re.ASCII),
    "house": re.compile(r"\w{1,4}\s*(栋|幢|座|号楼|#|-|/)\s*(\d{1,2}\s*(单元|梯|-|/))?.{0,6}\d{2,5}\s*(室|房)?"),
    "name": re.compile(r"[\u4e00-\u9fff·]{2,4}([、,，/\s][\u4e00-\u9fff·]{2,4})*"),
}
SAID = {
    "phone": gettext_lazy("电话号码"),
    "id_no": gettext_lazy("证件号"),
    "house": gettext_lazy("房屋地址"),
    "name": gettext_lazy("姓名"),
    "day": gettext_lazy("日期"),
    "area": gettext_lazy("面积"),
}
FITTING = 0.7


@dataclass(frozen=True)
class Target:
    """Something a column may say. `words` are other headers that mean it; `sort` is what its cells look like."""

    name: str
    label: str
    words: tuple[str, ...] = ()
    sort: str = ""
    needed: bool = False
    several: bool = False
    #: what may stand in its cells, and one that does: for the blank table that people fill in
    choices: tuple[str, ...] = ()
    example: str = ""


@dataclass(frozen=True)
class Proposal:
    """One column, what it probably says (None: nothing), how sure that is (of 100), and why."""

    header: str
    letter: str
    target: Target | None
    confidence: int
    reason: str
    samples: tuple[str, ...] = ()


def fingerprint(headers: Iterable[str]) -> str:
    """The same for files with the same headers in the same order."""
    return sha256("\n".join(plain(header) for header in headers).encode()).hexdigest()


def propose(
    targets: Sequence[Target],
    headers: Mapping[str, str],
    cells: Mapping[str, Sequence[Any]],
    *,
    remembered: Mapping[str, str] | None = None,
) -> list[Proposal]:
    """For each column (header to letter) of which some `cells` are given, what it says. No single target is proposed twice."""
    known = {target.name: target for target in targets}
    samples = {header: [text for text in map(_text, cells.get(header, ())) if text] for header in headers}
    if remembered is not None:
        told = {header: (SURE, known.get(remembered.get(header, "")), _("上次就是这样对的")) for header in headers}
    else:
        told = _best(targets, headers, samples)
    return [
        Proposal(header, letter, target, confidence if target else 0, reason if target else "", tuple(samples[header][:SHOWN]))
        for (header, letter), (confidence, target, reason) in zip(headers.items(), (told[header] for header in headers), strict=True)
    ]


def _best(targets: Sequence[Target], headers: Iterable[str], samples: Mapping[str, list[str]]) -> dict[str, tuple[int, Target | None, str]]:
    judged = [
        (*_judged(target, header, samples[header]), place, header, target) for header in headers for place, target in enumerate(targets)
    ]
    told: dict[str, tuple[int, Target | None, str]] = dict.fromkeys(headers, (0, None, ""))
    taken: set[str] = set()
    for confidence, reason, _place, header, target in sorted(judged, key=lambda one: (-one[0], one[2])):
        if confidence and told[header][1] is None and (target.several or target.name not in taken):
            told[header] = (confidence, target, reason)
            taken.add(target.name)
    return told


def _judged(target: Target, header: str, samples: list[str]) -> tuple[int, str]:
    """How sure a header says a target, and why."""
    said = plain(header)
    fit = _share(target.sort, samples)
    by_name = _by_name(target, header, said)
    if by_name == SURE:
        return SURE, _("表头就是「%(label)s」") % {"label": target.label}
    if by_name and fit is not None and fit < 1 - FITTING:
        return GUESSED - 10, _("表头像「%(label)s」，但多数格子不像%(sort)s") % {"label": target.label, "sort": SAID[target.sort]}
    if by_name:
        return by_name + (5 if fit else 0), _("表头「%(header)s」通常就是它") % {"header": header.rpartition(APART)[2]}
    if fit is not None and fit >= FITTING and target.sort in ("phone", "id_no", "house", "day"):
        many = {"share": round(fit * 10), "sort": SAID[target.sort]}
        return GUESSED, _("十格里约 %(share)d 格像%(sort)s") % many
    return 0, ""


def _by_name(target: Target, header: str, said: str) -> int:
    exact = {plain(target.label), target.name.lower()}
    if header in (target.label, target.name) or said in exact:
        return SURE
    words = [plain(word) for word in target.words]
    if said in words:
        return USUAL
    longest = max((len(word) for word in words if len(word) > 1 and word in said), default=0)
    return min(LIKELY + longest, USUAL - 6) if longest else 0


def _share(sort: str, samples: list[str]) -> float | None:
    """How many of the cells look like that sort; None where there is nothing to see."""
    if not sort or not samples:
        return None
    return sum(1 for text in samples if _looks(sort, text)) / len(samples)


def _looks(sort: str, text: str) -> bool:
    if sort in LOOKS:
        return LOOKS[sort].fullmatch(text) is not None
    try:
        if sort == "day":
            as_rough_day(text)
            return len(text) > 4
        if sort == "area":
            return 5 <= as_area(text) < 100_000
    except CellError:
        return False
    return True


def _text(value: Any) -> str:
    try:
        return half_width(as_text(value)).strip()
    except CellError:
        return ""
