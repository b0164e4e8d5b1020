"""What is in force: which bindings speak, with which numbers, on whose calendar, for a project at a moment.

Whoever decides by the rules asks an `InForce` and nothing else: the engine, the gates, the tick. `LIVE` reads what
projects have set; a backtest hands in one with changed pages, and neither engine nor rooms can tell the difference.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from guanjia.kernel.worktime import WorkCalendar
from guanjia.org import selectors as org
from guanjia.org.models import Post

from . import adoption, parameters, registry
from .authoring import own
from .rule import Param


class InForce:
    """The rules as they hold now. Everything asked with the moment of the line (`at`) is dated, so that replay agrees."""

    # -- which bindings speak ----------------------------------------------------------------------
    def hears(self, fact: str, company_id: UUID | None) -> bool:
        """True if the fact opens or closes anything: most lines do not."""
        return fact in registry.opens or fact in registry.closes or self.own(company_id).hears(fact)

    def facts(self, company_id: UUID | None) -> frozenset[str]:
        """All facts that open or close anything: what a reader of the journal need not skip."""
        return frozenset({*registry.opens, *registry.closes, *self.own(company_id).opens, *self.own(company_id).closes})

    def opened_by(self, fact: str, company_id: UUID | None) -> Iterable[Any]:
        """The duties that this fact may open."""
        return (*registry.opens.get(fact, ()), *self.own(company_id).opens.get(fact, ()))

    def closed_by(self, fact: str, company_id: UUID | None) -> Mapping[str, Any]:
        """The duties that this fact may meet, void, stop or let run, by key."""
        return {duty.key: duty for duty in (*registry.closes.get(fact, ()), *self.own(company_id).closes.get(fact, ()))}

    def as_opened(self, duty: Any, obligation: Any) -> Any:
        """The duty in the words it had when this obligation was opened: of an own rule, the edition of that day."""
        return self.own(obligation.company_id).as_opened(duty, obligation)

    def duty(self, key: str, company_id: UUID | None) -> Any | None:
        """The duty of an obligation ("DESK-036/told"); None if its binding is gone."""
        return registry.by_key.get(key) or self.own(company_id).by_key.get(key)

    def needs(self, gate: str, company_id: UUID | None) -> Iterable[Any]:
        """What keeps this gate shut whenever something is missing."""
        return (*registry.needs.get(gate, ()), *self.own(company_id).needs.get(gate, ()))

    def blocking(self, gate: str, company_id: UUID | None) -> Iterable[Any]:
        """The duties that keep this gate shut while they are open."""
        return (*registry.blocks.get(gate, ()), *self.own(company_id).blocks.get(gate, ()))

    def periodics(self, company_id: UUID | None) -> Iterable[Any]:
        """What is drawn for, period by period."""
        return (*registry.periodics, *self.own(company_id).periodics)

    def coverages(self, company_id: UUID | None) -> Iterable[Any]:
        """What is measured."""
        return (*registry.coverages, *self.own(company_id).coverages)

    def own(self, company_id: UUID | None) -> "own.Book":
        """The rules that the company wrote for itself."""
        return own.book(company_id)

    def approvals(self, gate: str, company_id: UUID | None) -> Iterable[Any]:
        """The approvals that keep this gate shut until they are given."""
        return (*registry.approvals.get(gate, ()), *self.own(company_id).approvals.get(gate, ()))

    # -- with which numbers ------------------------------------------------------------------------
    def is_awake(self, binding: Any, project_id: UUID, at: datetime) -> bool:
        """True if the project lives by this clause at that moment."""
        if binding.runs is not None and not binding.runs.covers(project_id, at):
            return False
        return bool(self.value(binding.rule, "on", project_id, at, binding.awake))

    def value(self, rule: str, key: str, project_id: UUID, at: datetime, default: Any = None) -> Any:
        """A clause's number for a project at a moment; `default` where neither project nor handbook says one."""
        return parameters.value(rule, key, project_id, at, default)

    def handbook(self, rule: str, project_id: UUID, at: datetime) -> str:
        """The edition under which a clause is lived by at a moment ("property-standard 1"); "" where none is adopted."""
        book = adoption.in_use(project_id, at)
        return book.labels.get(rule, "") if book else ""

    def resolve(self, given: Any, rule: str, project_id: UUID, at: datetime) -> Any:
        """A binding's value: `param("x")` looked up, anything else as it is."""
        return self.value(rule, given.key, project_id, at, given.default) if isinstance(given, Param) else given

    # -- on whose time, owed by whom ---------------------------------------------------------------
    def calendar(self, project_id: UUID, known_at: datetime | None = None) -> WorkCalendar:
        """The working time of a project: as it is, or as it was known at a moment."""
        return org.calendar_of(project_id, known_at)

    def post(self, role: str, project_id: UUID, at: datetime) -> Post | None:
        """The post that answers for a role."""
        return org.post_of(role, project_id, at)


LIVE = InForce()
