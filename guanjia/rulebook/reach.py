"""How much of the handbook runs, and how each clause is kept. The command and the page ask the same functions.

An id counts as realised only when it is bound or marked *and* a test fails when it is broken. What is neither bound nor
marked is still paper, and says so.
"""

import ast
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from . import registry
from .catalogue import Clause, load

ENFORCED, SCHEDULED, MEASURED, RECORDED = "enforced", "scheduled", "measured", "recorded"
SAMPLED, CONTENT, GUIDED, PAPER = "sampled", "content", "guided", "paper"
WAYS = {
    ENFORCED: _("系统把关"),
    SCHEDULED: _("限时应办"),
    MEASURED: _("计算指标"),
    RECORDED: _("留有记录"),
    SAMPLED: _("抽样检查"),
    CONTENT: _("随产品提供内容"),
    GUIDED: _("提示引导"),
    PAPER: _("尚为文字"),
}
BY_BINDING = {
    "Duty": SCHEDULED,
    "Periodic": SCHEDULED,
    "Need": ENFORCED,
    "Fields": ENFORCED,
    "Window": ENFORCED,
    "Cap": ENFORCED,
    "Approval": ENFORCED,
    "Coverage": MEASURED,
    "Tally": MEASURED,
    "Retention": RECORDED,
    "Checklist": SAMPLED,
    "Penalty": GUIDED,
}
BY_MARK = {
    **dict.fromkeys(("machine", "constraint", "access", "role", "formula"), ENFORCED),
    **dict.fromkeys(("register", "retention"), RECORDED),
    "seed": CONTENT,
}


@dataclass(frozen=True)
class Standing:
    """How one clause is kept: the ways, the rooms that keep it, and whether a test proves it (None where tests are not shipped)."""

    clause: Clause
    ways: tuple[str, ...]
    rooms: tuple[str, ...]
    bindings: tuple[Any, ...]
    marks: tuple[registry.Mark, ...]
    is_tested: bool | None

    @property
    def is_paper(self) -> bool:
        return self.ways == (PAPER,)

    @property
    def state(self) -> str:
        """realised, partly (bound without a proof) or missing."""
        return "missing" if self.is_paper else "partly" if self.is_tested is False else "realised"

    @property
    def handbooks(self) -> tuple[str, ...]:
        """The collections the clause was read in."""
        return tuple(dict.fromkeys(source.handbook for source in self.clause.sources))


def standings(tests: Path | None = None) -> list[Standing]:
    """Every clause of the catalogue in its order, with how it is kept."""
    tested = tested_rules(tests if tests is not None else Path(settings.BASE_DIR) / "tests")
    return [standing_of(clause, tested) for clause in load().values()]


def standing_of(clause: Clause, tested: frozenset[str] | None) -> Standing:
    bindings, marks = tuple(registry.of_rule(clause.id)), tuple(registry.MARKS.get(clause.id, ()))
    ways = [BY_BINDING.get(type(one).__name__, ENFORCED) for one in bindings]
    ways += [BY_MARK[mark.way] for mark in marks]
    rooms = [one.room for one in (*bindings, *marks)]
    return Standing(
        clause=clause,
        ways=tuple(way for way in WAYS if way in ways) or (PAPER,),
        rooms=tuple(dict.fromkeys(rooms)),
        bindings=bindings,
        marks=marks,
        is_tested=None if tested is None else clause.id in tested,
    )


@cache
def tested_rules(tests: Path) -> frozenset[str] | None:
    """Ids that some test names with `@pytest.mark.rule(...)`, read from the source of the tests; None where they are not shipped."""
    if not tests.is_dir():
        return None
    found: set[str] = set()
    for path in sorted(tests.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.rule"):
                found |= {arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}
    return frozenset(found)


def reach(tests: Path | None = None) -> dict[str, Any]:
    """Totals and counts by module, kind, stage and handbook of what is realised, partly realised and missing, by way, with the ids."""
    everything = standings(tests)
    states = ("realised", "partly", "missing")
    totals = Counter(one.state for one in everything)
    report: dict[str, Any] = {name: totals.get(name, 0) for name in states}
    axes = {
        "module": lambda one: [one.clause.module],
        "kind": lambda one: [one.clause.kind],
        "stage": lambda one: [str(one.clause.stage)],
        "handbook": lambda one: one.handbooks,
        "mechanism": lambda one: registry.ways_of(one.clause.id),  # a clause with a clock and a guard counts under both
    }
    for axis, groups_of in axes.items():
        groups: dict[str, Counter] = {}
        for one in everything:
            for group in groups_of(one):
                groups.setdefault(group, Counter())[one.state] += 1
        report[f"by_{axis}"] = {name: {state: groups[name].get(state, 0) for state in states} for name in sorted(groups)}
    report["by_way"] = {way: sum(way in one.ways for one in everything) for way in WAYS}
    report["ids"] = {name: [one.clause.id for one in everything if one.state == name] for name in ("realised", "partly")}
    report["ids"]["sampled"] = [one.clause.id for one in everything if SAMPLED in one.ways]
    return report
