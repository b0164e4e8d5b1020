"""The resident's one tap is the visit."""

import pytest

from guanjia.followup import services as followup
from guanjia.kernel import signatures
from guanjia.kernel.errors import BadInput, Conflict, IllegalMove, NotAllowed
from guanjia.work import selectors as work
from tests import make
from tests.conftest import moment

from .conftest import visit_of, visits_about


def tap(repaired, act, **values):
    return followup.tap_by_customer(project=repaired.case.project, case=repaired.case, **{"satisfaction": 5} | values, act=act)


@pytest.mark.rule("FUP-016", "FUP-028")
def test_one_tap_is_a_whole_visit(repaired, resident):
    visit = tap(repaired, resident(repaired.case, "20:00"))
    assert visit == repaired.visit
    assert (visit.state, visit.way, visit.visitor, visit.result) == ("handed_in", "tap", None, "ok")
    assert (visit.quality, visit.effect, visit.satisfaction) == (5, 5, 5)
    assert visit.shortcomings == visit.suggestions == "住户未另行提出"
    assert make.duties(repaired.order, "FUP-028")[0].met_at == moment("20:00")
    assert make.fresh(repaired.case).state == "closed"


@pytest.mark.rule("FUP-018", "FUP-021")
def test_the_tap_is_the_signature_and_is_handed_in_by_itself(repaired, resident):
    visit = tap(repaired, resident(repaired.case, "20:00"))
    signature = signatures.given(visit, "visit")
    assert (signature.method, signature.capacity) == ("link", "resident")
    assert make.duties(visit, "FUP-021")[0].met_at == moment("20:00")


def test_what_the_resident_writes_is_kept_where_it_belongs(repaired, resident):
    assert tap(repaired, resident(repaired.case, "20:00"), text="周末也能来就好").suggestions == "周末也能来就好"


@pytest.mark.rule("FUP-029")
def test_not_fixed_is_a_problem_and_goes_back_to_work(repaired, resident, act):
    visit = tap(repaired, resident(repaired.case, "20:00"), satisfaction=2, fixed=False, text="还在滴水")
    assert (visit.result, visit.effect, visit.shortcomings) == ("problem", 1, "还在滴水")
    assert work.orders_of(repaired.case, act("20:01")).filter(kind="rework").count() == 1
    assert make.fresh(repaired.case).state == "open"


def test_fixed_and_yet_unhappy_is_dissatisfaction(repaired, resident):
    assert tap(repaired, resident(repaired.case, "20:00"), satisfaction=2, text="等了一天").result == "dissatisfied"


def test_staff_do_not_tap_in_a_residents_name(repaired, act):
    for by in ("desk_agent", "office_manager"):
        with pytest.raises(NotAllowed):
            tap(repaired, act("20:00", by=by))
    assert visit_of(repaired.case).state == "planned"


def test_a_link_opens_only_its_own_case(repaired, resident, world):
    other = make.case(moment("10:00"))
    with pytest.raises(NotAllowed):
        tap(repaired, resident(other, "20:00"))


def test_tapping_twice_counts_once(repaired, resident):
    tap(repaired, resident(repaired.case, "20:00"))
    with pytest.raises(Conflict):
        tap(repaired, resident(repaired.case, "20:01"), satisfaction=1)
    assert len(visits_about(repaired.case)) == 1


def test_nothing_is_judged_before_it_is_done(world, resident):
    case = make.case(moment("10:00"))
    with pytest.raises(IllegalMove):
        followup.tap_by_customer(project=world.project, case=case, satisfaction=5, act=resident(case, "10:10"))


def test_the_scale_runs_from_one_to_five(repaired, resident):
    with pytest.raises(BadInput):
        tap(repaired, resident(repaired.case, "20:00"), satisfaction=6)
