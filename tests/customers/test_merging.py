"""One person with two files: suggested, merged, read as one, and two again."""

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanjia.customers import duplicates, selectors, services
from guanjia.customers.models import ContactPoint, Customer, Distinction, Occupancy
from guanjia.desk import selectors as desk
from guanjia.kernel.errors import BadInput, Conflict, IllegalMove, NotAllowed, NotFound, Refusal
from tests import make

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1)


@pytest.fixture
def twice(world):
    """王小明, who bought one flat, and was entered anew with another number when he bought the second."""
    first = make.customer()
    make.occupancy(house=make.house(), customer=first)
    second = make.customer(phones=("13800138000", "0591-87654321"))
    make.occupancy(house=make.house(number="1802"), customer=second)
    return first, second


def pairs(found):
    return [{one.one.number, one.other.number} for one in found]


# -- suggestions ---------------------------------------------------------------------------------
def test_who_has_two_files_is_suggested_with_the_reasons(world, act, twice):
    (found,) = duplicates.suggestions(world.project, act())
    assert {found.one, found.other} == set(twice)
    assert [str(one) for one in found.likeness.reasons] == ["电话相同", "姓名相同"]
    assert pairs(duplicates.suggestions_for(twice[0], act())) == pairs([found])


def test_by_name_and_house_by_wechat_and_by_papers(world, act):
    house = make.house()
    for _ in range(2):
        make.occupancy(house=house, customer=make.customer(name="陈静", phones=()), contact=f"1390000000{_}", role=("owner", "user")[_])
        make.customer(name="林峰", phones=(), wechat="lin_feng")
        make.customer(name=f"周{'一二'[_]}", phones=(), id_no="11010519491231002X")
    found = duplicates.suggestions(world.project, act())
    assert {one.one.name[0] for one in found} == {"陈", "林", "周"}


def test_a_switchboard_is_nobodys_number(world, act):
    for _ in range(9):
        make.customer(name="王小明", phones=("0591-87654321",))
    assert duplicates.suggestions(world.project, act()) == []


def test_nobody_is_suggested_across_projects(world, act, twice, elsewhere):
    make.customer(project=elsewhere["neighbour"])
    both = make.World(world.company, world.project).system
    assert len(duplicates.suggestions(world.project, both)) == 1
    assert len(duplicates.suggestions_for(twice[0], both)) == 1


def test_the_questions_are_as_many_for_two_as_for_twenty(world, act, django_assert_max_num_queries):
    for n in range(20):
        for _ in range(2):
            make.customer(name=f"某{n}", phones=(f"138000000{n:02}",))
    now = act()
    with django_assert_max_num_queries(12):
        assert len(duplicates.suggestions(world.project, now)) == 20


def test_a_pair_told_apart_stays_apart(world, act, twice):
    services.distinguish_customers(twice[0], other=twice[1], act=act())
    services.distinguish_customers(twice[1], other=twice[0], act=act())
    assert duplicates.suggestions(world.project, act()) == []
    assert duplicates.suggestions_for(twice[1], act()) == []
    assert Distinction.objects.unscoped("tests").count() == 1


# -- one view ------------------------------------------------------------------------------------
def test_a_merged_file_is_read_through_the_one_that_speaks_for_the_person(world, act, twice):
    kept, gone = twice
    case = make.case(customer=gone, house=make.house(number="1803"))
    services.merge_customer(gone, into=kept, score=70, act=act())
    assert [one.pk for one in selectors.customers(act())] == [kept.pk]
    (match,) = selectors.who_is_calling("0591-87654321", act())
    assert (match.customer, [house.code for house in match.houses]) == (kept, ["3-2-1801", "3-2-1802"])
    assert list(selectors.people_matching("3-2-1802", act())) == [kept]
    assert list(selectors.people_matching("wxm", act())) == [kept]
    (caller,) = desk.screen_pop("13800138000", act()).callers
    assert (caller.customer, caller.open_cases) == (kept, [case])
    assert duplicates.suggestions(world.project, act()) == []


def test_a_house_lists_a_person_once_however_many_files_he_has(world, act, twice):
    kept, gone = twice
    house = make.house(number="1805")
    for one in twice:
        make.occupancy(house=house, customer=one, role="owner")
    services.merge_customer(gone, into=kept, act=act())
    assert [(one.customer.person, one.role) for one in selectors.residents(house, MARCH, act())] == [(kept, "owner")]
    with pytest.raises(Conflict, match="同样的身份"):
        services.move_in(project=world.project, house=house, customer=gone, role="owner", act=act())


def test_what_is_written_to_a_merged_file_goes_to_the_person_or_is_refused(world, act, twice):
    kept, gone = twice
    services.merge_customer(gone, into=kept, act=act())
    with pytest.raises(IllegalMove, match=f"已并入 {kept.number}"):
        services.change_customer(make.fresh(gone), note="x", act=act())
    moved = services.move_in(project=world.project, house=make.house(number="1809"), customer=make.fresh(gone), role="owner", act=act())
    assert moved.customer == kept


# -- and two again -------------------------------------------------------------------------------
def everything():
    """All that the room keeps of people, but for the count of touches."""
    return {
        model: sorted(
            tuple(sorted((k, str(v)) for k, v in row.items() if k != "version")) for row in model.objects.unscoped("tests").values()
        )
        for model in (Customer, ContactPoint, Occupancy)
    }


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_was_merged_and_undone_is_as_before(world, act, data):
    people = [make.customer(name=f"某{n}", phones=(f"1380000000{n}",)) for n in range(4)]
    make.occupancy(house=make.house(number=f"{next(make._numbers)}"), customer=people[0])
    before, merged = everything(), []
    for one, other in data.draw(st.lists(st.tuples(st.sampled_from(people), st.sampled_from(people)), max_size=6)):
        try:
            services.merge_customer(make.fresh(one), into=make.fresh(other), act=act())
            merged.append(one)
        except Refusal:
            pass
    for one in data.draw(st.permutations(merged)):
        services.unmerge_customer(make.fresh(one), act=act())
    assert everything() == before


def test_what_came_to_the_person_since_stays_with_the_person(world, act, twice):
    kept, gone = twice
    services.merge_customer(gone, into=kept, act=act())
    case = make.case(customer=kept, house=make.house(number="1803"))
    services.unmerge_customer(make.fresh(gone), act=act())
    assert make.fresh(case).customer == kept
    assert {match.customer for match in selectors.who_is_calling("13800138000", act())} == {kept, gone}
    assert make.facts_about(gone)[-2:] == ["customers.customer.merged", "customers.customer.unmerged"]
    with pytest.raises(IllegalMove):
        services.unmerge_customer(make.fresh(gone), act=act())


# -- what is refused -----------------------------------------------------------------------------
def test_two_deep_and_in_circles_is_refused_with_a_way_out(world, act, twice):
    kept, gone = twice
    third = make.customer(name="王晓明")
    services.merge_customer(gone, into=kept, act=act())
    with pytest.raises(IllegalMove, match="请改为把"):
        services.merge_customer(make.fresh(kept), into=third, act=act())
    with pytest.raises(IllegalMove, match="已并入"):
        services.merge_customer(make.fresh(gone), into=third, act=act())
    with pytest.raises(IllegalMove, match="已并入"):
        services.merge_customer(third, into=make.fresh(gone), act=act())
    services.merge_customer(third, into=make.fresh(kept), act=act())
    for one in (kept, third):
        with pytest.raises(IntegrityError), transaction.atomic():
            Customer.objects.unscoped("tests").filter(pk=kept.pk).update(kept=one)


def test_a_company_is_no_person_and_nobody_is_merged_into_himself(world, act, twice):
    with pytest.raises(BadInput, match="不能合并"):
        services.merge_customer(twice[0], into=make.customer(kind="organisation", name="某公司"), act=act())
    with pytest.raises(BadInput, match="另选"):
        services.merge_customer(twice[0], into=twice[0], act=act())


@pytest.mark.parametrize("where", ["neighbour", "other_company"])
def test_files_of_other_projects_are_as_good_as_none(world, act, twice, elsewhere, where):
    stranger = make.customer(project=elsewhere[where])
    with pytest.raises(NotFound):
        services.merge_customer(twice[0], into=stranger, act=act())
    with pytest.raises(NotAllowed):
        services.merge_customer(stranger, into=twice[0], act=act())
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.unscoped("tests").filter(pk=twice[0].pk).update(kept=stranger)


@pytest.mark.parametrize("by", ["technician", "desk_agent"])
def test_not_everybody_merges(world, act, twice, by):
    with pytest.raises(NotAllowed):
        services.merge_customer(twice[0], into=twice[1], act=act(by=by))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_merge_each_into_the_other_one_is_refused(world, act, twice):
    now, start, outcomes = act(), threading.Barrier(2), []

    def run(one, other):
        start.wait()
        try:
            outcomes.append(services.merge_customer(one, into=other, act=now))
        except Refusal as no:
            outcomes.append(no)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in (twice, twice[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(isinstance(one, IllegalMove) for one in outcomes) == [False, True]
    assert Customer.objects.unscoped("tests").exclude(kept=None).count() == 1
