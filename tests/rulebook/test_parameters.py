"""A number is proposed by one and approved by another; it counts from a day that has not begun."""

from datetime import date

import pytest

from guanjia.kernel.errors import BadInput, IllegalMove, NotAllowed
from guanjia.org import selectors as people
from guanjia.org import services as org
from guanjia.rulebook import approving, parameters, selectors, services
from guanjia.rulebook.models import ApprovalDecision, ApprovalRequest, Parameter
from guanjia.rulebook.parameters import HOUSE
from tests import make
from tests.conftest import moment

TUESDAY, WEDNESDAY = date(2026, 3, 3), date(2026, 3, 4)


@pytest.fixture
def boss(world):
    return make.approver(world)


@pytest.fixture
def propose(world, act, boss):
    def build(by="office_manager", at="10:00", rule="DESK-006", key="within", value="2 hours", starts_on=TUESDAY, reason="人手不足"):
        return services.propose_parameter(
            project=world.project, rule=rule, key=key, value=value, starts_on=starts_on, reason=reason, act=act(at, by=by)
        )

    return build


@pytest.fixture
def value(world):
    return lambda at, rule="DESK-006", key="within": parameters.value(rule, key, world.project.pk, moment(at))


def test_only_what_another_approved_counts(propose, value, boss, act):
    proposal = propose()
    assert value("03-03 10:00") == "1 hour"
    with pytest.raises(NotAllowed):
        services.decide_approval(ApprovalRequest.objects.unscoped("tests").get(), yes=True, act=act("10:05", by="office_manager"))
    make.approve(proposal, by=boss, at=moment("10:30"))
    assert (value("12:00"), value("03-03 10:00")) == ("1 hour", "2 hours")
    assert (make.fresh(proposal).state, make.fresh(proposal).counts_from) == ("adopted", TUESDAY)


def test_a_day_that_has_begun_meanwhile_becomes_the_next(propose, value, boss):
    proposal = propose()
    make.approve(proposal, by=boss, at=moment("03-03 09:00"))
    assert Parameter.objects.unscoped("tests").get().starts_on == WEDNESDAY
    assert (value("03-03 10:00"), value("03-04 00:00")) == ("1 hour", "2 hours")


def test_a_refused_or_withdrawn_one_never_counts(propose, value, boss, act):
    refused = propose()
    make.approve(refused, by=boss, at=moment("10:30"), yes=False, words="不必")
    assert make.fresh(refused).state == "rejected"
    dropped = propose(at="11:00")
    request = ApprovalRequest.objects.unscoped("tests").get(about_id=dropped.pk)
    services.withdraw_approval(request, act=act("11:05", by="office_manager"))
    assert make.fresh(dropped).state == "withdrawn"
    assert value("03-05 10:00") == "1 hour"


def test_a_general_manager_s_own_proposal_is_approved_by_the_service_manager(propose, world, boss):
    world.people["general_manager"], _post = make.staff(world, "general_manager", name="总经理")
    proposal = propose(by="general_manager")
    [one] = selectors.proposals_of(people.act_of(boss, moment("10:10"), "console"), "DESK-006")
    assert one.waits_for == ("卫总",)
    make.approve(proposal, by=boss, at=moment("10:30"))
    assert make.fresh(proposal).state == "adopted"


def test_whoever_stands_in_for_the_absent_approver_decides_in_his_place(propose, world, boss):
    org.report_absence(
        project=world.project, person=boss, starts_at=moment("08:00"), deputy=world.people["desk_supervisor"], act=world.system
    )
    proposal = propose()
    with pytest.raises(NotAllowed):
        make.approve(proposal, by=boss, at=moment("10:20"))
    make.approve(proposal, by=world.people["desk_supervisor"], at=moment("10:30"))
    assert make.fresh(proposal).state == "adopted"
    assert ApprovalDecision.objects.get().instead_of == boss


def test_where_nobody_else_could_approve_nothing_is_proposed(world, act):
    with pytest.raises(BadInput, match="无人可审批"):
        services.propose_parameter(
            project=world.project,
            rule="DESK-006",
            key="within",
            value="2 hours",
            starts_on=TUESDAY,
            reason="试",
            act=act(by="office_manager"),
        )


def test_what_is_wrong_is_told_at_once_and_the_same_is_not_proposed_twice(propose):
    with pytest.raises(BadInput) as no:
        propose(value="soon", starts_on=date(2026, 2, 1), reason=" ")
    assert {one.field for one in no.value.reasons} == {"value", "starts_on", "reason"}
    with pytest.raises(BadInput, match="没有这项参数"):
        propose(rule="DESK-999")
    propose()
    with pytest.raises(BadInput, match="已有提议"):
        propose(at="10:05", value="3 hours")


def test_a_proposal_that_was_changed_after_it_was_approved_is_not_put_into_force(propose, boss, world):
    proposal = propose()
    type(proposal).objects.unscoped("tests").filter(pk=proposal.pk).update(value="9 hours")
    make.approve(proposal, by=boss, at=moment("10:30"))
    assert not Parameter.objects.unscoped("tests").exists()
    with pytest.raises(IllegalMove):
        services.set_parameter(make.fresh(proposal), request=ApprovalRequest.objects.unscoped("tests").get(), act=world.system)


def test_a_ladder_and_the_quiet_hours_are_proposed_the_same_way(propose, value, boss):
    rungs = [{"at": "due", "does": "remind", "to": "owner"}]
    for given in ({"key": "ladder", "value": "danger"}, {"key": "ladder", "value": rungs}):
        proposal = propose(**given)
        make.approve(proposal, by=boss, at=moment("10:30"))
    assert value("03-03 10:00", key="ladder") == rungs
    for wrong in ({"value": "fast"}, {"value": [{"at": "due", "does": "warn"}]}):
        with pytest.raises(BadInput):
            propose(key="ladder", **wrong)
    make.approve(propose(rule=HOUSE, key="quiet_hours", value="22:00-07:00"), by=boss, at=moment("10:40"))
    assert (value("12:00", HOUSE, "quiet_hours"), value("03-03 12:00", HOUSE, "quiet_hours")) == ("21:00-08:00", "22:00-07:00")
    for wrong in ({"value": "night"}, {"value": 22}, {"key": "loud", "value": True}):
        with pytest.raises(BadInput):
            propose(rule=HOUSE, **({"key": "quiet_hours"} | wrong))


def test_a_number_that_may_no_longer_stand_when_it_is_approved_is_rejected_with_the_reason(propose, boss):
    proposal = propose()
    wrong = proposal.content | {"value": "9 hours"}
    type(proposal).objects.unscoped("tests").filter(pk=proposal.pk).update(value="9 hours")
    ApprovalRequest.objects.unscoped("tests").update(content=wrong, digest=approving.digest_of(wrong))
    make.approve(proposal, by=boss, at=moment("10:30"))
    settled = make.fresh(proposal)
    assert (settled.state, settled.parameter) == ("rejected", None)
    assert "最宽" in settled.settled_words
