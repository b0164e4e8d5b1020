"""Cases and orders that wait for somebody to ask how it went."""

from types import SimpleNamespace

import pytest

from guanjia.desk import services as desk
from guanjia.followup import services as followup
from guanjia.followup.models import ReturnVisit
from guanjia.kernel.act import Act, Actor, Rights
from tests import make
from tests.conftest import moment
from tests.desk.life import repair

ANSWERS = {"quality": 5, "effect": 5, "satisfaction": 5, "shortcomings": "无", "suggestions": "希望周末也能上门", "result": "ok"}


def visits_about(thing) -> list[ReturnVisit]:
    return list(ReturnVisit.objects.unscoped("tests").about(thing).order_by("planned_at", "id"))


def visit_of(thing) -> ReturnVisit:
    (visit,) = visits_about(thing)
    return visit


def asked(visit, act, **answers) -> ReturnVisit:
    """A visit by telephone with good answers, unless told otherwise."""
    return followup.make_visit(visit, **{"way": "phone"} | ANSWERS | answers, act=act)


@pytest.fixture
def repaired(world, act):
    """A repair case whose work was done and signed at 10:16; the steward is to call."""
    case = make.case(moment("10:00"), promise_at=moment("18:00"), explanation="师傅随后上门")
    order = desk.order_work(case, work_class="other", technician_on_duty=True, act=act("10:05"))
    order = repair(order, "10:10")
    return SimpleNamespace(case=make.fresh(case), order=order, visit=visit_of(case))


@pytest.fixture
def complaint(world, act):
    """A general complaint about the guards, resolved on Tuesday by the agent who took it."""
    case = make.case(moment("10:00"), type="complaint", promise_at=moment("18:00"), explanation="先向保安部核实")
    case = desk.grade_complaint(case, rank=1, act=act("10:10"))
    case = desk.resolve_case(case, result="已道歉并整改", act=act("03-03 10:00"))
    return SimpleNamespace(case=case, visit=visit_of(case))


@pytest.fixture
def resident():
    """`resident(case, "20:00")`: the act of whoever holds the case's link."""

    def act(case, at: str) -> Act:
        rights = Rights(company_id=case.company_id, subjects=frozenset({case.pk}), permissions=frozenset({"followup.return_visit.tap"}))
        return Act(by=Actor("customer", None, "王小明"), at=moment(at), via="portal", rights=rights)

    return act
