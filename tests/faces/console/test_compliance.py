"""The compliance pages: numbers as they are defined, down to the obligations behind them, and as files."""

import io
import re
from datetime import timedelta

import pytest
from django.test import Client

from guanjia.kernel import sheets
from guanjia.kernel.models import JournalEntry
from guanjia.rulebook.catalogue import load
from guanjia.rulebook.models import Obligation
from tests import make
from tests.conftest import moment
from tests.rulebook.test_compliance import obligation


@pytest.fixture(autouse=True)
def on_a_monday(monkeypatch):
    monkeypatch.setattr("guanjia.kernel.clock.now", lambda: moment("03-16 12:00"))


@pytest.fixture
def page(world):
    def get(path, by="office_manager", **query):
        client = Client()
        client.force_login(world.people[by])
        return client.get(path, query)

    return get


@pytest.fixture
def lives(world):
    due = moment("10:00")
    rows = [
        obligation(world, due, met_at=due - timedelta(hours=1), assignee=world.people["desk_agent"]),
        obligation(world, due, met_at=due + timedelta(hours=1), assignee=world.people["steward"]),
        obligation(world, due, rule="FUP-001"),
        obligation(world, due, waived=True, voided_at=due, void_reason="停水"),
        obligation(world, moment("04-01 10:00")),
    ]
    Obligation.objects.bulk_create(rows)
    return rows


def test_the_overview_counts_and_leads_on(page, lives):
    text = page("/compliance/", period="2026-03").text
    assert re.search(r"应办</span>\s*<span[^>]*>4<", text)
    assert "33.3%" in text  # one of three; the waived one does not count
    assert "/compliance/clauses/FUP-001/?period=2026-03" in text
    assert "<desc" in text


def test_a_clause_shows_whose_and_which(page, lives, world):
    steward = world.people["steward"]
    text = page("/compliance/clauses/DESK-006/", period="2026-03").text
    assert steward.name in text
    assert text.count("/duties/") >= 3
    late = page("/compliance/clauses/DESK-006/", period="2026-03", kind="breached").text
    assert str(lives[1].pk) in late
    assert str(lives[0].pk) not in late
    one = page("/compliance/clauses/DESK-006/", period="2026-03", person=str(world.people["desk_agent"].pk)).text
    assert "100.0%" in one
    assert str(lives[1].pk) not in one


@pytest.mark.parametrize("query", [{"period": "tomorrow"}, {"person": "1"}, {"project": "x"}, {"module": "nothing"}, {"handbook": "…"}])
def test_odd_questions_are_answered_plainly(page, lives, query):
    assert page("/compliance/", **query).status_code == 200
    assert page("/compliance/clauses/DESK-006/", **query).status_code == 200


def test_what_does_not_exist_is_not_found(page):
    for path in ("/compliance/clauses/DESK-999/", "/compliance/file.doc", "/compliance/clauses/DESK-006/?kind=good"):
        assert page(path).status_code == 404


def test_only_those_who_lead_see_it_and_only_their_projects(page, lives, world):
    """An agent does not look at the lateness of colleagues; a manager sees nothing of a project that is not his."""
    other = make.world(name="听松苑", code="TS", company=world.company)
    Obligation.objects.bulk_create([obligation(other, moment("10:00"))])
    for path in ("/compliance/", "/compliance/clauses/DESK-006/", "/compliance/file.csv", "/compliance/coverage/"):
        assert page(path, by="desk_agent").status_code == 403
    manager = page("/compliance/", project=str(other.project.pk), period="2026-03")
    assert re.search(r"应办</span>\s*<span[^>]*>0<", manager.text)
    assert "听松苑" not in manager.text


def test_files_say_what_the_pages_say(page, lives, world):
    """Excel and CSV of the overview and of one clause; that they left the house stands in the journal."""
    answer = page("/compliance/file.xlsx", period="2026-03")
    sheet = sheets.read(io.BytesIO(b"".join(answer.streaming_content)))
    lines = {row["条款"]: row for row in sheet.rows}
    assert (lines["DESK-006"]["应办"], lines["DESK-006"]["逾期办妥"], lines["FUP-001"]["未办已逾期"]) == (3, 1, 1)
    answer = page("/compliance/clauses/DESK-006/file.csv", period="2026-03", kind="breached")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.count("\n") == 2
    assert "逾期办妥" in text
    assert JournalEntry.objects.unscoped("tests").filter(fact="kernel.export.made").count() == 2


def test_every_clause_says_how_it_is_kept(page, lives):
    """803 lines: what runs leads to its screen and its last evidence, what is paper says so."""
    text = page("/compliance/coverage/").text
    assert all(f"{rule} " in text for rule in load())
    met = page("/compliance/coverage/", q="DESK-006").text
    assert f"/duties/{lives[1].pk}/" in met
    paper = page("/compliance/coverage/", way="paper", module="insight").text
    assert "INS-001" in paper
    assert "DESK-006 " not in paper
    rows = b"".join(page("/compliance/coverage/file.csv").streaming_content).decode("utf-8-sig").splitlines()
    assert len(rows) >= 804


def test_the_months_of_a_year_stand_in_the_trend(page, world):
    Obligation.objects.bulk_create([obligation(world, moment("01-20 10:00")), obligation(world, moment("02-20 10:00"))])
    text = page("/compliance/", period="2026-02").text
    assert 'href="/compliance/?period=2026-01"' in text
