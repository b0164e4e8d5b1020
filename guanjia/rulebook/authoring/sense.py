"""Refuses rules that could never be kept, and says why: who would wait for whom, what would open itself for ever.

The same questions are asked of the rooms' own bindings at start-up, as far as the rooms offer their facts.

Reasoning is over names and states, never over rows. From the states in which a duty can open, a fact can follow if its
move or deed is reachable by the machine's table without passing a gate that is shut for as long as the duty is open.
What happens to another subject (an order for a case) is taken to be possible.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from guanjia.rulebook import offers, registry, when
from guanjia.rulebook.rule import Coverage, Duty, Need, On, Periodic

from . import own
from .compiling import Runs, clause_for, compile_rule
from .definition import Fault

OVERDUE = "rulebook.duty.overdue"
DAYS_OF = {"day": 1, "week": 7, "month": 31, "quarter": 92, "half year": 184, "year": 366}


def objections(rule: str, definition: dict[str, Any], company_id: UUID | None, projects: frozenset[UUID] = frozenset()) -> list[Fault]:
    """Everything that makes a sound definition senseless, alone or beside what is in force for the company."""
    mine = compile_rule(clause_for(rule, rule, definition), definition, Runs(projects=projects))
    others = [*registry.BINDINGS, *(one for one in own.book(company_id).bindings if one.rule != rule and _meet(one, projects))]
    if definition["mechanism"] == "duty":
        found = [*_duty_faults(mine), *_between(mine, others), *_rounds(mine, others)]
    elif definition["mechanism"] == "periodic":
        found = list(_periodic_faults(mine[0], definition))
    elif definition["mechanism"] == "coverage":
        found = list(_coverage_faults(mine[0]))
    else:
        found = [*_at_gate(definition), *_against_needs(rule, definition, company_id, projects)]
    return list(dict.fromkeys(found))


def static_faults(binding: Any) -> list[str]:
    """The same for a binding of a room, alone; [] where its facts are not offered."""
    if isinstance(binding, Periodic):
        return []
    if isinstance(binding, Duty):
        return [fault.message for fault in (*_duty_faults([binding]), *_rounds([binding], []))]
    if isinstance(binding, Coverage):
        return [fault.message for fault in _coverage_faults(binding)]
    return []


def deadlocks(bindings: Iterable[Any]) -> list[str]:
    """Duties of the rooms that wait for each other, in sentences."""
    duties = [one for one in bindings if _is_plain_duty(one)]
    found = []
    for duty in duties:
        together = [duty, *(one for one in duties if one is not duty and _open_together(duty, one))]
        stuck = _stuck(together)
        if duty in stuck and duty not in _stuck([duty]):
            found.append(
                _("%(rule)s 与 %(others)s 互相等待。") % {"rule": duty.key, "others": "、".join(s.key for s in stuck if s is not duty)}
            )
    return found


# -- a duty by itself --------------------------------------------------------------------------------
def _duty_faults(duties: Iterable[Any]) -> Iterator[Fault]:
    for number, duty in enumerate(duties):
        path, kind = f"stages.{number}", kind_of(duty)
        if not kind:
            continue
        yield from _strangers(duty, kind, path)
        if _stuck([duty]):
            yield Fault(f"{path}.met", _why_stuck(duty))


def kind_of(duty: Any) -> str:
    """The kind of thing a duty is about; "" where its facts are not offered or differ."""
    if duty.subject is not None:
        return duty.subject.kind
    kinds = {offers.FACT_OFFERS[one.fact].kind for one in duty.opens_on if one.fact in offers.FACT_OFFERS}
    return kinds.pop() if len(kinds) == 1 else ""


def _strangers(duty: Any, kind: str, path: str) -> Iterator[Fault]:
    """Facts and gates that never speak of the thing the duty is about."""
    words = {"kind": offers.kind_title(kind)}
    for key, said in (("opens", duty.opens_on), ("met", duty.met_by), ("voided", duty.voided_by)):
        for nth, one in enumerate(said):
            offer = offers.FACT_OFFERS.get(one.fact)
            if offer is not None and kind not in offer.kinds:
                yield Fault(
                    f"{path}.{key}.{nth}.fact",
                    _("「%(fact)s」从不涉及%(kind)s，对不上同一件事。") % (words | {"fact": offer.title}),
                )
    for gate in duty.blocks:
        offer = offers.GATE_OFFERS.get(gate)
        if offer is not None and offer.kind != kind:
            asked = offers.kind_title(offer.kind) if offer.kind else _("尚未建立的对象")
            yield Fault(
                f"{path}.blocks",
                _("关口「%(gate)s」问的是%(asked)s，不是%(kind)s，挡不住。") % (words | {"gate": offer.title, "asked": asked}),
            )


def _why_stuck(duty: Any) -> str:
    opened, met = "、".join(offers.fact_title(one.fact) for one in duty.opens_on), "、".join(offers.fact_title(o.fact) for o in duty.met_by)
    if _stuck([duty], shut=False):
        return _("永远办不妥：「%(opened)s」之后不会再有「%(met)s」。") % {"opened": opened, "met": met}
    gates = "、".join(offers.gate_title(gate) for gate in duty.blocks)
    return _("永远办不妥：它未办时关着「%(gates)s」，而「%(met)s」正要经过那里。") % {"gates": gates, "met": met}


# -- who waits for whom ------------------------------------------------------------------------------
def _is_plain_duty(binding: Any) -> bool:
    return isinstance(binding, Duty) and not isinstance(binding, Periodic) and bool(kind_of(binding))


def _stuck(duties: list[Any], *, shut: bool = True) -> list[Any]:
    """Of duties open together about one thing, those that can never be met; with `shut=False` as if no gate were shut."""
    unmet = list(duties)
    while True:
        closed = {gate for duty in unmet for gate in duty.blocks} if shut else set()
        now = [duty for duty in unmet if not _can_be_met(duty, closed)]
        if len(now) == len(unmet):
            return now
        unmet = now


def _can_be_met(duty: Any, closed: set[str]) -> bool:
    starts = list(_starts(duty))
    return any(_can_follow(one, kind_of(duty), starts, closed) for one in duty.met_by)


def _starts(duty: Any) -> Iterator[tuple[Any, frozenset]]:
    """(machine, states) in which the thing can be when the duty opens."""
    for one in duty.opens_on:
        offer = offers.FACT_OFFERS.get(one.fact)
        if offer is None or offer.machine is None or offer.kind != kind_of(duty):
            yield None, frozenset()
        else:
            yield offer.machine, frozenset({offer.leads_to}) if offer.move else offer.states


def _can_follow(fact: On, kind: str, starts: list[tuple[Any, frozenset]], closed: set[str]) -> bool:
    offer = offers.FACT_OFFERS.get(fact.fact)
    if offer is None:
        return True
    if kind not in offer.kinds:
        return False
    if offer.kind != kind:
        return True
    if not _passable(fact.fact, closed):
        return False
    if offer.machine is None:
        return True
    return any(
        machine is not offer.machine or bool(reachable(machine, states, closed) & (offer.states or frozenset()))
        for machine, states in starts
    )


def reachable(machine: Any, states: Iterable[Any], closed: set[str]) -> frozenset:
    """The states a thing can come to from `states`, without the moves whose gates are all shut."""
    facts_of_moves: dict[str, list[str]] = {}
    for offer in offers.FACT_OFFERS.values():
        if offer.machine is machine and offer.move:
            facts_of_moves.setdefault(offer.move, []).append(offer.name)
    found, ahead = set(), list(states)
    while ahead:
        state = ahead.pop()
        if state in found:
            continue
        found.add(state)
        for verb in machine.moves_from(state):
            names = facts_of_moves.get(verb, [])
            if not names or any(_passable(name, closed) for name in names):
                ahead.append(machine.moves[verb][1])
    return frozenset(found)


def _passable(fact: str, closed: set[str]) -> bool:
    gates = offers.gates_of(fact)
    return not gates or any(gate not in closed for gate in gates)


def _between(mine: Iterable[Any], others: Iterable[Any]) -> Iterator[Fault]:
    """Duties in force that open with mine: neither may wait for ever because of the other."""
    others = [one for one in others if _is_plain_duty(one) and one.awake]
    mine = list(mine)
    for number, duty in enumerate(mine):
        together = [duty, *(one for one in (*mine, *others) if one is not duty and _open_together(duty, one))]
        if _stuck([duty]):
            continue
        stuck = _stuck(together)
        without = _stuck([one for one in together if one is not duty])
        newly = [one for one in stuck if one is not duty and one not in without]
        if newly or (duty in stuck and len(stuck) > 1):
            names = "、".join(f"{one.rule}「{one.clause.title}」" for one in stuck if one is not duty)
            yield Fault(f"stages.{number}.blocks", _("与 %(names)s 互相等待：两边各关着对方办妥必经的关口。") % {"names": names})


def _open_together(one: Any, other: Any) -> bool:
    if kind_of(one) != kind_of(other) or not _may_share_project(one, other):
        return False
    return any(overlap(a, b) for a in one.opens_on for b in other.opens_on)


def overlap(one: On, other: On) -> bool:
    """True if one line can be both."""
    if one.fact != other.fact:
        return False
    mine, theirs = dict(one.where), dict(other.where)
    return all(_values(mine[key]) & _values(theirs[key]) for key in set(mine) & set(theirs))


def _values(wanted: Any) -> set[Any]:
    return set(wanted) if isinstance(wanted, tuple) else {wanted}


# -- round and round ---------------------------------------------------------------------------------
@dataclass
class _Round:
    """Looks for a way from a duty back to itself over what duties open by being met, or by being late."""

    duties: list[Any]

    def of(self, duty: Any) -> list[Any]:
        """The duties on the way round, or []."""
        return self._walk(duty, duty, [])

    def _walk(self, at: Any, home: Any, way: list[Any]) -> list[Any]:
        for following in self.duties:
            if not opens_by_itself(at, following):
                continue
            if following is home:
                return [*way, at]
            if following is at or any(following is one for one in way):
                continue
            found = self._walk(following, home, [*way, at])
            if found:
                return found
        return []


def opens_by_itself(duty: Any, following: Any) -> bool:
    """True if the end of one duty always opens the other: however it is met, or as soon as it is late."""
    if any(_hears_lateness(one, duty) for one in following.opens_on):
        return True
    if duty.voided_by or not duty.met_by or kind_of(duty) != kind_of(following):
        return False
    return all(any(met.fact == one.fact and _within(met, one) for one in following.opens_on) for met in duty.met_by)


def _hears_lateness(opening: On, duty: Any) -> bool:
    if opening.fact != OVERDUE:
        return False
    wanted = dict(opening.where).get("rule")
    return wanted is None or duty.rule in _values(wanted)


def _within(narrow: On, wide: On) -> bool:
    """True if every line that is `narrow` is also `wide`."""
    given = dict(narrow.where)
    return all(key in given and _values(given[key]) <= _values(wanted) for key, wanted in wide.where)


def _rounds(mine: Iterable[Any], others: Iterable[Any]) -> Iterator[Fault]:
    duties = [*mine, *(one for one in others if isinstance(one, Duty) and not isinstance(one, Periodic))]
    for number, duty in enumerate(mine):
        way = _Round(duties).of(duty)
        if len(way) == 1:
            late = any(_hears_lateness(one, duty) for one in duty.opens_on)
            text = (
                _("它自己逾期又会产生它自己，没有尽头；请写明只针对哪几条规则。")
                if late
                else _("办妥它的事实又会产生它自己，没有尽头；请加上取消的情形。")
            )
            yield Fault(f"stages.{number}.opens", text)
        elif way:
            names = " → ".join([*(one.rule for one in way), duty.rule])
            yield Fault(f"stages.{number}.opens", _("几条规则循环产生，没有尽头：%(names)s。") % {"names": names})


# -- draws and shares ----------------------------------------------------------------------------------
def _periodic_faults(binding: Any, definition: dict[str, Any]) -> Iterator[Fault]:
    kind = offers.POPULATIONS[definition["population"]].kind
    for nth, one in enumerate(binding.met_by):
        offer = offers.FACT_OFFERS[one.fact]
        if kind not in offer.kinds:
            yield Fault(
                f"met.{nth}.fact",
                _("「%(fact)s」从不涉及%(kind)s，对不上同一件事。") % {"fact": offer.title, "kind": offers.kind_title(kind)},
            )
    length = when.parse_span(definition["within"])
    days = {when.Unit.WEEK: 7, when.Unit.MONTH: 31, when.Unit.YEAR: 366, when.Unit.DAY: 1}.get(length.unit, 0) * length.amount
    if days > DAYS_OF[definition["every"]]:
        yield Fault("within", _("时限比周期还长，上一期没到期下一期又来了。"))


def _coverage_faults(binding: Any) -> Iterator[Fault]:
    for one in binding.of:
        offer = offers.FACT_OFFERS.get(one.fact)
        if offer is None:
            continue
        for nth, counted in enumerate(binding.counted_by):
            by = offers.FACT_OFFERS.get(counted.fact)
            if by is not None and offer.kind not in by.kinds:
                text = _("「%(fact)s」从不涉及%(kind)s，算不进分子。") % {"fact": by.title, "kind": offers.kind_title(offer.kind)}
                yield Fault(f"counted.{nth}.fact", text)


# -- at a gate -----------------------------------------------------------------------------------------
def _at_gate(definition: dict[str, Any]) -> Iterator[Fault]:
    """Demands that contradict the condition under which they are made, or each other."""
    gate = offers.GATE_OFFERS[definition["gate"]]
    for nth, demand in enumerate(definition.get("demands", ())):
        if demand["is"] == "filled":
            continue
        key = demand["field"]
        word = gate.words[key]
        allowed = _allowed(demand, word)
        where = definition.get("where", {}).get(key)
        if where is not None and not allowed & set(where):
            yield Fault(
                f"demands.{nth}",
                _("「%(label)s」的条件与要求相反：这样「%(gate)s」永远过不去。") % {"label": word.label, "gate": gate.title},
            )
        elif not allowed:
            yield Fault(
                f"demands.{nth}", _("「%(label)s」的所有选项都不许，「%(gate)s」永远过不去。") % {"label": word.label, "gate": gate.title}
            )
        for earlier in definition["demands"][:nth]:
            if earlier["field"] == key and earlier["is"] != "filled" and not allowed & _allowed(earlier, word):
                yield Fault(f"demands.{nth}", _("对「%(label)s」的两项要求不能同时做到。") % {"label": word.label})


def _allowed(demand: dict[str, Any], word: offers.Word) -> set[Any]:
    return set(demand["values"]) if demand["is"] == "one_of" else set(word.choices(None)) - set(demand["values"])


def _against_needs(rule: str, definition: dict[str, Any], company_id: UUID | None, projects: frozenset[UUID]) -> Iterator[Fault]:
    """Own rules in force at the same gate that can never be satisfied together with this one."""
    gate = offers.GATE_OFFERS[definition["gate"]]
    for other in own.book(company_id).needs.get(gate.name, ()):
        if other.rule == rule or not isinstance(other, Need) or not _meet(other, projects):
            continue
        theirs = other.missing.definition
        if not _share_cases(definition.get("where", {}), theirs.get("where", {})):
            continue
        name = f"{other.rule}「{other.clause.title}」"
        for nth, demand in enumerate(definition.get("demands", ())):
            for their in theirs.get("demands", ()):
                both = demand["field"] == their["field"] and "filled" not in (demand["is"], their["is"])
                word = gate.words[demand["field"]]
                if both and not _allowed(demand, word) & _allowed(their, word):
                    text = _("与 %(name)s 相反：同一道关口对「%(label)s」的要求不能同时做到。") % {"name": name, "label": word.label}
                    yield Fault(f"demands.{nth}", text)
        same_moment = definition["mechanism"] == theirs["mechanism"] == "window" and definition.get("field") == theirs.get("field")
        if same_moment and (definition["from"] >= theirs["to"] or theirs["from"] >= definition["to"]):
            yield Fault("from", _("与 %(name)s 相反：两条规则没有共同的时段。") % {"name": name})


def _share_cases(mine: dict[str, Any], theirs: dict[str, Any]) -> bool:
    return all(set(mine[key]) & set(theirs[key]) for key in set(mine) & set(theirs))


def _meet(binding: Any, projects: frozenset[UUID]) -> bool:
    """True if some project lives by both, one day: an ended edition is no neighbour."""
    runs = binding.runs
    if runs is None:
        return True
    if runs.ends_on is not None and runs.starts_on is not None and runs.ends_on <= runs.starts_on:
        return False
    return not projects or not runs.projects or bool(projects & runs.projects)


def _may_share_project(one: Any, other: Any) -> bool:
    if one.runs is None or other.runs is None or not one.runs.projects or not other.runs.projects:
        return True
    return bool(one.runs.projects & other.runs.projects)
