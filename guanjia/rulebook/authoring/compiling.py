"""A definition becomes the same bindings that a room's `rules.py` would make, standing in no registry.

What a binding says of itself besides: its clause in the company's own words, its edition, and the days and projects for
which it speaks (`Runs`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel import periods
from guanjia.kernel.errors import Reason
from guanjia.org import selectors as org
from guanjia.rulebook import offers, registry, when
from guanjia.rulebook.approval import Approval
from guanjia.rulebook.approving import Step
from guanjia.rulebook.catalogue import Clause
from guanjia.rulebook.rule import Binding, Coverage, Duty, Fields, Need, On, Payload, Periodic, about, earliest

OWN = "own"


class Said(NamedTuple):
    """A source in the company's own words."""

    text: str

    @property
    def title(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class OwnClause(Clause):
    """A clause that a company wrote; its words are nobody's to translate."""

    @property
    def title(self) -> str:
        return self.zh

    @property
    def module(self) -> str:
        return OWN

    @property
    def fields(self) -> dict[str, Any]:
        return dict(self.params.get("fields", {}))

    def field_label(self, key: str) -> str:
        return str(self.fields[key])


@dataclass(frozen=True, slots=True)
class Runs:
    """From which day on a binding speaks, until which (excluded), and where; no projects: everywhere in the company."""

    starts_on: date | None = None
    ends_on: date | None = None
    projects: frozenset[UUID] = frozenset()

    def covers(self, project_id: UUID | None, at: datetime) -> bool:
        if self.projects and project_id not in self.projects:
            return False
        day = timezone.localtime(at).date()
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day < self.ends_on)


def speaks_of(binding: Any, period: str) -> bool:
    """True if a binding was in force at some time of a period: nobody draws for months in which nobody knew the rule."""
    starts_on = binding.runs.starts_on if binding.runs is not None else None
    return starts_on is None or starts_on < periods.days(period).end


def clause_for(rule: str, title: str, definition: dict[str, Any], *, words: str = "", source: str = "") -> OwnClause:
    """The clause of one edition; `params` are its numbers as the rulebook page shows them."""
    mechanism = definition.get("mechanism", "")
    return OwnClause(
        id=rule,
        zh=title,
        en=words,
        kind=mechanism,
        subject="",
        trigger="",
        params=_params(definition),
        actors=(),
        realise="enforce",
        stage=1,
        room="rulebook",
        mechanism=mechanism,
        sources=(Said(source),) if source else (),
        note="",
    )


def _params(definition: dict[str, Any]) -> dict[str, Any]:
    if definition.get("mechanism") == "duty":
        stages = definition.get("stages", [])
        many = len(stages) > 1
        return {
            f"{key}_{stage['stage'] or number}" if many else key: stage[key]
            for number, stage in enumerate(stages, 1)
            for key in ("within", "calendar")
            if stage.get(key)
        }
    found = {key: definition[key] for key in ("within", "calendar", "every", "share", "target", "from", "to") if definition.get(key)}
    if definition.get("mechanism") == "fields" and definition.get("gate") in offers.GATE_OFFERS:
        gate = offers.GATE_OFFERS[definition["gate"]]
        found["fields"] = {key: gate.words[key].label for key in definition["fields"]}
    return found


def compile_rule(clause: OwnClause, definition: dict[str, Any], runs: Runs, edition: int = 0) -> tuple[Binding, ...]:
    """The bindings of a sound definition. KeyError for one that was not read."""
    with registry.apart():
        bindings = tuple(COMPILERS[definition["mechanism"]](clause, definition))
    for binding in (*bindings, *(one.duty for one in bindings if isinstance(one, Approval))):
        binding.room, binding.written, binding.runs, binding.edition = OWN, clause, runs, edition
    return bindings


def _duty(clause: OwnClause, definition: dict[str, Any]) -> Iterable[Binding]:
    for stage in definition["stages"]:
        person = stage.get("person")
        yield Duty(
            clause.id,
            stage=stage["stage"],
            opens_on=facts_of(stage["opens"]),
            met_by=facts_of(stage["met"]),
            voided_by=facts_of(stage.get("voided", ())),
            blocks=tuple(stage.get("blocks", ())),
            owner=(stage["owner"], Payload(person)) if person else stage["owner"],
            due=_due(stage),
            calendar=_calendar(stage),
            subject=about(stage["about"]) if stage.get("about") else None,
        )


def _due(stage: dict[str, Any]) -> Any:
    from_length, from_fact = stage.get("within"), stage.get("until")
    if from_length and from_fact:
        return earliest(from_length, Payload(from_fact))
    return from_length or Payload(from_fact)


def _calendar(timed: dict[str, Any]) -> str:
    if timed.get("calendar") or not timed.get("within"):
        return timed.get("calendar") or when.CalendarKind.CLOCK.value
    return when.parse_span(timed["within"]).usual_calendar.value


def _periodic(clause: OwnClause, definition: dict[str, Any]) -> Iterable[Binding]:
    yield Periodic(
        clause.id,
        every=definition["every"],
        draw=offers.POPULATIONS[definition["population"]].draw,
        share=definition["share"],
        met_by=facts_of(definition["met"]),
        owner=definition["owner"],
        due=definition["within"],
        calendar=_calendar(definition),
    )


def _need(clause: OwnClause, definition: dict[str, Any]) -> Iterable[Binding]:
    yield Need(clause.id, gate=definition["gate"], where=_where(definition), missing=_Demands(clause, definition))


def _fields(clause: OwnClause, definition: dict[str, Any]) -> Iterable[Binding]:
    yield Fields(clause.id, gate=definition["gate"], where=_where(definition), fields={key: key for key in definition["fields"]})


def _window(clause: OwnClause, definition: dict[str, Any]) -> Iterable[Binding]:
    yield Need(clause.id, gate=definition["gate"], where=_where(definition), missing=_Window(clause, definition))


def _approval(clause: OwnClause, definition: dict[str, Any]) -> Iterable[Binding]:
    chain = tuple(Step(role=one["role"], within=one["within"]) for one in definition["chain"])
    yield Approval(clause.id, gate=definition["gate"], where=_where(definition), chain=chain)


def _coverage(clause: OwnClause, definition: dict[str, Any]) -> Iterable[Binding]:
    yield Coverage(
        clause.id,
        of=facts_of(definition["of"]),
        counted_by=facts_of(definition["counted"]),
        every=definition["every"],
        target=definition.get("target"),
    )


COMPILERS = {
    "duty": _duty,
    "periodic": _periodic,
    "need": _need,
    "fields": _fields,
    "window": _window,
    "approval": _approval,
    "coverage": _coverage,
}


def facts_of(given: Iterable[dict[str, Any]]) -> tuple[On, ...]:
    return tuple(On(one["fact"], tuple(sorted((key, tuple(values)) for key, values in one.get("where", {}).items()))) for one in given)


def _where(definition: dict[str, Any]) -> dict[str, tuple]:
    return {key: tuple(values) for key, values in definition.get("where", {}).items()}


@dataclass(frozen=True)
class _Demands:
    """What is still missing before a gate, in sentences made of the gate's own labels."""

    clause: OwnClause
    definition: dict[str, Any]

    def __call__(self, context: Any) -> list[Reason]:
        gate = offers.GATE_OFFERS[self.definition["gate"]]
        reasons = []
        for demand in self.definition["demands"]:
            word, value = gate.words[demand["field"]], getattr(context, demand["field"])
            if not is_satisfied(demand, value):
                text = say_demand(word, demand, context.company_id)
                reasons.append(Reason(text, rule=self.clause.id, field=demand["field"], clause=self.clause.title))
        return reasons


def is_satisfied(demand: dict[str, Any], value: Any) -> bool:
    """True if the value is what one demand of a rule wants."""
    if demand["is"] == "filled":
        return not (value is None or value == "" or value == [] or value is False)
    return (value in demand["values"]) == (demand["is"] == "one_of")


def say_demand(word: offers.Word, demand: dict[str, Any], company_id: UUID | None) -> str:
    """「请填写处理过程。」「结案方式须为：已解决、已答复。」"""
    if demand["is"] == "filled":
        return (_("须先「%(label)s」。") if word.kind == offers.FLAG else _("请填写%(label)s。")) % {"label": word.label}
    choices = word.choices(company_id)
    values = "、".join(str(choices.get(value, value)) for value in demand["values"])
    sentence = _("「%(label)s」须为：%(values)s。") if demand["is"] == "one_of" else _("「%(label)s」不得为：%(values)s。")
    return sentence % {"label": word.label, "values": values}


@dataclass(frozen=True)
class _Window:
    """A move is for certain hours; a moment that was not given is nobody's fault here."""

    clause: OwnClause
    definition: dict[str, Any]

    def __call__(self, context: Any) -> list[Reason]:
        key = self.definition.get("field", "")
        moment = getattr(context, key) if key else context.at
        if moment is None or self.holds(moment, context.project_id):
            return []
        text = _("只在%(days)s %(start)s—%(end)s 之间办理。") % {
            "days": _("工作日") if self.definition["days"] == "working" else _("每天"),
            "start": self.definition["from"],
            "end": self.definition["to"],
        }
        return [Reason(text, rule=self.clause.id, field=key, clause=self.clause.title)]

    def holds(self, moment: datetime, project_id: UUID | None) -> bool:
        local = timezone.localtime(moment)
        if self.definition["days"] == "working" and project_id and not org.calendar_of(project_id).is_workday(local.date()):
            return False
        return self.definition["from"] <= local.strftime("%H:%M") < self.definition["to"]
