"""What a rule written by a company may speak of: facts, gates and populations, in words a manager reads.

A room offers them in its `offers.py`, above its models, so that labels and choices are those of its columns and stand
nowhere twice. What is not offered cannot be named. An offer also says what a rule must know to be sensible: of which
kinds of thing a fact speaks, and in which states of its machine it can happen.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import UnionType
from typing import Any, get_args, get_type_hints
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.gates import GATES
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import FACTS
from guanjia.kernel.machine import Machine

CHOICE, FLAG, TEXT, NUMBER, MOMENT, PERSON = "choice", "flag", "text", "number", "moment", "person"
YES_NO = {True: _("是"), False: _("否")}

Choices = Mapping[Any, Any] | Callable[[UUID | None], Mapping[Any, Any]]

ROOMS = {
    "estate": _("房产"),
    "customers": _("客户"),
    "desk": _("客服台"),
    "work": _("工单"),
    "followup": _("回访"),
    "quality": _("整改"),
    "rulebook": _("规则"),
}
KINDS: dict[str, Any] = {}  # "desk.case" -> 诉求


@dataclass(frozen=True)
class Word:
    """A field of a fact or of a gate, in words; `given` are its choices, or how to get those of a company."""

    key: str
    label: Any
    kind: str
    given: Choices = field(default_factory=dict)

    def choices(self, company_id: UUID | None) -> dict[Any, Any]:
        """Value -> its name; {} where anything may stand."""
        if self.kind == FLAG:
            return dict(YES_NO)
        return dict(self.given(company_id) if callable(self.given) else self.given)

    @property
    def can_be_asked(self) -> bool:
        """True if a condition may be put on it."""
        return self.kind in (CHOICE, FLAG)


@dataclass(frozen=True)
class Speakable:
    """What facts and gates share: a name, a title, the kind it is first about, and its words."""

    name: str
    title: Any
    kinds: tuple[str, ...]
    words: Mapping[str, Word]

    @property
    def kind(self) -> str:
        return self.kinds[0] if self.kinds else ""

    @property
    def room(self) -> str:
        return self.name.partition(".")[0]

    def of_kind(self, *kinds: str) -> list[Word]:
        return [word for word in self.words.values() if word.kind in kinds]


@dataclass(frozen=True)
class FactOffer(Speakable):
    """A fact. It may happen while its first subject is in one of `states` of `machine`, which it leaves in `leads_to` (None: as it was)."""

    machine: Machine | None = None
    states: frozenset[str | None] | None = None
    leads_to: str | None = None
    move: str = ""


@dataclass(frozen=True)
class GateOffer(Speakable):
    """A gate; without a kind it is asked before its subject exists, so that no duty can shut it."""


@dataclass(frozen=True)
class Population:
    """A set of things of one kind from which a periodic rule draws."""

    name: str
    title: Any
    kind: str
    draw: Callable[[Any, str, datetime], Iterable[Ref]]


FACT_OFFERS: dict[str, FactOffer] = {}
GATE_OFFERS: dict[str, GateOffer] = {}
POPULATIONS: dict[str, Population] = {}


class Family:
    """The facts and gates about one model: `of` is what they are first about, `also` what else their lines speak of.

    `sources` are kinds of higher rooms that may have asked for it; a lower room knows them by name only.
    """

    def __init__(
        self,
        of: type[models.Model] | None,
        *,
        also: Iterable[type[models.Model]] = (),
        sources: Iterable[str] = (),
        machine: Machine | None = None,
        deeds: Mapping[str, Iterable[str]] | None = None,
        words: Mapping[str, Word] | None = None,
    ):
        self.model, self.machine, self.deeds, self.common = of, machine, dict(deeds or {}), dict(words or {})
        self.kinds = (*(_kind(model) for model in ((of, *also) if of is not None else also)), *sources)

    def fact(self, name: str, fields: str = "", *, move: str = "", deed: str = "", **words: Word) -> None:
        """Offer a fact: `fields` are those whose words its model knows; `move` or `deed` say when it can happen."""
        cls = FACTS[name]
        states, leads_to = (None, None)
        if move:
            states, leads_to = self.machine.moves[move]
        elif deed:
            states = frozenset(self.deeds[deed])
        FACT_OFFERS[name] = FactOffer(
            name,
            _lazy(cls.zh),
            self.kinds,
            self._words(cls, fields, words),
            self.machine if states is not None else None,
            states,
            leads_to,
            move,
        )

    def gate(self, name: str, title: Any, fields: str = "", *, before: bool = False, **words: Word) -> None:
        """Offer a gate; `before` where it is asked before the thing exists."""
        GATE_OFFERS[name] = GateOffer(name, title, () if before else self.kinds[:1], self._words(GATES[name], fields, words))

    def _words(self, cls: type, fields: str, words: Mapping[str, Word]) -> dict[str, Word]:
        found = {key: self._word(cls, key) for key in fields.split()} | dict(words)
        stray = set(found) - cls.field_names()
        if stray:
            raise TypeError(f"{cls.name} has no {sorted(stray)}")
        return {key: Word(key, word.label, word.kind, word.given) for key, word in found.items()}

    def _word(self, cls: type, key: str) -> Word:
        if key in self.common:
            return self.common[key]
        types = _types(get_type_hints(cls).get(key))
        try:
            column = self.model._meta.get_field(key)
        except (AttributeError, FieldDoesNotExist):
            raise TypeError(f"{cls.name}.{key}: its model has no such column; say its word") from None
        if bool in types:
            return Word(key, column.verbose_name, FLAG)
        if column.choices:
            return Word(key, column.verbose_name, CHOICE, dict(column.flatchoices))
        kind = MOMENT if datetime in types else NUMBER if int in types else TEXT
        return Word(key, column.verbose_name, kind)


def flag(label: Any) -> Word:
    return Word("", label, FLAG)


def choice(label: Any, given: Choices) -> Word:
    return Word("", label, CHOICE, given)


def text(label: Any) -> Word:
    return Word("", label, TEXT)


def moment(label: Any) -> Word:
    """A moment that may be a due time."""
    return Word("", label, MOMENT)


def person(label: Any) -> Word:
    """Somebody the fact names, who may owe what follows."""
    return Word("", label, PERSON)


def population(name: str, title: Any, of: type[models.Model], draw: Callable[[Any, str, datetime], Iterable[Ref]]) -> None:
    """Offer a population; `draw(project, period, at)` gives its members as Refs."""
    POPULATIONS[name] = Population(name, title, _kind(of), draw)


def offer_lateness(rules: Callable[[UUID | None], Mapping[str, Any]]) -> None:
    """Offer that any duty is overdue, whatever it is about; after the rooms, so that all kinds are known."""
    cls = FACTS["rulebook.duty.overdue"]
    words = {"rule": Word("rule", _("哪一条规则"), CHOICE, rules)}
    FACT_OFFERS[cls.name] = FactOffer(cls.name, _lazy(cls.zh), ("", *KINDS), words)


def fact_title(name: str) -> str:
    offer = FACT_OFFERS.get(name)
    return str(offer.title) if offer else name


def gate_title(name: str) -> str:
    offer = GATE_OFFERS.get(name)
    return str(offer.title) if offer else name


def kind_title(kind: str) -> str:
    return str(KINDS.get(kind, kind))


def gates_of(fact: str) -> list[str]:
    """The gates of which one must be passed for this fact to happen; [] where none stands before it."""
    return [gate.name for gate in GATES.values() if fact in gate.passes_to]


def _kind(model: type[models.Model]) -> str:
    kind = model._meta.label_lower
    KINDS[kind] = model._meta.verbose_name
    return kind


def _types(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if isinstance(hint, UnionType) else (hint,)


def _lazy(words: str) -> Any:
    """A fact's words are marked for translation where it is declared; here they wait for the reader."""
    return _(words)
