"""Who may look: rows are shown to posts that have to do with their kind, and to whoever they name."""

from uuid import uuid4

import pytest

from guanjia.customers.models import Customer
from guanjia.desk import selectors as desk
from guanjia.desk.models import Case
from guanjia.kernel import clock, files
from guanjia.kernel.errors import NotFound
from guanjia.work.models import WorkOrder
from tests import make
from tests.conftest import moment


@pytest.fixture
def guard(world):
    world.people["guard"] = make.staff(world, "guard", name="门岗")[0]
    return world.act(moment("10:30"), "guard")


def test_a_post_that_has_nothing_to_do_with_cases_sees_none(world, guard):
    case, customer, order = make.case(), make.customer(), make.order()
    for model, row in ((Case, case), (Customer, customer), (WorkOrder, order)):
        assert not model.objects.visible_to(guard).exists()
        with pytest.raises(NotFound):
            model.objects.find(guard, row.pk)
    assert desk.queue(guard).rows == []
    assert sum(desk.queue_counts(guard).values()) == 0


def test_whoever_a_case_names_sees_that_case_alone(world, guard):
    mine, other = make.case(), make.case(content="别的事")
    Case.objects.unscoped("tests").filter(pk=mine.pk).update(owner=world.people["guard"])
    assert list(Case.objects.visible_to(guard)) == [mine]
    assert [row.id for row in desk.queue(guard).rows] == [mine.pk]
    with pytest.raises(NotFound):
        desk.case_for(guard, other.number)


def test_one_use_case_about_a_kind_of_row_is_enough_to_see_it(world):
    """A leader of the guards may open an order, so he sees orders; cases he does not."""
    order, _case = make.order(), make.case()
    leader = world.act(moment("10:30"), "security_leader")
    assert WorkOrder.objects.visible_to(leader).filter(pk=order.pk).exists()
    assert not Case.objects.visible_to(leader).exists()


@pytest.mark.parametrize(
    "address", ["/cases/{case}/", "/customers/{customer}/", "/field/orders/{order}/", "/orders/{order}/", "/houses/{house}/"]
)
def test_pages_are_closed_to_a_post_that_has_nothing_to_do_with_them(world, guard, client, address):
    things = {"case": make.case().pk, "customer": make.customer().pk, "order": make.order().pk, "house": make.house().pk}
    client.force_login(world.people["guard"])
    with clock.travelling(moment("10:30")):
        assert client.get(address.format(**things)).status_code == 404


@pytest.mark.parametrize("noun", ["result", "pause", "refusal"])
def test_the_form_of_a_move_is_not_shown_to_whoever_may_not_make_it(world, client, noun):
    order = make.order(state="working")
    client.force_login(world.people["security_leader"])
    with clock.travelling(moment("10:30")):
        assert client.get(f"/field/orders/{order.pk}/{noun}/").status_code == 403


def test_somebody_without_a_post_takes_no_calls(world, client):
    client.force_login(make.person())
    with clock.travelling(moment("10:30")):
        answer = client.get("/intake/")
    assert answer.status_code == 403


def test_a_file_of_a_case_one_may_not_see_is_as_good_as_none(world, guard, client):
    kept = files.attach(make.case(), name="门口.png", content=make.glass(), act=world.act(moment("10:10")))
    client.force_login(world.people["guard"])
    with clock.travelling(moment("10:30")):
        assert [client.get(f"/files/{id}").status_code for id in (kept.pk, uuid4())] == [404, 404]
