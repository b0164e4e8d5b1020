"""Facts in, obligations out; the same again from the journal alone."""

from datetime import timedelta

import pytest

from guanjia.kernel.errors import BadInput, IllegalMove, NotFound
from guanjia.kernel.journal import FACTS, Fact, record
from guanjia.kernel.models import JournalEntry
from guanjia.kernel.records import destroy
from guanjia.kernel.usecase import usecase
from guanjia.org import services as org
from guanjia.org.models import Project
from guanjia.rulebook import Coverage, Duty, Periodic, checks, earliest, on, param, payload, registry, replay, selectors, services, ticking
from guanjia.rulebook.explain import explain
from guanjia.rulebook.models import Draw, Escalation, Evidence, Obligation, Reading, SubjectClock
from guanjia.rulebook.rule import way_of
from tests import make
from tests.conftest import moment


class Asked(Fact, name="test.thing.asked", zh="被要求"):
    kind: str = "plain"
    wanted_at: object = None
    person_id: object = None


class Done(Fact, name="test.thing.done", zh="已办"):
    kind: str = ""


class Dropped(Fact, name="test.thing.dropped", zh="已撤"):
    pass


@usecase("test.thing.say")
def say(person, *, fact, about=(), act):
    return record(
        person,
        fact,
        act=act,
        about=about,
        project=Project.objects.unscoped("tests").filter(company_id=person.company_id).order_by("pk").last(),
    )


@pytest.fixture
def thing(world):
    return world.people["technician"]


@pytest.fixture
def manager(act):
    return lambda at="10:00": act(at, by="office_manager")


def owed(rule=None):
    rows = Obligation.objects.unscoped("tests").order_by("opened_at", "due_at")
    return list(rows.filter(rule=rule) if rule else rows)


def test_a_duty_opens_is_met_and_keeps_its_evidence(book, thing, act, world):
    book(Duty("DESK-006", opens_on="test.thing.asked", met_by="test.thing.done", voided_by="test.thing.dropped", owner="desk_agent"))
    system = world.act
    say(thing, fact=Asked(), act=act_of(world, "10:00"))
    [obligation] = owed()
    assert obligation.due_at - obligation.opened_at == timedelta(hours=1)
    assert obligation.owner_post == world.posts["desk_agent"]
    assert SubjectClock.objects.get(subject_id=thing.pk).next_due_at == obligation.due_at
    say(thing, fact=Done(), act=act_of(world, "10:40"))
    [obligation] = owed()
    assert obligation.met_at == moment("10:40")
    assert obligation.state_at(moment("12:00")) == "met"
    assert Evidence.objects.get().entry.fact == "test.thing.done"
    assert not SubjectClock.objects.filter(subject_id=thing.pk).exists()
    assert system


def act_of(world, at, by="system"):
    from guanjia.kernel.act import system_act

    return system_act(moment(at), company_id=world.company.pk) if by == "system" else world.act(moment(at), by)


def test_each_occasion_owes_anew_and_one_fact_meets_all(book, thing, world):
    book(Duty("DESK-006", opens_on="test.thing.asked", met_by="test.thing.done", owner="desk_agent"))
    for at in ("10:00", "10:10"):
        say(thing, fact=Asked(), act=act_of(world, at))
    assert len(owed()) == 2
    say(thing, fact=Done(), act=act_of(world, "10:20"))
    assert all(o.met_at for o in owed())


def test_conditions_people_moments_and_sleep(book, thing, world):
    agent = world.people["desk_agent"]
    book(
        Duty(
            "DESK-038",
            opens_on=on("test.thing.asked", kind=("minor", "small")),
            met_by=on("test.thing.done", kind="yes"),
            due=earliest(param("resolve_within"), payload("wanted_at")),
            owner=payload("person_id"),
        ),
        Duty(
            "WORK-014",
            opens_on="test.thing.asked",
            met_by="test.thing.done",
            sleeps=param("after", default="24 hours"),
            due=param("then", default="1 hour"),
            owner="foreman",
        ),
    )
    say(thing, fact=Asked(kind="other"), act=act_of(world, "09:00"))
    assert [o.rule for o in owed()] == ["WORK-014"]
    say(thing, fact=Asked(kind="small", wanted_at=moment("12:00"), person_id=agent.pk), act=act_of(world, "10:00"))
    [minor] = owed("DESK-038")
    assert (minor.due_at, minor.assignee) == (moment("12:00"), agent)
    sleeping = owed("WORK-014")[-1]
    assert sleeping.starts_at == moment("03-03 10:00")
    assert sleeping.due_at == moment("03-03 11:00")
    assert sleeping.state_at(moment("10:30")) == "sleeping"
    say(thing, fact=Done(kind="no"), act=act_of(world, "10:30"))
    assert owed("DESK-038")[0].is_open
    assert not owed("WORK-014")[-1].is_open


def test_the_tick_says_once_what_is_overdue_and_tells_the_superior_later(book, thing, world):
    book(Duty("DESK-006", opens_on="test.thing.asked", met_by="test.thing.done", owner="desk_agent"))
    say(thing, fact=Asked(), act=act_of(world, "10:00"))
    assert ticking.tick(moment("10:59"))["overdue"] == 0
    assert ticking.tick(moment("11:01"))["overdue"] == 1
    assert ticking.tick(moment("11:02"))["overdue"] == 0
    assert JournalEntry.objects.unscoped("tests").filter(fact="rulebook.duty.overdue", subject_id=thing.pk).count() == 1
    ticking.tick(moment("13:01"))
    assert Escalation.objects.get(does="escalate").to_post == world.posts["desk_supervisor"]
    say(thing, fact=Done(), act=act_of(world, "13:30"))
    assert owed()[0].state_at(moment("14:00")) == "met_late"


def test_a_draw_is_journalled_and_owed_by_each_thing_drawn(book, world, thing):
    from guanjia.kernel.ids import Ref

    population = [Ref("org.person", person.pk) for person in world.people.values()]
    book(
        Periodic(
            "FUP-024",
            every="day",
            draw=lambda project, period, at: population,
            share=param("target"),
            met_by="test.thing.done",
            owner="desk_agent",
            due=param("day", default="same day"),
        )
    )
    at = moment("03-02 08:30")
    assert ticking.tick(at)["drawn"] > 0
    assert ticking.tick(at)["drawn"] == 0
    draw = Draw.objects.unscoped("tests").filter(period="2026-03-02").get()
    assert len(draw.chosen) == -(-len(population) // 2)
    assert len({o.subject_id for o in owed("FUP-024") if o.occasion == "2026-03-02"}) == len(draw.chosen)
    assert replay.differences(world.company.pk)[1] == []


def test_a_share_is_counted_from_the_journal(book, world, thing):
    book(Coverage("DESK-005", of="test.thing.asked", counted_by="test.thing.done", every="month", target=param("target")))
    people = [world.people[role] for role in ("desk_agent", "foreman", "technician", "steward")]
    for person in people:
        say(person, fact=Asked(), act=act_of(world, "10:00"))
    say(people[0], fact=Done(), about=(people[1],), act=act_of(world, "11:00"))
    reading = ticking.read(project=world.project, rule="DESK-005", period="2026-03", act=act_of(world, "04-01 00:10"))
    assert (reading.numerator_count, reading.denominator_count, float(reading.target)) == (2, 4, 0.9)
    assert JournalEntry.objects.unscoped("tests").filter(fact="rulebook.reading.short").count() == 1
    assert Reading.objects.unscoped("tests").count() == 1


def test_replay_gives_the_same_obligations_and_names_a_touched_row(book, thing, world):
    book(Duty("DESK-006", opens_on="test.thing.asked", met_by="test.thing.done", voided_by="test.thing.dropped", owner="desk_agent"))
    for at, fact in (("09:00", Asked()), ("09:10", Asked()), ("09:20", Dropped()), ("09:30", Asked()), ("10:00", Done())):
        say(thing, fact=fact, act=act_of(world, at))
    assert replay.differences(world.company.pk) == (3, [])
    Obligation.objects.unscoped("tests").filter(pk=owed()[0].pk).update(due_at=moment("23:00"))
    assert "due_at" in replay.differences(world.company.pk)[1][0]


def test_a_parameter_holds_from_its_day_on_and_old_duties_keep_theirs(book, thing, world):
    book(Duty("DESK-006", opens_on="test.thing.asked", met_by="test.thing.done", owner="desk_agent"))
    make.parameter(rule="DESK-006", key="within", value="2 hours", starts_on=moment("03-03 00:00").astimezone().date())
    say(thing, fact=Asked(), act=act_of(world, "11:00"))
    say(thing, fact=Asked(), act=act_of(world, "03-04 11:00"))
    assert [o.due_at - o.opened_at for o in owed()] == [timedelta(hours=1), timedelta(hours=2)]


def test_a_sleeping_clause_opens_nothing(book, thing, world):
    book(Duty("DESK-006", opens_on="test.thing.asked", met_by="test.thing.done", owner="desk_agent", awake=False))
    say(thing, fact=Asked(), act=act_of(world, "10:00"))
    assert owed() == []


def test_waiving_takes_a_reason_and_never_ones_own(book, thing, world, manager):
    book(Duty("DESK-006", opens_on="test.thing.asked", met_by="test.thing.done", owner=payload("person_id")))
    say(thing, fact=Asked(person_id=world.people["office_manager"].pk), act=act_of(world, "10:00"))
    [obligation] = owed()
    with pytest.raises(BadInput) as no:
        services.waive_duty(project=world.project, obligation_id=obligation.id, reason="", act=manager())
    assert len(no.value.reasons) == 2
    services.reassign_duty(project=world.project, obligation_id=obligation.id, person=world.people["desk_agent"], act=manager())
    services.waive_duty(project=world.project, obligation_id=obligation.id, reason="客户撤回", act=manager("10:30"))
    assert owed()[0].voided_at == moment("10:30")
    with pytest.raises(IllegalMove):
        services.waive_duty(project=world.project, obligation_id=obligation.id, reason="再来", act=manager("10:31"))
    other = make.world(name="别的", code="OT")
    with pytest.raises(NotFound):
        services.waive_duty(
            project=other.project, obligation_id=obligation.id, reason="越权", act=other.act(moment("10:40"), "office_manager")
        )


def test_my_duties_are_mine_by_name_or_post(book, thing, world, act):
    book(Duty("DESK-006", opens_on="test.thing.asked", met_by="test.thing.done", owner=("desk_agent", payload("person_id"))))
    say(thing, fact=Asked(), act=act_of(world, "10:00"))
    say(thing, fact=Asked(person_id=world.people["steward"].pk), act=act_of(world, "10:05"))
    assert selectors.my_duties(act("10:30", by="desk_agent")).count() == 1
    assert selectors.my_duties(act("10:30", by="steward")).count() == 1
    assert selectors.my_duties(act("10:30", by="foreman")).count() == 0


def test_an_obligation_tells_its_story(book, thing, world):
    book(Duty("DESK-006", opens_on="test.thing.asked", met_by="test.thing.done", owner="desk_agent"))
    say(thing, fact=Asked(), act=act_of(world, "10:00"))
    say(thing, fact=Done(), act=act_of(world, "10:30"))
    story = "".join(explain(owed()[0]))
    for words in ("DESK-006", "超权限问题一小时内上报", "被要求", "2026-03-02 11:00", "已办", "按时"):
        assert words in story


def test_faults_of_bindings_are_named(book):
    bad = [
        Duty("DESK-006", opens_on="desk.no.such", met_by=on("test.thing.done", nothing=1), blocks="no.gate", owner="no_role"),
        Duty("NONE-001", opens_on="test.thing.asked", met_by="test.thing.done", owner="desk_agent"),
        Duty("DESK-047", opens_on="test.thing.asked", met_by="test.thing.done", owner=payload("nobody"), due=payload("never")),
    ]
    faults = [checks.faults_of(one) for one in bad]
    assert len(faults[0]) == 4
    assert faults[1] == ["no such clause in the catalogue"]
    assert len(faults[2]) == 2


def test_each_mark_says_as_what_it_keeps_its_clause():
    assert {registry.ways_of(rule) for rule in ("DESK-001", "WORK-037", "FUP-023", "ORG-031", "DESK-028")} == {
        ("seed",),
        ("formula",),
        ("register",),
        ("role",),
        ("need", "machine"),
    }
    with pytest.raises(TypeError, match="as_="):
        way_of(object())


def test_the_bindings_of_all_rooms_name_what_exists():
    assert checks.bindings_name_what_exists(None) == []
    assert checks.marks_name_clauses(None) == []
    assert checks.times_of_the_catalogue_are_read(None) == []


def test_compliance_counts_in_time_late_and_open(book, thing, world, act):
    book(Duty("DESK-006", opens_on="test.thing.asked", met_by=on("test.thing.done", kind="x"), owner="desk_agent"))
    for at, done in (("08:00", "08:30"), ("09:00", "10:30"), ("11:00", None)):
        say(thing, fact=Asked(), act=act_of(world, at))
        if done:
            say(thing, fact=Done(kind="x"), act=act_of(world, done))
    counted = selectors.compliance(act("13:00", by="office_manager"), "DESK-006")
    assert (counted.owed, counted.met, counted.met_late, counted.open, counted.late) == (3, 1, 1, 1, 1)
    assert counted.share == pytest.approx(1 / 3)
    assert len(selectors.breaches(act("13:00", by="office_manager"), "DESK-006")) == 2


def test_facts_of_this_file_are_known():
    assert {"test.thing.asked", "test.thing.done"} <= set(FACTS)
    assert destroy.usecase == "kernel.record.destroy"
    assert org.appoint.usecase == "org.holding.appoint"
