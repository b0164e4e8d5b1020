"""Other systems do what their people may do: once each, and told every reason when it cannot be."""

import io
import json
import threading
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from PIL import Image

from guanjia.desk.models import Case
from guanjia.faces.api import door, tokens
from guanjia.faces.api.models import ApiToken
from guanjia.kernel import clock, environment
from guanjia.kernel.usecase import USECASES
from tests import make
from tests.conftest import moment

OPEN = {"type": "consultation", "content": "物业费怎么交", "customer_name": "林女士", "customer_phone": "13800138000", "channel": "phone"}
MISSING = "01890000-0000-7000-8000-000000000000"


def cases():
    return Case.objects.unscoped("tests")


def reasons(answer):
    assert answer.headers["Content-Type"] == door.PROBLEM
    return answer.json()["reasons"]


# -- who speaks ----------------------------------------------------------------------------------
def test_without_a_good_token_nobody_is_heard(caller, client, world):
    assert client.get("/api/desk/cases").status_code == 401
    someone = caller(days=1)
    assert someone.get("/api/desk/cases").status_code == 200
    with clock.travelling(moment("10:00") + timedelta(days=2)):
        assert someone.get("/api/desk/cases").status_code == 401
    tokens.revoke(world.people["desk_agent"], clock.now())
    answer = someone.get("/api/desk/cases")
    assert (answer.status_code, answer.headers["WWW-Authenticate"], reasons(answer)) == (401, "Bearer", [])


def test_a_token_is_kept_as_a_hash_and_dies_with_the_person(caller, world):
    someone = caller()
    assert ApiToken.objects.unscoped("tests").get().key_hash == sha256(someone.token.encode()).hexdigest()
    assert len(someone.token) >= 43
    type(world.people["desk_agent"]).objects.unscoped("tests").filter(pk=world.people["desk_agent"].pk).update(is_active=False)
    assert someone.get("/api/desk/cases").status_code == 401


def test_a_signed_in_browser_is_nobody_here(client, world):
    client.force_login(world.people["desk_agent"])
    assert client.post("/api/desk/cases", OPEN, content_type="application/json").status_code == 401


def test_the_command_gives_lists_and_takes_back(world, client, capsys):
    login = world.people["desk_agent"].login
    call_command("api_token", login, name="电话系统")
    key = capsys.readouterr().out.split()[-1]
    assert client.get("/api/desk/cases", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    call_command("api_token", login, list=True)
    assert "电话系统　有效" in capsys.readouterr().out
    call_command("api_token", login, revoke=True)
    assert client.get("/api/desk/cases", headers={"Authorization": f"Bearer {key}"}).status_code == 401
    with pytest.raises(CommandError, match="没有账号"):
        call_command("api_token", "nobody")


def test_who_calls_too_often_waits(caller, monkeypatch):
    monkeypatch.setattr(door.throttle, "num_requests", 3)
    someone, other = caller(), caller("office_manager")
    assert [someone.get("/api/rulebook/duties").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert int(someone.get("/api/rulebook/duties").headers["Retry-After"]) >= 1
    assert other.get("/api/rulebook/duties").status_code == 200


# -- deeds ---------------------------------------------------------------------------------------
def test_a_case_from_its_opening_to_its_end(caller):
    agent = caller()
    opened = agent.post("/api/desk/cases", OPEN)
    assert opened.status_code == 200, opened.content
    number = opened.json()["number"]
    assert (opened.json()["state"], opened.json()["customer_phone"]) == ("new", "138****8000")
    assert [row["number"] for row in agent.get("/api/desk/cases").json()["rows"]] == [number]
    accepted = agent.post(f"/api/desk/cases/{number}/acceptance", {"answer": "手机上可以交"})
    assert accepted.json()["state"] == "open", accepted.content
    resolved = agent.post(f"/api/desk/cases/{number}/resolution", {"result": "已告知"})
    assert resolved.json()["state"] == "resolved", resolved.content
    confirmed = agent.post(f"/api/desk/cases/{number}/confirmation", {"satisfaction": 5})
    assert confirmed.json()["state"] == "closed", confirmed.content  # nothing else is owed: it closes by itself
    assert cases().get().opened_at == moment("10:00")
    again = agent.post(f"/api/desk/cases/{number}/closure", {"outcome": "answered"})
    assert again.status_code == 409


def test_gates_answer_with_every_reason_its_clause_and_its_cure(caller):
    agent = caller()
    complaint = agent.post("/api/desk/cases", {"type": "complaint", "content": "保安态度恶劣"})
    assert complaint.status_code == 422
    told = reasons(complaint)
    assert len(told) > 1
    assert all(set(one) == {"message", "rule", "clause", "field", "cure"} for one in told)
    assert any(one["rule"].startswith("DESK-") for one in told)
    assert not cases().exists()


def test_a_technician_does_an_order_and_a_stranger_sees_none(caller, world):
    order = make.order(state="assigned", at=moment("09:00"))
    technician, path = caller("technician"), f"/api/work/orders/{order.number}"
    assert [one["number"] for one in technician.get("/api/work/orders").json()] == [order.number]
    steps = (
        ("acceptance", {}, "accepted"),
        ("arrival", {}, "on_site"),
        ("start", {}, "working"),
        ("finish", {"result": "换了角阀"}, "finished"),
    )
    for noun, body, state in steps:
        answer = technician.post(f"{path}/{noun}", body)
        assert answer.json().get("state") == state, answer.content
    unsigned = technician.post(f"{path}/completion")
    assert (unsigned.status_code, "WORK-008" in [one["rule"] for one in reasons(unsigned)]) == (422, True)
    world.people["technician"] = make.staff(world, "technician", name="另一位师傅")[0]
    assert caller("technician").get(path).status_code == 404


def test_a_photo_is_kept_with_the_order(caller):
    order, manager = make.order(), caller("office_manager")
    photo = SimpleUploadedFile("a.jpg", picture())
    headers = {"Authorization": f"Bearer {manager.token}", "Idempotency-Key": "photo-1"}
    answer = manager.client.post(f"/api/work/orders/{order.number}/photos", {"photo": photo}, headers=headers)
    assert answer.status_code == 200, answer.content
    assert answer.json()["role"] == "photo"


def picture() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "#446688").save(kept, "JPEG")
    return kept.getvalue()


# -- once ----------------------------------------------------------------------------------------
def test_the_same_key_gets_the_same_answer_and_another_body_is_refused(caller):
    agent = caller()
    first, second = (agent.post("/api/desk/cases", OPEN, key="one") for _ in range(2))
    assert first.json() == second.json()
    assert cases().count() == 1
    other = agent.post("/api/desk/cases", OPEN | {"content": "另一件"}, key="one")
    assert other.status_code == 409
    assert cases().count() == 1
    assert caller("desk_supervisor").post("/api/desk/cases", OPEN, key="one").json()["number"] != first.json()["number"]


def test_without_a_key_nothing_is_done(caller, client):
    agent = caller()
    for key in (" ", "x" * 65, "键"):
        headers = {"Authorization": f"Bearer {agent.token}", "Idempotency-Key": key.encode().decode("latin-1")}
        assert client.post("/api/desk/cases", OPEN, content_type="application/json", headers=headers).status_code == 400
    assert not cases().exists()


def test_what_was_refused_leaves_its_key_free(caller):
    agent = caller()
    assert agent.post("/api/desk/cases", OPEN | {"type": "?"}, key="one").status_code == 422
    assert agent.post("/api/desk/cases", OPEN, key="one").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_with_one_key_are_one_case_and_one_answer():
    world = make.world()
    _row, token = tokens.issue(world.people["desk_agent"], name="测试", at=clock.now())
    start, answers = threading.Barrier(10), []

    def call():
        start.wait()
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "one"}
        try:
            answers.append(Client().post("/api/desk/cases", json.dumps(OPEN), content_type="application/json", headers=headers))
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * 10
    assert len({answer.content for answer in answers}) == 1
    assert cases().count() == 1


# -- bad input -----------------------------------------------------------------------------------
def test_every_value_that_cannot_be_read_is_told_at_once(caller):
    bad = {
        "type": "x" * 41,
        "content": "a\x00b",
        "urgency": 9,
        "place": "moon",
        "house": "?",
        "promise_at": "2026-03-02T10:00:00",
        "what": 1,
    }
    answer = caller().post("/api/desk/cases", bad)
    assert answer.status_code == 422
    assert {one["field"] for one in reasons(answer)} == set(bad)
    assert all(one["message"].endswith("。") for one in reasons(answer))


BODIES = ["{", "[]", "null", '"x"', '{"content": "\\ud800", "type": "praise"}', "[" * 5000]


def test_no_body_breaks_anything(caller):
    agent = caller()
    assert {body[:60]: agent.post("/api/desk/cases", body).status_code // 100 for body in BODIES} == dict.fromkeys(
        (body[:60] for body in BODIES), 4
    )


HOSTILE = [
    MISSING,
    "CS-20260302-9999",
    "%00",
    "..%2f..",
    "'; DROP TABLE desk_case; --",
    "CS-" + "9" * 4000,
    "é漢😀",
    "%ff%fe",
    "null",
    "-1",
]


PATHS = ["desk/cases/{}", "desk/cases/{}/duties", "work/orders/{}", "rulebook/clauses/{}", "rulebook/duties/{}", "registers/house/{}"]


def test_no_id_breaks_anything(caller):
    manager = caller("office_manager")
    asked = [path.format(id) for path in PATHS for id in HOSTILE]
    assert {path: manager.get(f"/api/{path}").status_code for path in asked} == dict.fromkeys(asked, 404)


QUESTIONS = (
    ["desk/cases?after=x", "desk/cases?text=%00", "desk/cases?priority=99", "desk/cases?state=?", "registers/house?after=zzz",
     "registers/house?sort=password", "registers/house?building=?", "customers/calling?number=%00", "estate/houses?text=" + "x" * 300]
)  # fmt: skip


def test_no_question_breaks_anything(caller):
    manager = caller("office_manager")
    assert {manager.get(f"/api/{path}").status_code for path in QUESTIONS} <= {200, 404, 422}


# -- whose ---------------------------------------------------------------------------------------
def test_what_is_foreign_is_as_what_is_missing(caller, world):
    foreign_world = make.world(name="别处", code="BC")
    foreign = make.case(moment("09:00"), type="praise", content="谢谢", project=foreign_world.project)
    manager = caller("office_manager", world)
    for path in ("/api/desk/cases/{}", "/api/desk/cases/{}/duties"):
        answers = [manager.get(path.format(id)) for id in (foreign.pk, MISSING)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    answers = [manager.post(f"/api/desk/cases/{id}/acceptance", {"answer": "好"}) for id in (foreign.pk, MISSING)]
    assert [answer.status_code for answer in answers] == [404, 404]
    answers = [manager.post("/api/desk/cases", OPEN | {"project": code}) for code in ("BC", "nowhere")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert manager.get("/api/desk/cases").json()["rows"] == []


def test_whoever_may_not_is_told_so(caller):
    answer = caller("technician").post("/api/desk/cases", OPEN)
    assert answer.status_code in (403, 404)
    assert not cases().exists()


# -- reading -------------------------------------------------------------------------------------
def test_who_is_calling_where_and_what_is_owed(caller, act):
    agent = caller()
    person = make.customer(name="林女士", phones=("13800138000",))
    assert [one["id"] for one in agent.get("/api/customers/calling", number="13800138000").json()] == [str(person.pk)]
    house = make.house()
    assert str(house.pk) in [one["id"] for one in agent.get("/api/estate/houses", text=house.path).json()]
    number = agent.post("/api/desk/cases", OPEN).json()["number"]
    duties = agent.get(f"/api/desk/cases/{number}/duties").json()
    assert duties
    story = caller("office_manager").get(f"/api/rulebook/duties/{duties[0]['id']}").json()
    assert duties[0]["rule"] in story["story"][0]
    clause = agent.get("/api/rulebook/clauses/DESK-037").json()
    assert (clause["rule"], clause["is_realised"]) == ("DESK-037", True)
    assert clause["sources"]


def test_every_register_can_be_read(caller):
    manager = caller("office_manager")
    house = make.house()
    slugs = [one["slug"] for one in manager.get("/api/registers").json()]
    assert "house" in slugs
    for slug in slugs:
        page = manager.get(f"/api/registers/{slug}")
        assert page.status_code == 200, page.content
        for row in page.json()["rows"][:1]:
            assert manager.get(f"/api/registers/{slug}/{row['id']}").json() == row
    assert str(house.pk) in [row["id"] for row in manager.get("/api/registers/house").json()["rows"]]


# -- the description -----------------------------------------------------------------------------
def test_the_description_stands_at_its_address_and_in_the_docs(client, db):
    """After a change: `manage.py api_schema > docs/api/openapi.json`, and read the difference."""
    assert client.get("/api/openapi.json").json() == json.loads(door.description())
    assert (environment.CHECKOUT / "docs" / "api" / "openapi.json").read_text("utf-8") == door.description()


def test_operations_are_called_by_their_use_cases_and_every_deed_wants_a_key():
    for methods in json.loads(door.description())["paths"].values():
        for method, operation in methods.items():
            if method != "get":
                assert operation["operationId"] in USECASES
                assert door.KEY_HEADER in [one["name"] for one in operation["parameters"] if one["required"]]
