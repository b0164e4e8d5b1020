"""Bindings that count and that keep hours: a tally over a period, a gate open at certain hours, a gate that shuts when it is full."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from guanjia.kernel.ids import Ref
from guanjia.kernel.worktime import Spans, spans

from .rule import About, Binding, Condition, Param, Payload, _facts


class Tally(Binding):
    """Counts a fact over each period, or sums a value of it, for each key; reaching the threshold is `rulebook.tally.reached`.

    The key is the fact's subject, the first thing of a kind that it is about (`about("estate.house")`), or a value of it
    (`payload("category")`). A duty opens on `on("rulebook.tally.reached", rule="…")`.
    """

    def __init__(
        self,
        rule: str,
        *,
        counts: Any,
        key: About | Payload | None = None,
        sums: str = "",
        every: Any = "month",
        threshold: Any = None,
        stage: str = "",
        awake: bool = True,
    ):
        self.rule, self.stage, self.awake = rule, stage, awake
        self.counts, self.by, self.sums, self.every = _facts(counts), key, sums, every
        self.threshold = Param("threshold") if threshold is None else threshold
        self.__post_init__()

    @property
    def counts_things(self) -> bool:
        """True if its keys are references."""
        return not isinstance(self.by, Payload)

    def counts_fact(self, fact: str, values: Mapping[str, Any]) -> bool:
        return any(one.matches(fact, values) for one in self.counts)

    def key_of(self, subject: Ref, others: Iterable[Ref], values: Mapping[str, Any]) -> str:
        """What the fact is counted under; "" where it has no such thing, and so does not count."""
        if isinstance(self.by, Payload):
            return str(values.get(self.by.key) or "")[:80]
        kind = self.by.kind if self.by else subject.kind
        return str(next((ref for ref in (subject, *others) if ref.kind == kind), ""))

    def amount_of(self, values: Mapping[str, Any]) -> Decimal:
        """How much the fact adds: one, or the value it names; 0 for what is no number."""
        if not self.sums:
            return Decimal(1)
        try:
            amount = Decimal(str(values.get(self.sums) or 0))
        except InvalidOperation:
            return Decimal(0)
        return amount if amount.is_finite() else Decimal(0)


class Window(Binding):
    """A gate open only at certain hours: "10:30-11:30 15:00-17:30", on all days, or on `working` days alone."""

    def __init__(
        self,
        rule: str,
        *,
        gate: str,
        hours: Any = None,
        days: str = "all",
        where: Condition | None = None,
        cure: str = "",
        stage: str = "",
        awake: bool = True,
    ):
        self.rule, self.stage, self.awake, self.gate, self.cure, self.days = rule, stage, awake, gate, cure, days
        self.hours = Param("windows") if hours is None else hours
        self.where = tuple(sorted((where or {}).items()))
        self.__post_init__()


class Cap(Binding):
    """A gate shut when it is full: as soon as `count(context)` has come to `at_most`."""

    def __init__(
        self,
        rule: str,
        *,
        gate: str,
        count: Callable[[Any], float],
        at_most: Any = None,
        where: Condition | None = None,
        cure: str = "",
        stage: str = "",
        awake: bool = True,
    ):
        self.rule, self.stage, self.awake, self.gate, self.cure, self.count = rule, stage, awake, gate, cure, count
        self.at_most = Param("at_most") if at_most is None else at_most
        self.where = tuple(sorted((where or {}).items()))
        self.__post_init__()


def hours_of(given: Any) -> Spans:
    """The spans of a day that a handbook's hours mean, in minutes after midnight: "10:30-11:30 15:00-17:30", or a list of such.

    ValueError for anything else.
    """
    parts = [given] if isinstance(given, str) else given
    if not isinstance(parts, Iterable) or not all(isinstance(part, str) for part in parts):
        raise ValueError(f"not hours: {given!r}")
    found = spans(" ".join(parts))
    if not found:
        raise ValueError(f"not hours: {given!r}")
    return found


def say_hours(hours: Spans) -> str:
    """「10:30-11:30、15:00-17:30」."""
    return "、".join(f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}" for start, end in hours)
