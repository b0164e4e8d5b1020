"""Buildings and houses: their addresses, numbers and delivery."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from guanjia.estate import selectors, services
from guanjia.estate.models import Building, House
from guanjia.kernel.errors import BadInput, Conflict, GateClosed, IllegalMove, NotAllowed, NotFound
from guanjia.kernel.models import JournalEntry
from tests import make

pytestmark = pytest.mark.django_db


def register(project, building, act, **values):
    values = {"number": "1801", "area_m2": Decimal("89.50"), "floor": 18} | values
    return services.register_house(project=project, building=building, act=act, **values)


# -- the address (EST-010) -----------------------------------------------------------------------
@pytest.mark.rule("EST-010")
def test_a_house_is_registered_with_all_five_levels_or_not_at_all(world, act):
    building = make.building()
    with pytest.raises(GateClosed) as no:
        register(world.project, building, act(), number=" ", floor=None)
    assert no.value.rules == ["EST-010"]
    assert [reason.field for reason in no.value.reasons] == ["floor", "number"]
    assert not House.objects.visible_to(act()).exists()
    assert register(world.project, building, act()).path == "翠湖花园 3-1801"


@pytest.mark.rule("EST-010")
@pytest.mark.parametrize("level", ["address_district", "address_community", "name", "code"])
def test_the_database_keeps_no_building_with_a_blank_level(world, act, level):
    building = make.building()
    with pytest.raises(IntegrityError), transaction.atomic():
        Building.objects.visible_to(act()).filter(pk=building.pk).update(**{level: "  "})


@pytest.mark.rule("EST-010")
@pytest.mark.parametrize("blank", [{"number": " "}, {"entrance": None, "floor": None}])
def test_the_database_keeps_no_house_with_a_blank_level(world, act, blank):
    house = make.house()
    with pytest.raises(IntegrityError), transaction.atomic():
        House.objects.visible_to(act()).filter(pk=house.pk).update(**blank)


@pytest.mark.rule("EST-010")
def test_a_wrong_address_is_put_right_and_the_journal_says_how(world, act):
    house = services.correct_house(make.house(), number="1802室", act=act())
    assert (house.code, house.path) == ("3-2-1802", "翠湖花园 3-2-1802")
    line = JournalEntry.objects.visible_to(act()).get(fact="estate.house.corrected")
    assert line.payload["changes"] == {"number": ["1801", "1802"]}


def test_a_buildings_new_name_reaches_its_houses(world, act):
    house = make.house()
    services.correct_building(house.building, code="5", address_community="翠湖东苑", act=act())
    assert selectors.house_for(act(), house.pk).path == "翠湖东苑 5-2-1801"


def test_what_is_not_said_of_a_building_comes_from_the_project(world, act):
    world.project.district = "台江区"
    building = services.register_building(project=world.project, code="7栋", act=act())
    assert (building.code, building.name, building.address_district, building.address_community) == ("7", "7栋", "台江区", "翠湖花园")


def test_a_house_entered_under_the_wrong_building_is_moved(world, act):
    house, right = make.house(), make.entrance(make.building(code="5"), name="1")
    with pytest.raises(BadInput):
        services.correct_house(house, building=right.building, entrance=house.entrance, act=act())
    house = services.correct_house(house, building=right.building, entrance=right, act=act())
    assert house.path == "翠湖花园 5-1-1801"
    assert services.correct_house(house, building=right.building, act=act()).path == "翠湖花园 5-1801"


def test_a_building_brings_its_entrances_and_may_get_more(world, act):
    building = services.register_building(project=world.project, code="3", entrance_names=["1", "2单元", "2"], act=act())
    services.correct_building(building, entrance_names=["2", "3"], act=act())
    assert [entrance.name for entrance in building.entrances.all()] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("written", "entrance", "number"),
    [
        ("3栋2单元1801室", "2", "1801"),
        ("3-1801", None, "1801"),
        ("3-2-18-01", "2", "18-01"),
    ],
)
def test_a_written_address_is_taken_apart(world, act, written, entrance, number):
    building = make.entrance().building
    place = selectors.place_of(written, world.project, act())
    assert (place["building"], place["entrance"] and place["entrance"].name, place["number"]) == (building, entrance, number)


# -- numbers -------------------------------------------------------------------------------------
def test_a_house_number_exists_once_in_a_building(world, act):
    building = make.building()
    register(world.project, building, act())
    with pytest.raises(Conflict) as no:
        register(world.project, building, act())
    assert "已有这个房号" in str(no.value)


def test_two_entrances_of_a_building_may_have_the_same_room_number(world):
    one = make.house(number="101")
    other = make.house(by=make.entrance(one.building, name="3"), number="101")
    assert (one.code, other.code) == ("3-2-101", "3-3-101")


def test_bad_values_are_named_together(world, act):
    with pytest.raises(BadInput) as no:
        register(world.project, make.building(), act(), kind="castle", area_m2="much")
    assert {reason.field for reason in no.value.reasons} == {"kind", "area_m2"}


@pytest.mark.parametrize("area", ["0", "-1"])
def test_a_house_without_area_is_refused_in_words(world, act, area):
    with pytest.raises(Conflict) as no:
        register(world.project, make.building(), act(), area_m2=Decimal(area))
    assert "建筑面积须大于 0" in str(no.value)


def test_an_entrance_belongs_to_the_houses_own_building(world, act):
    stranger = make.entrance(make.building(code="9"))
    with pytest.raises(BadInput):
        register(world.project, make.building(), act(), entrance=stranger)


# -- delivery (EST-003) --------------------------------------------------------------------------
@pytest.mark.rule("EST-003")
def test_a_house_is_sold_returned_sold_again_and_handed_over(world, act):
    house = make.house(state="unsold")
    house = services.sell_house(house, act=act())
    house = services.take_back_house(house, reason="按揭未批", act=act())
    house = services.sell_house(house, act=act())
    house = services.hand_over_house(house, act=act())
    assert house.state == "handed_over"
    facts = JournalEntry.objects.visible_to(act()).filter(subject_id=house.pk).order_by("seq").values_list("fact", flat=True)
    assert list(facts)[1:] == [
        "estate.house.sold",
        "estate.house.taken_back",
        "estate.house.sold",
        "estate.house.handed_over",
        "estate.house.use_changed",
    ]


@pytest.mark.rule("EST-003")
@pytest.mark.parametrize(
    ("state", "move"),
    [
        ("unsold", "take_back"),
        ("unsold", "hand_over"),
        ("sold", "sell"),
        ("handed_over", "sell"),
        ("handed_over", "take_back"),
        ("handed_over", "hand_over"),
    ],
)
def test_no_step_of_the_delivery_is_skipped_or_undone(world, act, state, move):
    house = make.house(state=state)
    steps = {
        "sell": services.sell_house,
        "hand_over": services.hand_over_house,
        "take_back": lambda house, act: services.take_back_house(house, reason="退房", act=act),
    }
    with pytest.raises(IllegalMove):
        steps[move](house, act=act())


@pytest.mark.rule("EST-003")
def test_the_database_knows_no_other_state(world, act):
    house = make.house()
    with pytest.raises(IntegrityError), transaction.atomic():
        House.objects.visible_to(act()).filter(pk=house.pk).update(state="haunted")


def test_a_return_says_why(world, act):
    with pytest.raises(BadInput):
        services.take_back_house(make.house(state="sold"), reason=" ", act=act())


# -- who may, who sees ---------------------------------------------------------------------------
def test_a_technician_registers_no_houses(world, act):
    with pytest.raises(NotAllowed):
        register(world.project, make.building(), act(by="technician"))


@pytest.mark.parametrize("where", ["neighbour", "other_company"])
def test_houses_of_another_project_are_neither_seen_nor_changed(world, act, where, elsewhere):
    house = make.house(project=elsewhere[where])
    assert not selectors.houses(act()).exists()
    assert not selectors.houses_matching("3-2-1801", act()).exists()
    with pytest.raises(NotFound):
        selectors.house_for(act(), house.pk)
    with pytest.raises(NotAllowed):
        services.correct_house(house, layout="两室一厅", act=act())


def test_a_house_cannot_be_put_into_a_foreign_building(world, act, elsewhere):
    with pytest.raises(NotFound):
        register(world.project, make.building(project=elsewhere["neighbour"]), act())


# -- finding -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "typed",
    [
        "3-2-1801",
        "3栋2单元1801室",
        "3#2-1801",
        "３－２－１８０１",
        "翠湖花园 3-2-1801",
        "翠湖花园3栋2单元1801",
        "1801",
        "3-2",
        "3 2 1801",
    ],
)
def test_a_house_is_found_however_its_address_is_written(world, act, typed):
    house = make.house()
    make.house(by=make.entrance(make.building(code="4"), name="1"), number="2801")
    assert list(selectors.houses_matching(typed, act())) == [house]


@pytest.mark.parametrize("typed", ["", "  ", "9-9-9999", "%", "_"])
def test_nothing_typed_or_nothing_there_finds_no_house(world, act, typed):
    make.house()
    assert not selectors.houses_matching(typed, act()).exists()


def test_houses_stand_in_the_order_in_which_people_count(world, act):
    for code in ["10", "2"]:
        make.house(by=make.entrance(make.building(code=code), name="1"), number="101")
    make.house(by=make.entrance(make.building(code="1"), name="1"), number="1001")
    make.house(by=make.entrance(selectors.buildings(act()).get(code="1"), name="2"), number="302")
    assert [house.code for house in selectors.houses(act())] == ["1-1-1001", "1-2-302", "2-1-101", "10-1-101"]


def test_a_list_of_houses_costs_one_query(world, act, django_assert_num_queries):
    for number in ["101", "102", "103"]:
        make.house(number=number)
    now = act()
    with django_assert_num_queries(1):
        assert [f"{house} {house.building} {house.entrance}" for house in selectors.houses(now)]


def test_common_areas_belong_to_a_building_or_to_everyone(world, act):
    building = make.building()
    lobby = services.register_area(project=world.project, kind="lobby", name="3栋大堂", building=building, act=act())
    services.register_area(project=world.project, kind="road", name="环路", act=act())
    assert list(selectors.areas(act(), building)) == [lobby]
    assert selectors.areas(act()).count() == 2
    with pytest.raises(Conflict):
        services.register_area(project=world.project, kind="road", name="环路", act=act())
