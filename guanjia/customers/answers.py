"""Questions about what is known of a customer: the latest answer to each blank, its history, and who may read what is sensitive."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from guanjia.kernel import vault
from guanjia.kernel.act import Act
from guanjia.rulebook import param, registry
from guanjia.rulebook.inforce import LIVE

from . import profiles
from .models import Customer, ProfileAnswer
from .profiles import BUSINESS_SHEET, PERSON_SHEET, Group, Item

READ_SENSITIVE = "customers.profile.read_sensitive"
#: the sixty-six items are nobody's duty until a project adopts them, and its sensitive ones until it says so besides
SENSITIVE_TOO = registry.number("CUS-022", param("record_sensitive", False))


@dataclass(frozen=True)
class Line:
    """A blank as one reader sees it: its latest answer, None where there is none or he may not know."""

    item: Item
    answer: ProfileAnswer | None
    words: str = ""
    is_hidden: bool = False


@dataclass(frozen=True)
class Part:
    """A group with its lines, how many of them say something, and how many there are."""

    group: Group
    lines: list[Line]
    filled: int
    total: int


def is_kept(project_id: UUID, at: datetime) -> bool:
    """True where the project keeps profiles of people (CUS-021)."""
    return bool(LIVE.value("CUS-021", "on", project_id, at, False))


def is_sensitive_kept(project_id: UUID, at: datetime) -> bool:
    """True where the project keeps the sensitive items besides (CUS-022)."""
    return is_kept(project_id, at) and bool(LIVE.resolve(SENSITIVE_TOO, "CUS-022", project_id, at))


def may_read_sensitive(customer: Customer, act: Act) -> bool:
    """True for whoever keeps the relation with this customer, and for the supervisor (CUS-022)."""
    profile = getattr(customer, "profile", None)
    return (profile is not None and profile.keeper_id == act.person_id) or act.may(READ_SENSITIVE, on=customer)


def answers(customer: Customer, sheet: str, act: Act) -> dict[str, ProfileAnswer]:
    """The latest answer to each blank that says something, by its key; two words on one matter: the later one holds."""
    rows = ProfileAnswer.objects.visible_to(act).filter(customer=customer, sheet=sheet).select_related("answered_by")
    return {row.item: row for row in rows.order_by("item", "-answered_at", "-id").distinct("item") if row.says_something}


def parts(customer: Customer, sheet: str, act: Act) -> list[Part]:
    """A sheet as this act may read it, group by group. What is hidden counts as filled where it is: that much is no secret to those
    who may see the profile at all."""
    known, reads = answers(customer, sheet, act), may_read_sensitive(customer, act)
    open_to_me = {key: row for key, row in known.items() if reads or not row.is_sensitive}
    words = words_of(open_to_me.values(), "reveal")
    return [
        Part(group, [_line(item, open_to_me.get(item.key), words, reads) for item in group.items], *profiles.filled(group, known))
        for group in profiles.sheet(sheet)
    ]


def _line(item: Item, answer: ProfileAnswer | None, words: dict[UUID, str], reads: bool) -> Line:
    return Line(item, answer, words[answer.pk] if answer else "", item.is_sensitive and not reads)


def words_of(rows: Iterable[ProfileAnswer], reason: str) -> dict[UUID, str]:
    """What these answers say in plain words, by key; those who ask have made sure that they may know. One query for all keys."""
    rows = list(rows)
    opened = vault.opened_all([row for row in rows if row.is_sensitive], ["sealed"], reason)
    return {row.pk: opened[row.pk]["sealed"] if row.is_sensitive else row.value for row in rows}


def history(customer: Customer, item: Item, act: Act) -> QuerySet[ProfileAnswer]:
    """Everything a blank ever said, the latest first; nothing of a sensitive one for whoever may not read it."""
    rows = ProfileAnswer.objects.visible_to(act).filter(customer=customer, item=item.key).select_related("answered_by")
    return rows.none() if item.is_sensitive and not may_read_sensitive(customer, act) else rows.order_by("-answered_at", "-id")


def empty_parts(customer: Customer) -> list[str]:
    """The parts of a business's file that say nothing yet, in words (CUS-016)."""
    return empty_parts_of([customer.pk])[customer.pk]


def empty_parts_of(customers: Iterable[UUID]) -> dict[UUID, list[str]]:
    """The same for several customers, by key: one query."""
    said: dict[UUID, set[str]] = {key: set() for key in customers}
    rows = ProfileAnswer.objects.unscoped("link").filter(customer__in=said, sheet=BUSINESS_SHEET)
    for row in rows.order_by("customer_id", "item", "-answered_at", "-id").distinct("customer_id", "item"):
        if row.says_something:
            said[row.customer_id].add(row.item)
    parts_of = profiles.sheet(BUSINESS_SHEET)
    return {key: [part.label for part in parts_of if not profiles.filled(part, keys)[0]] for key, keys in said.items()}


# -- before a call -------------------------------------------------------------------------------
@dataclass(frozen=True)
class Caution:
    """That something must not be talked about with a customer: what, for those who may know, and whom to ask for the others."""

    what: str
    keeper: Any


def caution(customer: Customer, act: Act) -> Caution | None:
    """The warning shown before somebody is called (item 38); None where there is nothing to avoid."""
    keys = [item.key for group in profiles.sheet(PERSON_SHEET) for item in group.items if item.number == profiles.TABOO]
    rows = ProfileAnswer.objects.visible_to(act).filter(customer=customer, item__in=keys).order_by("-answered_at", "-id")
    latest = rows.first()
    if latest is None or not latest.says_something:
        return None
    profile = getattr(customer, "profile", None)
    what = words_of([latest], "reveal")[latest.pk] if may_read_sensitive(customer, act) else ""
    return Caution(what, profile.keeper if profile else None)
