"""Start-up checks: a misspelt fact, gate, field, role or clause stops the program before it serves anybody."""

from django.core.checks import Error, register

from guanjia.kernel.gates import GATES
from guanjia.kernel.journal import FACTS
from guanjia.org.roles import CODES

from . import registry, when
from .approval import Approval
from .authoring import sense
from .catalogue import load
from .penalties import Penalty
from .rule import Coverage, Duty, EndOfPeriod, Fields, Need, Param, Payload, Periodic, RoleNamed
from .sampling import Checklist


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
def bindings_can_be_kept(app_configs, **kwargs):
    """No duty waits for what cannot follow, for another that waits for it, or opens itself for ever; gates say where they lead."""
    found = [f"{binding.key} ({binding.room}): {fault}" for binding in registry.BINDINGS for fault in sense.static_faults(binding)]
    found += sense.deadlocks(registry.BINDINGS)
    found += [f"gate {gate.name} passes to unknown fact {fact}" for gate in GATES.values() for fact in gate.passes_to if fact not in FACTS]
    found += [
        f"gate {name} is shut by a duty: say what it passes to" for name in registry.blocks if name in GATES and not GATES[name].passes_to
    ]
    return [Error(fault, id="rulebook.E003") for fault in found]


def faults_of(binding) -> list[str]:
    """What is wrong with one binding, in sentences."""
    clause = load().get(binding.rule)
    if clause is None:
        return ["no such clause in the catalogue"]
    faults = []
    if isinstance(binding, Duty):
        for one in (*binding.opens_on, *binding.met_by, *binding.voided_by):
            faults += _fact_faults(one)
        faults += [f"unknown gate {gate}" for gate in binding.blocks if gate not in GATES]
        faults += _owner_faults(binding) + _due_faults(binding, clause)
    if isinstance(binding, Periodic | Checklist):
        faults += _rhythm_faults(binding, clause)
    if isinstance(binding, Penalty):
        faults += _fact_faults(binding.on)
        if isinstance(binding.person, Payload) and binding.on.fact in FACTS:
            known = FACTS[binding.on.fact].field_names()
            faults += [] if binding.person.key in known else [f"fact {binding.on.fact} has no field {binding.person.key}"]
        if binding.level not in clause.params.get("levels", ()):
            faults.append(f"the clause has no level {binding.level!r}")
    if isinstance(binding, Coverage):
        for one in (*binding.of, *binding.counted_by):
            faults += _fact_faults(one)
    if isinstance(binding, Approval):
        if binding.gate not in GATES:
            return [*faults, f"unknown gate {binding.gate}"]
        if not callable(binding.chain):
            faults += [f"unknown role {step.role}" for step in binding.chain if step.role and step.role not in CODES]
        faults += [f"gate {binding.gate} has no field {key}" for key, _w in binding.where if key not in GATES[binding.gate].field_names()]
    if isinstance(binding, Need | Fields):
        gate = GATES.get(binding.gate)
        if gate is None:
            return [*faults, f"unknown gate {binding.gate}"]
        names = gate.field_names()
        asked = [key for key, _wanted in binding.where]
        if isinstance(binding, Fields):
            asked += [path.split(".")[0] for path in binding.fields.values()]
            faults += [f"the clause has no field {key}" for key in binding.fields if key not in clause.fields]
        faults += [f"gate {binding.gate} has no field {name}" for name in asked if name.split(".")[0] not in names]
    return faults


def _fact_faults(one) -> list[str]:
    fact = FACTS.get(one.fact)
    if fact is None:
        return [f"unknown fact {one.fact}"]
    return [f"fact {one.fact} has no field {key}" for key, _wanted in one.where if key not in fact.field_names()]


def _owner_faults(duty) -> list[str]:
    given = duty.owner if isinstance(duty.owner, tuple) else (duty.owner,)
    faults = [f"unknown role {one}" for one in given if isinstance(one, str) and one and one not in CODES]
    if not any(given):
        faults.append("nobody owes it: name an owner")
    for one in given:
        if isinstance(one, Payload | RoleNamed):
            faults += [
                f"fact {on.fact} has no field {one.key}"
                for on in duty.opens_on
                if on.fact in FACTS and one.key not in FACTS[on.fact].field_names()
            ]
    return faults


def _rhythm_faults(binding, clause) -> list[str]:
    given = binding.every
    text = clause.params.get(given.key, given.default) if isinstance(given, Param) else given
    try:
        when.parse_every(str(text))
    except ValueError:
        return [f"{text!r} is no rhythm"]
    return []


def _due_faults(duty, clause) -> list[str]:
    given = Param("within") if duty.due is None else duty.due
    faults = []
    for one in getattr(given, "options", (given,)):
        if isinstance(one, Param):
            text = clause.params.get(one.key, one.default)
            if text is None or not when.is_parsable(str(text)):
                faults.append(f"parameter {one.key} is no length of time: {text!r}")
        elif isinstance(one, EndOfPeriod):
            faults += [f"fact {on.fact} is of no period" for on in duty.opens_on if on.fact != "rulebook.draw.drawn"]
        elif isinstance(one, Payload):
            faults += [
                f"fact {on.fact} has no field {one.key}"
                for on in duty.opens_on
                if on.fact in FACTS and one.key not in FACTS[on.fact].field_names()
            ]
    return faults
