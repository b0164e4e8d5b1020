"""A sanction is proposed by one, approved by another, seen by few, and the person may answer. No money moves."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from guanjia.kernel.errors import BadInput, GateClosed, IllegalMove, NotAllowed, NotFound
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.org import selectors as org_people
from guanjia.quality.models import Rectification
from guanjia.rulebook import registry, selectors
from guanjia.rulebook import services as rulebook
from guanjia.rulebook.facts import DutyEscalated
from guanjia.rulebook.models import ApprovalRequest, Obligation
from guanjia.workforce import selectors as workforce_rows
from guanjia.workforce import services as workforce
from guanjia.workforce.models import Sanction
from guanjia.workforce.states import PENALTIES
from tests import make
from tests.conftest import moment


@pytest.fixture
def request_of():
    return lambda sanction: ApprovalRequest.objects.unscoped("tests").filter(about_id=sanction.pk).latest("asked_at")


@pytest.fixture
def approved(world, act, request_of):
    def build(at="10:10", **values):
        sanction = make.sanction(**values)
        rulebook.decide_approval(request_of(sanction), yes=True, act=act(at, by="office_manager"))
        return make.fresh(sanction)

    return build


@pytest.fixture
def general_manager(world):
    person = make.staff(world, "general_manager", name="总经理")[0]
    return lambda at="10:00": org_people.act_of(person, moment(at), "console")


def seen_by(world, role, sanction, at="12:00"):
    return Sanction.objects.visible_to(world.act(moment(at), role)).filter(pk=sanction.pk).exists()


@pytest.mark.rule("WF-022")
def test_the_four_levels_of_the_clause_are_the_ones_that_may_be_proposed(world, act):
    assert list(workforce_rows.levels_of("WF-022", "penalty")) == list(PENALTIES)
    for level in PENALTIES:
        assert make.sanction(level=level).state == "proposed"
    with pytest.raises(BadInput, match="没有这个档次"):
        make.sanction(level="bonus")


@pytest.mark.rule("WF-022")
def test_a_breach_is_verified_first_and_a_fine_has_no_figure_of_our_own(world):
    with pytest.raises(GateClosed) as no:
        make.sanction(level="fine", source=None, amount_fen=20000)
    assert no.value.rules == ["WF-022"]
    assert [reason.field for reason in no.value.reasons] == ["source", "amount_fen"]


def test_another_approves_it_and_it_is_in_force(world, act, request_of, approved):
    sanction = approved()
    assert (sanction.state, sanction.decided_by, sanction.decided_at) == ("approved", world.people["office_manager"], moment("10:10"))
    assert make.facts_about(sanction)[-1] == "workforce.sanction.approved"
    refused = make.sanction(reason="另一次")
    rulebook.decide_approval(request_of(refused), yes=False, words="证据不足", act=act("11:00", by="office_manager"))
    assert make.fresh(refused).state == "refused"


def test_neither_the_proposer_nor_the_person_decides(world, act, request_of, general_manager):
    with pytest.raises(BadInput, match="自己"):
        make.sanction(person=world.people["desk_supervisor"])
    own = make.sanction(by="office_manager")
    with pytest.raises(NotAllowed):
        rulebook.decide_approval(request_of(own), yes=True, act=act("10:10", by="office_manager"))
    general_manager()
    of_manager = make.sanction(person=world.people["office_manager"])
    with pytest.raises(NotAllowed):
        rulebook.decide_approval(request_of(of_manager), yes=True, act=act("10:10", by="office_manager"))
    rulebook.decide_approval(request_of(of_manager), yes=True, act=general_manager("10:20"))
    assert make.fresh(of_manager).decided_by.name == "总经理"
    for broken in ({"decided_by": of_manager.person}, {"decided_by": of_manager.proposed_by}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Sanction.objects.unscoped("tests").filter(pk=of_manager.pk).update(**broken)


def test_what_was_changed_after_it_was_sent_is_not_approved(world, act, request_of):
    sanction = make.sanction()
    Sanction.objects.unscoped("tests").filter(pk=sanction.pk).update(reason="更重的事由")
    rulebook.decide_approval(request_of(sanction), yes=True, act=act("10:10", by="office_manager"))
    assert make.fresh(sanction).state == "drafted"
    request = request_of(sanction)
    with pytest.raises(IllegalMove):
        workforce.approve_sanction(make.fresh(sanction), request=request, act=act("10:20", by="office_manager"))
    assert sanction.person.name not in str(request.content) + request.title


def test_few_see_it_and_nobody_else_meets_a_trace(world, act, approved):
    sanction = approved()
    assert [role for role in world.people if seen_by(world, role, sanction)] == ["desk_supervisor", "office_manager", "technician"]
    keeper = make.staff(world, "company_admin", name="行政")[0]
    assert Sanction.objects.visible_to(org_people.act_of(keeper, moment("12:00"), "console")).get() == sanction
    with pytest.raises(NotFound):
        workforce_rows.sanction_for(act(by="dept_head"), sanction.pk)
    beside = make.world(name="湖畔", code="HP", company=world.company)
    assert not seen_by(beside, "office_manager", sanction)
    assert not any("sanction" in fact for fact in make.facts_about(sanction.person))
    assert not any("sanction" in fact for fact in make.facts_about(Rectification.objects.unscoped("tests").get(pk=sanction.source_id)))


@pytest.mark.rule("WF-022")
def test_the_person_may_answer_while_there_is_time_and_another_looks_again(world, act, approved, general_manager):
    sanction = approved()
    for by in ("desk_supervisor", "office_manager"):
        with pytest.raises(NotAllowed):
            workforce.appeal_sanction(sanction, appeal="冤枉", act=act("03-03 09:00", by=by))
    with pytest.raises(BadInput, match="届满"):
        workforce.appeal_sanction(sanction, appeal="当天在抢修爆管", act=act("03-11 09:00", by="technician"))
    appealed = workforce.appeal_sanction(sanction, appeal="当天在抢修爆管", act=act("03-09 09:00", by="technician"))
    for by in ("desk_supervisor", "technician"):
        with pytest.raises(NotAllowed):
            workforce.lift_sanction(appealed, conclusion="算了", act=act("03-10 09:00", by=by))
    with pytest.raises(BadInput):
        workforce.uphold_sanction(appealed, conclusion=" ", act=general_manager("03-10 09:00"))
    lifted = workforce.lift_sanction(appealed, conclusion="查实，确在抢修", act=general_manager("03-10 09:00"))
    assert (lifted.state, lifted.closed_by.name) == ("lifted", "总经理")


@pytest.mark.rule("WF-022")
def test_a_project_gives_more_time_to_answer(world, act, approved):
    make.parameter(rule="WF-022", key="appeal_within", value="15 days", starts_on=date(2026, 3, 2))
    assert workforce.appeal_sanction(approved(), appeal="当天在抢修", act=act("03-16 09:00", by="technician")).state == "appealed"


@usecase("test.workforce.escalate")
def escalate(person, *, obligation_id, act):
    fact = DutyEscalated(rule="WORK-012", obligation_id=str(obligation_id), to_role="general_manager")
    return record(person, fact, act=act, project=make.newest().project)


@pytest.mark.rule("WF-022")
def test_a_duty_that_went_to_the_top_suggests_a_draft_where_the_project_wants_that(world, act, general_manager):
    [penalty] = [one for one in registry.of_rule("WF-022") if type(one).__name__ == "Penalty"]
    assert not penalty.awake
    assert "法务" in str(penalty.note)
    order = make.order(state="assigned", urgency=3, importance=3)
    person = world.people["technician"]
    [owed] = make.duties(order, "WORK-012")
    Obligation.objects.unscoped("tests").filter(pk=owed.pk).update(assignee=person)
    general_manager()
    escalate(order, obligation_id=owed.pk, act=world.system.at_moment(moment("11:00")))
    assert not Sanction.objects.unscoped("tests").exists()
    make.parameter(rule="WF-022", key="suggest", value=True, starts_on=date(2026, 3, 2))
    for at in ("11:05", "11:06"):
        escalate(order, obligation_id=owed.pk, act=world.system.at_moment(moment(at)))
    [draft] = Sanction.objects.unscoped("tests").all()
    assert (draft.state, draft.person, draft.level, draft.source.id) == ("drafted", person, "criticism", order.pk)
    assert not seen_by(world, "technician", draft)
    assert [one.pk for one in workforce_rows.waiting(act(by="office_manager"))] == [draft.pk]
    with pytest.raises(BadInput):
        workforce.drop_sanction(draft, reason="", act=act(by="office_manager"))
    sent = workforce.submit_sanction(draft, level="criticism", reason="三次催办未到", act=act("11:30", by="office_manager"))
    assert sent.state == "proposed"
    assert seen_by(world, "technician", sent)


def test_what_the_proposer_takes_back_is_a_draft_again(world, act, request_of):
    sanction = make.sanction()
    rulebook.withdraw_approval(request_of(sanction), reason="再核实", act=act("10:05", by="desk_supervisor"))
    back = make.fresh(sanction)
    assert back.state == "drafted"
    assert workforce.drop_sanction(back, reason="核实无误", act=act("10:10", by="office_manager")).state == "dropped"
    assert selectors.approvals_waiting(act("10:20", by="office_manager")) == []


def test_a_reward_goes_the_same_way(world, act, request_of):
    reward = make.sanction(kind="reward", rule="WF-021", level="praise", reason="连夜抢修", source=None)
    rulebook.decide_approval(request_of(reward), yes=True, act=act("10:10", by="office_manager"))
    assert make.fresh(reward).state == "approved"
    with pytest.raises(BadInput) as no:
        make.sanction(rule="XX-001", kind="gift", level="gold")
    assert [reason.field for reason in no.value.reasons] == ["rule", "kind"]
