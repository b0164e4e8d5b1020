"""Which own rules are in force for a company: the enacted editions, compiled and indexed like the bindings of the rooms.

All editions of a rule stand here, dated. A new one speaks from its day on; what an older one opened is met, voided and
shuts gates by the older words (`as_opened`). So obligations stay a function of the journal and of dated rows.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from guanjia.kernel.memo import remembered
from guanjia.rulebook.models import AuthoredEdition

from .compiling import OwnClause, Runs, clause_for, compile_rule

SECONDS = 5


@dataclass
class Book:
    """The own rules of one company, by what is asked of them."""

    opens: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    closes: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    needs: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    blocks: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    periodics: list[Any] = field(default_factory=list)
    approvals: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    coverages: list[Any] = field(default_factory=list)
    by_key: dict[str, Any] = field(default_factory=dict)  # the newest edition's duty
    editions: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))  # key -> its duties, the newest first
    clauses: dict[str, OwnClause] = field(default_factory=dict)  # the newest edition's
    bindings: list[Any] = field(default_factory=list)

    def add(self, *bindings: Any) -> "Book":
        """Take in the bindings of one edition; editions come oldest first."""
        for binding in bindings:
            self.bindings.append(binding)
            self.clauses[binding.rule] = binding.written
            kind = type(binding).__name__
            if kind in ("Duty", "Periodic"):
                self._add_duty(binding)
            if kind == "Periodic":
                self.periodics.append(binding)
            elif kind in ("Need", "Fields"):
                self.needs[binding.gate].append(binding)
            elif kind == "Approval":
                self.approvals[binding.gate].append(binding)
                self._add_duty(binding.duty)
            elif kind == "Coverage":
                self.coverages.append(binding)
        return self

    def _add_duty(self, duty: Any) -> None:
        self.by_key[duty.key] = duty
        self.editions[duty.key].insert(0, duty)
        for fact in dict.fromkeys(one.fact for one in duty.opens_on):
            self.opens[fact].append(duty)
        for fact in duty.heard:
            self.closes[fact].append(duty)
        for gate in duty.blocks:
            self.blocks[gate].append(duty)

    def hears(self, fact: str) -> bool:
        return fact in self.opens or fact in self.closes

    def as_opened(self, duty: Any, obligation: Any) -> Any:
        """The edition of the duty that was in force when the obligation was opened; the duty itself if it has no editions."""
        for edition in self.editions.get(duty.key, ()):
            if edition.runs is None or edition.runs.covers(obligation.project_id, obligation.opened_at):
                return edition
        return duty


NOTHING = Book()


def book(company_id: UUID | None) -> Book:
    """The own rules of a company, those that ran and those that will run included: each says its days."""
    return NOTHING if company_id is None else _book(company_id)


def _read(company_id: UUID) -> Book:
    found = Book()
    rows = AuthoredEdition.objects.unscoped("engine").enacted().filter(company_id=company_id).select_related("rule")
    by_rule: dict[str, list[AuthoredEdition]] = defaultdict(list)
    for row in rows.order_by("rule__number", "edition"):
        by_rule[row.rule.number].append(row)
    for rule, editions in by_rule.items():
        for row, runs in zip(editions, runs_of(editions), strict=True):
            clause = clause_for(rule, row.title, row.definition, words=row.words, source=row.source)
            found.add(*compile_rule(clause, row.definition, runs, row.edition))
    return found


# Asked at every line of the journal, so kept whatever the setting; enacting and ending forget it.
_book = remembered(_read, seconds=SECONDS)


def runs_of(editions: list[AuthoredEdition]) -> list[Runs]:
    """For which days each edition of a rule speaks: from its own day until it ends or the next one begins."""
    found = []
    for number, row in enumerate(editions):
        later = [one.starts_on for one in editions[number + 1 :] if one.ends_on is None or one.ends_on > one.starts_on]
        ends = [day for day in (row.ends_on, min(later, default=None)) if day is not None]
        found.append(Runs(row.starts_on, min(ends, default=None), frozenset(map(UUID, row.projects))))
    return found


def clause_of(rule: str, company_id: UUID | None) -> OwnClause | None:
    """The newest enacted words of an own rule; None for an unknown number or another company's."""
    return book(company_id).clauses.get(rule)
