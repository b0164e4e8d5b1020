"""The menu: entries of faces, and every register somebody may see, in the order in which they were declared."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.encoding import force_str

from guanjia.kernel.act import Act

from . import addresses
from .register import REGISTERS


@dataclass(frozen=True)
class Entry:
    """One line of the menu. `counts` says how much waits there: f(act) -> (number, whether some of it is late)."""

    label: Any
    url_name: str
    icon: str = ""
    section: Any = ""
    permission: str = ""
    order: int = 100
    keys: str = ""
    counts: Callable[[Act], tuple[int, bool]] | None = None
    open_to: Callable[[Act], bool] | None = None

    def is_open(self, act: Act) -> bool:
        if self.open_to is not None:
            return self.open_to(act)
        return not self.permission or act.may(self.permission)


_ENTRIES: list[Entry] = []


def entry(label: Any, url_name: str, **options: Any) -> Entry:
    """A face adds a line to the menu; `url_name` takes no arguments."""
    made = Entry(label, url_name, **options)
    _ENTRIES[:] = [one for one in _ENTRIES if one.url_name != url_name] + [made]
    return made


_BELLS: list[Entry] = []


def bell(label: Any, url_name: str, *, counts: Callable[[Act], tuple[int, bool]]) -> None:
    """A face says where the bell of the console's head leads, and how much waits there."""
    _BELLS[:] = [Entry(label, url_name, counts=counts)]


def bell_of(act: Act) -> dict[str, Any] | None:
    """The bell for this act: {label, url, count, late}; None where no face has one."""
    for one in _BELLS:
        count, late = one.counts(act) if one.counts is not None else (0, False)
        return {"label": force_str(one.label), "url": addresses.to(one.url_name), "count": count, "late": late}
    return None


_STARTS: list[tuple[Callable[[Act], bool], str]] = []


def starts_at(url_name: str, *, open_to: Callable[[Act], bool]) -> None:
    """A face says who begins on a page of its own after signing in, instead of at the console."""
    _STARTS[:] = [one for one in _STARTS if one[1] != url_name] + [(open_to, url_name)]


def start_of(act: Act) -> str:
    """Where this act begins."""
    return next((reverse(url_name) for open_to, url_name in _STARTS if open_to(act)), "/")


def menu(act: Act, path: str) -> list[dict[str, Any]]:
    """The sections of the menu with the lines this act may use: [{label, items: [{label, url, icon, current, count, late, keys}]}]."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for one in sorted(_ENTRIES, key=lambda entry: entry.order):
        if one.is_open(act):
            count, late = one.counts(act) if one.counts is not None else (0, False)
            sections.setdefault(force_str(one.section), []).append(
                {
                    "label": force_str(one.label),
                    "url": addresses.to(one.url_name),
                    "icon": one.icon,
                    "count": count,
                    "late": late,
                    "keys": one.keys,
                }
            )
    for register in REGISTERS.values():
        if register.in_menu and register.may_see(act):
            sections.setdefault(register.room_label, []).append(
                {"label": register.title, "url": register.url(), "icon": register.icon or "book", "count": 0, "late": False, "keys": ""}
            )
    groups = [{"label": label, "items": items} for label, items in sections.items()]
    mark_current([item for group in groups for item in group["items"]], path)
    return groups


def mark_current(items: list[dict[str, Any]], path: str) -> None:
    """The line whose address is the longest beginning of this path is where one is."""
    fitting = [item for item in items if path == item["url"] or (item["url"] != "/" and path.startswith(item["url"]))]
    current = max(fitting, key=lambda item: len(item["url"]), default=None)
    for item in items:
        item["current"] = item is current
