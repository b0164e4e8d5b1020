"""Each of the two nets taken away: what the other one lets through alone is nothing of another company.

With every permission given and every filter gone pages may well break; what counts is what they tell before they do.
"""

from collections.abc import Iterator

import pytest

from . import cells, inventory, oracle

nets = pytest.importorskip("tests.nets", reason="there is no second net yet")
PARTS = 6


def readings(part: int) -> Iterator[tuple[inventory.Route, oracle.Approved]]:
    """Every route that can be read, a part of them."""
    for key, route in list(inventory.routes().items())[part::PARTS]:
        line = oracle.approved(key)
        if line is not None and "GET" in line.methods and line.circle not in (oracle.OPEN, oracle.NOWHERE):
            yield route, line


def told_of_others(bed, part: int, whoses: tuple[str, ...]) -> tuple[int, list[str]]:
    """How many pages were read, and those that tell something of the other company."""
    count, wrong = 0, []
    for route, line in readings(part):
        for whose in whoses if line.things else whoses[:1]:
            things = {name: bed.key(kind, whose) for name, kind in line.things.items() if name[0] not in (cells.BODY, cells.QUERY)}
            answer = cells.ask(bed.browsers["office_manager"], "GET", route.path(things))
            count += 1
            leaked = {
                place: words for place, words in cells.leaks(bed, "finance", answer, list(things.values())).items() if place[0] == "B"
            }
            if leaked:
                wrong.append(f"{route.key} for {whose}: {answer.status}, {leaked}")
    return count, wrong


@pytest.mark.parametrize("part", range(PARTS))
def test_the_wall_alone_lets_nothing_of_another_company_through(bed, db, part, record_property):
    with nets.only_the_wall():
        count, wrong = told_of_others(bed, part, (oracle.OWN, oracle.FOREIGN))
    record_property("cells", count)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("part", range(PARTS))
def test_the_application_alone_lets_nothing_of_another_company_through(bed, db, part, record_property):
    with nets.only_the_application():
        count, wrong = told_of_others(bed, part, (oracle.OWN, oracle.FOREIGN))
    record_property("cells", count)
    assert not wrong, "\n".join(wrong)


def test_without_either_net_the_test_would_notice(bed, db):
    """Otherwise the two above might prove nothing."""
    with nets.only_the_wall(), nets.only_the_application():
        route, line = inventory.routes()["case"], oracle.approved("case")
        key = bed.key(line.things["number"], oracle.FOREIGN)
        answer = cells.ask(bed.browsers["office_manager"], "GET", route.path({"number": key}))
    assert cells.leaks(bed, "office_manager", answer, [key])
