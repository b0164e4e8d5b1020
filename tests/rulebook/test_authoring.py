"""A company writes a rule itself: it is approved by another, begins on a later day, and runs like any clause."""

from datetime import date

import pytest

from guanjia.desk import services as desk
from guanjia.kernel.errors import BadInput, GateClosed, IllegalMove, NotAllowed, NotFound
from guanjia.org import selectors as people
from guanjia.rulebook import replay, selectors, services, ticking
from guanjia.rulebook.approving import digest_of
from guanjia.rulebook.authoring import own
from guanjia.rulebook.clauses import clause_of
from guanjia.rulebook.explain import explain
from guanjia.rulebook.models import ApprovalRequest, AuthoredEdition, Draw, Obligation, Reading
from guanjia.rulebook.services.authoring import content_of
from tests import make
from tests.conftest import moment

TOMORROW, FRIDAY = date(2026, 3, 3), date(2026, 3, 6)

TRAPPED = {
    "mechanism": "duty",
    "stages": [
        {
            "stage": "",
            "opens": [{"fact": "desk.case.opened", "where": {"type": ["repair"]}}],
            "met": [{"fact": "desk.case.notified"}],
            "voided": [{"fact": "desk.case.withdrawn"}],
            "owner": "desk_supervisor",
            "within": "30 minutes",
            "calendar": "clock",
            "blocks": ["desk.case.close"],
        }
    ],
}


@pytest.fixture
def director(world):
    """Somebody above the office manager, who approves."""
    person, _post = make.staff(world, "service_manager", name="郑总")
    return lambda at="11:00": people.act_of(person, moment(at), "console")


@pytest.fixture
def manager(act):
    return lambda at="10:00": act(at, by="office_manager")


@pytest.fixture
def enacted(world, manager, director):
    """A rule in force from a day on."""

    def build(definition=TRAPPED, starts_on=TOMORROW, at="10:00", projects=(), title="报修三十分钟内告知进展"):
        draft = services.write_rule(project=world.company, title=title, definition=definition, projects=projects, act=manager(at))
        return approve(services.propose_rule(draft, starts_on=starts_on, act=manager(at)), director(at))

    return build


def approve(edition, act):
    request = ApprovalRequest.objects.unscoped("tests").get(about_id=edition.pk, state="requested")
    services.decide_approval(request, yes=True, act=act)
    return make.fresh(edition)


def owed(rule="OWN-001"):
    return list(Obligation.objects.unscoped("tests").filter(rule=rule).order_by("opened_at", "id"))


def test_a_rule_runs_from_its_day_is_met_and_shuts_its_gate_until_then(world, act, enacted, director):
    rule = enacted()
    assert (rule.rule.number, rule.state, rule.starts_on) == ("OWN-001", "enacted", TOMORROW)
    make.case(moment("15:00"))
    assert owed() == []
    case = make.case(moment("03-03 09:00"))
    [duty] = owed()
    assert duty.subject_id == case.pk
    assert duty.due_at == moment("03-03 09:30")
    assert (duty.owner_role, duty.length, duty.calendar) == ("desk_supervisor", "30 minutes", "clock")
    case = desk.accept_case(case, explanation="师傅在路上", promise_at=moment("03-03 12:00"), act=act("03-03 09:05"))
    with pytest.raises(GateClosed) as no:
        desk.close_case(desk.resolve_case(case, result="修好了", act=act("03-03 09:10")), outcome="fixed", act=act("03-03 09:11"))
    assert "OWN-001" in no.value.rules
    assert any("报修三十分钟内告知进展" in str(reason) for reason in no.value.reasons)
    desk.notify_customer(make.fresh(case), way="phone", text="已修好", act=act("03-03 09:20"))
    [duty] = owed()
    assert duty.met_at == moment("03-03 09:20")
    assert "报修三十分钟内告知进展" in explain(duty)[0]
    assert replay.differences(world.company.pk)[1] == []


def test_nobody_approves_his_own_and_what_was_approved_is_what_runs(world, manager, director):
    draft = services.write_rule(project=world.company, title="甲", definition=TRAPPED, act=manager())
    proposed = services.propose_rule(draft, starts_on=TOMORROW, act=manager())
    with pytest.raises(IllegalMove):
        services.rewrite_rule(proposed, title="乙", definition=TRAPPED, act=manager())
    request = ApprovalRequest.objects.unscoped("tests").get()
    with pytest.raises(NotAllowed):
        services.decide_approval(request, yes=True, act=manager())
    services.decide_approval(request, yes=False, words="三十分钟太短", act=director())
    assert make.fresh(draft).state == "draft"
    AuthoredEdition.objects.unscoped("tests").filter(pk=draft.pk).update(title="偷换")
    again = services.propose_rule(make.fresh(draft), starts_on=TOMORROW, act=manager())
    AuthoredEdition.objects.unscoped("tests").filter(pk=draft.pk).update(title="再偷换")
    assert approve(again, director()).state == "draft"
    third = services.propose_rule(make.fresh(draft), starts_on=TOMORROW, act=manager())
    with pytest.raises(IllegalMove):
        services.enact_rule(third, digest=digest_of(content_of(third)), act=manager())
    assert own.book(world.company.pk).bindings == []


def test_approved_late_it_begins_on_the_day_after(world, manager, director):
    draft = services.write_rule(project=world.company, title="甲", definition=TRAPPED, act=manager())
    proposed = services.propose_rule(draft, starts_on=TOMORROW, act=manager())
    assert approve(proposed, director("03-05 09:00")).starts_on == FRIDAY


def test_another_companys_rule_is_never_heard(world, enacted):
    enacted()
    other = make.world(name="别家花园", code="OT")
    make.case(moment("03-03 09:00"), project=other.project)
    assert owed() == []
    assert clause_of("OWN-001", other.company.pk) is None
    assert clause_of("OWN-001", world.company.pk) is not None
    with pytest.raises(NotFound):
        AuthoredEdition.objects.find(other.act(moment("03-03 09:00"), "office_manager"), AuthoredEdition.objects.unscoped("tests").get().pk)


def test_a_rule_for_one_project_leaves_the_others_alone(world, enacted):
    other = make.world(name="二期", code="EQ", company=world.company)
    enacted(projects=[world.project.pk])
    make.case(moment("03-03 09:00"), project=other.project)
    assert owed() == []
    make.case(moment("03-03 09:00"), project=world.project)
    assert len(owed()) == 1


def test_a_new_edition_leaves_old_duties_their_own_words(world, act, enacted, manager, director):
    first = enacted()
    old = make.case(moment("03-03 09:00"))
    draft = services.revise_rule(first.rule, act=manager("03-03 10:00"))
    stage = TRAPPED["stages"][0] | {"within": "2 hours", "met": [{"fact": "desk.case.replied"}], "blocks": []}
    draft = services.rewrite_rule(
        draft, title="两小时内答复", definition={"mechanism": "duty", "stages": [stage]}, act=manager("03-03 10:00")
    )
    approve(services.propose_rule(draft, starts_on=date(2026, 3, 4), act=manager("03-03 10:00")), director("03-03 11:00"))
    new = make.case(moment("03-04 09:00"))
    assert [duty.due_at for duty in owed()] == [moment("03-03 09:30"), moment("03-04 11:00")]
    for case in (old, new):
        case = desk.accept_case(case, explanation="在路上", promise_at=moment("03-04 18:00"), act=act("03-04 09:10"))
        desk.notify_customer(case, way="phone", text="在修", act=act("03-04 09:20"))
    assert [bool(duty.met_at) for duty in owed()] == [True, False]
    desk.reply_case(make.fresh(new), way="phone", text="修好了", act=act("03-04 09:30"))
    assert [bool(duty.met_at) for duty in owed()] == [True, True]
    assert replay.differences(world.company.pk)[1] == []


def test_an_ended_rule_opens_nothing_more_and_never_backwards(world, enacted, manager):
    rule = enacted()
    with pytest.raises(BadInput) as no:
        services.end_rule(rule, ends_on=TOMORROW, reason="", act=manager("03-03 09:00"))
    assert len(no.value.reasons) == 2
    services.end_rule(rule, ends_on=date(2026, 3, 4), reason="改用新流程", act=manager("03-03 09:00"))
    make.case(moment("03-03 12:00"))
    make.case(moment("03-04 12:00"))
    assert len(owed()) == 1
    assert replay.differences(world.company.pk)[1] == []


def test_a_need_and_a_window_keep_a_gate_shut_with_all_reasons(world, act, enacted):
    enacted(
        {
            "mechanism": "need",
            "gate": "desk.case.withdraw",
            "where": {"type": ["repair"]},
            "demands": [{"field": "reason", "is": "filled"}, {"field": "type", "is": "filled"}],
        }
    )
    enacted({"mechanism": "window", "gate": "desk.case.withdraw", "from": "09:00", "to": "18:00", "days": "all"}, title="上班时间撤回")
    case = make.case(moment("03-03 08:00"))
    with pytest.raises(GateClosed) as no:
        desk.withdraw_case(case, reason="", act=act("03-03 08:30", by="office_manager"))
    assert no.value.rules == ["OWN-001", "OWN-002"]
    assert desk.withdraw_case(case, reason="住户自己修好了", act=act("03-03 09:30", by="office_manager")).state == "withdrawn"


def test_an_approval_of_the_companys_own_keeps_a_gate_shut_until_it_is_given(world, act, enacted, director):
    enacted({"mechanism": "approval", "gate": "desk.case.withdraw", "chain": [{"role": "service_manager"}]}, title="撤回须经理批准")
    case = make.case(moment("03-03 09:00"))
    manager = act("03-03 09:30", by="office_manager")
    with pytest.raises(GateClosed) as no:
        desk.withdraw_case(case, reason="报错了", act=manager)
    assert no.value.rules == ["OWN-001"]
    [request] = services.ask_at_gate(no.value.context, act=manager)
    services.decide_approval(request, yes=True, act=director("03-03 09:40"))
    assert desk.withdraw_case(make.fresh(case), reason="报错了", act=act("03-03 09:45", by="office_manager")).state == "withdrawn"
    assert [duty.stage for duty in owed()] == ["approve"]
    assert replay.differences(world.company.pk)[1] == []


def test_fields_draws_and_shares_of_a_company_run_like_the_handbooks(world, act, enacted):
    enacted(
        {"mechanism": "fields", "gate": "desk.case.open", "where": {"type": ["consultation"]}, "fields": ["customer_phone"]},
        title="咨询留电话",
    )
    enacted(
        {"mechanism": "periodic", "every": "day", "population": "desk.open_cases", "owner": "desk_supervisor", "within": "same day",
         "met": [{"fact": "desk.case.followed"}]},
        title="每日跟进",
    )  # fmt: skip
    enacted(
        {"mechanism": "coverage", "of": [{"fact": "desk.case.opened"}], "counted": [{"fact": "desk.case.accepted"}], "every": "day"},
        title="受理率",
    )
    with pytest.raises(GateClosed) as no:
        make.case(moment("03-03 09:00"), type="consultation", customer_name="", customer_phone="")
    assert "OWN-001" in no.value.rules
    case = make.case(moment("03-03 09:00"))
    ticking.tick(moment("03-03 10:00"))
    assert Draw.objects.unscoped("tests").filter(rule="OWN-002").count() == 1
    assert [duty.subject_id for duty in owed("OWN-002")] == [case.pk]
    ticking.tick(moment("03-04 00:30"))
    assert Reading.objects.unscoped("tests").filter(rule="OWN-003", denominator_count=1).count() == 1
    assert {entry.clause.id for entry in selectors.own_chapter(world.company.pk)} == {"OWN-001", "OWN-002", "OWN-003"}
    assert selectors.entry("OWN-002", world.company.pk).clause.title == "每日跟进"
