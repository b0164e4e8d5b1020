"""Due times move: by pauses, extensions, another calendar. Visibly, and the same again from the journal alone."""

from datetime import date, timedelta

import pytest

from guanjia.desk import services as desk
from guanjia.kernel import clock
from guanjia.kernel.errors import BadInput
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import Fact
from guanjia.org import services as org
from guanjia.rulebook import Duty, about, on, param, payload, replay, selectors, services, ticking
from guanjia.rulebook.models import DueChange, Escalation, Obligation, Parameter, SubjectClock
from tests import make
from tests.conftest import moment
from tests.rulebook.test_engine import Asked, Done, act_of, owed, say


class Held(Fact, name="test.thing.held", zh="等待"):
    reason: str = "parts"


class LetGo(Fact, name="test.thing.let_go", zh="恢复"):
    pass


class Sent(Fact, name="test.thing.sent", zh="已分送"):
    receivers: list = ()
    toward: str = ""


def duty(**values):
    return Duty(
        values.pop("rule", "DESK-006"),
        **{
            "opens_on": "test.thing.asked",
            "met_by": "test.thing.done",
            "voided_by": "test.thing.dropped",
            "due": "2 hours",
            "owner": "desk_agent",
            "pauses_on": on("test.thing.held", reason=("parts", "weather")),
            "resumes_on": "test.thing.let_go",
        }
        | values,
    )


@pytest.fixture
def thing(world):
    return world.people["technician"]


def tell(world, thing, *told):
    for at, fact in told:
        say(thing, fact=fact, act=act_of(world, at))


def agrees(world):
    return replay.differences(world.company.pk)[1] == []


def moves(obligation):
    return [(change.kind, change.to_due - change.from_due) for change in DueChange.objects.filter(obligation=obligation).order_by("pk")]


# -- pauses --------------------------------------------------------------------------------------
def test_a_pause_moves_the_due_time_by_itself_and_the_queue_with_it(book, world, thing):
    book(duty())
    tell(world, thing, ("09:00", Asked()), ("10:00", Held()))
    [paused] = owed()
    assert paused.due_at == moment("03-07 11:00")  # as late as the cap lets it be
    assert (paused.state_at(moment("10:30")), paused.paused_at, paused.runs_on_at) == ("paused", moment("10:00"), moment("03-07 10:00"))
    tell(world, thing, ("11:30", LetGo()))
    [resumed] = owed()
    assert (resumed.due_at, resumed.paused_at) == (moment("12:30"), None)
    assert SubjectClock.objects.get(subject_id=thing.pk).next_due_at == moment("12:30")
    assert moves(resumed) == [("pause", timedelta(days=5)), ("resume", timedelta(hours=1, minutes=30) - timedelta(days=5))]
    assert agrees(world)


def test_a_pause_that_never_ends_runs_on_after_the_cap(book, world, thing):
    book(duty(pause_cap="1 day"))
    tell(world, thing, ("09:00", Asked()), ("10:00", Held()))
    [paused] = owed()
    assert paused.due_at == moment("03-03 11:00")
    assert [paused.state_at(moment(at)) for at in ("03-03 09:59", "03-03 10:00", "03-03 11:01")] == ["paused", "running", "late"]
    tell(world, thing, ("03-05 10:00", LetGo()))
    assert owed()[0].due_at == moment("03-03 11:00")
    assert agrees(world)


def test_the_cap_is_the_projects_own_from_its_day_on(book, world, thing):
    book(duty(pause_cap=param("pause_cap", "5 days")))
    row = {"project": world.project, "rule": "DESK-006", "key": "pause_cap", "value": "2 days", "starts_on": date(2026, 3, 3)}
    Parameter.objects.create(company_id=world.company.pk, set_by="陈经理", **row)
    tell(world, thing, ("09:00", Asked()), ("03-03 09:00", Asked()), ("03-03 10:00", Held()))
    first, second = owed()
    assert first.due_at == moment("11:00")  # it was over before anybody waited
    assert second.due_at == moment("03-05 11:00")
    assert agrees(world)


def test_answer_clocks_never_pause_and_other_reasons_stop_nothing(book, world, thing):
    book(duty(), duty(rule="DESK-004", pauses_on=(), resumes_on=()))
    tell(world, thing, ("09:00", Asked()), ("10:00", Held(reason="lazy")))
    assert [o.due_at for o in owed()] == [moment("11:00")] * 2
    tell(world, thing, ("10:10", Held()))
    assert [o.due_at for o in owed("DESK-004")] == [moment("11:00")]
    assert DueChange.objects.count() == 1


def test_a_clock_runs_on_when_the_last_who_holds_it_lets_go(book, world, thing):
    book(duty(subject=about("org.project")))
    other = world.people["foreman"]
    for at, who, fact in (
        ("09:00", thing, Asked()),
        ("10:00", thing, Held()),
        ("10:10", other, Held(reason="weather")),
        ("10:20", thing, Held()),
        ("10:30", thing, LetGo()),
        ("11:00", other, LetGo()),
        ("11:10", other, LetGo()),
    ):
        say(who, fact=fact, about=(world.project,), act=act_of(world, at))
    [obligation] = owed()
    assert obligation.due_at == moment("12:00")
    assert [kind for kind, _by in moves(obligation)] == ["pause", "pause", "resume", "resume"]
    assert agrees(world)


def test_reopening_owes_anew_with_a_clock_of_its_own(book, world, thing):
    book(duty())
    tell(world, thing, ("09:00", Asked()), ("09:30", Held()), ("10:30", LetGo()), ("11:00", Done()))
    tell(world, thing, ("13:00", Asked()), ("13:30", Held()), ("13:45", LetGo()))
    first, second = owed()
    assert (first.due_at, first.met_at) == (moment("12:00"), moment("11:00"))
    assert second.due_at == moment("15:15")
    assert agrees(world)


def test_an_agreed_moment_is_put_off_but_never_paused(book, world, thing):
    book(duty(due=payload("wanted_at")))
    tell(world, thing, ("09:00", Asked(wanted_at=moment("12:00"))), ("10:00", Held()))
    assert owed()[0].due_at == moment("12:00")
    extend(world, owed()[0], "15:00", at="10:30")
    assert owed()[0].due_at == moment("15:00")
    assert agrees(world)


def test_an_overdue_mark_goes_when_the_pause_was_told_late(book, world, thing):
    book(duty())
    tell(world, thing, ("09:00", Asked()))
    ticking.tick(moment("11:01"))
    tell(world, thing, ("10:30", Held()))
    [obligation] = owed()
    assert (obligation.overdue_at, obligation.state_at(moment("11:05"))) == (None, "paused")
    assert agrees(world)


# -- extending and handing over -------------------------------------------------------------------
def extend(world, obligation, until, at="10:00", by="office_manager", reason="等总部批复"):
    return services.extend_duty(
        project=world.project, obligation_id=obligation.id, until=moment(until), reason=reason, act=world.act(moment(at), by)
    )


def test_more_time_is_given_with_a_reason_and_kept_beside_the_old(book, world, thing):
    book(duty())
    tell(world, thing, ("09:00", Asked()))
    assert extend(world, owed()[0], "16:00").due_at == moment("16:00")
    tell(world, thing, ("10:30", Held()), ("11:30", LetGo()))
    assert owed()[0].due_at == moment("16:00")  # the later of the moment given and the clock with its pause
    assert moves(owed()[0])[0] == ("extend", timedelta(hours=5))
    assert agrees(world)


def test_more_time_is_refused_with_every_reason(book, world, thing):
    book(duty(owner=payload("person_id")), duty(rule="DESK-004", owner="office_manager"))
    tell(world, thing, ("09:00", Asked(person_id=world.people["office_manager"].pk)))
    [mine] = owed("DESK-006")
    for obligation, until, at, reasons in (
        (mine, "10:30", "10:00", 3),  # no reason, one's own, no later
        (owed("DESK-004")[0], "03-08 11:01", "10:00", 3),  # one's own by post, too far
        (mine, "12:30", "11:01", 3),  # after its time
    ):
        with pytest.raises(BadInput) as no:
            extend(world, obligation, until, at=at, reason=" ")
        assert len(no.value.reasons) == reasons
    assert not DueChange.objects.exists()


def test_who_took_it_over_is_in_the_journal_too(book, world, thing):
    book(duty())
    tell(world, thing, ("09:00", Asked()))
    agent = world.people["steward"]
    services.reassign_duty(
        project=world.project, obligation_id=owed()[0].id, person=agent, act=world.act(moment("09:30"), "office_manager")
    )
    assert owed()[0].assignee == agent
    assert agrees(world)
    Obligation.objects.unscoped("tests").update(assignee=world.people["foreman"])
    assert not agrees(world)


# -- another calendar -----------------------------------------------------------------------------
def test_a_changed_day_moves_what_runs_and_nothing_that_is_over(book, world, thing):
    book(duty(due="2 days", calendar="working"), duty(rule="DESK-004", due="2 days", calendar="calendar"))
    tell(world, thing, ("09:00", Asked()), ("03-03 09:00", Done()), ("03-03 09:10", Asked()))
    make.calendar_day(project=world.project, on=date(2026, 3, 5), kind="holiday")
    over, running = owed("DESK-006")
    assert (over.due_at, running.due_at) == (moment("03-05 00:00"), moment("03-07 00:00"))
    assert [o.due_at for o in owed("DESK-004")] == [moment("03-05 00:00"), moment("03-06 00:00")]
    assert moves(running) == [("recompute", timedelta(days=1))]
    assert agrees(world)
    tell(world, thing, ("03-04 10:00", Asked()))
    assert owed("DESK-006")[-1].due_at == moment("03-10 00:00")
    assert agrees(world)


def test_other_hours_and_a_day_taken_back_move_a_paused_clock(book, world, thing):
    book(duty(due="3 hours", calendar="service hours"))
    tell(world, thing, ("18:00", Asked()), ("18:30", Held()), ("19:30", LetGo()))
    assert owed()[0].due_at == moment("03-03 10:00")  # served 08:00-20:00: an hour today, two on the next day
    calendar = world.project.calendar
    org.set_calendar_hours(calendar, hours={str(day): [[540, 1320]] for day in range(7)}, act=world.system)
    assert owed()[0].due_at == moment("22:00")
    make.calendar_day(project=world.project, on=date(2026, 3, 3), kind="rest")
    make.calendar_day(project=world.project, on=date(2026, 3, 3), kind="work")
    tell(world, thing, ("20:30", Held()), ("20:45", LetGo()))
    assert owed()[0].due_at == moment("03-03 09:15")
    assert agrees(world)


def test_a_change_counts_when_everybody_knows_it(book, world, thing, settings):
    settings.GUANJIA_MEMO_SECONDS = 5
    book(duty(due="2 days", calendar="working"))
    tell(world, thing, ("09:00", Asked()))
    make.calendar_day(project=world.project, on=date(2026, 3, 3), kind="holiday")
    tell(world, thing, ("09:10", Asked()))  # another process may not know yet
    assert [o.due_at for o in owed()] == [moment("03-06 00:00"), moment("03-05 00:00")]
    assert ticking.recompute_due(clock.now()) == 0
    with clock.travelling(clock.now() + timedelta(seconds=11)):
        assert [ticking.recompute_due(clock.now()), ticking.recompute_due(clock.now())] == [1, 0]
        tell(world, thing, ("09:20", Asked()))
    assert {o.due_at for o in owed()} == {moment("03-06 00:00")}
    assert agrees(world)


def test_reckoning_again_moves_nothing(book, world, thing):
    book(duty(due="2 days", calendar="working"))
    tell(world, thing, ("09:00", Asked()))
    make.calendar_day(project=world.project, on=date(2026, 3, 3), kind="holiday")
    again = services.recompute_clocks(project=world.project, known_at=moment("23:00"), act=world.system)
    assert (again, DueChange.objects.count()) == (0, 1)


def test_a_week_without_service_is_refused(world):
    for hours in ({}, {"0": [[600, 500]]}, {"0": "soon"}):
        with pytest.raises(BadInput):
            org.set_calendar_hours(world.project.calendar, hours=hours, act=world.system)


# -- toward, owed by, found by --------------------------------------------------------------------
def test_each_receiver_is_owed_and_met_apart(book, world, thing):
    people = [world.people[role] for role in ("foreman", "steward")]
    book(duty(opens_on="test.thing.sent", toward=payload("receivers"), met_by=("test.thing.done", "test.thing.sent"), pauses_on=()))
    say(thing, fact=Sent(receivers=[str(Ref.to(one)) for one in people]), act=act_of(world, "09:00"))
    assert {o.toward for o in owed()} == {str(Ref.to(one)) for one in people}
    say(thing, fact=Done(), about=(people[0],), act=act_of(world, "09:30"))
    say(thing, fact=Done(), act=act_of(world, "09:40"))  # toward nobody
    assert {o.toward: bool(o.met_at) for o in owed()} == {str(Ref.to(people[0])): True, str(Ref.to(people[1])): False}
    say(thing, fact=Sent(toward=str(Ref.to(people[1]))), act=act_of(world, "09:50"))
    assert all(o.met_at for o in owed())
    assert agrees(world)


def test_a_duty_toward_a_kind_is_owed_to_each_of_it(book, world, thing):
    people = [world.people[role] for role in ("foreman", "steward")]
    book(duty(subject=about("org.project"), toward=about("org.person")))
    say(people[0], fact=Asked(), about=(people[1], world.project), act=act_of(world, "09:00"))
    assert len({o.toward for o in owed()}) == 2


def test_what_an_outsider_owes_is_chased_and_is_not_the_posts_lateness(book, world, thing, act):
    book(duty(subject=about("org.project"), owed_by=about("org.person")))
    say(thing, fact=Asked(), about=(world.project,), act=act_of(world, "09:00"))
    [obligation] = owed()
    assert (obligation.owed_by, obligation.state_at(moment("12:00"))) == (str(Ref.to(thing)), "chase")
    ticking.tick(moment("12:00"))
    assert not Escalation.objects.filter(does="escalate").exists()
    assert selectors.compliance(act("12:00", by="office_manager"), "DESK-006").late == 0
    assert agrees(world)


def test_a_fact_finds_a_duty_by_another_thing_that_both_are_about(book, world, thing):
    house = make.house()
    book(duty(subject=about("org.project"), match=about("estate.house")))
    for one in (house, make.house(number="1802")):
        say(thing, fact=Asked(), about=(world.project, one), act=act_of(world, "09:00"))
    say(thing, fact=Done(), about=(world.project,), act=act_of(world, "09:30"))
    assert all(o.is_open for o in owed())
    say(thing, fact=Done(), about=(house,), act=act_of(world, "09:40"))
    assert [bool(o.met_at) for o in sorted(owed(), key=lambda o: o.found_by != house.pk)] == [True, False]
    assert agrees(world)


# -- the desk's own clocks ------------------------------------------------------------------------
@pytest.mark.rule("DESK-036", "DESK-037", "DESK-038")
@pytest.mark.parametrize(("rank", "rule"), [(3, "DESK-036"), (2, "DESK-037"), (1, "DESK-038")])
def test_resolving_a_complaint_waits_for_the_customer_and_answering_does_not(world, act, rank, rule):
    case = make.case(moment("09:00"), type="complaint")
    desk.accept_case(case, answer="马上处理", act=act("09:10"))
    desk.grade_complaint(case, rank=rank, act=act("09:20"))
    before = {o.stage: o.due_at for o in owed(rule)}
    desk.ask_customer(make.fresh(case), question="请补一张照片", act=act("03-03 10:00"))
    desk.resume_case(make.fresh(case), answer="已发", act=act("03-03 10:45"))
    after = {o.stage: o.due_at for o in owed(rule)}
    resolving = "" if rule == "DESK-038" else "resolved"
    assert after.pop(resolving) == before.pop(resolving) + timedelta(minutes=45)
    assert after == before
    assert agrees(world)


def test_a_part_awaited_stops_the_case_that_asked_for_the_work(world, act):
    from guanjia.work import services as work

    case = make.case(moment("09:00"), type="complaint")
    desk.accept_case(case, answer="马上处理", act=act("09:10"))
    desk.grade_complaint(case, rank=1, act=act("09:20"))
    order = make.order(state="working", at=moment("03-03 09:30"), source=case)
    before = owed("DESK-038")[0].due_at
    work.pause_order(order, reason="parts", act=act("03-03 10:00", by="technician"))
    assert owed("DESK-038")[0].is_paused(moment("03-03 12:00"))
    work.resume_order(make.fresh(order), act=act("03-03 13:00", by="technician"))
    assert owed("DESK-038")[0].due_at == before + timedelta(hours=3)
    assert agrees(world)
