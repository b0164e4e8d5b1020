"""Start-up checks: a misspelt fact, gate, field, role, number or clause stops the program before it serves anybody."""

from collections.abc import Callable
from typing import Any

from django.core.checks import Error, register

from guanjia.kernel.gates import GATES
from guanjia.kernel.journal import FACTS
from guanjia.kernel.usecase import USECASES
from guanjia.org.roles import CODES

from . import limits, registry, when
from .approval import Approval
from .authoring import sense
from .catalogue import Clause, load
from .limits import Cap, Tally, Window
from .penalties import Penalty
from .rule import Coverage, Duty, EndOfPeriod, Fields, Need, Param, Payload, Periodic, Retention, RoleNamed
from .sampling import Checklist

DAYS = ("all", "working")
BUILT = 2  # the stages of the catalogue whose every number runs
#: what a clause's parameter of this name must be
TIMES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "within": ("length of time", when.parse_span),
    "respond": ("length of time", when.parse_span),
    "resolve_within": ("length of time", when.parse_span),
    "answer_within": ("length of time", when.parse_span),
    "pause_cap": ("number of days", when.parse_days),
    "keep": ("length of time", when.parse_span),
    "every": ("rhythm", when.parse_every),
    "calendar": ("calendar", when.parse_calendar),
    "windows": ("hours", limits.hours_of),
}


@register
def bindings_name_what_exists(app_configs, **kwargs):
    return [
        Error(f"{binding.key} ({binding.room}): {fault}", id="rulebook.E001")
        for binding in registry.BINDINGS
        for fault in faults_of(binding)
    ]


@register
def marks_name_clauses(app_configs, **kwargs):
    return [
        Error(f"realises({rule!r}) in {mark.room}: {fault}", id="rulebook.E002")
        for rule, marks in registry.MARKS.items()
        for mark in marks
        for fault in (
            *(["no such clause"] if rule not in load() else []),
            *([f"nothing is kept as {mark.way!r}"] if mark.way not in registry.WAYS_OF_MARKS else []),
        )
    ]


@register
def times_of_the_catalogue_are_read(app_configs, **kwargs):
    return [Error(f"{clause.id}: {fault}", id="rulebook.E003") for clause in load().values() for fault in time_faults(clause)]


@register
def bindings_can_be_kept(app_configs, **kwargs):
    """No duty waits for what cannot follow, for another that waits for it, or opens itself for ever; gates say where they lead."""
    found = [f"{binding.key} ({binding.room}): {fault}" for binding in registry.BINDINGS for fault in sense.static_faults(binding)]
    found += sense.deadlocks(registry.BINDINGS)
    found += [f"gate {gate.name} passes to unknown fact {fact}" for gate in GATES.values() for fact in gate.passes_to if fact not in FACTS]
    found += [
        f"gate {name} is shut by a duty: say what it passes to" for name in registry.blocks if name in GATES and not GATES[name].passes_to
    ]
    return [Error(fault, id="rulebook.E004") for fault in found]


def faults_of(binding) -> list[str]:
    """What is wrong with one binding, in sentences."""
    clause = load().get(binding.rule)
    if clause is None:
        return ["no such clause in the catalogue"]
    return [fault for kind, look in LOOKS if isinstance(binding, kind) for fault in look(binding, clause)]


# -- the kinds of bindings -------------------------------------------------------------------------
def _of_a_duty(duty: Duty, clause: Clause) -> list[str]:
    faults = _facts(duty.opens_on, duty.met_by, duty.voided_by, duty.pauses_on, duty.resumes_on)
    faults += [f"unknown gate {gate}" for gate in duty.blocks if gate not in GATES]
    faults += _owner(duty) + _due(duty, clause) + _cure(duty)
    if duty.calendar is not None:
        faults += _reads(duty.calendar, clause, "calendar", when.parse_calendar)
    if duty.sleeps is not None and not isinstance(duty.sleeps, Payload):
        faults += _reads(duty.sleeps, clause, "length of time", when.parse_span)
    if isinstance(duty.toward, Payload):
        faults += _payload(duty, duty.toward.key)
    if duty.counts_from is not None:
        faults += _payload(duty, duty.counts_from.key)
    if duty.pauses_on:
        faults += [] if duty.resumes_on else ["it pauses, and nothing lets it run on: name resumes_on"]
        faults += _reads(duty.pause_cap, clause, "number of days", when.parse_days)
    return faults


def _of_a_periodic(duty: Periodic | Checklist, clause: Clause) -> list[str]:
    return _reads(duty.every, clause, "rhythm", when.parse_every)


def _of_a_coverage(coverage: Coverage, clause: Clause) -> list[str]:
    return _facts(coverage.of, coverage.counted_by) + _reads(coverage.every, clause, "rhythm", when.parse_every)


def _of_a_retention(retention: Retention, clause: Clause) -> list[str]:
    faults = [] if retention.since in FACTS else [f"unknown fact {retention.since}"]
    return faults + _reads(retention.keep, clause, "length of time", when.parse_span)


def _of_a_gate(binding: Any, clause: Clause) -> list[str]:
    """A need, fields, a window or a cap: its gate, and what it asks of it."""
    gate = GATES.get(binding.gate)
    if gate is None:
        return [f"unknown gate {binding.gate}", *_cure(binding)]
    asked = [key for key, _wanted in binding.where]
    faults = []
    if isinstance(binding, Fields):
        asked += [path.split(".")[0] for path in binding.fields.values()]
        faults += [f"the clause has no field {key}" for key in binding.fields if key not in clause.fields]
    names = gate.field_names()
    return faults + [f"gate {binding.gate} has no field {name}" for name in asked if name.split(".")[0] not in names] + _cure(binding)


def _of_an_approval(approval: Approval, clause: Clause) -> list[str]:
    gate = GATES.get(approval.gate)
    if gate is None:
        return [f"unknown gate {approval.gate}"]
    steps = () if callable(approval.chain) else approval.chain
    faults = [f"unknown role {step.role}" for step in steps if step.role and step.role not in CODES]
    return faults + [f"gate {approval.gate} has no field {key}" for key, _wanted in approval.where if key not in gate.field_names()]


def _of_a_penalty(penalty: Penalty, clause: Clause) -> list[str]:
    faults = _facts([penalty.on])
    if isinstance(penalty.person, Payload):
        faults += _fields([penalty.on], penalty.person.key)
    return faults + ([] if penalty.level in clause.params.get("levels", ()) else [f"the clause has no level {penalty.level!r}"])


def _of_a_window(window: Window, clause: Clause) -> list[str]:
    faults = _reads(window.hours, clause, "hours", limits.hours_of)
    return faults + ([] if window.days in DAYS else [f"days are {' or '.join(DAYS)}, not {window.days!r}"])


def _of_a_cap(cap: Cap, clause: Clause) -> list[str]:
    return _reads(cap.at_most, clause, "number", float)


def _of_a_tally(tally: Tally, clause: Clause) -> list[str]:
    named = [tally.by.key] if isinstance(tally.by, Payload) else []
    named += [tally.sums] if tally.sums else []
    faults = _facts(tally.counts) + [fault for key in named for fault in _fields(tally.counts, key)]
    return faults + _reads(tally.every, clause, "rhythm", when.parse_every) + _reads(tally.threshold, clause, "number", float)


LOOKS: tuple[tuple[Any, Callable[[Any, Clause], list[str]]], ...] = (
    (Duty, _of_a_duty),
    (Periodic | Checklist, _of_a_periodic),
    (Coverage, _of_a_coverage),
    (Retention, _of_a_retention),
    (Need | Fields | Window | Cap, _of_a_gate),
    (Window, _of_a_window),
    (Cap, _of_a_cap),
    (Tally, _of_a_tally),
    (Approval, _of_an_approval),
    (Penalty, _of_a_penalty),
)


# -- what they name --------------------------------------------------------------------------------
def _facts(*families) -> list[str]:
    faults = []
    for one in (one for family in families for one in family):
        fact = FACTS.get(one.fact)
        if fact is None:
            faults.append(f"unknown fact {one.fact}")
        else:
            faults += [f"fact {one.fact} has no field {key}" for key, _wanted in one.where if key not in fact.field_names()]
    return faults


def _fields(facts, key: str) -> list[str]:
    return [f"fact {one.fact} has no field {key}" for one in facts if one.fact in FACTS and key not in FACTS[one.fact].field_names()]


def _payload(duty, key: str) -> list[str]:
    return _fields(duty.opens_on, key)


def _owner(duty) -> list[str]:
    given = duty.owner if isinstance(duty.owner, tuple) else (duty.owner,)
    faults = [f"unknown role {one}" for one in given if isinstance(one, str) and one and one not in CODES]
    if not any(given):
        faults.append("nobody owes it: name an owner")
    return faults + [fault for one in given if isinstance(one, Payload | RoleNamed) for fault in _payload(duty, one.key)]


def _cure(binding) -> list[str]:
    return [f"unknown use case {binding.cure}"] if binding.cure and binding.cure not in USECASES else []


# -- numbers ---------------------------------------------------------------------------------------
def _due(duty, clause) -> list[str]:
    given = Param("within") if duty.due is None else duty.due
    faults = []
    for one in getattr(given, "options", (given,)):
        if isinstance(one, EndOfPeriod):
            faults += [f"fact {on.fact} is of no period" for on in duty.opens_on if on.fact != "rulebook.draw.drawn"]
        else:
            faults += _payload(duty, one.key) if isinstance(one, Payload) else _reads(one, clause, "length of time", when.parse_span)
    return faults


def _reads(given: Any, clause: Clause, what: str, read: Callable[[Any], Any]) -> list[str]:
    """A fault unless the value, or the clause's parameter, can be read as what it must be."""
    value = clause.params.get(given.key, given.default) if isinstance(given, Param) else given
    try:
        read(value)
    except (ValueError, TypeError):
        return [f"parameter {given.key} is no {what}: {value!r}" if isinstance(given, Param) else f"no {what}: {value!r}"]
    return []


def time_faults(clause: Clause) -> list[str]:
    """Lengths, rhythms and calendars of a clause that nobody can read, where the stages are built that it belongs to.

    A clause that leaves a length to the project says so in words; its binding then names a default, which is checked with it.
    """
    if clause.stage > BUILT:
        return []
    left_to_projects = {key for key, value in clause.params.items() if "project" in str(value) or "configurable" in str(value)}
    keys = {key: read for key, read in TIMES.items() if key in clause.params and key not in left_to_projects}
    return [fault for key, (what, read) in keys.items() for fault in _reads(Param(key), clause, what, read)]
