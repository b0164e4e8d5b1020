"""Nothing is reached that nobody judged: each address, screen of a register and operation stands in an approved table."""

import json
from uuid import uuid4

import pytest

from . import cells, inventory, oracle, world
from .conftest import belongs, some_of


def test_every_route_was_judged_by_somebody():
    """A new address fails here. Judge it, then put its line into tests/access/approved/."""
    lines = [suggested(route) for key, route in inventory.routes().items() if oracle.approved(key) is None and key not in oracle.waiting()]
    assert not lines, "\n" + "\n".join(dict.fromkeys(lines))


def suggested(route: inventory.Route) -> str:
    """A line to judge: who may come in is left to say."""
    screen, _, slug = route.key.partition(":")
    if screen in oracle.SCREENS:
        return f"registers.csv: {slug},project|company,look?,create?,change?,import?,full?,why"
    return (
        f"routes.csv: {route.key},{' '.join(route.methods)},circle?,{' '.join(f'{name}=kind?' for name in route.open)},project|company,why"
    )


@pytest.mark.parametrize(
    "route", [inventory.routes()[key] for key in oracle.waiting() if key in inventory.routes()], ids=lambda one: one.key
)
def test_what_nobody_has_judged_yet_is_at_least_behind_the_door(db, client, route):
    things = {name: uuid4() for name in route.open}
    for method in route.methods:
        answer = client.generic(method, route.path(things))
        at_the_door = answer.status_code == 302 and answer.headers["Location"].startswith("/login/")
        assert at_the_door or oracle.waiting()[route.key]["door"] == "no", f"{method} {route.key}: {answer.status_code}"


def test_nothing_is_approved_that_is_not_there():
    keys = set(inventory.routes())
    assert sorted(set(oracle.waiting()) & set(oracle.routes())) == []
    assert sorted(set(oracle.waiting()) - keys) == []
    slugs = {key.split(":")[1] for key in keys if key.startswith("register-")}
    assert sorted(set(oracle.routes()) - keys) == []
    assert sorted(set(oracle.registers()) - slugs) == []


def test_what_is_open_to_everybody_is_little_and_says_why():
    lines = [line for line in oracle.read("routes") if line["circle"] == oracle.OPEN]
    assert len({line["why"] for line in lines}) <= 10
    assert all(line["why"] for line in lines)


def test_the_oracle_knows_the_actors_and_circles_it_speaks_of():
    spoken = {circle.removeprefix(oracle.ONESELF) for line in oracle.read("routes") for circle in line["circle"].split()}
    spoken |= {
        line[column] for line in oracle.read("registers") for column in ("look", "create", "change", "import", "full") if line[column]
    }
    assert sorted(spoken - set(oracle.circles()) - {oracle.OPEN, oracle.STAFF, oracle.NOBODY, oracle.NOWHERE} - set(world.ROLES)) == []
    assert set().union(*oracle.circles().values()) <= set(world.ROLES)
    assert set(world.OF_COMPANY) == oracle.OF_COMPANY


def test_the_ordinary_run_tries_twenty_thousand_cells_and_leaves_nobody_out():
    tried = [
        (actor, whose)
        for key, route in inventory.routes().items()
        if (line := oracle.approved(key)) is not None and belongs(key) != "portal"
        for method in route.methods
        for actor in some_of(key)
        for _parameter, whose in cells.positions(line, method)
    ]
    assert len(tried) >= 20_000
    assert {actor for actor, _whose in tried} == {*world.ROLES, *world.FORMER, "anonymous"}
    assert {whose for _actor, whose in tried} == set(world.WHOSE)


def test_operations_are_told_once():
    told = [operation["operationId"] for methods in json.loads(inventory.description())["paths"].values() for operation in methods.values()]
    assert len(told) == len(set(told))
