"""Counts over a period, gates that keep hours, gates that are full."""

import pytest

from guanjia.faces.console.pages.rulebook import binding_words
from guanjia.followup.gates import MakeVisit
from guanjia.kernel.errors import Refusal
from guanjia.kernel.gates import Gate
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import Fact
from guanjia.kernel.models import JournalEntry
from guanjia.kernel.usecase import attempt
from guanjia.rulebook import Cap, Duty, Tally, Window, about, checks, on, param, payload, replay, tallying
from guanjia.rulebook import models as rows
from guanjia.rulebook.gates import unmet
from tests import make
from tests.conftest import moment
from tests.rulebook.test_engine import Asked, act_of, owed, say


class Packed(Fact, name="test.box.packed", zh="已装箱"):
    volume: object = None
    kind: str = ""


class CallSomebody(Gate, name="test.call.make"):
    way: str = "phone"
    calls: int = 0


@pytest.fixture
def thing(world):
    return world.people["technician"]


def reached():
    return list(JournalEntry.objects.unscoped("tests").filter(fact="rulebook.tally.reached").order_by("seq"))


def counted():
    return {row.key: float(row.amount) for row in rows.Tally.objects.unscoped("tests")}


def test_the_third_time_in_a_month_is_told_once_and_opens_a_duty(book, world, thing):
    book(
        Tally("DESK-022", counts="test.thing.asked", threshold=param("repeat_threshold_count", 3)),
        Duty(
            "DESK-022",
            stage="rectified",
            opens_on=on("rulebook.tally.reached", rule="DESK-022"),
            met_by="test.thing.done",
            due="1 day",
            owner="desk_agent",
        ),
    )
    for at in ("03-02 10:00", "03-10 10:00", "03-20 10:00", "03-21 10:00", "04-01 10:00"):
        say(thing, fact=Asked(), act=act_of(world, at))
    [line] = reached()
    assert (line.subject, line.happened_at, line.payload["amount"]) == (Ref.to(thing), moment("03-20 10:00"), 3.0)
    assert [(row.period, float(row.amount)) for row in rows.Tally.objects.unscoped("tests").order_by("period")] == [
        ("2026-03", 4.0),
        ("2026-04", 1.0),
    ]
    assert [o.opened_at for o in owed()] == [moment("03-20 10:00")]
    assert replay.differences(world.company.pk)[1] == []


def test_a_sum_is_kept_for_each_key_and_is_the_journals_own(book, world, thing):
    box = book(Tally("STOR-065", counts=on("test.box.packed", kind=("spare", "part")), key=payload("kind"), sums="volume", threshold="3"))
    for at, volume, kind in (("09:00", "1.25", "spare"), ("09:10", 2, "spare"), ("09:20", 5, "other"), ("09:30", 0.5, "part")):
        say(thing, fact=Packed(volume=volume, kind=kind), act=act_of(world, at))
    say(thing, fact=Packed(volume="much", kind="part"), act=act_of(world, "09:40"))
    assert counted() == {"spare": 3.25, "part": 0.5}
    assert [line.payload["key"] for line in reached()] == ["spare"]
    assert tallying.differences(world.company.pk) == []
    rows.Tally.objects.unscoped("tests").filter(key="part").update(amount=9)
    assert len(tallying.differences(world.company.pk)) == 1
    assert box.key == "STOR-065"


def test_a_tally_by_a_thing_the_facts_are_about(book, world, thing):
    book(Tally("DESK-022", counts="test.thing.asked", key=about("estate.house"), threshold=2, every="week"))
    house = make.house()
    for at, others in (("09:00", (house,)), ("09:10", ()), ("09:20", (house,))):
        say(thing, fact=Asked(), about=others, act=act_of(world, at))
    assert counted() == {str(Ref.to(house)): 2.0}
    assert reached()[0].subject == Ref.to(house)


def test_what_was_rolled_back_is_not_counted(book, world, thing):
    book(Tally("DESK-022", counts="test.thing.asked", threshold=2))

    def refused(person, *, act):
        say(person, fact=Asked(), act=act)
        raise Refusal(["no"])

    attempt(refused, thing, act=act_of(world, "09:00"))
    say(thing, fact=Asked(), act=act_of(world, "09:10"))
    assert list(counted().values()) == [1.0]


def ask(world, at, **values):
    gate = CallSomebody(project_id=world.project.pk, company_id=world.company.pk, at=moment(at), **values)
    return [(reason.rule, str(reason.message)) for reason in unmet(gate)]


def test_a_gate_keeps_hours(book, world):
    book(Window("FUP-054", gate="test.call.make", where={"way": "phone"}))
    assert ask(world, "10:30") == ask(world, "17:29") == ask(world, "09:00", way="letter") == []
    for at in ("10:29", "11:30", "17:30", "23:00"):
        assert ask(world, at) == [("FUP-054", f"现在 {at}，只在 10:30-11:30、15:00-17:30 进行。")]


@pytest.mark.rule("FUP-054")
def test_return_visits_by_phone_keep_to_the_hours_where_a_project_lives_by_them(world):
    def shut(at, way="phone"):
        visit = MakeVisit(project_id=world.project.pk, company_id=world.company.pk, at=moment(at), visit_class="repair", way=way)
        return "FUP-054" in [reason.rule for reason in unmet(visit)]

    assert not shut("12:00")
    row = {"project": world.project, "rule": "FUP-054", "key": "on", "value": True, "starts_on": moment("00:00").date()}
    rows.Parameter.objects.create(company_id=world.company.pk, set_by="陈经理", **row)
    assert [shut(at) for at in ("12:00", "11:00", "17:00", "17:30")] == [True, False, False, True]
    assert not shut("12:00", way="visit")


def test_limits_and_pauses_are_told_on_the_page_of_their_clause(book):
    told = [
        binding_words(one)
        for one in (
            Window("FUP-054", gate="test.call.make"),
            Cap("WF-009", gate="test.call.make", count=lambda gate: 0),
            Tally("STOR-065", counts="test.box.packed", sums="volume", threshold=3),
            Duty(
                "DESK-006",
                opens_on="test.thing.asked",
                met_by="test.thing.done",
                owner="desk_agent",
                pauses_on="test.box.packed",
                resumes_on="test.thing.done",
                owed_by=about("org.person"),
                toward=about("org.person"),
            ),
        )
    ]
    said = ["；".join(f"{name} {words}" for name, words in one["pairs"]) for one in told]
    assert "只在 10:30-11:30、15:00-17:30" in said[0]
    assert "最多 3" in said[1]
    assert "累计 已装箱" in said[2]
    assert "界限 3" in said[2]
    for words in ("何时暂停 已装箱", "何时恢复 已办", "暂停最多 5 天", "对方应办", "对每一方各一项"):
        assert words in said[3]


def test_a_gate_that_keeps_working_days(book, world):
    book(Window("FUP-054", gate="test.call.make", hours="09:00-17:00", days="working"))
    assert ask(world, "03-06 10:00") == []
    assert "不是工作日" in ask(world, "03-07 10:00")[0][1]
    make.calendar_day(project=world.project, on=moment("03-07 10:00").date(), kind="work")
    assert ask(world, "03-07 10:00") == []


def test_a_full_gate_is_shut(book, world):
    book(Cap("WF-009", gate="test.call.make", count=lambda gate: gate.calls))
    assert ask(world, "10:00", calls=2) == []
    assert ask(world, "10:00", calls=3) == [("WF-009", "已有 3，最多 3。")]


def test_faults_of_limits_are_named(book):
    bad = [
        Tally("DESK-022", counts="test.box.packed", key=payload("nobody"), sums="weight", every="now and then"),
        Window("FUP-054", gate="no.gate", hours="all day"),
        Window("FUP-054", gate="test.call.make", hours=param("avoid"), days="sometimes"),
        Cap("WF-009", gate="test.call.make", count=lambda gate: 0, at_most=param("per"), where={"colour": "red"}),
        Duty("DESK-006", opens_on="test.thing.asked", met_by="test.thing.done", owner="desk_agent", pauses_on="no.fact", pause_cap="soon"),
        Duty("DESK-006", opens_on="test.thing.asked", met_by="test.thing.done", owner="desk_agent", pauses_on="test.thing.done"),
        Duty("DESK-006", opens_on="test.thing.asked", met_by="test.thing.done", owner="desk_agent", due="soon", toward=payload("nobody")),
        Duty("DESK-006", opens_on="test.thing.asked", met_by="test.thing.done", owner="desk_agent", calendar="moon", cure="no.such.move"),
        Duty("DESK-006", opens_on="test.thing.asked", met_by="test.thing.done", owner="desk_agent", sleeps="a while"),
    ]
    assert [len(checks.faults_of(one)) for one in bad] == [4, 2, 2, 2, 3, 1, 2, 2, 1]
