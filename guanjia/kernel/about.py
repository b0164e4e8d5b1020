"""Which rows of all rooms are about one person: declared by each room, read by whoever copies, holds or forgets.

    about("customers.customer",                     # in desk/about.py
          Part(Case, "customer", open=lambda day: ~Q(state="closed"), undo=_("先办结诉求")),
          Part(CaseNote, "case__customer"))

So the customers' room can forget somebody whole without knowing the rooms above it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from . import privacy
from .ids import Ref


@dataclass(frozen=True)
class Part:
    """Rows of a model that are about a person: `person` is the way from the row to him.

    `open(day)` finds the rows that are still being worked on: nobody is forgotten while there are some, and `undo` says what to do first.
    `drop` takes the rows out instead of blanking them: those that say nothing else.
    """

    model: type[models.Model]
    person: str
    open: Callable[[date], Q] | None = None
    undo: Any = ""
    drop: bool = False

    @property
    def kind(self) -> str:
        return self.model._meta.label_lower

    def rows(self, person: Ref) -> models.QuerySet:
        """Its rows about that person, whoever asks: what is about him does not depend on who is asked."""
        return self.model._base_manager.filter(**{self.person: person.id}).order_by("pk")

    def forgotten(self) -> list[str]:
        return privacy.forgotten(self.model)


PARTS: dict[str, list[Part]] = defaultdict(list)


def about(kind: str, *parts: Part) -> None:
    """Declare what of a room's rows is about a person of that kind."""
    known = {(part.model, part.person) for part in PARTS[kind]}
    PARTS[kind] += [part for part in parts if (part.model, part.person) not in known]


def parts_of(person: Ref) -> list[Part]:
    """Everything about that person, room by room from the ground up; the person's own row first, as his room declares it."""
    floor = {config.label: place for place, config in enumerate(apps.get_app_configs())}
    return sorted(PARTS[person.kind], key=lambda part: floor[part.model._meta.app_label])


def refs_of(person: Ref) -> Iterator[Ref]:
    """Every row about that person."""
    for part in parts_of(person):
        for key in part.rows(person).values_list("pk", flat=True):
            yield Ref(part.kind, key)


def unfinished(person: Ref, day: date) -> list[tuple[Part, int]]:
    """The parts in which something about that person is still open on that day, and how many rows."""
    counted = ((part, part.rows(person).filter(part.open(day)).count()) for part in parts_of(person) if part.open is not None)
    return [(part, count) for part, count in counted if count]


def load() -> None:
    """Read the `about.py` of every room."""
    for config in apps.get_app_configs():
        if config.name.startswith("guanjia.") and find_spec(f"{config.name}.about"):
            import_module(f"{config.name}.about")


def unsaid() -> list[str]:
    """Models that hold a customer's personal columns and lead to a customer by a foreign key, and yet are nobody's part."""
    said = {part.model for parts in PARTS.values() for part in parts}
    found = []
    for model in apps.get_models():
        to = {field.related_model._meta.label_lower for field in model._meta.concrete_fields if field.related_model}
        if to & set(PARTS) and model not in said and privacy.forgotten(model):
            found.append(model._meta.label)
    return found
