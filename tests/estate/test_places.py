"""Parking, facilities, venues, warranties, insurances, drawings."""

from datetime import date

import pytest

from guanjia.estate import services
from guanjia.estate.models import CommonArea, Drawing
from guanjia.estate.states import VENUES
from guanjia.kernel import files
from guanjia.kernel.errors import BadInput, Conflict, IllegalMove, NotFound
from guanjia.kernel.files import Upload
from guanjia.kernel.journal import timeline_of
from guanjia.rulebook.catalogue import load
from guanjia.web.register import REGISTERS
from tests import make
from tests.conftest import moment

pytestmark = pytest.mark.django_db

MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)
PDF = b"%PDF-1.7 a sheet"


# -- parking ---------------------------------------------------------------------------------------
def test_a_space_is_one_house_s_by_title_and_may_be_let_to_another(world, act):
    space = make.space()
    make.parking_use(space=space)
    make.parking_use(space=space, right="lease")
    with pytest.raises(Conflict) as no:
        make.parking_use(space=space)
    assert "已归别的房屋" in str(no.value)


def test_a_space_that_was_taken_back_goes_to_the_next(world, act):
    use = make.parking_use(right="lease")
    services.release_space(use, ends_on=MARCH, act=act())
    assert make.parking_use(space=use.space, right="lease", starts_on=MARCH).ends_on is None
    with pytest.raises(IllegalMove):
        services.release_space(use, ends_on=MAY, act=act())


def test_a_closed_space_is_given_to_nobody(world, act):
    with pytest.raises(IllegalMove):
        make.parking_use(space=make.space(state="closed"))


def test_spaces_and_houses_of_other_projects_are_as_good_as_none(world, act, elsewhere):
    for project in elsewhere.values():
        foreign = make.house(project=project)
        with pytest.raises(NotFound):
            services.assign_space(project=world.project, space=make.space(), house=foreign, right="title", starts_on=MARCH, act=act())


# -- facilities ------------------------------------------------------------------------------------
def test_how_long_a_facility_did_not_run_is_kept(world, act):
    lift = make.facility()
    lift = services.fail_facility(lift, symptom="困人", act=act("10:00"))
    assert (lift.state, lift.state_since) == ("failed", moment("10:00"))
    with pytest.raises(IllegalMove):
        services.fail_facility(lift, symptom="困人", act=act("10:01"))
    services.restore_facility(lift, result="更换门机", act=act("11:30"))
    assert next(entry.payload["minutes"] for entry in timeline_of(lift) if entry.fact == "estate.facility.restored") == 90


@pytest.mark.parametrize("words", ["", "  "])
def test_a_failure_and_its_end_are_said_in_words(world, act, words):
    lift = make.facility()
    with pytest.raises(BadInput):
        services.fail_facility(lift, symptom=words, act=act())
    lift = services.fail_facility(lift, symptom="异响", act=act())
    with pytest.raises(BadInput):
        services.restore_facility(lift, result=words, act=act())


@pytest.mark.parametrize("things", [{}, {"house", "facility"}])
def test_a_warranty_is_of_one_thing(world, act, things):
    with pytest.raises(BadInput) as no:
        services.register_warranty(
            project=world.project,
            part="防水",
            provider="总包",
            starts_on=MARCH,
            ends_on=MAY,
            act=act(),
            **{n: getattr(make, n)() for n in things},
        )
    assert "选定一项" in str(no.value)


def test_a_warranty_ends_after_it_begins(world, act):
    with pytest.raises(BadInput):
        make.warranty(starts_on=MAY, ends_on=MARCH)


# -- what the handbook wants on file ---------------------------------------------------------------
@pytest.mark.rule("EST-012")
def test_an_insurance_names_item_policy_contact_and_terms(world, act):
    columns = [column.label for column in REGISTERS["insurance"].default_columns]
    assert set(load()["EST-012"].fields.values()) <= set(columns)
    for missing in ("item", "policy", "contact", "terms"):
        with pytest.raises(BadInput) as no:
            make.insurance(**{missing: ""})
        assert [reason.field for reason in no.value.reasons] == [missing]


@pytest.mark.rule("EST-013")
def test_a_drawing_of_each_kind_has_editions_of_which_the_newest_holds(world, act):
    for kind in load()["EST-013"].params["content"]:
        first = make.drawing(kind=kind, sheet=Upload("图.pdf", PDF))
        second = make.drawing(kind=kind)
        assert (first.edition, second.edition) == (1, 2)
        assert make.fresh(first).superseded_on == second.published_on
        assert [one.content_type for one in files.of(first)] == ["application/pdf"]
    assert Drawing.objects.visible_to(act()).filter(superseded_on=None).count() == 6


@pytest.mark.rule("EST-014")
def test_the_seven_venues_of_the_list_stand_in_the_register(world, act):
    for nth, venue in enumerate(VENUES):
        make.venue(name=f"场地{nth}", venue=venue)
    make.area()
    listed = REGISTERS["venue"].rows(act())
    assert sorted(listed.values_list("venue", flat=True)) == sorted(load()["EST-014"].params["venues"])


@pytest.mark.rule("EST-014")
def test_a_venue_says_which_it_is_and_nothing_else_does(world, act):
    with pytest.raises(BadInput):
        make.venue(venue="")
    with pytest.raises(BadInput):
        make.area(venue="gym")
    court = make.venue(venue="ball_court")
    services.correct_area(court, capacity=20, rules="七时至二十一时开放", act=act())
    court = CommonArea.objects.visible_to(act()).get(pk=court.pk)
    assert (court.venue, court.capacity, court.rules) == ("ball_court", 20, "七时至二十一时开放")
