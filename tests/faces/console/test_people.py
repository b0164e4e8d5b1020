"""The console on people: duplicates side by side, a person in four parts, a household on a day, the month's overview."""

from datetime import date

import pytest

from guanjia.customers import services as customers
from guanjia.customers.models import Customer, HouseholdCheck
from guanjia.kernel import clock
from guanjia.rulebook.catalogue import load
from tests import make
from tests.conftest import moment
from tests.faces.console.test_desk import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward(world):
    with clock.travelling(moment("10:30")):
        client = Desk()
        client.force_login(world.people["steward"])
        yield client


@pytest.fixture
def twice(world):
    first, second = make.customer(), make.customer(phones=("13800138000", "0591-87654321"))
    make.occupancy(house=make.house(), customer=first)
    make.occupancy(house=make.house(number="1802"), customer=second)
    return first, second


def text(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


# -- duplicates ----------------------------------------------------------------------------------
def test_a_pair_is_shown_with_reasons_and_side_by_side_with_masked_numbers(steward, twice):
    assert "电话相同" in text(steward, "/duplicates/")
    page = text(steward, f"/duplicates/{twice[0].pk}/?other={twice[1].pk}")
    assert "compare-same" in page
    assert "138****8000" in page
    assert "13800138000" not in page


@pytest.mark.parametrize(("keep", "left"), [("left", 0), ("right", 1)])
def test_whichever_side_is_kept_speaks_for_the_person_and_it_can_be_undone(steward, twice, keep, left):
    here = f"/duplicates/{twice[0].pk}/"
    steward.send(here, page=f"{here}?other={twice[1].pk}", other=str(twice[1].pk), keep=keep)
    kept, gone = twice[left], twice[1 - left]
    assert make.fresh(gone).kept == kept
    assert gone.number in text(steward, f"/customers/{kept.pk}/")
    assert f"已并入 {kept.number}" in text(steward, f"/customers/{gone.pk}/")
    steward.send(f"/customers/{gone.pk}/separation/", page=f"/customers/{kept.pk}/")
    assert make.fresh(gone).kept is None


def test_two_people_are_not_asked_about_again(steward, twice):
    here = f"/duplicates/{twice[0].pk}/"
    steward.send(here, page=f"{here}?other={twice[1].pk}", other=str(twice[1].pk), keep="two")
    assert "没有疑似重复的档案" in text(steward, "/duplicates/")


@pytest.mark.parametrize("other", ["", "x", "01900000-0000-7000-8000-000000000000", "foreign"])
def test_a_foreign_file_beside_ones_own_answers_like_a_missing_one(world, steward, twice, other):
    if other == "foreign":
        other = make.customer(project=make.world(name="别处", code="BC").project).pk
    assert steward.get(f"/duplicates/{twice[0].pk}/?other={other}").status_code == 404


def test_the_desk_does_not_merge(world, twice):
    client = Desk()
    client.force_login(world.people["desk_agent"])
    assert client.get(f"/duplicates/{twice[0].pk}/?other={twice[1].pk}").status_code == 403
    assert "疑似重复档案" not in text(client, "/")


# -- a person ------------------------------------------------------------------------------------
@pytest.mark.rule("CUS-005")
def test_a_persons_page_has_the_handbooks_four_parts_over_all_his_files(world, act, steward, twice):
    kept, gone = twice
    house = make.house(number="1803")
    make.case(customer=kept, house=house, content="水管漏水")
    complaint = make.case(type="complaint", customer=gone, house=house)
    customers.merge_customer(gone, into=kept, act=act(by="steward"))
    page = text(steward, f"/customers/{kept.pk}/")
    for key, label in load()["CUS-005"].param("parts").items():
        assert f'id="{key.replace("_", "-")}"' in page
        assert label in page
    assert "水管漏水" in page
    assert complaint.number in page
    assert "3-2-1802" in page


def test_a_person_page_tells_where_somebody_was_on_a_day(steward, world):
    customer = make.customer()
    make.occupancy(house=make.house(number="101"), customer=customer, starts_on=date(2025, 1, 1), ends_on=date(2026, 1, 1))
    make.occupancy(house=make.house(number="102"), customer=customer, starts_on=date(2026, 1, 1))
    page = text(steward, f"/customers/{customer.pk}/?on=2025-03-01")
    assert "3-2-101" in page
    assert "3-2-102" not in page
    assert "3-2-102" in text(steward, f"/customers/{customer.pk}/?on=nonsense")


def test_marks_preferences_and_gaps_are_on_the_page(steward, world, act):
    customer = make.customer()
    customers.set_flag(make.flag(customer=customer), act=act(by="steward"))
    make.preference(customer=customer)
    make.note(customer=customer)
    page = text(steward, f"/customers/{customer.pk}/")
    for words in ("大客户", "上门前先来电", "儿童游乐设施", "管家上门"):
        assert words in page


def test_a_person_page_asks_as_many_questions_for_many_houses(steward, world, django_assert_max_num_queries):
    customer = make.customer()
    for n in range(12):
        make.occupancy(house=make.house(number=f"20{n}"), customer=customer)
    with django_assert_max_num_queries(40):
        text(steward, f"/customers/{customer.pk}/")


# -- a household, and the overview -----------------------------------------------------------------
@pytest.mark.rule("CUS-005")
def test_a_household_shows_who_lived_there_on_a_day(steward, world):
    house = make.house()
    household = make.occupancy(house=house, customer=make.customer(), starts_on=date(2025, 1, 1)).household
    wife = make.customer(name="李梅", phones=("13900000001",))
    make.occupancy(house=house, customer=wife, role="family", starts_on=date(2026, 2, 1))
    page = text(steward, f"/households/{household.pk}/")
    assert "李梅" in page
    for label in load()["CUS-005"].param("parts").values():
        assert label in page
    assert "李梅" not in text(steward, f"/households/{household.pk}/?on=2025-03-01")


@pytest.mark.rule("CUS-012", "CUS-013")
def test_rows_are_found_marked_and_the_month_is_signed(steward, world):
    households = [make.occupancy(house=make.house(number=n), customer=make.customer(name=f"某{n}")).household for n in ("101", "102")]
    page = text(steward, "/overview/")
    assert "还有 2 户没有核对" in page
    assert "签认本月" not in page
    assert "138****8000" in page
    assert "某102" not in text(steward, "/overview/?q=3-2-101")
    for household in households:
        steward.send(f"/overview/{household.pk}/check/", page="/overview/", back="")
    assert HouseholdCheck.objects.unscoped("tests").count() == 2
    assert "这个月都核对过了" in text(steward, "/overview/?open=1")
    answer = steward.send("/overview/signature/", page="/overview/", project=str(world.project.pk))
    assert answer.status_code == 302
    assert "本月已由" in text(steward, "/overview/")


def test_the_overview_is_read_page_by_page_with_as_many_questions(steward, world, django_assert_max_num_queries):
    for n in range(62):
        make.occupancy(house=make.house(number=f"{n + 100}"), customer=make.customer(name=f"某{n}", phones=(f"138000000{n:02}",)))
    with django_assert_max_num_queries(30):
        page = text(steward, "/overview/")
    further = page.split('href="?')[1].split('"')[0].replace("&amp;", "&")
    assert "某61" in text(steward, f"/overview/?{further}")


def test_one_box_finds_people_by_sound_number_house_and_other_names(steward, world):
    customer = make.customer(name="单小梅")
    make.occupancy(house=make.house(), customer=customer)
    for typed in ("dxm", "单小", "8000", "3-2-1801"):
        assert str(Customer(pk=customer.pk).pk) in text(steward, f"/search?q={typed}"), typed
