"""How much of the handbook runs: an id counts only when it is bound or marked *and* a test fails when it is broken."""

import ast
from collections import Counter
from pathlib import Path
from typing import Any

from . import registry
from .catalogue import load


def tested_rules(tests: Path) -> set[str]:
    """Ids that some test names with `@pytest.mark.rule(...)`, read from the source of the tests."""
    found: set[str] = set()
    for path in sorted(tests.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.rule"):
                found |= {arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}
    return found


def reach(tests: Path) -> dict[str, Any]:
    """Totals and counts by module, kind, stage and way of keeping of what is realised, partly realised and missing, with the ids."""
    bound, tested = registry.realised_rules(), tested_rules(tests)
    state = {rule: "realised" if rule in bound and rule in tested else "partly" if rule in bound else "missing" for rule in load()}
    totals = Counter(state.values())
    report: dict[str, Any] = {name: totals.get(name, 0) for name in ("realised", "partly", "missing")}
    for axis in ("module", "kind", "stage"):
        groups: dict[str, Counter] = {}
        for rule, clause in load().items():
            groups.setdefault(str(getattr(clause, axis)), Counter())[state[rule]] += 1
        report[f"by_{axis}"] = {name: {k: groups[name].get(k, 0) for k in ("realised", "partly", "missing")} for name in sorted(groups)}
    report["by_way"] = _by_way(state)
    report["ids"] = {name: [rule for rule in state if state[rule] == name] for name in ("realised", "partly")}
    report["ids"]["sampled"] = [rule for rule in state if "checklist" in registry.ways_of(rule)]
    return report


def _by_way(state: dict[str, str]) -> dict[str, dict[str, int]]:
    """How the clauses that run are kept: a clause with a clock and a guard counts under both."""
    groups: dict[str, Counter] = {}
    for rule, how in state.items():
        for way in registry.ways_of(rule):
            groups.setdefault(way, Counter())[how] += 1
    return {way: {k: groups[way].get(k, 0) for k in ("realised", "partly", "missing")} for way in sorted(groups)}
