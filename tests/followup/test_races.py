"""Two visits at once are one visit."""

import pytest

from guanjia.desk import services as desk
from guanjia.followup import services as followup
from guanjia.followup.models import ReturnVisit
from guanjia.kernel.act import Act, Actor, Rights
from guanjia.kernel.errors import Conflict, IllegalMove
from tests import make
from tests.conftest import moment
from tests.desk.life import repair
from tests.desk.test_races import at_once

from .conftest import ANSWERS, visit_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case():
    world = make.world()
    case = make.case(moment("10:00"), promise_at=moment("18:00"), explanation="师傅随后上门")
    repair(desk.order_work(case, work_class="other", technician_on_duty=True, act=world.act(moment("10:05"))), "10:10")
    return make.fresh(case)


def test_planning_twice_at_once_plans_one_visit():
    world = make.world()
    order = make.order()
    results = at_once(
        *[lambda: followup.plan_visit(project=world.project, about=order, visit_class="repair", act=world.act(moment("11:00")))] * 2
    )
    assert results[0] == results[1]
    assert ReturnVisit.objects.unscoped("tests").filter(about_id=order.pk).count() == 1


def test_a_tap_and_a_call_at_once_are_one_visit(case):
    world, visit = make.newest(), visit_of(case)
    rights = Rights(company_id=case.company_id, subjects=frozenset({case.pk}), permissions=frozenset({"followup.return_visit.tap"}))
    resident = Act(by=Actor("customer", None, "王小明"), at=moment("15:00"), via="portal", rights=rights)
    results = at_once(
        lambda: followup.tap_by_customer(project=case.project, case=case, satisfaction=5, act=resident),
        lambda: followup.make_visit(visit, way="phone", **ANSWERS, act=world.act(moment("15:00"), "steward")),
    )
    assert sum(isinstance(result, ReturnVisit) for result in results) >= 1
    assert all(isinstance(result, ReturnVisit | IllegalMove | Conflict) for result in results), results
    assert make.facts_about(visit).count("followup.return_visit.made") == 1
