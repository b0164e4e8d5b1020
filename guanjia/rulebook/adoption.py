"""What the adopted handbooks say in a project at a moment. Asked by `parameters`; knows rows, decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from guanjia.kernel.memo import remembered

from .handbooks import Entry, shipped
from .handbooks.text import merged
from .models.handbooks import Adoption, Handbook, HandbookEntry
from .states import ADOPTED


class Spell(NamedTuple):
    """One adopted edition, and when it holds (half-open)."""

    since: datetime
    until: datetime | None
    edition_id: UUID
    label: str

    def holds_at(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True)
class InUse:
    """The entries of all adopted editions together, and by which edition each speaks ("property-standard 1")."""

    entries: Mapping[str, Entry]
    labels: Mapping[str, str]

    def is_on(self, rule: str) -> bool:
        """Whether the project lives by the clause: what no adopted handbook lists is not asked of it."""
        entry = self.entries.get(rule)
        return entry is not None and entry.on


def in_use(project_id: UUID, at: datetime) -> InUse | None:
    """What the handbooks say in a project at a moment; None where none is adopted: then everything that can run runs."""
    spells = [(one.edition_id, one.label) for one in spells_of(project_id) if one.holds_at(at)]
    return together(tuple(spells)) if spells else None


def say(company_id: UUID, label: str) -> str:
    """The edition that an obligation remembers, in words: "property-standard 1" is 「物业标准 第 1 版」."""
    key, _space, nth = label.rpartition(" ")
    handbook = Handbook.objects.unscoped("link").filter(company_id=company_id, key=key).first()
    return _("%(name)s 第 %(nth)s 版") % {"name": handbook, "nth": nth} if handbook else label


def is_firm(rule: str, project_id: UUID, at: datetime) -> bool:
    """Whether nobody may waive the clause: the foundation says so, or the handbook under which it was lived by."""
    book = in_use(project_id, at)
    entry = (book.entries if book else shipped()["foundation"].entries).get(rule)
    return entry is not None and entry.unwaivable


@remembered
def spells_of(project_id: UUID) -> tuple[Spell, ...]:
    """The adopted editions of a project, past and coming: the base first, then add-ons as they came, so that these outweigh."""
    rows = Adoption.objects.unscoped("engine").filter(project_id=project_id, state=ADOPTED).order_by("-is_base", "since", "pk")
    columns = rows.values_list("since", "until", "edition_id", "handbook__key", "edition__nth")
    return tuple(Spell(since, until, edition, f"{key} {nth}") for since, until, edition, key, nth in columns)


@lru_cache(256)
def together(editions: tuple[tuple[UUID, str], ...]) -> InUse:
    """Several editions, (id, label) each, as one: later ones outweigh. Kept for good, since what is published never changes."""
    entries: dict[str, Entry] = {}
    labels: dict[str, str] = {}
    for edition_id, label in editions:
        for rule, entry in entries_of(edition_id).items():
            entries[rule], labels[rule] = merged(entries.get(rule), entry), label
    return InUse(MappingProxyType(entries), MappingProxyType(labels))


def entries_of(edition_id: UUID) -> dict[str, Entry]:
    """The entries of an edition by clause, in the order of their ids."""
    rows = HandbookEntry.objects.filter(edition_id=edition_id).order_by("rule")
    return {row.rule: Entry(row.rule, row.params, row.on, row.unwaivable, row.why) for row in rows}
