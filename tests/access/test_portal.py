"""A resident's key: it opens one case, and tells of nobody else, whoever holds it and whatever he asks for with it."""

from uuid import uuid4

import pytest

from . import cells, oracle, world

PLACES = sorted(world.PLACES)


@pytest.fixture(params=["anonymous", "office_manager", "transferred"])
def browser(request, bed):
    return bed.browsers[request.param]


@pytest.mark.parametrize("place", PLACES)
def test_a_key_tells_of_its_own_community_alone(bed, db, browser, place, record_property):
    key = bed.places[place].things["portal-key"]
    answer = cells.ask(browser, "GET", f"/portal/c/{key}/")
    record_property("cells", 1)
    assert answer.status == 200
    told = set(bed.marks.found(answer.text))
    assert told <= {place, f"{place[0]}0"}
    assert place in told, "nothing was marked: the test would prove nothing"


@pytest.mark.parametrize("place", PLACES)
def test_a_picture_of_somebody_elses_matter_is_as_good_as_none(bed, db, browser, place, record_property):
    key = bed.places["A1"].things["portal-key"]
    path = f"/portal/c/{key}/photos/{{}}/".format
    theirs, none = bed.places[place].things["order-file"], uuid4()
    record_property("cells", 2)
    assert cells.ask(browser, "GET", path(theirs)).bare(theirs) == cells.ask(browser, "GET", path(none)).bare(none)


@pytest.mark.parametrize("ending", ["", "answer/", "photos/01a2277b-1e55-70c0-b57c-ee8c5c61b952/", "cases/", "../../cases/"])
def test_without_a_key_there_is_one_closed_door(bed, db, browser, ending, record_property):
    wrong = bed.key("portal-key", oracle.MISSING)
    record_property("cells", 2)
    for method in ("GET", "POST"):
        answer = cells.ask(browser, method, f"/portal/c/{wrong}/{ending}")
        assert answer.status in (404, 405)
        assert not bed.marks.found(answer.text.replace(ending, ""))


@pytest.mark.parametrize("path", ["/", "/cases/{case}/", "/field/orders/{order}/", "/r/customer/", "/files/{file}", "/api/desk/cases"])
def test_a_key_opens_no_other_face(bed, db, path, record_property):
    """Whoever has been at the portal is as unknown elsewhere as before."""
    resident = world.Browser()
    key = bed.places["A1"].things["portal-key"]
    cells.ask(resident, "GET", f"/portal/c/{key}/")
    answer = cells.ask(resident, "GET", path.format(**bed.places["A1"].things), query=f"?key={key}")
    record_property("cells", 1)
    assert answer.verdict == oracle.DOOR
