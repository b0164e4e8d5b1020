"""Each clause that is said to run has a test that fails when it is broken, and each such test names a clause that runs."""

import ast
from collections import defaultdict

import pytest

from guanjia.rulebook import registry
from guanjia.rulebook.catalogue import load
from tests.tidy.laws import Source, files


def marked(sources) -> dict[str, list[str]]:
    """Clause id -> the tests marked with it ("tests/followup/test_visits.py:31")."""
    found = defaultdict(list)
    for source in sources:
        for call in source.nodes(ast.Call):
            if ast.unparse(call.func).endswith("mark.rule"):
                for argument in call.args:
                    if isinstance(argument, ast.Constant):
                        found[argument.value].append(f"{source.path}:{call.lineno}")
    return dict(found)


MARKED = marked(files(".py", under="tests"))


def test_each_clause_that_runs_has_a_test():
    assert sorted(registry.realised_rules() - set(MARKED)) == []


def test_each_marked_test_names_a_clause_that_runs():
    assert {clause: MARKED[clause] for clause in sorted(set(MARKED) - registry.realised_rules())} == {}


def test_each_id_is_in_the_catalogue():
    assert sorted((registry.realised_rules() | set(MARKED)) - set(load())) == []


@pytest.mark.parametrize("mark", ['pytest.mark.rule("FUP-001")', 'mark.rule("DESK-001", "FUP-001")'])
def test_a_mark_is_seen(mark):
    source = Source("tests/x.py", f"@{mark}\ndef test_x(): ...\n")
    assert marked([source])["FUP-001"] == ["tests/x.py:1"]
    assert marked([Source("tests/x.py", '"""@pytest.mark.rule("FUP-001")"""')]) == {}
