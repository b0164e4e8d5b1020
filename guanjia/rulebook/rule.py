"""How a clause is bound: what opens it, what meets it, which gate it shuts.

Bindings are data: names of facts, gates, fields and roles, checked at start-up. They never repeat what the catalogue
says (words, numbers, labels); they point at it with `param("within")`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import FunctionType
from typing import Any

from django.db.models import BaseConstraint, Model

from guanjia.kernel.ids import Ref
from guanjia.kernel.machine import Machine

from . import registry
from .catalogue import Clause, load

Condition = Mapping[str, Any]


# -- small words ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class On:
    """A fact by name, with conditions on its payload: equal to a value, or one of a tuple."""

    fact: str
    where: tuple[tuple[str, Any], ...] = ()

    def matches(self, fact: str, payload: Mapping[str, Any]) -> bool:
        return fact == self.fact and holds(self.where, payload)


def on(fact: str, **where: Any) -> On:
    """`on("desk.case.opened", type="repair")`."""
    return On(fact, tuple(sorted(where.items())))


def holds(where: Iterable[tuple[str, Any]], values: Mapping[str, Any]) -> bool:
    """True if every condition is met by the values."""
    return all(values.get(key) in wanted if isinstance(wanted, tuple) else values.get(key) == wanted for key, wanted in where)


@dataclass(frozen=True)
class Param:
    """A number of the clause, which a project may override from a date."""

    key: str
    default: Any = None


@dataclass(frozen=True)
class Payload:
    """A value of the fact that opened the duty: a moment, a person's id, a flag."""

    key: str


@dataclass(frozen=True)
class RoleNamed:
    """The role that the fact names: whom a step of an approval asks."""

    key: str


@dataclass(frozen=True)
class Earliest:
    """The earliest of several dues; the ones that are empty do not count."""

    options: tuple[Any, ...]


@dataclass(frozen=True)
class EndOfPeriod:
    """The end of the period for which something was drawn."""


@dataclass(frozen=True)
class About:
    """The first thing of this kind that the fact is about."""

    kind: str


def param(key: str, default: Any = None) -> Param:
    return Param(key, default)


def payload(key: str) -> Payload:
    return Payload(key)


def earliest(*options: Any) -> Earliest:
    return Earliest(options)


def end_of_period() -> EndOfPeriod:
    return EndOfPeriod()


def about(kind: str) -> About:
    return About(kind.lower())


# -- bindings ------------------------------------------------------------------------------------
@dataclass(kw_only=True)
class Binding:
    """What all bindings share: the clause, whether it sleeps until a project wakes it, and where it was declared."""

    rule: str
    stage: str = ""
    awake: bool = True
    room: str = field(init=False, default="")
    written: Clause | None = field(init=False, default=None)  # the clause of a company's own rule; the catalogue's otherwise
    runs: Any = field(init=False, default=None)  # for which days and projects it speaks; always and everywhere otherwise
    edition: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.room = registry.calling_room()
        registry.add(self)

    @property
    def clause(self) -> Clause:
        return self.written or load()[self.rule]

    @property
    def key(self) -> str:
        return f"{self.rule}/{self.stage}" if self.stage else self.rule


PAUSE_CAP = "5 days"


class Duty(Binding):
    """Somebody owes something by a time.

    `pauses_on` and `resumes_on` stop a clock and let it run on, for `pause_cap` altogether; without them it never stands still.
    `toward` opens one obligation for each receiver: every thing of a kind that the fact is about, or every reference that
    its payload lists; a fact that meets one says toward whom. `owed_by` is an outsider who owes it, while the owner watches.
    `match` says by what a fact finds the duty: by its subject, or by a thing of another kind that both lines are about.
    """

    def __init__(
        self,
        rule: str,
        *,
        opens_on: Any,
        met_by: Any,
        voided_by: Any = (),
        blocks: str | tuple[str, ...] = (),
        owner: Any = "",
        due: Any = None,
        calendar: Any = None,
        counts_from: Payload | None = None,
        sleeps: Any = None,
        danger: str = "",
        subject: About | None = None,
        stage: str = "",
        cure: str = "",
        awake: bool = True,
        toward: Any = "",
        owed_by: About | None = None,
        match: About | None = None,
        pauses_on: Any = (),
        resumes_on: Any = (),
        pause_cap: Any = None,
    ):
        self.rule, self.stage, self.awake = rule, stage, awake
        self.opens_on, self.met_by, self.voided_by = _facts(opens_on), _facts(met_by), _facts(voided_by)
        self.pauses_on, self.resumes_on = _facts(pauses_on), _facts(resumes_on)
        self.pause_cap = pause_cap or Param("pause_cap", PAUSE_CAP)
        self.owed_by, self.match = owed_by, match
        self.blocks = (blocks,) if isinstance(blocks, str) else tuple(blocks)
        self.owner, self.due, self.calendar, self.counts_from, self.sleeps = owner, due, calendar, counts_from, sleeps
        self.danger, self.subject, self.cure, self.toward = danger, subject, cure, toward
        self.__post_init__()

    def opens(self, fact: str, values: Mapping[str, Any]) -> bool:
        return any(one.matches(fact, values) for one in self.opens_on)

    def is_met_by(self, fact: str, values: Mapping[str, Any]) -> bool:
        return any(one.matches(fact, values) for one in self.met_by)

    @property
    def heard(self) -> tuple[str, ...]:
        """The facts that do something to an open obligation, each once."""
        return tuple(dict.fromkeys(one.fact for one in (*self.met_by, *self.voided_by, *self.pauses_on, *self.resumes_on)))

    def is_stopped_by(self, fact: str, values: Mapping[str, Any]) -> bool:
        return any(one.matches(fact, values) for one in self.pauses_on)

    def is_let_run_by(self, fact: str, values: Mapping[str, Any]) -> bool:
        return any(one.matches(fact, values) for one in self.resumes_on)

    def finds(self, obligation: Any, refs: Iterable[Ref], values: Mapping[str, Any]) -> bool:
        """True if a fact about these things speaks of this very obligation, and toward whom it is owed."""
        refs = tuple(refs)
        wanted = obligation.subject_id if self.match is None else obligation.found_by or obligation.subject_id
        if all(ref.id != wanted for ref in refs):
            return False
        if not isinstance(self.toward, About | Payload):
            return True
        return values.get("toward") == obligation.toward or any(str(ref) == obligation.toward for ref in refs)

    def receivers_of(self, refs: Iterable[Ref], values: Mapping[str, Any]) -> tuple[str, ...]:
        """Toward whom it is owed, one obligation each; ("",) where nobody in particular."""
        if isinstance(self.toward, About):
            return tuple(dict.fromkeys(str(ref) for ref in refs if ref.kind == self.toward.kind))
        if isinstance(self.toward, Payload):
            return tuple(dict.fromkeys(str(one) for one in values.get(self.toward.key) or ()))
        return (self.toward,)

    def is_voided_by(self, fact: str, values: Mapping[str, Any]) -> bool:
        return any(one.matches(fact, values) for one in self.voided_by)

    def subject_of(self, subject: Ref, others: Iterable[Ref]) -> Ref | None:
        """Whom the obligation is about, given the fact's subject and what else the fact is about."""
        if self.subject is None:
            return subject
        return next((ref for ref in (subject, *others) if ref.kind == self.subject.kind), None)


class Periodic(Duty):
    """Owed every period by each thing drawn from a population. The draw is a fact; the duty opens on it.

    `every` is a rhythm of the handbook ("month"), or a parameter where the handbook leaves it to the project.
    """

    def __init__(
        self,
        rule: str,
        *,
        every: str | Param,
        draw: Callable[[Any, str, datetime], Iterable[Ref]],
        met_by: Any,
        share: Any = None,
        owner: Any = "",
        due: Any = None,
        calendar: Any = None,
        stage: str = "",
        cure: str = "",
        awake: bool = True,
    ):
        self.every, self.draw, self.share = every, draw, share
        super().__init__(
            rule,
            opens_on=on("rulebook.draw.drawn", rule=rule),
            met_by=met_by,
            owner=owner,
            due=due,
            calendar=calendar,
            stage=stage,
            cure=cure,
            awake=awake,
        )


class Need(Binding):
    """A gate stays shut while something is missing: `missing(context)` returns the sentences."""

    def __init__(
        self,
        rule: str,
        *,
        gate: str,
        missing: Callable[[Any], Any],
        where: Condition | None = None,
        cure: str = "",
        stage: str = "",
        awake: bool = True,
    ):
        self.rule, self.stage, self.awake, self.gate, self.missing, self.cure = rule, stage, awake, gate, missing, cure
        self.where = tuple(sorted((where or {}).items()))
        self.__post_init__()


class Fields(Binding):
    """A gate stays shut until every field the clause lists is filled: catalogue field -> attribute of the gate's context."""

    def __init__(
        self,
        rule: str,
        *,
        gate: str,
        fields: Mapping[str, str],
        where: Condition | None = None,
        stage: str = "",
        cure: str = "",
        awake: bool = True,
    ):
        self.rule, self.stage, self.awake, self.gate, self.fields, self.cure = rule, stage, awake, gate, dict(fields), cure
        self.where = tuple(sorted((where or {}).items()))
        self.__post_init__()


class Coverage(Binding):
    """A share over a period: of the subjects of one fact, how many had the other fact."""

    def __init__(
        self, rule: str, *, of: Any, counted_by: Any, every: str = "month", target: Any = None, stage: str = "", awake: bool = True
    ):
        self.rule, self.stage, self.awake = rule, stage, awake
        self.of, self.counted_by, self.every, self.target = _facts(of), _facts(counted_by), every, target
        self.__post_init__()


class Retention(Binding):
    """A kind of record is kept for a length of time after a fact; it cannot be destroyed before, and is offered after."""

    def __init__(self, rule: str, *, kind: str, since: str, keep: Any, stage: str = "", awake: bool = True):
        self.rule, self.stage, self.awake, self.kind, self.since, self.keep = rule, stage, awake, kind.lower(), since, keep
        self.__post_init__()


def _facts(given: Any) -> tuple[On, ...]:
    if isinstance(given, str | On):
        given = (given,)
    return tuple(one if isinstance(one, On) else on(one) for one in given)


# -- what is neither a clock nor a guard -----------------------------------------------------------
def realises(*rules: str, by: Any = None, as_: str = "") -> Any:
    """Say that a thing makes clauses real, and as what: a formula, role, access, seed, machine, register or constraint.

    A decorator, or with `by=` a plain call. What a thing is follows from it where it can (`way_of`); `as_` says it elsewhere.
    """
    room = registry.calling_room()

    def mark(thing: Any) -> Any:
        name = getattr(thing, "__qualname__", None) or getattr(thing, "name", None) or str(thing)
        for rule in rules:
            registry.mark(rule, room=room, by=name, way=as_ or way_of(thing))
        return thing

    return mark if by is None else mark(by)


def way_of(thing: Any) -> str:
    """What a marked thing is: a machine, a constraint, a register (a table's declaration, or its model), a formula.

    TypeError for anything else: a clause whose way of being kept nobody can name would be counted for nothing.
    """
    if isinstance(thing, Machine):
        return "machine"
    if isinstance(thing, BaseConstraint):
        return "constraint"
    if isinstance(thing, type) and (issubclass(thing, Model) or hasattr(thing, "model")):
        return "register"
    if isinstance(thing, FunctionType):
        return "formula"
    raise TypeError(f"realises: say as what {thing!r} keeps the clause, as_=")
