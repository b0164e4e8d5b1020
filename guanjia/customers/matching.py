"""Is this the same person twice? Pure: what is known of two files in, a score with its reasons in words out.

A file is never merged by a score. It is a suggestion for somebody who looks at both, so each point says why.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from . import names

LIKELY, CERTAIN = 60, 90  # from here a pair is shown; from here it is shown first

#: reason -> (points, words). Two who share a number are often a couple: only with the name does it speak for one person.
FOR = {
    "identity": (90, _("证件号相同")),
    "phone": (40, _("电话相同")),
    "wechat": (40, _("微信号相同")),
    "email": (25, _("邮箱相同")),
    "name": (30, _("姓名相同")),
    "sound": (20, _("姓名读音相同")),
    "house": (30, _("在同一房屋")),
}
AGAINST = {
    "identity": (-100, _("证件号不同")),
    "name": (-30, _("姓名不同")),
    "sex": (-40, _("性别不同")),
}


@dataclass(frozen=True)
class Traits:
    """What one file says of its person, for comparing. `identity` is any value that is equal for equal identity numbers; "" if unknown."""

    kind: str
    name: str
    sex: str = ""
    identity: str = ""
    phones: frozenset[str] = frozenset()
    wechats: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    houses: frozenset[Any] = frozenset()


@dataclass(frozen=True)
class Likeness:
    """How alike two files are: points, and what speaks for and against one person, in words."""

    score: int = 0
    reasons: tuple[Any, ...] = field(default_factory=tuple)
    doubts: tuple[Any, ...] = field(default_factory=tuple)

    @property
    def is_likely(self) -> bool:
        return self.score >= LIKELY

    @property
    def is_certain(self) -> bool:
        return self.score >= CERTAIN


def likeness(one: Traits, other: Traits) -> Likeness:
    """How alike two files are, whichever comes first. A person is never an organisation."""
    if one.kind != other.kind:
        return Likeness()
    reasons = [FOR[key] for key in _speaking_for(one, other)]
    doubts = [AGAINST[key] for key in _speaking_against(one, other)]
    score = sum(points for points, _words in (*reasons, *doubts))
    return Likeness(max(score, 0), tuple(words for _points, words in reasons), tuple(words for _points, words in doubts))


def _speaking_for(one: Traits, other: Traits) -> Iterator[str]:
    if one.identity and one.identity == other.identity:
        yield "identity"
    if one.phones & other.phones:
        yield "phone"
    if one.wechats & other.wechats:
        yield "wechat"
    if one.emails & other.emails:
        yield "email"
    if names.plain(one.name) == names.plain(other.name):
        yield "name"
    elif _sound_alike(one, other):
        yield "sound"
    if one.houses & other.houses:
        yield "house"


def _speaking_against(one: Traits, other: Traits) -> Iterator[str]:
    if one.identity and other.identity and one.identity != other.identity:
        yield "identity"
    if not _sound_alike(one, other):
        yield "name"
    if one.sex and other.sex and one.sex != other.sex:
        yield "sex"


def _sound_alike(one: Traits, other: Traits) -> bool:
    is_person = one.kind == "person"
    return names.pinyin(one.name, person=is_person) == names.pinyin(other.name, person=is_person)
