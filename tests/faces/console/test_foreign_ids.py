"""Every address of the console that holds a key, tried with a stranger's: it answers as for one that does not exist.

The addresses are read from the console itself, so that a new page is tried without being mentioned here.
"""

import re
import uuid

import pytest
from django.urls import reverse

from guanjia.faces.console import urls
from guanjia.insight import services as insight
from guanjia.kernel import clock, reveals
from guanjia.kernel.models import Alarm
from guanjia.rulebook import Step, services
from guanjia.rulebook.models import Adoption, HandbookVersion
from tests import make
from tests.conftest import moment
from tests.faces.console.test_desk import Desk

KEYED = {pattern.name: pattern for pattern in urls.urlpatterns if "<uuid:" in str(pattern.pattern)}
REST = {"rule": "DESK-004", "kind": "csv", "item": "1.nickname"}  # what else an address may hold


@pytest.fixture
def theirs(world, act):
    """One of each thing with a key, in a company that the visitor does not belong to."""
    order = make.order(state="assigned", urgency=3, importance=3)
    [duty] = make.duties(order, "WORK-012")
    services.install_handbooks(project=world.company, act=act(by="office_manager"))
    edition = HandbookVersion.objects.unscoped("tests").filter(handbook__company=world.company).first()
    request = services.request_approval(
        project=world.project, matter="test.matter", title="一件事", steps=(Step("office_manager"),), content={}, act=act(by="steward")
    )
    resident = make.customer(id_no="110101199003070097")
    glass = reveals.break_glass(resident, fields=["id_no"], reason="燃气泄漏", act=act())
    things = {
        "buildings": make.building(code="77"),
        "houses": make.house(),
        "folders": make.archive(),
        "folders/loans": make.archive_loan(),
        "folders/open": make.occupancy(house=make.house(number="77")).household,
        "customers": make.customer(),
        "duplicates": make.customer(),
        "households": (household := make.occupancy(house=make.house(number="9901")).household),
        "overview": household,
        "absence": make.absence(),
        "duties": duty,
        "approvals": request,
        "reveals": glass,
        "readings/alarms": Alarm.objects.unscoped("tests").get(subject_id=glass.pk),
        "checks/lists": make.checklist(),
        "checks": make.check_run(),
        "sanctions": make.sanction(),
        "rulebook/handbooks": edition,
        "compliance/reports": insight.take_snapshot(project=world.project, period="2026-02", act=world.system.at_moment(moment("10:00"))),
    }
    return {place: thing.pk for place, thing in things.items()} | {
        "rulebook/handbooks/adoptions": Adoption.objects.unscoped("tests")
        .filter(company=world.company)
        .values_list("pk", flat=True)
        .first()
    }


@pytest.fixture
def stranger(theirs):
    with clock.travelling(moment("10:30")):
        client = Desk()
        client.force_login(make.world(name="别处", code="BC").people["office_manager"])
        yield client


def tried(client, name, key, posting):
    """(status, page without the address itself) of one try."""
    pattern = KEYED[name].pattern
    [argument] = re.findall(r"<uuid:(\w+)>", str(pattern))
    path = reverse(name, kwargs={argument: key} | {word: REST[word] for word in re.findall(r"<str:(\w+)>", str(pattern))})
    answer = client.send(path, page="/approvals/") if posting else client.get(path)
    said = answer.content.decode() if not answer.streaming else "a file"
    return answer.status_code, re.sub(r"[\w-]{16,}", "", said.replace(str(key), ""))  # tokens and ids of the request


@pytest.mark.parametrize("posting", [False, True], ids=["read", "written"])
def test_a_foreign_key_and_a_missing_one_answer_alike(stranger, theirs, posting):
    wrong = {}
    for name, pattern in KEYED.items():
        place = str(pattern.pattern).partition("/<uuid:")[0]
        foreign = tried(stranger, name, theirs.get(place) or uuid.uuid4(), posting)
        missing = tried(stranger, name, uuid.uuid4(), posting)
        if foreign != missing or foreign[0] not in (404, 405):
            wrong[name] = (foreign[0], missing[0])
    assert wrong == {}


def test_the_things_tried_are_really_there(theirs, world):
    """The owner finds his own: otherwise the test above would compare nothing with nothing."""
    client = Desk()
    client.force_login(world.people["office_manager"])
    with clock.travelling(moment("10:30")):
        for place in (
            "approvals",
            "duties",
            "rulebook/handbooks",
            "checks",
            "compliance/reports",
            "buildings",
            "houses",
            "customers",
            "folders",
        ):
            assert client.get(f"/{place}/{theirs[place]}/").status_code == 200, place
