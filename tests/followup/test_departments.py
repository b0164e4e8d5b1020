"""Every period each department is checked by somebody else, and what is found is put right and verified by the desk (ORG-035)."""

from datetime import date

import pytest

from guanjia.followup import seed
from guanjia.kernel.errors import BadInput, GateClosed
from guanjia.kernel.journal import settle_accounts
from guanjia.org import services as org
from guanjia.quality import selectors
from guanjia.quality import services as quality
from guanjia.quality.services import Answer
from guanjia.rulebook import registry, replay, sampling, ticking
from guanjia.rulebook.models import Obligation
from tests import make
from tests.conftest import moment


@pytest.fixture
def departments(world):
    """Two departments; the head of the guards works in the first one."""
    found = [make.unit(name=name) for name in ("保安部", "保洁部")]
    head = make.person(name="高队长")
    of_guards = make.post(role="dept_head", unit=found[0])
    org.appoint(of_guards, person=head, starts_on=date(2026, 1, 1), act=world.system)
    return found


@pytest.fixture
def checked(world, act):
    """A check of a department by the desk's supervisor, with three marks."""

    def build(unit, marks=("5", "4", "5"), at="10:00", by="desk_supervisor", remark="无"):
        run = quality.start_check(
            project=world.project, checklist=selectors.list_in_use(seed.DEPARTMENT, act(at)), subject=unit, act=act(at, by=by)
        )
        answers = {item.pk: Answer(mark) for item, mark in zip(run.checklist.items.all(), marks, strict=True)}
        return quality.complete_check(quality.answer_check(run, answers=answers, act=act(at, by=by)), remark=remark, act=act(at, by=by))

    return build


def owed():
    settle_accounts()
    return {o.subject_id: o for o in Obligation.objects.unscoped("tests").filter(rule="ORG-035")}


@pytest.mark.rule("ORG-035")
def test_each_department_is_owed_a_check_until_the_month_ends_and_a_check_meets_it(world, departments, checked):
    ticking.draw_due(moment("09:00"))
    ticking.draw_due(moment("09:01"))
    guards, cleaners = departments
    assert set(owed()) == {guards.pk, cleaners.pk}
    assert {(o.owner_role, o.due_at) for o in owed().values()} == {("desk_supervisor", moment("04-01 00:00"))}
    run = checked(guards)
    assert run.subject_name == "保安部"
    assert owed()[guards.pk].met_at == run.completed_at
    assert owed()[cleaners.pk].met_at is None
    assert replay.differences(world.company.pk)[1] == []


@pytest.mark.rule("ORG-035")
def test_another_list_does_not_meet_it_and_the_project_may_choose_the_rhythm(world, departments, act):
    rulebook_set("every", "quarter")
    ticking.draw_due(moment("04-02 09:00"))
    assert {o.occasion for o in owed().values()} == {"2026-Q2"}
    with pytest.raises(BadInput):
        rulebook_set("every", "now and then")
    other = make.checklist()
    run = quality.start_check(project=world.project, checklist=other, subject=departments[0], act=act("04-02 10:00", by="desk_supervisor"))
    answers = {item.pk: Answer("yes") for item in other.items.all()}
    act_ = act("04-02 10:10", by="desk_supervisor")
    quality.complete_check(quality.answer_check(run, answers=answers, act=act_), act=act_)
    assert all(o.met_at is None for o in owed().values())


def rulebook_set(key, value):
    make.parameter(rule="ORG-035", key=key, value=value, starts_on=date(2026, 3, 10))


@pytest.mark.rule("ORG-035")
def test_nobody_checks_his_own_department_nor_without_an_opinion(world, departments, checked, act):
    org.appoint(
        make.post(role="dept_head", unit=departments[0]),
        person=world.people["desk_supervisor"],
        starts_on=date(2026, 1, 1),
        act=world.system,
    )
    with pytest.raises(GateClosed) as no:
        checked(departments[0])
    assert no.value.rules == ["ORG-035"]
    with pytest.raises(GateClosed) as no:
        checked(departments[1], remark=" ")
    assert [reason.rule for reason in no.value.reasons] == ["ORG-035"]


@pytest.mark.rule("ORG-035")
def test_what_is_found_is_put_right_and_verified_by_the_desk_supervisor_alone(world, departments, checked, act):
    run = checked(departments[0], marks=("2", "4", "5"), remark="排班表要上墙")
    [found] = selectors.findings_of(run, act(by="desk_supervisor"))
    done = make.put_right(found.rectification)
    for by in ("quality_inspector", "office_manager"):
        with pytest.raises(GateClosed) as no:
            quality.verify_rectification(done, effect="已上墙", act=act("03-05 10:00", by=by))
        assert no.value.rules == ["ORG-035"]
    quality.verify_rectification(done, effect="已上墙", act=act("03-05 10:00", by="desk_supervisor"))
    assert make.fresh(found).state == "cleared"


@pytest.mark.rule("ORG-035")
def test_a_sample_says_how_many_of_how_many(world, departments, checked):
    [binding] = [one for one in registry.checklists if one.rule == "ORG-035"]
    checked(departments[0], marks=("1", "1", "1"), at="10:00")
    checked(departments[0], marks=("5", "5", "5"), at="11:00")
    told = sampling.sample(binding, world.project, moment("12:00"))
    assert (told.period, told.looked_at, told.population, told.passed, told.share) == ("2026-03", 1, 2, 1, 0.5)
    assert sampling.sample(binding, world.project, moment("04-02 12:00")).looked_at == 0


@pytest.mark.rule("ORG-035")
def test_a_month_that_is_over_is_owed_no_more(world, departments):
    ticking.draw_due(moment("09:00"))
    assert {o.occasion for o in owed().values()} == {"2026-03"}
