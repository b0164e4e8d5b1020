"""How many were asked: the daily draw, and the shares of a month."""

import pytest

from guanjia.customers import services as customers
from guanjia.followup import selectors
from guanjia.followup import services as followup
from guanjia.rulebook import registry, ticking
from guanjia.rulebook.coverage import measure
from guanjia.rulebook.models import Draw
from tests import make
from tests.conftest import moment

from .conftest import asked, visit_of


def share(rule, world) -> tuple[int, int]:
    binding = next(one for one in registry.coverages if one.rule == rule)
    measured = measure(binding, world.project, "2026-03")
    return measured.numerator, measured.denominator


@pytest.mark.rule("FUP-024")
def test_half_of_yesterdays_repairs_are_drawn_and_owed_today(world, act):
    orders = {make.order(state="completed", at=moment(f"1{n}:00")).pk for n in range(4)}
    make.order(state="completed", kind="planned", place="public")
    make.order(state="finished")
    ticking.tick(moment("03-03 00:30"))
    draw = Draw.objects.unscoped("tests").get(rule="FUP-024", period="2026-03-03")
    drawn = [pk for pk in orders if make.duties(make.WorkOrder(pk=pk), "FUP-024")]
    assert (draw.population, len(drawn)) == (4, 2)
    (owed,) = make.duties(make.WorkOrder(pk=drawn[0]), "FUP-024")
    assert (owed.owner_role, owed.due_at) == ("desk_agent", moment("03-03 20:00"))
    asked(visit_of(make.WorkOrder(pk=drawn[0])), act("03-03 10:00", by="steward"))
    assert make.fresh(owed).met_at == moment("03-03 10:00")


@pytest.mark.rule("FUP-024")
def test_whoever_was_asked_already_is_not_drawn(repaired, world, act):
    waiting = make.order(state="completed")
    asked(repaired.visit, act("15:00", by="steward"))
    population = selectors.repairs_to_revisit(world.project, "2026-03-03", moment("03-03 00:30"))
    assert [ref.id for ref in population] == [waiting.pk]


@pytest.mark.rule("FUP-024")
def test_the_draw_looks_at_one_project_and_one_day(world, act):
    other = make.world(name="望江苑", code="WJ", company=world.company)
    make.order(project=other.project, state="completed")
    make.order(project=world.project, state="completed", at=moment("03-03 10:00"))
    assert selectors.repairs_to_revisit(world.project, "2026-03-03", moment("03-03 00:30")) == []


@pytest.mark.rule("FUP-009")
def test_every_complaint_that_was_resolved_counts_until_somebody_asked(complaint, world, act):
    assert share("FUP-009", world) == (0, 1)
    asked(complaint.visit, act("03-04 10:00", by="desk_supervisor"))
    assert share("FUP-009", world) == (1, 1)


@pytest.mark.rule("FUP-010")
def test_every_move_in_counts_until_somebody_asked(world, act):
    house = make.house()
    owner, child = make.customer(), make.customer(name="王乐乐")
    living = customers.move_in(
        project=world.project, house=house, customer=owner, role="owner", starts_on=moment("10:00").date(), act=act("10:00", by="steward")
    )
    customers.move_in(
        project=world.project, house=house, customer=child, role="family", starts_on=moment("10:00").date(), act=act("10:00", by="steward")
    )
    assert share("FUP-010", world) == (0, 1)
    visit = followup.plan_visit(project=world.project, about=living, visit_class="move_in", house=house, customer=owner, act=act("11:00"))
    asked(visit, act("03-20 10:00", by="office_manager"))
    assert share("FUP-010", world) == (1, 1)


@pytest.mark.rule("FUP-011", "FUP-025")
def test_repairs_and_services_count_until_somebody_asked(world, act):
    first = make.order(state="completed")
    for kind in ("repair", "entrusted", "planned"):
        make.order(state="completed", kind=kind)
    asked(visit_of(first), act("03-03 10:00", by="steward"))
    assert share("FUP-011", world) == (1, 3)  # repairs and services
    assert share("FUP-025", world) == (1, 2)  # repairs alone


@pytest.mark.rule("FUP-009", "FUP-010", "FUP-011", "FUP-025")
def test_the_handbook_says_how_many(world):
    targets = {one.rule: one.clause.params["target"] for one in registry.coverages if one.room == "followup"}
    assert targets == {"FUP-009": 1.0, "FUP-010": 1.0, "FUP-011": 0.6, "FUP-025": 1.0}
