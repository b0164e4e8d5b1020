"""Tallies: counts and sums over a period, kept in the act of each fact; crossing the threshold is a fact of its own.

Once a period and key: a thing that was counted past its threshold is not told again when more of it comes. The rows are a
convenience: `recount` makes them anew from the journal, and `differences` says where they disagree.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from guanjia.kernel import journal
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import Place

from . import facts, lines, registry, when
from .engine import Line
from .inforce import LIVE, InForce
from .models import Tally

Key = tuple[str, str, UUID | None, str, str]  # rule, stage, project, key, period


def hear(batch: list[tuple[Any, Any]]) -> None:
    """The journal's listener: add what the lines count, and record what has reached its threshold."""
    for entry, act in batch:
        if entry.fact in registry.tallies:
            line = Line.of(entry)
            for binding, key, period, amount in counted(line):
                _add(binding, key, period, amount, line, act.because(entry))


def counted(line: Line, rules: InForce = LIVE) -> Iterator[tuple[Any, str, str, Decimal]]:
    """(binding, key, period, amount) of each tally that the line adds to."""
    if line.project_id is None:
        return
    for binding in registry.tallies.get(line.fact, ()):
        key = binding.key_of(line.subject, line.about, line.payload)
        amount = binding.amount_of(line.payload)
        if key and amount and binding.counts_fact(line.fact, line.payload) and rules.is_awake(binding, line.project_id, line.at):
            every = when.parse_every(str(rules.resolve(binding.every, binding.rule, line.project_id, line.at)))
            yield binding, key, every.key_at(line.at), amount


def _add(binding: Any, key: str, period: str, amount: Decimal, line: Line, act: Any) -> None:
    mine = {"rule": binding.rule, "stage": binding.stage, "project_id": line.project_id, "key": key, "period": period}
    Tally.objects.unscoped("engine").get_or_create(**mine, defaults={"company_id": line.company_id})
    row = Tally.objects.unscoped("engine").select_for_update().get(**mine)
    row.amount += amount
    threshold = Decimal(str(LIVE.resolve(binding.threshold, binding.rule, line.project_id, line.at)))
    reached = row.reached_at is None and row.amount >= threshold
    if reached:
        row.reached_at = line.at
        journal.record(
            _subject(binding, key, line),
            facts.TallyReached(
                rule=binding.rule, stage=binding.stage, key=key, period=period, amount=float(row.amount), threshold=float(threshold)
            ),
            act=act,
            about=(line.subject, *line.about),
            project=Place(line.company_id, line.project_id),
        )
    row.save(update_fields=["amount", "reached_at"])


def _subject(binding: Any, key: str, line: Line) -> Ref:
    """What was counted, where it is a thing; else what the last line is about."""
    return Ref.parse(key) if binding.counts_things else line.subject


def recount(journal_lines: Iterable[Line]) -> dict[Key, Decimal]:
    """What the lines of a journal add up to."""
    totals: dict[Key, Decimal] = defaultdict(Decimal)
    for line in journal_lines:
        for binding, key, period, amount in counted(line):
            totals[(binding.rule, binding.stage, line.project_id, key, period)] += amount
    return totals


def differences(company_id: UUID) -> list[str]:
    """Every tally whose row and journal disagree, in a sentence."""
    told = recount(lines.of(lines.Walk(company_id, tuple(registry.tallies))))
    rows = Tally.objects.unscoped("replay").filter(company_id=company_id)
    stored = {(row.rule, row.stage, row.project_id, row.key, row.period): row.amount for row in rows}
    return [
        _("%(rule)s %(key)s %(period)s：累计 表中 %(stored)s，日志 %(told)s")
        % {"rule": key[0], "key": key[3], "period": key[4], "stored": stored.get(key, 0), "told": told.get(key, 0)}
        for key in sorted({*stored, *told}, key=str)
        if stored.get(key, 0) != told.get(key, 0)
    ]
