"""The two forms that draw a customer: the sixty-six items of a person, the four parts of a business.

Items, groups and words are the handbook's and are read from its clauses (CUS-021, CUS-016); which items are sensitive says
CUS-022. Pure: answers come from `answers.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guanjia.rulebook.catalogue import load

PERSON_SHEET, BUSINESS_SHEET = "mackay", "business"
SHEETS = {PERSON_SHEET: _("客户画像"), BUSINESS_SHEET: _("企业客户四方面资料")}

SAID, OBSERVED, PAPER, CALL, IMPORTED = "said", "observed", "paper", "call", "import"
SOURCES = {SAID: _("客户当面说"), OBSERVED: _("观察所得"), PAPER: _("书面资料"), CALL: _("通话"), IMPORTED: _("导入")}

TABOO = 38  # what must not be talked about: a warning before a call, never a topic


@dataclass(frozen=True)
class Item:
    """One blank of a sheet. `key` is its name in tables ("13.spouse_name", "basic.phone"), `number` 0 where the sheet has none."""

    key: str
    number: int
    words: str
    is_sensitive: bool = False

    @property
    def label(self) -> str:
        """Its words in the language of the reader."""
        return gettext(self.words)


@dataclass(frozen=True)
class Group:
    """A part of a sheet."""

    code: str
    words: str
    items: tuple[Item, ...]

    @property
    def label(self) -> str:
        return gettext(self.words)


@cache
def sheet(name: str) -> tuple[Group, ...]:
    """The groups of a sheet in the handbook's order."""
    return tuple(_mackay() if name == PERSON_SHEET else _business())


def _mackay() -> Iterator[Group]:
    sensitive = set(load()["CUS-022"].param("sensitive_items"))
    for code, group in load()["CUS-021"].param("groups").items():
        items = (
            Item(f"{number}.{field}", int(number), words, int(number) in sensitive)
            for number, fields in group["items"].items()
            for field, words in fields.items()
        )
        yield Group(code, group["zh"], tuple(items))


def _business() -> Iterator[Group]:
    for code, part in load()["CUS-016"].param("parts").items():
        yield Group(code, part["zh"], tuple(Item(f"{code}.{field}", 0, words) for field, words in part["items"].items()))


@cache
def items() -> Mapping[str, tuple[str, Group, Item]]:
    """Every blank by its key: (sheet, group, item). Keys of the two sheets never meet."""
    return {item.key: (name, group, item) for name in SHEETS for group in sheet(name) for item in group.items}


def find(key: str) -> tuple[str, Group, Item] | None:
    """Where a blank stands; None if there is no such blank."""
    return items().get(key)


def sensitive_numbers() -> list[int]:
    """The numbers of the items that few may see (CUS-022)."""
    return sorted({item.number for group in sheet(PERSON_SHEET) for item in group.items if item.is_sensitive})


def filled(group: Group, answered: Any) -> tuple[int, int]:
    """(how many blanks of a group say something, how many there are), given the keys that do."""
    return sum(item.key in answered for item in group.items), len(group.items)
