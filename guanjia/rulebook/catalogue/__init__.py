"""The handbooks as data: 803 clauses with their words, sources and numbers.

Each YAML file beside this one is a chapter. A clause's id never changes, whatever becomes of its words. What makes a
clause run stands in the rooms' `rules.py`; nothing here knows a room, a fact or a row.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from django.utils.translation import gettext

from guanjia.rulebook.catalogue.compiled import chapters

MODULES = {
    "org": "ORG", "estate": "EST", "customers": "CUS", "desk": "DESK", "work": "WORK", "followup": "FUP",
    "billing": "BILL", "premises": "PREM", "stores": "STOR", "aftersales": "AFT", "membership": "MEM",
    "outreach": "OUT", "workforce": "WF", "knowledge": "KB", "insight": "INS",
}  # fmt: skip
_MODULE_OF = {prefix: module for module, prefix in MODULES.items()}
FILES = (*MODULES, "actors", "sources")
_REQUIRED = object()


class Source(NamedTuple):
    """Where a clause was read: a handbook's key and the section printed in it."""

    handbook: str
    section: str

    @property
    def text(self) -> str:
        """The text of the collection that the section belongs to ("第19篇"), or "" where there is but one."""
        return next((name for name in books()[self.handbook].texts if self.section.startswith(name)), "")

    @property
    def title(self) -> str:
        """The source in words of the reader's language: 「物业管理处客服工作手册 第19篇 回访工作规程 3.1.1 a」."""
        book = books()[self.handbook]
        return f"{gettext(book.texts[self.text]['zh'] if self.text else book.zh)} {self.section}"


@dataclass(frozen=True, slots=True)
class Book:
    """A collection of handbooks: its titles and the kind of organisation it comes from."""

    key: str
    zh: str
    en: str
    kind: str
    texts: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence of the handbooks that asks something of someone."""

    id: str
    zh: str
    en: str
    kind: str
    subject: str
    trigger: str
    params: Mapping[str, Any]
    actors: tuple[str, ...]
    realise: str
    stage: int
    room: str
    mechanism: str
    sources: tuple[Source, ...]
    note: str = ""
    #: how far a number may be moved: key -> {strictest, laxest} or {of: choices}; see rulebook/bounds.py
    bounds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.zh}（{self.id}）"

    @property
    def title(self) -> str:
        """Its words in the language of the reader; `zh` is what is stored and searched."""
        return gettext(self.zh)

    @property
    def module(self) -> str:
        """The chapter it stands in: "followup" for FUP-001. The room that must act is `room`."""
        return _MODULE_OF[self.id.partition("-")[0]]

    def param(self, key: str, default: Any = _REQUIRED) -> Any:
        """The value the handbook gives, as written ("3 days"). KeyError names the clause if there is none."""
        if key not in self.params and default is _REQUIRED:
            raise KeyError(f"{self.id} has no parameter {key!r}")
        return self.params.get(key, default)

    @property
    def fields(self) -> dict[str, str]:
        """The fields a form must have: key -> Chinese label, groups of fields laid flat."""
        return dict(_flat(self.params.get("fields", {})))

    def field_label(self, key: str) -> str:
        """The label of one required field in the language of the reader. KeyError names the clause if there is no such field."""
        try:
            return gettext(self.fields[key])
        except KeyError:
            raise KeyError(f"{self.id} has no field {key!r}") from None


class Actor(NamedTuple):
    """Who an actor of the handbooks is: a role of the product, or the capacity of an outsider. One of them is ""."""

    role: str
    capacity: str
    note: str


@cache
def load() -> Mapping[str, Clause]:
    """Every clause by its id, in the order of the chapters. Read once in a process."""
    return MappingProxyType({entry["id"]: _clause(entry) for module in MODULES for entry in _files()[module]})


@cache
def books() -> Mapping[str, Book]:
    """The collections that sources name, by key."""
    return MappingProxyType(
        {key: Book(key, book["zh"], book["en"], book["kind"], MappingProxyType(book.get("texts", {})))
         for key, book in _files()["sources"].items()}
    )  # fmt: skip


@cache
def actors() -> Mapping[str, Actor]:
    """Who each actor of the clauses is, by the words the handbooks use."""
    return MappingProxyType(
        {name: Actor(who.get("role", ""), who.get("capacity", ""), who.get("note", ""))
         for name, who in _files()["actors"].items()}
    )  # fmt: skip


@cache
def _files() -> dict[str, Any]:
    return chapters(FILES)


def _clause(entry: dict[str, Any]) -> Clause:
    return Clause(
        **{key: value for key, value in entry.items() if key not in ("params", "actors", "source")},
        params=MappingProxyType(entry["params"]),
        actors=tuple(entry["actors"]),
        sources=tuple(Source(*source.split(": ", 1)) for source in entry["source"]),
    )


def _flat(fields: Any) -> Iterator[tuple[str, str]]:
    """Fields and their labels, out of mappings that may be grouped; a plain list of names labels itself."""
    if isinstance(fields, list):
        yield from ((name, name) for name in fields)
        return
    for key, label in fields.items():
        if isinstance(label, str):
            yield key, label
        else:
            yield from _flat(label)
