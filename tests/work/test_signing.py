"""Whose name counts under a repair."""

from datetime import date

import pytest

from guanjia.kernel.errors import BadInput, GateClosed, IllegalMove
from guanjia.work import services as work
from tests import make


@pytest.fixture
def home(world):
    """A repair at home, done, in a flat of an owner, his wife and their child."""
    house = make.house()
    family = {
        "owner": make.customer(name="王小明", birth_date=date(1980, 5, 1)),
        "wife": make.customer(name="林芳", phones=("13800138001",)),
        "child": make.customer(name="王乐乐", birth_date=date(2015, 9, 1)),
    }
    for name, role in (("owner", "owner"), ("wife", "family"), ("child", "family")):
        make.occupancy(house=house, customer=family[name], role=role)
    order = make.order(house=house, reporter=family["owner"], state="finished")
    order.family = family
    return order


def signed(order, act, **values):
    return work.sign_order(order, **{"capacity": "adult_member", "image": make.glass()} | values, act=act)


@pytest.mark.rule("WORK-008")
@pytest.mark.parametrize("place", ["home", "public"])
def test_without_a_signature_the_work_counts_as_not_done(world, act, place):
    order = make.order(place=place, state="finished")
    with pytest.raises(GateClosed) as no:
        work.complete_order(order, act=act("11:00", by="technician"))
    assert no.value.rules == ["WORK-008"]
    assert no.value.reasons[0].cure == "work.order.sign"
    assert make.fresh(order).state == "finished"


@pytest.mark.rule("WORK-009")
@pytest.mark.parametrize("who", ["owner", "wife"])
def test_a_grown_up_of_the_household_signs_for_work_at_home(home, act, who):
    technician = act("11:00", by="technician")
    signer = home.family[who]
    order = signed(home, technician, signer_name=signer.name, signer=signer)
    assert work.complete_order(order, act=technician).state == "completed"


@pytest.mark.rule("WORK-009")
def test_a_child_does_not_sign_whatever_box_was_ticked(home, act):
    technician = act("11:00", by="technician")
    child = home.family["child"]
    for signer in (child, None):
        order = signed(home, technician, signer_name=child.name, signer=signer)
        with pytest.raises(GateClosed) as no:
            work.complete_order(order, act=technician)
        assert no.value.rules == ["WORK-009"]
    order = signed(order, technician, signer_name="王小明", capacity="owner")
    assert work.complete_order(order, act=technician).state == "completed"


@pytest.mark.rule("WORK-009")
def test_the_child_signs_when_grown_up(home, act):
    child = home.family["child"]
    child.birth_date = date(2008, 3, 2)
    child.save(update_fields=["birth_date"])
    technician = act("11:00", by="technician")
    assert work.complete_order(signed(home, technician, signer_name=child.name, signer=child), act=technician).state == "completed"


@pytest.mark.rule("WORK-009")
def test_a_stranger_does_not_sign_for_the_household(home, act):
    technician = act("11:00", by="technician")
    neighbour = make.customer(name="邻居", phones=("13800138009",))
    for values in (
        {"signer_name": "邻居", "signer": neighbour},
        {"signer_name": "孙管家", "capacity": "staff"},
        {"signer_name": "王小明", "capacity": "reporter"},
    ):
        with pytest.raises(GateClosed) as no:
            work.complete_order(signed(home, technician, **values), act=technician)
        assert no.value.rules == ["WORK-009"]


@pytest.mark.rule("WORK-009")
def test_a_name_signed_in_the_wrong_capacity_signs_again_in_the_right_one(home, act):
    technician = act("11:00", by="technician")
    order = signed(home, technician, signer_name="王小明", capacity="reporter")
    with pytest.raises(GateClosed):
        work.complete_order(order, act=technician)
    right = signed(order, technician, signer_name="王小明", capacity="owner")
    again = signed(right, technician, signer_name="王小明", capacity="owner")
    assert again.sign_off == right.sign_off != order.sign_off
    assert work.complete_order(again, act=technician).state == "completed"


@pytest.mark.rule("WORK-010")
@pytest.mark.parametrize(
    ("unit", "role", "may"),
    [
        ("service", "steward", True),
        ("service", "desk_supervisor", True),
        ("service", "desk_agent", False),
        ("service", "security_leader", False),
        ("security", "security_leader", True),
        ("security", "steward", False),
        ("security", "office_manager", True),
        ("office", "office_manager", True),
        ("office", "technician", False),
        ("sales", "steward", False),
    ],
)
def test_public_repairs_are_signed_by_rank(world, act, unit, role, may):
    order = make.order(place="public", reporter_unit=unit, state="finished")
    technician = act("11:00", by="technician")
    signer = world.people[role]
    order = signed(order, technician, signer_name=signer.name, signer=signer, capacity="staff")
    if may:
        assert work.complete_order(order, act=technician).state == "completed"
    else:
        with pytest.raises(GateClosed) as no:
            work.complete_order(order, act=technician)
        assert no.value.rules == ["WORK-010"]


@pytest.mark.rule("WORK-010")
def test_a_name_alone_is_no_rank(world, act):
    technician = act("11:00", by="technician")
    order = signed(make.order(place="public", state="finished"), technician, signer_name="孙管家", capacity="staff")
    with pytest.raises(GateClosed):
        work.complete_order(order, act=technician)


@pytest.mark.rule("WORK-010")
def test_a_rank_in_another_project_does_not_count(world, act):
    other = make.world(name="望江苑", code="WJ", company=world.company)
    steward = other.people["steward"]
    order = make.order(project=world.project, place="public", state="finished")
    technician = act("11:00", by="technician")
    with pytest.raises(GateClosed):
        work.complete_order(signed(order, technician, signer_name=steward.name, signer=steward, capacity="staff"), act=technician)


def test_only_finished_work_is_signed_and_only_with_a_picture(world, act):
    technician = act("11:00", by="technician")
    with pytest.raises(IllegalMove):
        signed(make.order(state="working"), technician, signer_name="王小明")
    with pytest.raises(BadInput):
        signed(make.order(state="finished"), technician, signer_name="王小明", image=None)
    with pytest.raises(BadInput):
        signed(make.order(state="finished"), technician, signer_name="王小明", capacity="friend")
