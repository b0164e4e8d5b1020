"""What of a record can be shown in full, and on which matter somebody needs it. Declared by the rooms; the kernel knows neither.

class Customer(Scoped):
    disclosed = {"phones": Disclosed(_("电话"), lambda one: one.phones), "id_no": Disclosed(_("证件号"), …, sensitive=True)}

install_matter("desk.case", matter_of_a_case)
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from .act import Act
from .ids import Ref


@dataclass(frozen=True)
class Disclosed:
    """A field that is masked everywhere: what it is called, how it is read in full, and whether the law counts it as sensitive."""

    label: Any
    read: Callable[[Any], str]
    sensitive: bool = False


@dataclass(frozen=True)
class Matter:
    """Something that is being done for people: its number, whether this act's person has it in hand, and whom it concerns."""

    ref: Ref
    number: str
    title: str
    in_hand: bool
    concerns: frozenset[UUID] = field(default_factory=frozenset)


class MatterFinder(Protocol):
    """A room with matters: the one with this key, if this act may see it; None for foreign, missing and finished ones."""

    def __call__(self, key: UUID, act: Act) -> Matter | None: ...


MATTERS: dict[str, MatterFinder] = {}


def install_matter(kind: str, finder: MatterFinder) -> None:
    """Install who knows the matters of a kind (`desk.case`)."""
    MATTERS[kind] = finder


def matter_at(ref: Ref | None, act: Act) -> Matter | None:
    """The open matter that a reference leads to; None where it leads nowhere that this act may see."""
    finder = MATTERS.get(ref.kind) if ref is not None else None
    return finder(ref.id, act) if finder is not None else None


def disclosed(subject: Any) -> dict[str, Disclosed]:
    """Name -> field, of all that a record's model declares."""
    return getattr(subject, "disclosed", {})


def is_sensitive(subject: Any, names: Iterable[str]) -> bool:
    known = disclosed(subject)
    return any(known[name].sensitive for name in names)


def in_full(subject: Any, names: Iterable[str]) -> dict[str, str]:
    """Name -> the value in full. Only for who has noted the reading first."""
    known = disclosed(subject)
    return {name: known[name].read(subject) for name in names}
