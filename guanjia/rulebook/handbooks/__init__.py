"""The handbooks that come with the product: which clauses each selects, with which numbers where the sources differ.

One YAML file a handbook, in the form that `text` reads and writes; `choices.yaml` names the clauses that exclude each
other. A company's own handbooks are rows (`models/handbooks.py`), and so are these once they are installed.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from guanjia.rulebook.catalogue.compiled import Loader

from .text import HERE, Choice, Entry, Page, Problem, choices, clashes, read, write

__all__ = ["Choice", "Entry", "Page", "Problem", "choices", "clashes", "foundation", "problems", "read", "shipped", "write"]

NAMES = (
    "foundation",
    "property-manual",
    "property-frontdesk",
    "property-office",
    "teaching",
    "property-standard",
    "property-group",
    "repair-department",
    "call-centre",
    "public-promise",
    "field-stores",
    "manufacturer",
    "sales-desk",
    "member-chain",
    "online-shop",
    "retail",
    "scenic",
    "house-sales",
    "utility",
    "telecom",
    "cable",
    "branch-supervision",
    "letters",
)  # fmt: skip  (what is included stands before what includes it)


@cache
def _read_all() -> tuple[Mapping[str, Page], tuple[str, ...]]:
    pages: dict[str, Page] = {}
    wrong: list[str] = []
    for name in NAMES:
        page, found = read((HERE / f"{name}.yaml").read_text(encoding="utf-8"), included=pages, loader=Loader)
        wrong += [f"{name}.yaml {problem}" for problem in found]
        if page is not None:
            pages[name] = page
    return MappingProxyType(pages), tuple(wrong)


def shipped() -> Mapping[str, Page]:
    """The handbooks of this release by key, flat, in the order of `NAMES`. Read once in a process, when first asked for."""
    return _read_all()[0]


def problems() -> tuple[str, ...]:
    """What is wrong with the shipped files; nothing in a sound release."""
    return _read_all()[1]


def foundation() -> frozenset[str]:
    """The clauses that every project lives by."""
    return frozenset(rule for rule, entry in shipped()["foundation"].entries.items() if entry.on)
