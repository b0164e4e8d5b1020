"""The monthly report: drafted when the month is over, signed as it was seen, and supplemented ever after."""

from datetime import timedelta

import pytest

from guanjia.insight import monthly, services
from guanjia.insight.models import Snapshot
from guanjia.kernel import documents, files
from guanjia.kernel.errors import BadInput, Conflict, IllegalMove, NotAllowed
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import Place, record
from guanjia.kernel.usecase import usecase
from guanjia.quality import services as quality
from guanjia.rulebook import facts as told
from guanjia.rulebook import rollups
from guanjia.rulebook.models import Obligation, Reading
from tests.conftest import moment
from tests.rulebook.test_compliance import obligation

APRIL = "04-01 09:00"


@usecase("test.report.say")
def say(project, *, subject, fact, act):
    return record(subject, fact, act=act, project=Place(project.company_id, project.pk))


@pytest.fixture
def march(world, act):
    due = moment("10:00")
    rows = [
        obligation(world, due, met_at=due - timedelta(hours=1)),
        obligation(world, due, met_at=due + timedelta(hours=1), rule="FUP-001", assignee=world.people["desk_agent"]),
        obligation(world, due, rule="FUP-001"),
        obligation(world, due, waived=True, voided_at=due, void_reason="停水 *一天*"),
    ]
    Obligation.objects.bulk_create(rows)
    about = Ref(rows[1].subject_kind, rows[1].subject_id)
    late = told.LateExplained(rule="FUP-001", obligation_id=str(rows[1].pk), reason="业主出差")
    say(world.project, subject=about, fact=late, act=world.system.at_moment(moment("12:00")))
    Reading.objects.create(
        project=world.project,
        rule="FUP-011",
        period="2026-03",
        numerator_count=1,
        denominator_count=4,
        target="0.6",
        taken_at=moment(APRIL),
    )
    return rows


def manager(act, at=APRIL):
    return act(at, by="office_manager")


def test_it_says_what_the_month_was(world, act, march):
    content = monthly.compose(world.project, "2026-03", manager(act))
    assert (content["numbers"]["owed"], content["numbers"]["in_time"], content["numbers"]["breached"]) == (4, 1, 2)
    [worst] = content["worst"]
    assert (worst["rule"], worst["reasons"][0]["reason"], worst["silent"]) == ("FUP-001", "业主出差", 1)
    assert content["waivers"][0]["reason"] == "停水 *一天*"
    assert [(one["rule"], one["is_short"]) for one in content["readings"]] == [("FUP-011", True)]
    assert [one["rule"] for one in content["open"]] == ["FUP-001"]
    assert {one["title"]: one["owed"] for one in content["chapters"]} == {"客服台": 2, "回访": 2}


def test_the_same_figures_are_the_same_paper(world, act, march):
    content = monthly.compose(world.project, "2026-03", manager(act))
    again = monthly.compose(world.project, "2026-03", manager(act))
    assert documents.digest(content) == documents.digest(again)
    assert monthly.paper_of(content, at=moment(APRIL)) == monthly.paper_of(again, at=moment(APRIL))


def test_the_tick_drafts_it_when_the_month_is_over(world, march):
    rollups.keep(moment("03-31 23:00"))
    assert not Snapshot.objects.unscoped("tests").exists()
    rollups.keep(moment("04-01 00:01"))
    [draft] = Snapshot.objects.unscoped("tests")
    assert (draft.period, draft.made_by, draft.signoff) == ("2026-03", "系统", None)
    rollups.keep(moment("04-02 00:01"))
    assert Snapshot.objects.unscoped("tests").count() == 1


def test_it_is_signed_as_it_was_seen_and_then_stays(world, act, march):
    draft = services.take_snapshot(project=world.project, period="2026-03", act=manager(act))
    seen = draft.digest
    march[2].met_at = moment("04-01 10:00")  # what was open is met while the manager reads
    march[2].save()
    draft = services.take_snapshot(project=world.project, period="2026-03", act=manager(act, "04-01 11:00"))
    with pytest.raises(Conflict):
        services.sign_snapshot(draft, digest=seen, act=manager(act, "04-01 11:05"))
    signed = services.sign_snapshot(draft, digest=draft.digest, act=manager(act, "04-01 11:10"))
    [paper] = files.of(signed.signoff, role=quality.SIGNED)
    signature = {"name": "陈经理", "as": "管理处经理", "at": "2026-04-01 11:10", "digest": draft.digest}
    assert files.read(paper, act=manager(act)) == monthly.paper_of(draft.content, at=moment("04-01 11:10"), signed=signature)
    for move in (
        lambda: services.take_snapshot(project=world.project, period="2026-03", act=manager(act, "04-02 09:00")),
        lambda: services.sign_snapshot(signed, digest=draft.digest, act=manager(act, "04-02 09:00")),
    ):
        with pytest.raises(IllegalMove):
            move()


def test_what_changes_later_is_a_supplement(world, act, march):
    draft = services.take_snapshot(project=world.project, period="2026-03", act=manager(act))
    signed = services.sign_snapshot(draft, digest=draft.digest, act=manager(act))
    assert monthly.supplement(signed.content, monthly.compose(world.project, "2026-03", manager(act, "04-01 10:00"))) == []
    march[2].met_at = moment("04-03 10:00")
    march[2].save()
    now = monthly.compose(world.project, "2026-03", manager(act, "04-04 10:00"))
    [line] = monthly.supplement(signed.content, now)
    assert (line["rule"], line["changes"]) == ("FUP-001", {"late": [1, 2], "open_late": [1, 0]})


def test_months_that_are_not_over_wait(world, act, march):
    draft = services.take_snapshot(project=world.project, period="2026-03", act=manager(act, "03-20 09:00"))
    with pytest.raises(BadInput):
        services.sign_snapshot(draft, digest=draft.digest, act=manager(act, "03-20 09:05"))
    for period in ("2026-05", "2026-Q1", "March"):
        with pytest.raises(BadInput):
            services.take_snapshot(project=world.project, period=period, act=manager(act))
    with pytest.raises(NotAllowed):
        services.take_snapshot(project=world.project, period="2026-03", act=act(APRIL, by="desk_supervisor"))
