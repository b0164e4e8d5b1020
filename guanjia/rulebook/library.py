"""The company's handbooks for its readers: what is on the shelf, what two of them say differently, who lives by which."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from guanjia.kernel.act import Act
from guanjia.kernel.errors import NotFound
from guanjia.org.models import Company, Project

from . import adoption, bounds, registry
from .adopting import Number
from .catalogue import Clause, load
from .handbooks import NAMES, Entry, Page
from .models import Adoption, Handbook, HandbookVersion
from .states import ADOPTED, PUBLISHED


@dataclass(frozen=True)
class Shelved:
    """A handbook with its newest edition, and the projects that live by it now."""

    handbook: Handbook
    newest: HandbookVersion
    clauses: int
    running: int
    projects: tuple[str, ...]


def shelf(act: Act) -> list[Shelved]:
    """The company's handbooks: its own first, then the shipped ones in their order."""
    rows = Handbook.objects.visible_to(act).prefetch_related(
        Prefetch("editions", HandbookVersion.objects.unscoped("link").order_by("-nth").prefetch_related("entries"))
    )
    living = _living(act)
    place = {key: nth for nth, key in enumerate(dict.fromkeys(("foundation", "property-standard", *NAMES)))}
    found = []
    for handbook in rows:
        newest = next(iter(handbook.editions.all()), None)
        if newest is not None:
            on = [entry.rule for entry in newest.entries.all() if entry.on]
            running = sum(rule in registry.realised_rules() for rule in on)
            found.append(Shelved(handbook, newest, len(on), running, tuple(living.get(handbook.pk, ()))))
    return sorted(found, key=lambda s: (s.handbook.origin != "own", place.get(s.handbook.key, 0), s.handbook.key))


def _living(act: Act) -> dict[UUID, list[str]]:
    rows = Adoption.objects.visible_to(act).filter(state=ADOPTED, since__lte=act.at).select_related("project")
    living: dict[UUID, list[str]] = {}
    for row in rows.order_by("project__name"):
        if row.holds_at(act.at):
            living.setdefault(row.handbook_id, []).append(row.project.name)
    return living


def edition_for(act: Act, id: Any) -> HandbookVersion:
    """One edition with its handbook; NotFound alike for foreign and missing ones."""
    return HandbookVersion.objects.select_related("handbook", "made_by", "company").find(act, id)


def editions(act: Act, handbook: Handbook | None = None) -> QuerySet[HandbookVersion]:
    """The company's editions (of one handbook), newest first within each handbook."""
    rows = HandbookVersion.objects.visible_to(act).select_related("handbook").order_by("handbook__key", "-nth")
    return rows.filter(handbook=handbook) if handbook is not None else rows


def adoptable(act: Act) -> QuerySet[HandbookVersion]:
    """The published editions."""
    return editions(act).filter(state=PUBLISHED)


def company_of(act: Act) -> Company:
    """The act's company; NotFound for an act without one."""
    found = Company.objects.filter(pk=act.company_id).first()
    if found is None:
        raise NotFound()
    return found


def history(act: Act, project: Project | None = None) -> QuerySet[Adoption]:
    """Who asked for which handbook, when and why, and what became of it; newest first."""
    rows = Adoption.objects.visible_to(act).select_related("project", "handbook", "edition__handbook", "proposed_by", "ended_by")
    return (rows.filter(project=project) if project is not None else rows).order_by("-proposed_at")


def page_of(edition: HandbookVersion) -> Page:
    """An edition as a text's page, ready to be written out."""
    book = edition.handbook
    return Page(
        key=book.key, kind=book.kind, name=book.name, name_en=book.name_en, audience=book.audience, audience_en=book.audience_en,
        number=edition.nth, words=edition.words, entries={rule: e for rule, e in adoption.entries_of(edition.pk).items() if rule in load()},
    )  # fmt: skip


# -- side by side ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Difference:
    """How two handbooks stand to one clause: in one only, in both with other numbers, or alike."""

    clause: Clause
    one: Entry | None
    other: Entry | None
    numbers: tuple[Number, ...]

    @property
    def kind(self) -> str:
        """one_only, other_only, numbers, firmness or alike; what is off counts as not there."""
        here, there = self.one is not None and self.one.on, self.other is not None and self.other.on
        if here != there:
            return "one_only" if here else "other_only"
        if not here:
            return "alike"
        if self.numbers:
            return "numbers"
        return "firmness" if self.one.unwaivable != self.other.unwaivable else "alike"  # type: ignore[union-attr]


def compare(one: Mapping[str, Entry], other: Mapping[str, Entry]) -> list[Difference]:
    """Clause by clause, in the order of the catalogue, everything that either lists; numbers are those that would hold."""
    return [
        Difference(clause, one.get(rule), other.get(rule), tuple(_numbers(clause, one.get(rule), other.get(rule))))
        for rule, clause in load().items()
        if rule in one or rule in other
    ]


def _numbers(clause: Clause, one: Entry | None, other: Entry | None) -> Iterable[Number]:
    if one is None or other is None:
        return
    for key, usual in bounds.numbers(clause).items():
        here, there = one.params.get(key, usual), other.params.get(key, usual)
        if here != there:
            yield Number(clause.id, key, here, there)


def tunable(clause: Clause) -> dict[str, Any]:
    """The numbers of a clause that a handbook may set: key -> what the catalogue says."""
    return {key: value for key, value in bounds.numbers(clause).items() if bounds.is_tunable(value)}


def in_force(project: Project, at: datetime) -> list[Adoption]:
    """The adoptions that a project lives by at a moment, the base first."""
    rows = Adoption.objects.unscoped("link").filter(project=project, state=ADOPTED).select_related("edition__handbook", "proposed_by")
    return [row for row in rows.order_by("-is_base", "since") if row.holds_at(at)]
