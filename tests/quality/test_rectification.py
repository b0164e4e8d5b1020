"""Putting right: a person, a day, an opinion; and somebody else who looks."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from guanjia.kernel.errors import BadInput, IllegalMove, NotAllowed
from guanjia.quality import selectors
from guanjia.quality import services as quality
from guanjia.quality.models import Rectification
from tests import make


@pytest.fixture
def opened(world, act):
    return quality.open_rectification(project=world.project, matter="楼道三天未打扫", kind="service", act=act("10:00", by="office_manager"))


@pytest.fixture
def planned(opened, world, act):
    return quality.plan_rectification(
        opened, person=world.people["dept_head"], due_on=date(2026, 3, 5), opinion="加派一班", act=act("10:10", by="office_manager")
    )


def test_a_shortcoming_is_put_right_by_a_person_and_verified_by_another(planned, world, act):
    done = quality.finish_rectification(planned, corrective="已加派", preventive="排入周检", act=act("03-04 09:00", by="dept_head"))
    verified = quality.verify_rectification(done, effect="干净", act=act("03-05 09:00", by="quality_inspector"))
    assert (verified.state, verified.verifier) == ("verified", world.people["quality_inspector"])
    assert [fact.rsplit(".", 1)[1] for fact in make.facts_about(verified)] == ["opened", "planned", "finished", "verified"]


def test_nobody_verifies_his_own_work(planned, act):
    done = quality.finish_rectification(planned, corrective="已加派", act=act("03-04 09:00", by="dept_head"))
    for verdict in (
        lambda: quality.verify_rectification(done, effect="干净", act=act("03-05 09:00", by="dept_head")),
        lambda: quality.fail_rectification(done, reason="仍脏", act=act("03-05 09:00", by="dept_head")),
    ):
        with pytest.raises(BadInput):
            verdict()
    with pytest.raises(IntegrityError), transaction.atomic():
        Rectification.objects.unscoped("tests").filter(pk=done.pk).update(verifier=done.responsible)


def test_what_fails_is_planned_again(planned, world, act):
    done = quality.finish_rectification(planned, corrective="已加派", act=act("03-04 09:00", by="dept_head"))
    failed = quality.fail_rectification(done, reason="仍脏", act=act("03-05 09:00", by="quality_inspector"))
    again = quality.plan_rectification(
        failed, person=world.people["cleaning_head"], due_on=date(2026, 3, 8), opinion="换人", act=act("03-05 09:10", by="office_manager")
    )
    assert (again.state, again.finished_at, again.verifier) == ("planned", None, None)


def test_planning_needs_an_opinion_and_a_day_to_come(opened, world, act):
    for wrong in ({"opinion": " "}, {"due_on": date(2026, 3, 1)}):
        values = {"person": world.people["dept_head"], "due_on": date(2026, 3, 5), "opinion": "加派"} | wrong
        with pytest.raises(BadInput) as no:
            quality.plan_rectification(opened, **values, act=act("10:10", by="office_manager"))
        assert [reason.field for reason in no.value.reasons] == list(wrong)


def test_the_database_wants_a_plan_to_be_whole(planned):
    for hole in ({"responsible": None}, {"due_on": None}, {"opinion": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Rectification.objects.unscoped("tests").filter(pk=planned.pk).update(**hole)


def test_a_rectification_is_found_from_its_source(world, act):
    order = make.order()
    about = quality.open_rectification(project=world.project, matter="工具遗落住户家", source=order, act=act("10:00", by="office_manager"))
    quality.open_rectification(project=world.project, matter="另一件", act=act("10:00", by="office_manager"))
    assert list(selectors.rectifications_of(order, act("10:30"))) == [about]
    assert "quality.rectification.opened" in make.facts_about(order)
    assert selectors.unfinished(act("10:30")).count() == 2


def test_a_move_out_of_turn_is_refused(opened, act):
    with pytest.raises(IllegalMove):
        quality.finish_rectification(opened, corrective="好了", act=act("10:30", by="office_manager"))


def test_a_technician_opens_none(world, act):
    with pytest.raises(NotAllowed):
        quality.open_rectification(project=world.project, matter="x", act=act("10:00", by="technician"))
