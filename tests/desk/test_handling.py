"""Accept, promise, reply, hand over: nobody is left waiting without a word."""

import pytest

from guanjia.desk import selectors
from guanjia.desk import services as desk
from guanjia.desk.models import Transfer
from guanjia.kernel.act import system_act
from guanjia.kernel.errors import BadInput, GateClosed, IllegalMove, NotAllowed
from tests import make
from tests.conftest import moment

from .life import due, met, owed, told


@pytest.fixture
def repair(world):
    return make.case(moment("10:00"))


@pytest.fixture
def question(world):
    """A consultation, freshly asked on Monday at ten."""
    return make.case(moment("10:00"), type="consultation", content="装修押金什么时候退？", category=make.category("deposit"))


def accepted(case, act):
    return desk.accept_case(
        case, promise_at=moment("03-02 18:00"), explanation="要先问财务", expert=make.newest().people["office_manager"], act=act
    )


@pytest.mark.rule("DESK-067")
def test_without_an_answer_the_customer_hears_why_and_when(repair, act):
    with pytest.raises(GateClosed) as no:
        desk.accept_case(repair, act=act("10:05"))
    assert {reason.field for reason in no.value.reasons} == {"explanation", "promise_at"}
    assert no.value.rules == ["DESK-067"]
    assert desk.accept_case(repair, promise_at=moment("10:40"), explanation="师傅在路上", act=act("10:05")).state == "open"


@pytest.mark.rule("DESK-067")
def test_whoever_asks_is_answered_at_once(repair, act):
    assert due(repair, "DESK-067") == "03-02 10:15"
    desk.accept_case(repair, answer="已安排", act=act("10:05"))
    assert "DESK-067" in met(repair)


@pytest.mark.rule("DESK-047")
def test_at_the_promised_time_there_is_an_answer_whatever_the_progress(repair, act):
    case = desk.accept_case(repair, promise_at=moment("12:00"), explanation="要等配件", act=act("10:05"))
    assert due(case, "DESK-047") == "03-02 12:00"
    with pytest.raises(BadInput) as no:
        desk.reply_case(case, text="配件还没到", way="phone", is_final=False, act=act("11:50"))
    assert no.value.rules == ["DESK-047"]
    desk.reply_case(case, text="配件还没到", way="phone", is_final=False, promised_at=moment("16:00"), act=act("11:50"))
    assert due(case, "DESK-047") == "03-02 16:00"
    desk.reply_case(case, text="修好了", way="phone", act=act("15:00"))
    assert "DESK-047" not in owed(case)


def test_a_promise_lies_ahead(repair, act):
    with pytest.raises(BadInput):
        desk.accept_case(repair, promise_at=moment("10:00"), explanation="…", act=act("10:05"))


@pytest.mark.rule("DESK-021")
def test_a_question_that_waits_names_who_is_asked(question, act):
    with pytest.raises(GateClosed) as no:
        desk.accept_case(question, promise_at=moment("18:00"), explanation="要先问财务", act=act("10:05"))
    assert [(reason.rule, reason.field) for reason in no.value.reasons] == [("DESK-021", "expert")]
    case = accepted(question, act("10:05"))
    with pytest.raises(GateClosed) as no:
        desk.promise_reply(case, promised_at=moment("19:00"), act=act("10:06"))
    assert no.value.rules == ["DESK-021"]
    assert case.promises.get().expert.name == "陈经理"


@pytest.mark.rule("DESK-020")
def test_a_question_is_not_settled_before_it_is_answered(question, act):
    case = accepted(question, act("10:05"))
    with pytest.raises(GateClosed) as no:
        desk.resolve_case(case, result="已了解", act=act("11:00"))
    assert "DESK-020" in no.value.rules
    desk.reply_case(case, text="验收后三个工作日内退", way="phone", act=act("11:00"))
    assert desk.resolve_case(case, result="已答复", act=act("11:01")).state == "resolved"


@pytest.mark.rule("DESK-020")
def test_a_question_answered_on_the_spot_is_over(world, act):
    case = desk.answer_at_once(
        project=world.project, type="consultation", content="几点关门？", answer="晚上十点", customer_name="王小明", act=act()
    )
    assert make.fresh(case).state == "closed"
    assert not owed(case)
    with pytest.raises(BadInput):
        desk.answer_at_once(project=world.project, type="complaint", content="保安骂人", answer="对不起", act=act())


def test_a_caller_who_is_not_satisfied_keeps_it_open(world, act):
    case = desk.answer_at_once(project=world.project, type="enquiry", content="欠费多少？", answer="不清楚", satisfied=False, act=act())
    assert make.fresh(case).state == "resolved"


@pytest.mark.rule("DESK-023")
def test_a_general_question_is_answered_the_same_day(question, act):
    assert due(question, "DESK-023") == "03-02 20:00"
    desk.accept_case(question, answer="三个工作日内", act=act("11:00"))
    assert "DESK-023" in met(question)


@pytest.mark.rule("DESK-024")
def test_a_difficult_question_has_three_working_days_from_when_it_was_asked(world, act):
    friday = make.case(moment("03-06 10:00"), type="consultation", content="共有产权怎么过户？")
    desk.classify_case(friday, difficulty="difficult", act=act("03-07 09:00"))
    assert "DESK-023" not in owed(friday)
    assert due(friday, "DESK-024") == "03-12 00:00"
    desk.accept_case(friday, answer="需要公证", act=act("03-10 09:00"))
    assert "DESK-024" in met(friday)


@pytest.mark.rule("DESK-008")
def test_the_first_asked_keeps_it_until_somebody_takes_it_over(world, repair, act):
    case = desk.accept_case(repair, answer="好的", act=act("10:05"))
    other = world.people["steward"]
    desk.transfer_case(case, to_person=other, reason="他管这栋楼", act=act("10:10"))
    assert make.fresh(case).owner == world.people["desk_agent"]
    with pytest.raises(IllegalMove):
        desk.take_over_case(case, act=act("10:11", by="desk_supervisor"))
    case = desk.take_over_case(case, act=act("10:12", by="steward"))
    assert case.owner == other
    assert owed(case)["DESK-007/follow"].assignee == other


@pytest.mark.rule("DESK-008")
def test_a_case_is_not_closed_by_handing_it_on(world, repair, act):
    case = desk.accept_case(repair, answer="好的", act=act("10:05"))
    case = desk.resolve_case(case, result="转工程部", act=act("11:00"))
    case = desk.confirm_case(case, act=act("11:10"))
    case = make.fresh(desk.reopen_case(case, reason="客户又来电", act=act("11:20")))
    case = desk.resolve_case(case, result="转工程部", act=act("11:30"))
    with pytest.raises(GateClosed) as no:
        desk.close_case(case, outcome="transferred", manager_reason="已转", act=act("12:00", by="desk_supervisor"))
    assert no.value.rules == ["DESK-008"]


def test_asking_another_recalls_the_first(world, repair, act):
    case = desk.accept_case(repair, answer="好的", act=act("10:05"))
    desk.transfer_case(case, to_person=world.people["steward"], reason="他管这栋楼", act=act("10:10"))
    desk.transfer_case(case, to_person=world.people["desk_supervisor"], reason="太难", act=act("10:20"))
    assert Transfer.objects.unscoped("tests").filter(accepted_at=None, recalled_at=None).count() == 1
    with pytest.raises(IllegalMove):
        desk.take_over_case(case, act=act("10:30", by="steward"))


@pytest.mark.rule("DESK-006")
def test_what_is_beyond_authority_goes_up_within_the_hour(repair, act):
    case = desk.mark_beyond_authority(repair, matter="desk.remedy", act=act("10:20"))
    assert due(case, "DESK-006") == "03-02 11:20"
    desk.escalate_case(case, to_role="desk_supervisor", note="超出我的权限", act=act("10:40"))
    assert "DESK-006" in met(case)


@pytest.mark.rule("DESK-006")
def test_danger_goes_up_at_once_also_at_night(world, act):
    case = desk.mark_beyond_authority(make.case(moment("03:00")), danger=True, act=act("03:00"))
    assert due(case, "DESK-006/danger") == "03-02 03:05"


@pytest.mark.rule("ORG-033")
def test_the_manager_instructs_what_is_beyond_authority(world, repair, act):
    case = desk.mark_beyond_authority(repair, act=act("10:20"))
    assert owed(case)["ORG-033"].owner_post == world.posts["office_manager"]
    with pytest.raises(NotAllowed):
        desk.instruct_case(case, instruction="可以", act=act("10:30"))
    desk.instruct_case(case, instruction="同意更换，费用由公司承担", amount_fen=50_000, act=act("10:30", by="office_manager"))
    assert "ORG-033" in met(case)
    assert case.notes.get(kind="instruction").text == "同意更换，费用由公司承担"


@pytest.mark.rule("DESK-068")
def test_a_hazard_is_acted_upon_and_reported_at_once(world, act):
    case = make.case(
        moment("03:00"), category=make.category("wiring"), content="插座冒烟", promise_at=moment("03:30"), explanation="电工马上到"
    )
    case = desk.mark_urgent(case, kind="hazard", act=act("03:01"))
    assert case.priority == 1
    assert (due(case, "DESK-068/acted"), due(case, "DESK-068/reported")) == ("03-02 03:06", "03-02 03:06")
    desk.order_work(case, act=act("03:02"))
    desk.escalate_case(case, to_role="desk_supervisor", act=act("03:03"))
    assert {"DESK-068/acted", "DESK-068/reported"} <= met(case)


def test_waiting_for_the_customer_is_looked_at_again(repair, act):
    case = desk.accept_case(repair, answer="好的", act=act("10:05"))
    case = desk.ask_customer(case, question="请发照片", until=moment("15:00"), act=act("10:30"))
    assert (case.state, due(case, "DESK-007/follow")) == ("waiting", "03-02 15:00")
    assert desk.resume_case(case, answer="已发", act=act("11:00")).state == "open"


def test_a_link_is_seen_from_both_ends_and_never_leaves_the_project(repair, world, act):
    elsewhere = make.world(name="金桂苑", code="JG", company=world.company)
    theirs = make.case(moment("10:20"), project=elsewhere.project)
    near = make.case(moment("10:21"), project=world.project)
    desk.link_cases(repair, other=near, act=act("10:30"))
    with pytest.raises(BadInput):
        desk.link_cases(repair, other=theirs, act=system_act(moment("10:30"), company_id=world.company.pk))
    assert [other for _kind, other in selectors.linked_cases(repair, act("10:40"))] == [near]
    assert [other for _kind, other in selectors.linked_cases(near, act("10:40"))] == [repair]
    assert selectors.linked_cases(repair, elsewhere.act(moment("10:40"))) == []


def test_links_can_be_undone(repair, world, act):
    other = make.case(moment("10:30"))
    desk.link_cases(repair, other=other, kind="related", act=act("10:40"))
    desk.link_cases(repair, other=other, kind="related", act=act("10:41"))
    assert repair.links.count() == 1
    desk.unlink_cases(repair, other=other, kind="related", act=act("10:42"))
    assert repair.links.count() == 0
    assert told(repair)[-2:] == ["desk.case.linked", "desk.case.unlinked"]
