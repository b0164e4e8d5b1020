"""Who should go, and why."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.work import dispatching
from guanjia.work import services as work
from guanjia.work.dispatching import Candidate, rank
from guanjia.work.states import CRAFTS
from tests import make
from tests.conftest import moment


def one(name, *skills, **values):
    return Candidate(person_id=UUID(int=hash(name) % 2**64), name=name, skills=frozenset(skills), **values)


def names(candidates, **how):
    return [candidate.name for candidate, _why in rank(candidates, **{"craft": "water", "urgent": False} | how)]


def test_the_craft_comes_first_then_whoever_is_free_then_the_lighter_load():
    plumber_out, plumber_busy = one("出", "water", is_out=True), one("忙", "water", open_orders=3)
    plumber_free, electrician = one("闲", "water"), one("电", "electric")
    assert names([electrician, plumber_out, plumber_busy, plumber_free]) == ["闲", "忙", "出", "电"]


def test_in_an_emergency_whoever_is_free_goes_before_the_specialist_who_is_out():
    assert names([one("出", "water", is_out=True), one("电", "electric")], urgent=True) == ["电", "出"]


def test_whoever_gave_the_order_back_comes_last():
    assert names([one("退", "water", has_declined=True), one("电", "electric", is_out=True)]) == ["电", "退"]


def test_experience_breaks_a_tie():
    assert names([one("新", "water"), one("老", "water", done_recently=5)]) == ["老", "新"]


@given(
    st.lists(
        st.builds(
            Candidate,
            person_id=st.uuids(),
            name=st.text(max_size=3),
            skills=st.frozensets(st.sampled_from(sorted(CRAFTS))),
            open_orders=st.integers(0, 5),
            is_out=st.booleans(),
            done_recently=st.integers(0, 9),
            is_promised_elsewhere=st.booleans(),
            has_declined=st.booleans(),
        ),
        unique_by=lambda c: c.person_id,
    ),
    st.sampled_from(sorted(CRAFTS)),
    st.booleans(),
)
def test_everybody_is_ranked_once_whatever_the_order_and_with_a_reason(candidates, craft, urgent):
    there, back = rank(candidates, craft=craft, urgent=urgent), rank(candidates[::-1], craft=craft, urgent=urgent)
    assert there == back
    assert {candidate.person_id for candidate, _why in there} == {candidate.person_id for candidate in candidates}
    assert all(why for _candidate, why in there)


def test_the_reason_speaks_of_what_decided():
    why = dispatching.explain(one("王", "water", open_orders=2, done_recently=5, is_out=True), "water")
    assert why == "会给排水 · 外出维修中 · 手上 2 单 · 近三个月修过 5 单同类"


@pytest.fixture
def team(world):
    people = {
        name: make.staff(world, "technician", name=name, skills=skills)[0]
        for name, skills in {"李师傅": ["water"], "张师傅": ["electric"]}.items()
    }
    return people | {"王师傅": world.people["technician"]}


def test_a_proposal_knows_crafts_loads_and_promises(team, world, act):
    make.order(state="on_site", technician=team["李师傅"])
    order = make.order()
    (first, _why), *_others = dispatching.propose(order, act("10:30"))
    *_others, (last, _why) = dispatching.propose(make.order(urgency=3), act("10:30"))
    assert first == last == team["李师傅"]


def test_a_promise_elsewhere_at_the_agreed_time_is_seen(team, world, act):
    busy = make.order(state="accepted", technician=team["李师傅"])
    work.book_appointment(busy, starts_at=moment("14:00"), ends_at=moment("16:00"), act=act("10:30"))
    order = make.order()
    work.book_appointment(order, starts_at=moment("15:00"), ends_at=moment("17:00"), act=act("10:31"))
    *_, (last, why) = dispatching.propose(order, act("10:32"))
    assert last.name == "李师傅"
    assert "那时已另有预约" in why


def test_somebody_of_another_project_is_not_proposed(team, world, act):
    make.world(name="望江苑", code="WJ", company=world.company)
    proposed = {person.pk for person, _why in dispatching.propose(make.order(project=world.project), act("10:30"))}
    assert proposed == {person.pk for person in team.values()}


def test_proposing_asks_the_database_a_fixed_number_of_times(team, world, act, django_assert_max_num_queries):
    order = make.order()
    with django_assert_max_num_queries(8):
        dispatching.propose(order, act("10:30"))
