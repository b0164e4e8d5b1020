"""A fact suggests a sanction, where a project has switched that on; nothing else follows."""

from datetime import date

import pytest

from guanjia.kernel.journal import REACTIONS, record
from guanjia.kernel.models import JournalEntry
from guanjia.kernel.usecase import usecase
from guanjia.rulebook import Penalty, checks, on, payload, penalties
from guanjia.rulebook.facts import DutyEscalated
from guanjia.rulebook.models import Obligation
from tests import make
from tests.conftest import moment


@usecase("test.penalty.escalate")
def escalate(person, *, obligation_id, act):
    fact = DutyEscalated(rule="DESK-006", obligation_id=str(obligation_id), to_role="general_manager")
    return record(person, fact, act=act, project=make.newest().project)


@pytest.fixture
def bound(book):
    kept = list(REACTIONS["rulebook.duty.escalated"])
    one = book(Penalty("WF-022", on=on("rulebook.duty.escalated", to_role="general_manager"), level="criticism", note="只作提议"))
    penalties.install()
    yield one
    REACTIONS["rulebook.duty.escalated"][:] = kept


def suggested():
    return [entry.payload for entry in JournalEntry.objects.unscoped("tests").filter(fact="rulebook.penalty.suggested")]


def test_it_sleeps_until_a_project_wakes_it_and_names_who_owed(bound, world, act):
    person = world.people["technician"]
    duty = Obligation.objects.create(
        id="00000000-0000-7000-8000-000000000001", company=world.company, project=world.project, rule="DESK-006",
        subject_kind="org.person", subject_id=person.pk, occasion="x", assignee=person, opened_by=person.pk,
        opened_at=moment("08:00"), starts_at=moment("08:00"), due_at=moment("09:00"),
    )  # fmt: skip
    escalate(person, obligation_id=duty.pk, act=world.system.at_moment(moment("10:00")))
    assert suggested() == []
    make.parameter(rule="WF-022", key="suggest", value=True, starts_on=date(2026, 3, 2))
    escalate(person, obligation_id=duty.pk, act=world.system.at_moment(moment("10:05")))
    told = {"rule": "WF-022", "level": "criticism", "person_id": str(person.pk), "source_kind": "org.person", "source_id": str(person.pk)}
    assert suggested() == [told]
    assert "rulebook.penalty.suggested" not in make.facts_about(person)
    Obligation.objects.unscoped("tests").filter(pk=duty.pk).update(assignee=None)
    escalate(person, obligation_id=duty.pk, act=world.system.at_moment(moment("10:10")))
    assert len(suggested()) == 1


def test_what_it_names_must_exist(book):
    wrong = Penalty("WF-022", on=on("rulebook.duty.escalated", nothing=1), level="whip", note="", person=payload("nobody"))
    assert len(checks.faults_of(wrong)) == 3
