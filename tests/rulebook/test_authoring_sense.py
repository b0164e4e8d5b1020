"""What is written is read with every fault in its place; what could never be kept is refused with the reason; paper comes back whole."""

import copy
from datetime import date

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanjia.desk import services as desk
from guanjia.kernel.errors import BadInput
from guanjia.org.roles import CODES
from guanjia.rulebook import Coverage, Duty, checks, offers, on, services
from guanjia.rulebook.authoring import definition as definitions
from guanjia.rulebook.authoring import paper as papers
from guanjia.rulebook.authoring import sense, wording
from guanjia.rulebook.authoring.compiling import Runs, clause_for, compile_rule
from guanjia.rulebook.authoring.definition import read
from guanjia.rulebook.authoring.preview import preview
from guanjia.rulebook.models import AuthoredEdition
from tests import make
from tests.conftest import moment
from tests.rulebook.test_authoring import TRAPPED, director, enacted, manager  # noqa: F401  (fixtures)


def duty(**changes):
    stage = {
        "stage": "",
        "opens": [{"fact": "desk.case.accepted"}],
        "met": [{"fact": "desk.case.replied"}],
        "owner": "desk_agent",
        "within": "2 hours",
    } | changes
    return {"mechanism": "duty", "stages": [stage]}


def said(definition, company_id=None):
    sound, faults = read(definition, company_id)
    assert faults == []
    return {fault.path: fault.message for fault in sense.objections("OWN-900", sound, company_id)}


# -- reading -----------------------------------------------------------------------------------------
def test_every_fault_is_named_at_once_with_its_place():
    _sound, faults = read(
        duty(
            opens=[{"fact": "desk.case.opened", "where": {"type": ["spaceship"], "colour": ["red"]}}, {"fact": "no.such.fact"}],
            owner="king", within="soon", calendar="moon", blocks=["no.gate"], met=[], about="desk.contact", person="nobody", extra=1,
        ),
        None,
    )  # fmt: skip
    places = {fault.path for fault in faults}
    assert places >= {
        "stages.0.opens.0.where.type", "stages.0.opens.0.where.colour", "stages.0.opens.1.fact", "stages.0.owner", "stages.0.within",
        "stages.0.calendar", "stages.0.blocks.0", "stages.0.met", "stages.0.about", "stages.0.person", "stages.0.extra",
    }  # fmt: skip


@pytest.mark.parametrize("raw", [None, [], "duty", {}, {"mechanism": "magic"}, {"mechanism": "duty", "stages": "x"}, {"mechanism": "need"}])
def test_nonsense_is_refused_and_never_breaks(raw):
    assert read(raw, None)[1]


def test_the_longest_time_is_a_year():
    assert read(duty(within="400 days"), None)[1][0].path == "stages.0.within"
    assert read(duty(within="12 months"), None)[1] == []


# -- sense ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"met": [{"fact": "desk.case.closed"}], "blocks": ["desk.case.close"]}, "stages.0.met", "正要经过那里"),
        ({"met": [{"fact": "desk.case.closed"}], "blocks": ["desk.case.resolve"]}, "stages.0.met", "正要经过那里"),
        ({"opens": [{"fact": "desk.case.withdrawn"}], "met": [{"fact": "desk.case.replied"}]}, "stages.0.met", "之后不会再有"),
        ({"opens": [{"fact": "desk.case.closed"}], "met": [{"fact": "desk.case.opened"}]}, "stages.0.met", "之后不会再有"),
        ({"met": [{"fact": "customers.occupancy.moved_in"}]}, "stages.0.met.0.fact", "从不涉及诉求"),
        ({"blocks": ["followup.return_visit.make"]}, "stages.0.blocks", "问的是回访"),
        ({"blocks": ["desk.case.open"]}, "stages.0.blocks", "挡不住"),
        ({"met": [{"fact": "desk.case.accepted"}]}, "stages.0.met", "之后不会再有"),
        ({"opens": [{"fact": "desk.case.replied"}], "met": [{"fact": "desk.case.replied"}]}, "stages.0.opens", "没有尽头"),
        ({"opens": [{"fact": "rulebook.duty.overdue"}], "about": "desk.case"}, "stages.0.opens", "没有尽头"),
    ],
)
def test_a_duty_that_cannot_be_kept_says_why(db, changes, path, words):
    found = said(duty(**changes))
    assert words in found[path]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"blocks": ["desk.case.close"]},
        {"opens": [{"fact": "desk.case.closed"}], "met": [{"fact": "desk.case.noted"}]},
        {"opens": [{"fact": "desk.case.replied"}], "met": [{"fact": "desk.case.replied"}], "voided": [{"fact": "desk.case.closed"}]},
        {"met": [{"fact": "work.order.arrived"}], "blocks": ["desk.case.close"]},
        {"opens": [{"fact": "rulebook.duty.overdue", "where": {"rule": ["DESK-067"]}}], "about": "desk.case"},
    ],
)
def test_a_duty_that_can_be_kept_is_left_alone(db, changes):
    assert said(duty(**changes)) == {}


def test_two_rules_that_wait_for_each_other_are_refused_by_name(world, enacted):  # noqa: F811
    enacted(duty(met=[{"fact": "desk.case.resolved"}], blocks=["desk.case.promise"]), title="先办结再承诺")
    found = said(duty(met=[{"fact": "desk.case.promised"}], blocks=["desk.case.resolve"]), world.company.pk)
    assert "OWN-001" in found["stages.0.blocks"]
    assert "互相等待" in found["stages.0.blocks"]


def test_opposite_demands_at_one_gate_are_refused(world, enacted):  # noqa: F811
    need = {"mechanism": "need", "gate": "desk.case.close", "where": {"type": ["repair"]}}
    enacted(need | {"demands": [{"field": "outcome", "is": "one_of", "values": ["fixed"]}]}, title="报修须修好")
    found = said(need | {"demands": [{"field": "outcome", "is": "none_of", "values": ["fixed"]}]}, world.company.pk)
    assert "OWN-001" in found["demands.0"]
    other = need | {"where": {"type": ["complaint"]}, "demands": [{"field": "outcome", "is": "none_of", "values": ["fixed"]}]}
    assert said(other, world.company.pk) == {}
    shut = need | {"demands": [{"field": "type", "is": "one_of", "values": ["complaint"]}]}
    assert "永远过不去" in said(shut, world.company.pk)["demands.0"]


def test_lateness_that_goes_round_over_two_rules_is_refused(world, enacted):  # noqa: F811
    enacted(duty(opens=[{"fact": "desk.case.opened"}, {"fact": "desk.case.reopened"}], met=[{"fact": "desk.case.noted"}]), title="甲")
    late = {"about": "desk.case", "met": [{"fact": "desk.case.noted"}]}
    enacted(duty(opens=[{"fact": "rulebook.duty.overdue", "where": {"rule": ["OWN-001"]}}], **late), title="乙")
    assert said(duty(opens=[{"fact": "rulebook.duty.overdue", "where": {"rule": ["OWN-002"]}}], **late), world.company.pk) == {}
    sound, _faults = read(duty(opens=[{"fact": "rulebook.duty.overdue", "where": {"rule": ["OWN-002"]}}], **late), world.company.pk)
    [fault] = sense.objections("OWN-001", sound, world.company.pk)
    assert "OWN-001 → OWN-002" in fault.message


def test_a_senseless_rule_is_not_proposed(world, manager, director):  # noqa: F811
    definition = duty(met=[{"fact": "desk.case.closed"}], blocks=["desk.case.close"])
    draft = services.write_rule(project=world.company, title="堵死自己", definition=definition, act=manager())
    with pytest.raises(BadInput) as no:
        services.propose_rule(draft, starts_on=date(2026, 3, 2), act=manager())
    assert {reason.field for reason in no.value.reasons} == {"stages.0.met", "starts_on"}
    assert make.fresh(draft).state == "draft"


def test_the_rooms_own_rules_make_sense_and_a_senseless_one_stops_the_start(book):
    assert checks.bindings_can_be_kept(None) == []
    made = Duty("DESK-006", opens_on="desk.case.accepted", met_by="desk.case.closed", blocks="desk.case.close", owner="desk_agent")
    assert "正要经过那里" in sense.static_faults(made)[0]
    one = Duty("DESK-006", opens_on="desk.case.accepted", met_by="desk.case.resolved", blocks="desk.case.promise", owner="desk_agent")
    other = Duty("DESK-067", opens_on="desk.case.accepted", met_by="desk.case.promised", blocks="desk.case.resolve", owner="desk_agent")
    assert len(sense.deadlocks([one, other])) == 2
    share = Coverage("DESK-005", of=on("customers.occupancy.moved_in"), counted_by="desk.case.closed")
    assert sense.static_faults(share)


# -- the past --------------------------------------------------------------------------------------------
def test_a_preview_counts_the_past_and_writes_nothing(world, act):

    for number, told in enumerate(("09:20", "09:50", "")):
        case = make.case(moment("09:00"), house=make.house(number=f"10{number}"))
        case = desk.accept_case(case, explanation="在路上", promise_at=moment("18:00"), act=act("09:05"))
        if told:
            desk.notify_customer(case, way="phone", text="快到了", act=act(told))
    sound, _faults = read(TRAPPED, world.company.pk)
    seen = preview(sound, [world.project], moment("12:00"))
    assert (seen.touched, seen.opened, seen.met, seen.late, seen.open) == (3, 3, 1, 2, 1)
    assert {sample.outcome for sample in seen.samples} == {"met", "late", "late_open"}
    need = {"mechanism": "need", "gate": "desk.case.accept", "demands": [{"field": "explanation", "is": "filled"}]}
    seen = preview(read(need, world.company.pk)[0], [world.project], moment("12:00"))
    assert (seen.passed, seen.shut, seen.untold) == (3, 0, ())
    window = {"mechanism": "window", "gate": "desk.case.accept", "from": "10:00", "to": "12:00"}
    assert preview(read(window, world.company.pk)[0], [world.project], moment("12:00")).shut == 3
    share = {"mechanism": "coverage", "of": ["desk.case.opened"], "counted": ["desk.case.notified"], "every": "month"}
    seen = preview(read(share, world.company.pk)[0], [world.project], moment("12:00"))
    assert (seen.numerator, seen.denominator) == (2, 3)
    assert not AuthoredEdition.objects.unscoped("tests").exists()


# -- paper -----------------------------------------------------------------------------------------------
FACTS = [name for name, offer in offers.FACT_OFFERS.items() if offer.kind]


def conditions(of):
    words = [word for word in of.words.values() if word.can_be_asked and not callable(word.given)]
    return st.fixed_dictionaries(
        {}, optional={w.key: st.lists(st.sampled_from(list(w.choices(None))), min_size=1, unique=True) for w in words}
    )


facts = st.lists(
    st.sampled_from(FACTS).flatmap(lambda name: conditions(offers.FACT_OFFERS[name]).map(lambda where: {"fact": name, "where": where})),
    min_size=1, max_size=3,
)  # fmt: skip
lengths = st.sampled_from(["30 minutes", "2 hours", "same day", "at once", "3 days", "6 months"])
timed = {"within": lengths, "owner": st.sampled_from(sorted(CODES))}
stages = st.fixed_dictionaries(
    {"opens": facts, "met": facts, **timed},
    optional={"voided": facts, "blocks": st.lists(st.sampled_from(sorted(offers.GATE_OFFERS)), max_size=2, unique=True),
              "calendar": st.sampled_from(sorted(definitions.CALENDARS))},
)  # fmt: skip


def at_gate(name):
    gate = offers.GATE_OFFERS[name]
    words = [word for word in gate.words.values() if not callable(word.given)]
    base = {"gate": st.just(name), "where": conditions(gate)}
    chain = st.lists(st.fixed_dictionaries({"role": timed["owner"], "within": lengths}), min_size=1, max_size=3)
    hours = {"from": st.just("08:00"), "to": st.just("20:00"), "days": st.sampled_from(["all", "working"])}
    kinds = [
        st.fixed_dictionaries({"mechanism": st.just("approval"), "chain": chain, **base}),
        st.fixed_dictionaries({"mechanism": st.just("window"), **hours, **base}),
    ]
    if words:
        keys = st.lists(st.sampled_from([word.key for word in words]), min_size=1, unique=True)
        kinds.append(st.fixed_dictionaries({"mechanism": st.just("fields"), "fields": keys, **base}))
        demands = keys.map(lambda found: [{"field": key, "is": "filled"} for key in found])
        kinds.append(st.fixed_dictionaries({"mechanism": st.just("need"), "demands": demands, **base}))
    return st.one_of(kinds)


anything = st.one_of(
    st.lists(stages, min_size=1, max_size=3).map(
        lambda found: {"mechanism": "duty", "stages": [one | {"stage": f"s{n}" if n else ""} for n, one in enumerate(found)]}
    ),
    st.sampled_from(sorted(offers.GATE_OFFERS)).flatmap(at_gate),
    st.fixed_dictionaries(
        {"mechanism": st.just("periodic"), "every": st.sampled_from(definitions.RHYTHMS), "share": st.sampled_from([0.1, 0.5, 1]),
         "population": st.sampled_from(sorted(offers.POPULATIONS)), "met": facts, **timed}
    ),
    st.fixed_dictionaries({"mechanism": st.just("coverage"), "of": facts, "counted": facts, "every": st.just("month")}),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(anything)
def test_an_export_is_a_valid_import_of_the_same(definition):
    sound, faults = read(definition, None)
    assert faults == []
    assert read(copy.deepcopy(sound), None) == (sound, [])
    back = yaml.safe_load(yaml.safe_dump({"rules": [{"title": "甲"} | sound]}, allow_unicode=True, sort_keys=False))
    [paper], [] = papers.read_papers(yaml.safe_dump(back, allow_unicode=True), None, [])
    assert (paper.definition, paper.faults) == (sound, [])
    assert compile_rule(clause_for("OWN-001", "甲", sound), sound, Runs())
    assert wording.sentences(sound, None)
    sense.objections("OWN-001", sound, None)  # whatever it thinks of it, it has an answer


KEYS = ("mechanism", "stages", "opens", "met", "fact", "where", "type", "gate", "demands", "field", "is", "values", "about", "owner", "from", "to",
        "within", "every", "share", "chain", "role", "of", "counted", "population", "fields", "blocks", "until", "calendar")  # fmt: skip
plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 2000),
    st.sampled_from([*definitions.MECHANISMS, *FACTS[:4], "desk.case.close", "type", "3 days", ""]),
)
anything_at_all = st.recursive(
    plain, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=5))
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([*definitions.MECHANISMS]), st.dictionaries(st.sampled_from(KEYS), anything_at_all, max_size=6))
def test_whatever_is_written_is_answered_with_faults(mechanism, raw):
    _sound, faults = read(raw | {"mechanism": mechanism}, None)
    assert all(fault.message for fault in faults)


def test_paper_is_compared_and_brought_in_whole_or_not_at_all(world, manager, enacted):  # noqa: F811
    rule = enacted()
    text = papers.write([rule], [world.project])
    [same], faults = papers.read_papers(text, world.company.pk, [world.project])
    assert (faults, same.faults, services.authoring.compare(same, world.company.pk)[0]) == ([], [], "same")
    changed = (
        text.replace("30 minutes", "45 minutes")
        + "\n- title: 新规则\n  mechanism: window\n  gate: desk.case.close\n  from: '08:00'\n  to: '20:00'\n"
    )
    read_back, _faults = papers.read_papers(changed, world.company.pk, [world.project])
    written = services.import_rules(project=world.company, papers=read_back, act=manager("03-03 09:00"))
    assert [(one.rule.number, one.edition, one.state) for one in written] == [("OWN-001", 2, "draft"), ("OWN-002", 1, "draft")]
    broken, _faults = papers.read_papers(
        changed.replace("desk.case.close\n  from", "no.gate\n  from").replace("desk_supervisor", "king"), world.company.pk, []
    )
    with pytest.raises(BadInput) as no:
        services.import_rules(project=world.company, papers=broken, act=manager("03-03 09:00"))
    assert {reason.field for reason in no.value.reasons} == {"rules.0.stages.0.owner", "rules.1.gate"}
    assert AuthoredEdition.objects.unscoped("tests").count() == 3


@pytest.mark.parametrize(
    "text", ["", "rules: 3", "a: [", "- x", "rules:\n- 5\n- {title: '', mechanism: duty}", "rules: [{rule: [1], title: {}}]"]
)
def test_a_bad_paper_names_its_places(text):
    found, faults = papers.read_papers(text, None, [])
    assert faults or all(paper.faults for paper in found)
