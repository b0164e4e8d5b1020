"""A case is opened once, and asks once for all that will be wanted."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanjia.desk import services as desk
from guanjia.desk.models import Case, Contact
from guanjia.kernel.errors import BadInput, GateClosed, NotAllowed
from tests import make
from tests.conftest import moment

from .life import owed, told

QUERIES_TO_OPEN_A_CASE = 10


def fields_of(no) -> dict[str, str]:
    return {reason.field: reason.rule for reason in no.value.reasons}


def test_whoever_takes_it_in_owns_it(world):
    case = make.case(moment("00:12"))
    assert case.number == "CS-20260302-0001"
    assert case.owner == world.people["desk_agent"]
    assert case.owner_post == world.posts["desk_agent"]
    assert (case.urgency, case.importance, case.priority) == (3, 3, 1)
    assert case.title == "漏水：卫生间天花板往下滴水"


def test_a_machine_owns_nothing_but_the_desk_answers(world, act):
    case = desk.open_case(
        project=world.project,
        type="consultation",
        content="几点关门？",
        customer_name="王小明",
        act=world.system.at_moment(moment("10:00")),
    )
    assert case.owner is None
    assert case.owner_post == world.posts["desk_agent"]
    case = desk.accept_case(case, answer="晚上十点", act=act("10:05", by="desk_supervisor"))
    assert case.owner == world.people["desk_supervisor"]


def test_a_case_that_is_accepted_in_the_same_breath_is_stored_once(world, act):
    with CaptureQueriesContext(connection) as queries:
        case = make.case(moment("10:00"), promise_at=moment("12:00"), explanation="安排师傅上门")
    assert [q["sql"].split()[0] for q in queries if q["sql"].split()[0] in ("INSERT", "UPDATE") and '"desk_case"' in q["sql"]] == ["INSERT"]
    stored = Case.objects.visible_to(act()).get(pk=case.pk)
    assert (stored.state, stored.version, stored.accepted_at, stored.search_text) == ("open", 2, moment("10:00"), case.search_text)
    assert stored.promises.get().promised_at == moment("12:00")


@pytest.mark.rule("DESK-071", "DESK-072")
def test_a_repair_at_home_asks_for_everything_at_once(world, act):
    with pytest.raises(GateClosed) as no:
        desk.open_case(project=world.project, type="repair", content=" ", act=act())
    assert fields_of(no) == {
        "customer_name": "DESK-071",
        "address": "DESK-071",
        "customer_phone": "DESK-071",
        "content": "DESK-071",
        "convenient_time": "DESK-071",
        "room": "DESK-072",
        "part": "DESK-072",
        "someone_home": "DESK-072",
        "spare_key_left": "DESK-072",
        "may_use_key": "DESK-072",
        "visit_time": "DESK-072",
    }


@pytest.mark.rule("DESK-072")
def test_who_left_no_key_is_not_asked_whether_it_may_be_used(world):
    case = make.case(moment("10:00"), repair=make.AT_HOME | {"spare_key_left": False})
    assert case.entry["may_use_key"] is False


def test_a_repair_in_a_public_place_needs_no_key(world):
    case = make.case(
        moment("10:00"), place="public", area_text="3 栋大堂", category=make.category("lamp"), repair={"convenient_time": "随时"}
    )
    assert case.address == "3 栋大堂"


@pytest.mark.rule("DESK-031")
def test_a_complaint_asks_for_its_facts(world, act):
    with pytest.raises(GateClosed) as no:
        desk.open_case(project=world.project, type="complaint", content="保安态度恶劣", customer_name="王小明", act=act())
    assert set(fields_of(no)) == {"occurred_at", "scene", "accused", "course", "demand", "contact"}
    assert set(no.value.rules) == {"DESK-031"}


def test_all_bad_values_are_told_together(world, act):
    other = make.world(name="金桂苑", code="JG")
    foreign = make.house(project=other.project)
    make._worlds.append(world)
    with pytest.raises(BadInput) as no:
        desk.open_case(project=world.project, type="praise", content="", urgency=7, house=foreign, place="moon", act=act())
    assert {reason.field for reason in no.value.reasons} == {"content", "urgency", "house", "place"}


def test_an_agent_of_another_project_opens_nothing_here(world, act):
    other = make.world(name="金桂苑", code="JG", company=world.company)
    with pytest.raises(NotAllowed):
        desk.open_case(project=world.project, type="praise", content="谢谢", act=other.act(moment("10:00")))


@pytest.mark.rule("DESK-004")
def test_a_call_is_answered_within_five_minutes_of_service(world, act):
    call = desk.receive_contact(project=world.project, channel="phone", number="13800138000", act=world.system.at_moment(moment("19:58")))
    duty = owed(call)["DESK-004"]
    assert duty.due_at == moment("03-03 08:03")
    assert duty.owner_role == "desk_agent"
    desk.answer_contact(call, act=act("19:59"))
    assert not owed(call)


@pytest.mark.rule("DESK-004")
def test_a_letter_has_no_five_minutes(world, act):
    assert not owed(desk.receive_contact(project=world.project, channel="letter", act=act()))


def test_a_number_that_is_known_names_its_customer(world, act):
    customer = make.customer()
    assert desk.receive_contact(project=world.project, channel="phone", number="138 0013 8000", act=act()).customer == customer


def test_the_same_call_is_noted_once(world, act):
    first = desk.receive_contact(project=world.project, channel="phone", source="exchange", external_id="7", act=act())
    again = desk.receive_contact(project=world.project, channel="phone", source="exchange", external_id="7", act=act("10:01"))
    assert first == again
    assert Contact.objects.unscoped("tests").count() == 1


@pytest.mark.rule("DESK-011")
def test_a_phone_note_is_complete_before_the_call_ends(world, act):
    call = desk.receive_contact(project=world.project, channel="phone", number="13800138000", act=act())
    with pytest.raises(GateClosed) as no:
        desk.end_contact(call, matter="漏水", act=act("10:03"))
    assert fields_of(no) == dict.fromkeys(("place", "to_solve", "room", "repeated_back"), "DESK-011")
    ended = desk.end_contact(
        call, place="卫生间", matter="漏水", to_solve="派人上门", room="3-2-1801", repeated_back=True, act=act("10:03")
    )
    assert ended.ended_at == moment("10:03")
    assert ended.answered_at == moment("10:03")


def test_opening_a_case_answers_the_call_and_keeps_it(world, act):
    call = desk.receive_contact(project=world.project, channel="phone", number="13800138000", act=act("00:11"))
    case = make.case(moment("00:12"), contact=call, customer_phone="")
    call = make.fresh(call)
    assert call.case == case
    assert call.answered_at == moment("00:12")
    assert (case.channel, case.customer_phone) == ("phone", "13800138000")
    again = desk.receive_contact(project=world.project, channel="phone", number="13800138000", act=act("00:30"))
    desk.attach_contact(case, contact=again, act=act("00:30"))
    assert [contact.pk for contact in case.contacts.order_by("received_at")] == [call.pk, again.pk]
    assert told(case)[-1] == "desk.case.attached"


def test_one_click_opens_accepts_and_orders(world, act):
    case = make.case(moment("00:12"), promise_at=moment("00:45"), explanation="水电工马上上门", order={})
    assert case.state == "open"
    assert case.works.count() == 1
    order = case.works.get().order
    assert (order.craft, order.work_class, order.urgency, order.house) == ("water", "leak", 3, case.house)
    assert order.entry_permission["someone_home"] is True
    assert not {"WORK-011", "DESK-067"} & set(owed(case))


@pytest.mark.rule("DESK-002")
def test_the_handbooks_eleven_types_are_there_and_others_are_refused(world, act):
    with pytest.raises(BadInput) as no:
        desk.open_case(project=world.project, type="gossip", content="听说…", act=act())
    assert [reason.field for reason in no.value.reasons] == ["type"]
    for kind in (
        "enquiry",
        "consultation",
        "whistle_blow",
        "suggestion",
        "praise",
        "dispute",
        "entrust",
        "application",
        "help",
        "complaint",
        "repair",
    ):
        assert make.case(moment("10:00"), type=kind).type == kind


@pytest.mark.rule("DESK-001")
def test_the_handbooks_thirteen_channels_are_there_and_others_are_refused(world, act):
    for channel in ("phone", "visit", "letter", "email", "chat", "wechat", "sms", "website", "mailbox", "fax", "patrol", "staff", "sales"):
        desk.receive_contact(project=world.project, channel=channel, act=act())
    with pytest.raises(BadInput):
        desk.receive_contact(project=world.project, channel="pigeon", act=act())


def test_opening_a_case_costs_what_it_costs(world, settings):
    """A recorded baseline: raise it knowingly. Half of it is the journal, the obligations and who owes them."""
    settings.GUANJIA_MEMO_SECONDS = 600
    house, category = make.house(), make.category()
    make.case(moment("10:00"), house=house, category=category)
    with CaptureQueriesContext(connection) as queries:
        make.case(moment("10:01"), house=house, category=category)
    assert len(queries) == QUERIES_TO_OPEN_A_CASE, "\n".join(q["sql"][:150] for q in queries)
