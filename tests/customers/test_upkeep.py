"""Files kept true: the overview checked and signed every month, customers asked once a year, clean-ups counted, gaps named."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from guanjia.customers import completeness, overview, selectors, services
from guanjia.customers.models import Cleanup
from guanjia.kernel import files
from guanjia.kernel.errors import BadInput, Conflict, GateClosed, NotAllowed
from guanjia.quality.services import SIGNED
from guanjia.rulebook import registry, ticking
from guanjia.rulebook.catalogue import load
from tests import make
from tests.conftest import moment

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.fixture
def household(world):
    return make.occupancy(house=make.house(), customer=make.customer()).household


def rows(world, act):
    return overview.rows(overview.households(world.project, TODAY, act), TODAY, "2026-03", act)


# -- the overview (CUS-012) ------------------------------------------------------------------------
@pytest.mark.rule("CUS-012")
def test_the_overview_has_the_handbooks_columns_and_is_always_current(world, act, household):
    assert list(overview.columns()) == list(load()["CUS-012"].fields) == ["owner", "decoration", "contact"]
    make.estate.change_use(household.house, use="decorating", starts_on=TODAY, act=act())
    (row,) = rows(world, act())
    assert (row.names, row.phones, row.decoration) == ("王小明", ["+8613800138000"], "装修中，自 2026-03-02")
    services.change_customer(row.principals[0].customer, name="王大明", phones=["13900139000"], act=act())
    (row,) = rows(world, act())
    assert (row.names, row.phones) == ("王大明", ["+8613900139000"])


@pytest.mark.rule("CUS-012")
def test_a_household_that_is_over_is_not_in_it(world, act, household):
    services.move_out(household.occupancies.get(), ends_on=TODAY, act=act())
    assert rows(world, act()) == []


def test_the_questions_are_as_many_for_two_as_for_ten(world, act, django_assert_max_num_queries):
    for n in range(10):
        make.occupancy(house=make.house(number=f"10{n}"), customer=make.customer(name=f"某{n}", phones=(f"1380000000{n}",)))
    now = act()
    with django_assert_max_num_queries(6):
        assert len([(row.names, row.phones, row.check) for row in rows(world, now)]) == 10


# -- checked and signed every month (CUS-013) ------------------------------------------------------
@pytest.mark.rule("CUS-013")
def test_the_month_is_signed_only_when_each_row_has_its_mark(world, act, household):
    other = make.occupancy(house=make.house(number="1802"), customer=make.customer(name="李梅")).household
    services.verify_household(household, act=act())
    with pytest.raises(GateClosed) as no:
        services.sign_overview(project=world.project, act=act(by="desk_supervisor"))
    assert no.value.rules == ["CUS-013"]
    assert "还有 1 户没有核对" in str(no.value)
    services.verify_household(other, act=act())
    signed = services.sign_overview(project=world.project, act=act(by="desk_supervisor"))
    assert (signed.register, signed.period) == ("household_overview", "2026-03")
    assert [line[-1] for line in signed.content["rows"]] == ["✓ 03-02 孙管家"] * 2
    [paper] = files.of(signed, role=SIGNED)
    assert files.read(paper, act=act()).startswith(b"%PDF")
    with pytest.raises(Conflict):
        services.sign_overview(project=world.project, act=act("11:00", by="desk_supervisor"))


@pytest.mark.rule("CUS-013")
def test_what_is_signed_shows_no_whole_name_or_number(world, act, household):
    services.verify_household(household, act=act())
    told = str(services.sign_overview(project=world.project, act=act(by="desk_supervisor")).content)
    assert "王*明" in told
    assert not any(secret in told for secret in ("王小明", "13800138000", "138 0013 8000"))


@pytest.mark.rule("CUS-013")
def test_each_project_owes_the_check_of_each_month_until_it_is_signed(world, act, household):
    ticking.tick(moment("00:30"))
    owed = make.duties(world.project, "CUS-013")
    assert [one.met_at for one in owed] == [None]
    services.verify_household(household, act=act())
    services.sign_overview(project=world.project, act=act("11:00", by="desk_supervisor"))
    assert make.fresh(owed[0]).met_at == moment("11:00")


@pytest.mark.rule("CUS-013")
def test_a_row_is_marked_once_a_month_by_somebody(world, act, household):
    assert services.verify_household(household, act=act()).checker.name == "孙管家"
    with pytest.raises(Conflict, match="已核对过"):
        services.verify_household(household, act=act("11:00"))
    services.verify_household(household, act=act("04-02 10:00"))
    with pytest.raises(NotAllowed):
        services.verify_household(household, act=world.system)
    with pytest.raises(BadInput, match="已经开始的月份"):
        services.verify_household(household, period="2027-01", act=act())


# -- asked from time to time (CUS-003) -------------------------------------------------------------
@pytest.mark.rule("CUS-003")
def test_every_household_is_owed_a_look_each_period_and_one_of_its_people_answers_for_it(world, act, household):
    binding = next(one for one in registry.of_rule("CUS-003"))
    assert [ref.id for ref in binding.draw(world.project, "2026", moment("10:00"))] == [household.pk]
    assert binding.is_met_by("customers.customer.verified", {})
    services.verify_customer(household.occupancies.get().customer, act=act())
    (line,) = [entry for entry in make.timeline_of(household) if entry.fact == "customers.customer.verified"]
    assert household.pk in {ref.id for ref in line.stored_about()}


@pytest.mark.rule("CUS-003")
def test_who_lives_nowhere_is_verified_for_nobody(world, act, household):
    services.verify_customer(make.customer(name="前业主"), act=act())
    assert "customers.customer.verified" not in make.facts_about(household)


# -- clean-ups (CUS-028) ---------------------------------------------------------------------------
@pytest.mark.rule("CUS-028")
def test_a_clean_up_ends_with_six_numbers_and_the_journal_counts_what_it_can(world, act):
    cleanup = services.open_cleanup(project=world.project, act=act("09:00"))
    one, other = make.customer(), make.customer()
    services.merge_customer(other, into=one, act=act())
    services.assign_segment(one, act=act())
    done = services.finish_cleanup(cleanup, cancelled=3, act=act("11:00"))
    numbers = [done.merged, done.cancelled, done.cleared, done.completed, done.classified, done.transferred]
    assert (done.state, numbers) == ("finished", [1, 3, 0, 0, 1, 0])
    assert list(load()["CUS-028"].param("actions")) == ["merge", "cancel", "clear", "complete", "classify", "transfer"]


@pytest.mark.rule("CUS-028")
def test_one_clean_up_at_a_time_and_none_ends_without_its_numbers(world, act):
    cleanup = services.open_cleanup(project=world.project, act=act())
    with pytest.raises(Conflict, match="正在进行"):
        services.open_cleanup(project=world.project, act=act())
    with pytest.raises(BadInput, match="不能小于"):
        services.finish_cleanup(cleanup, cleared=-1, act=act())
    with pytest.raises(IntegrityError), transaction.atomic():
        Cleanup.objects.unscoped("tests").filter(pk=cleanup.pk).update(state="finished")


@pytest.mark.rule("CUS-028")
def test_it_is_owed_each_period_and_met_by_its_end(world, act):
    binding = next(one for one in registry.of_rule("CUS-028"))
    assert [ref.id for ref in binding.draw(world.project, "2026", moment("10:00"))] == [world.project.pk]
    cleanup = services.open_cleanup(project=world.project, act=act())
    services.finish_cleanup(cleanup, act=act("11:00"))
    assert "customers.cleanup.finished" in make.facts_about(world.project)


# -- what is missing -------------------------------------------------------------------------------
@pytest.mark.parametrize("items", [completeness.PERSON_ITEMS, completeness.ORGANISATION_ITEMS])
def test_the_weights_come_to_a_hundred(items):
    assert sum(item.weight for item in items) == 100


def test_a_file_says_what_it_lacks_the_weightiest_first_and_who_can_tell(world, act):
    customer = make.customer(phones=())
    found = selectors.completeness_of(customer, act())
    assert [item.key for item in found.missing][:3] == ["phone", "house", "id_no"]
    assert (found.score, all(item.who for item in found.missing)) == (15, True)


def test_what_the_merged_file_knew_is_known(world, act):
    one, other = make.customer(phones=()), make.customer(id_no="11010519491231002X")
    services.merge_customer(other, into=one, act=act())
    assert {"phone", "id_no"}.isdisjoint(item.key for item in selectors.completeness_of(one, act()).missing)


def test_nothing_is_missing_from_a_whole_file():
    there = dict.fromkeys(("name", "phone", "house", "id_no", "sex", "birth_date", "consent", "preference"), True)
    assert completeness.of_file("person", there) == completeness.Completeness(100, ())
    assert completeness.of_household([]) == 0
