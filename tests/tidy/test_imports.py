"""The floors as import-linter holds them: the contracts stand in pyproject.toml."""

import pytest
from importlinter import api
from importlinter.application import use_cases

from tests.tidy.floors import floor_of, storeys
from tests.tidy.laws import ROOT


@pytest.fixture(autouse=True)
def from_the_top(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_every_contract_is_kept(capsys):
    kept = use_cases.lint_imports(config_filename="pyproject.toml", cache_dir=None)
    assert kept, capsys.readouterr().out


def test_every_package_stands_on_a_floor():
    standing = {path.name for path in (ROOT / "guanjia").iterdir() if path.is_dir() and any(path.rglob("*.py"))}
    assert {room for room in standing if floor_of(room) is None} == set()


def test_every_room_that_stands_is_looked_into():
    """A room that is missing from the contract about its inside would be free inside."""
    contracts = api.read_configuration("pyproject.toml")["contracts_options"]
    inside = next(c for c in contracts if c["name"] == "Inside a room")
    rooms = [room for storey in storeys() for room in storey if floor_of("rulebook") < floor_of(room) < floor_of("web")]
    standing = [room for room in rooms if any((ROOT / "guanjia" / room).glob("*.py"))]
    assert {f"guanjia.{room}" for room in standing} <= set(inside["containers"])
