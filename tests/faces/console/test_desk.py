"""The desk in one visitor's hands: a call, an intake asked once, a case page that says what is missing, and nobody else's rows."""

import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guanjia.desk import services as desk
from guanjia.desk.models import Case, Contact
from guanjia.faces.console.pages import desk as desk_page
from guanjia.kernel import clock
from guanjia.rulebook import ticking
from guanjia.rulebook.models import Obligation, Parameter, ParameterProposal
from guanjia.work.models import WorkOrder
from tests import make
from tests.conftest import moment

NIGHT = moment("00:12")


@pytest.fixture
def night():
    with clock.travelling(NIGHT):
        yield NIGHT


class Desk(Client):
    """A browser that keeps the key of the form it was shown."""

    def send(self, path: str, page: str | None = None, **values):
        shown = self.get(page or path).content.decode()
        key = re.search(r'name="form_key" value="([^"]+)"', shown).group(1)
        return self.post(path, values | {"form_key": key})


@pytest.fixture
def at_desk(world, night):
    def sign_in(role: str = "desk_agent", of=None) -> Desk:
        client = Desk()
        client.force_login((of or world).people[role])
        return client

    return sign_in


@pytest.fixture
def resident(world):
    house = make.house(number="1801", floor=18, by=make.entrance(make.building(code="3"), name="2"))
    customer = make.customer(name="王小明", phones=("13900001801",))
    make.occupancy(house=house, customer=customer)
    return house, customer


REPAIR = {
    "type": "repair",
    "category": "leak",
    "content": "天花板滴水",
    "customer_name": "王小明",
    "customer_phone": "13900001801",
    "house_code": "3-2-1801",
    "place": "home",
    "requester": "customer",
    "part": "卫生间",
    "someone_home": "yes",
    "spare_key_left": "no",
    "may_use_key": "no",
    "visit_time": "现在",
    "convenient_time": "现在",
    "explanation": "师傅马上到",
    "promise_at": "2026-03-02T02:00",
    "order_now": "on",
}


def test_a_call_is_received_answered_and_opens_the_intake_with_the_caller(at_desk, resident):
    client = at_desk()
    answer = client.send("/call/", page="/", number="13900001801")
    assert answer.status_code == 302
    contact = Contact.objects.unscoped("tests").get()
    assert contact.answered_at == NIGHT
    shown = client.get(answer["Location"]).content.decode()
    assert "王小明" in shown
    assert "3-2-1801" in shown


def test_the_intake_refuses_with_every_reason_at_once_and_keeps_what_was_typed(at_desk, resident):
    answer = at_desk().send("/intake/", **(REPAIR | {"part": "", "visit_time": "", "someone_home": ""}))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert text.count("DESK-072") >= 3
    assert "天花板滴水" in text
    assert not Case.objects.unscoped("tests").exists()


def test_one_click_opens_accepts_and_orders(at_desk, resident):
    client = at_desk()
    answer = client.send("/intake/", **REPAIR)
    assert answer.status_code == 302, answer.content.decode()
    case = Case.objects.unscoped("tests").get()
    assert (case.state, case.house, case.customer_name) == ("open", resident[0], "王小明")
    assert WorkOrder.objects.unscoped("tests").get().source_id == case.pk
    page = client.get(answer["Location"]).content.decode()
    for words in (case.number, "离关闭还需要", "DESK-084", "WORK-012", "派工单"):
        assert words in page


def test_the_same_form_sent_twice_acts_once(at_desk, resident):
    client = at_desk()
    key = re.search(r'name="form_key" value="([^"]+)"', client.get("/intake/").content.decode()).group(1)
    answers = [client.post("/intake/", REPAIR | {"form_key": key}) for _nth in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1
    assert Case.objects.unscoped("tests").count() == 1


def test_hints_say_what_is_missing_and_what_the_words_suggest(at_desk, resident):
    shown = (
        at_desk()
        .get("/intake/hints/", {"type": "repair", "content": "天花板漏水", "place": "home", "requester": "customer"})
        .content.decode()
    )
    assert "DESK-072" in shown
    assert 'data-suggest-category="leak"' in shown


def test_an_answer_on_the_spot_closes_a_question(at_desk, resident):
    given = {
        "type": "consultation",
        "content": "门禁卡怎么补办",
        "answer": "带身份证到前台",
        "customer_name": "王小明",
        "place": "home",
        "requester": "customer",
    }
    assert at_desk().send("/intake/", **given).status_code == 302
    assert Case.objects.unscoped("tests").get().state in ("resolved", "closed")


def test_a_foreign_case_and_a_missing_one_answer_alike(at_desk, world):
    other = make.world(name="别的小区", code="OT")
    foreign = make.case(project=other.project, at=NIGHT)
    client = at_desk(of=world)
    pages = [client.get(f"/cases/{number}/") for number in (foreign.number, "CS-20260302-9999", "x")]
    assert {page.status_code for page in pages} == {404}
    bodies = {re.sub(r'value="[^"]*"|[A-Za-z0-9]{64}|[0-9a-f]{16}|/cases/[^/"]*/', "", page.content.decode()) for page in pages}
    assert len(bodies) == 1
    for path in (f"/customers/{uuid.uuid4()}/", f"/houses/{uuid.uuid4()}/", f"/duties/{uuid.uuid4()}/", "/orders/GD-1/", "/visits/HF-1/"):
        assert client.get(path).status_code == 404


def test_a_move_from_the_page_and_its_refusal(at_desk):
    case = make.case(at=NIGHT)
    client = at_desk()
    refused = client.send(f"/cases/{case.number}/resolution/", result="")
    assert refused.status_code in (409, 422)
    answer = client.send(f"/cases/{case.number}/acceptance/", explanation="安排师傅", promise_at="2026-03-02T09:00")
    assert answer.status_code == 302
    assert make.fresh(case).state == "open"
    assert client.get(f"/cases/{case.number}/no-such-noun/").status_code == 404


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "'\"><img src=x onerror=alert(1)>", "{{ 7|add:1 }}{% now 'Y' %}"])
def test_hostile_words_are_shown_as_words(at_desk, resident, hostile):
    client = at_desk()
    answer = client.send("/intake/", **(REPAIR | {"content": hostile, "customer_name": hostile[:60]}))
    page = client.get(answer["Location"]).content.decode()
    assert hostile not in page or "<" not in hostile
    assert "onerror=alert(1)>" not in page.replace("&gt;", "&gt;").replace("&lt;", "")
    assert "Content-Security-Policy" in answer.headers


def test_the_board_orders_visits_and_archives_open(at_desk, resident, world):
    client = at_desk("office_manager")
    done = make.visit(made=False)
    order = make.order(at=NIGHT)
    house, customer = resident
    paths = ("/board/", f"/orders/{order.number}/", f"/orders/{order.number}/assignment/", "/visits/", f"/visits/{done.pk}/")
    for path in (*paths, f"/visits/{done.pk}/record/", f"/houses/{house.pk}/?on=2026-02-01", f"/customers/{customer.pk}/"):
        assert client.get(path).status_code == 200, path


def test_a_technician_is_sent_to_his_phone(at_desk):
    assert at_desk("technician").get("/")["Location"] == "/field/"


def test_a_duty_tells_its_story_and_may_be_explained_or_waived(at_desk, resident):
    case = make.case(at=NIGHT)
    with clock.travelling(moment("03-05 12:00")):
        ticking.tick(clock.now())
        duty = Obligation.objects.unscoped("tests").open().filter(subject_id=case.pk).first()
        client = at_desk("office_manager")
        page = client.get(f"/duties/{duty.pk}/").content.decode()
        assert "来龙去脉" in page
        assert duty.rule in page
        assert client.get("/duties/all/?late=1").status_code == 200
        assert client.send(f"/duties/{duty.pk}/reason/", page=f"/duties/{duty.pk}/", **{"late-reason": "人手不足"}).status_code == 302
        assert client.send(f"/duties/{duty.pk}/waiver/", page=f"/duties/{duty.pk}/", reason="客户撤回").status_code == 302
    assert not make.fresh(duty).is_open


def test_the_rulebook_page_shows_clause_parameters_open_duties_evidence_and_breaches(at_desk, resident):
    case = make.case(at=NIGHT, type="complaint")
    desk.grade_complaint(case, rank=2, act=make.newest().act(NIGHT))
    client = at_desk("office_manager")
    page = client.get("/rulebook/DESK-037/").content.decode()
    for words in ("重要投诉", "参数", "未办", "最近凭据", "违规与逾期", case.number, "1 小时"):
        assert words in page
    assert client.get("/rulebook/").status_code == 200
    assert "DESK-037" in client.get("/rulebook/?q=DESK-037").content.decode()
    assert client.get("/rulebook/NONE-001/").status_code == 404


def test_a_manager_proposes_a_parameter_and_another_approves_it_and_bad_ones_are_named(at_desk, world):
    make.approver(world)
    client = at_desk("office_manager")
    given = {"project": str(world.project.pk), "key": "resolve_within", "value": "5 days", "starts_on": "2026-03-03", "reason": "人手不足"}
    assert client.send("/rulebook/DESK-037/parameters/", page="/rulebook/DESK-037/", **given).status_code == 302
    assert not Parameter.objects.unscoped("tests").exists()
    page = client.get("/rulebook/DESK-037/").content.decode()
    for words in ("陈经理 提议：人手不足", "等 卫总 审批", "5 天"):
        assert words in page
    proposal = ParameterProposal.objects.unscoped("tests").get()
    make.approve(proposal, by=make.approver(world), at=clock.now(), words="同意")
    assert Parameter.objects.unscoped("tests").get().value == "5 days"
    assert "卫总 批准：同意" in client.get("/rulebook/DESK-037/").content.decode()
    refused = client.send(
        "/rulebook/DESK-037/parameters/", page="/rulebook/DESK-037/", **(given | {"value": "soon", "starts_on": "2020-01-01"})
    )
    assert refused.status_code == 422
    assert "起始日不能早于今天" in refused.content.decode()
    agent = at_desk()
    assert agent.post("/rulebook/DESK-037/parameters/", given | {"form_key": "k" * 24}).status_code == 403


def test_the_demo_clock_is_moved_only_in_a_demo(at_desk, settings, tmp_path):
    assert at_desk("office_manager").get("/clock/").status_code == 404
    settings.GUANJIA_MOVABLE_CLOCK, settings.HOME = True, tmp_path
    client = at_desk("office_manager")
    assert client.send("/clock/", step="1h").status_code == 302
    assert clock.offset().total_seconds() == pytest.approx(3600, abs=5)
    assert client.send("/clock/", reset="1").status_code == 302
    assert clock.offset().total_seconds() == 0


def test_pages_ask_the_database_little(at_desk, resident):
    for nth in range(12):
        make.case(at=moment(f"00:{nth:02d}"), house=resident[0])
    client = at_desk()
    number = Case.objects.unscoped("tests").first().number
    client.get("/")
    for path, most in (("/", 25), (f"/cases/{number}/", 45), ("/duties/", 25), ("/search?q=漏水", 25)):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        assert len(queries) <= most, (path, len(queries), [q["sql"][:120] for q in queries])


@pytest.mark.parametrize("position", ["x", "W10", "!!", "%00"])
def test_a_mangled_position_of_the_visits_is_answered_not_broken(at_desk, position):
    assert at_desk().get("/visits/", {"after": position}).status_code in (200, 422)


def test_the_tabs_count_no_further_than_people_read():
    assert [desk_page.counted(number) for number in (0, 41, 999, 1000, 4000)] == ["0", "41", "999", "999+", "999+"]
