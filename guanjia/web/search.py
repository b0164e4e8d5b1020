"""One box for everything: faces add providers, registers that have a `search` are asked by themselves."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import force_str
from django.views.decorators.http import require_GET

from . import addresses, cells
from .keyset import storable
from .partials import page
from .register import REGISTERS, Register

HITS_MAX, PAGE_MAX = 5, 20  # of each kind: while somebody types, and on the page of results
NUMBER = re.compile(r"[A-Za-z]{1,4}-\d{2}")  # how the numbers of all series begin: WO-2026…
TEXT_MAX = 60


@dataclass(frozen=True)
class Hit:
    """One thing found."""

    title: str
    href: str
    text: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Group:
    """What one provider found."""

    label: str
    hits: list[Hit] = field(default_factory=list)
    icon: str = ""
    more: str = ""


_PROVIDERS: dict[str, tuple[int, Any, str, Callable[[str, Any, int], list[Hit]]]] = {}


def provider(name: str, label: Any, *, order: int = 50, icon: str = "") -> Callable:
    """A face looks too: the decorated `f(text, act, most) -> list[Hit]` is asked; a name that is a register's slug takes its place."""

    def register(fn: Callable) -> Callable:
        _PROVIDERS[name] = (order, label, icon, fn)
        return fn

    return register


def find(text: str, act: Any, most: int = HITS_MAX) -> list[Group]:
    """Everything that answers to these words, grouped, at most so many of each; nothing for fewer than one character."""
    text = " ".join(text.split())[:TEXT_MAX]
    if not text or not storable(text):
        return []
    groups = [(order, Group(force_str(label), fn(text, act, most), icon)) for order, label, icon, fn in _PROVIDERS.values()]
    groups += [
        (100, of_register(register, text, act, most))
        for register in REGISTERS.values()
        if asks(register, text) and register.slug not in _PROVIDERS and register.may_see(act)
    ]
    return [group for _order, group in sorted(groups, key=lambda pair: pair[0]) if group.hits]


def asks(register: Register, text: str) -> bool:
    """Whether the box looks into this register for this text."""
    return bool(register.search) and (register.box == "words" or (register.box == "number" and bool(NUMBER.match(text))))


def of_register(register: Register, text: str, act: Any, most: int) -> Group:
    columns = register.default_columns[:4]
    listing = register.listing(act, columns)
    if register.box == "number":
        matching = listing.filter(number__startswith=text.upper()).order_by("number")
    else:
        matching = register.matching(listing, text, act.rights.companies)
    rows = list(matching[: most + 1])
    hits = [
        Hit(
            str(row),
            addresses.of(row),
            " · ".join(filter(None, (cells.cell(column, row).text for column in columns))),
            register.icon or "book",
        )
        for row in rows
    ]
    more = f"{register.url()}?{urlencode({'q': text})}" if len(rows) > most else ""
    return Group(register.title, hits[:most], register.icon or "book", more)


@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """The page of what was found."""
    text = request.GET.get("q", "")
    return page(request, "web/register/search.html#results", text=text, groups=find(text, request.act, PAGE_MAX))


@require_GET
def suggestions(request: HttpRequest) -> HttpResponse:
    """A few hits while somebody types."""
    return page(request, "web/register/suggestions.html", groups=find(request.GET.get("q", ""), request.act))
