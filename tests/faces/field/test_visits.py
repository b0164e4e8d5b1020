"""A steward asks at the door."""

import base64
from secrets import token_hex

import pytest

from guanjia.desk import services as desk
from guanjia.followup.models import ReturnVisit
from tests import make
from tests.conftest import moment
from tests.desk.life import repair

from .conftest import GLASS, Phone

ANSWERS = {
    "way": "visit",
    "result": "ok",
    "quality": "5",
    "effect": "5",
    "satisfaction": "4",
    "shortcomings": "无",
    "suggestions": "无",
    "resident_name": "王小明",
}
SIGNED = {"image": GLASS + base64.b64encode(make.glass()).decode()}


@pytest.fixture
def visit(world, act):
    case = make.case(moment("08:00"), promise_at=moment("18:00"), explanation="师傅随后上门")
    repair(desk.order_work(case, work_class="other", technician_on_duty=True, act=act("08:05")), "08:10")
    return ReturnVisit.objects.unscoped("tests").get(case=case)


@pytest.fixture
def steward(world, at_ten):
    phone = Phone()
    phone.force_login(world.people["steward"])
    return phone


def send(phone, visit, **values):
    return phone.post(f"/field/visits/{visit.pk}/", {"form_key": token_hex(8)} | values)


def test_a_visit_is_written_down_signed_and_handed_in(steward, visit):
    assert f"/field/visits/{visit.pk}/" in steward.get("/field/visits/").content.decode()
    assert send(steward, visit, **ANSWERS, **SIGNED)["Location"] == "/field/visits/"
    visit = make.fresh(visit)
    assert (visit.state, visit.satisfaction, visit.resident_name) == ("handed_in", 4, "王小明")
    assert f"/field/visits/{visit.pk}/" not in steward.get("/field/visits/").content.decode()


@pytest.mark.rule("FUP-018")
def test_a_visit_at_the_door_needs_the_residents_name_on_glass(steward, visit):
    refused = send(steward, visit, **ANSWERS)
    assert refused.status_code == 422
    assert "FUP-018" in refused.content.decode()
    assert make.fresh(visit).state == "planned"
    assert send(steward, visit, **ANSWERS | {"way": "phone"}).status_code == 302


def test_technicians_make_no_visits(phone, visit):
    assert phone.get("/field/visits/").status_code == 403
    assert "/field/visits/" not in phone.get("/field/").content.decode()
    assert phone.get(f"/field/visits/{visit.pk}/").status_code == 404


def test_a_visit_of_another_project_is_as_good_as_missing(steward, visit, world):
    make.world(name="枫林苑", code="FL", company=world.company)
    stranger = Phone()
    stranger.force_login(make.newest().people["steward"])
    for pk in (visit.pk, "0198c0de-0000-7000-8000-000000000000"):
        assert stranger.get(f"/field/visits/{pk}/").status_code == 404
