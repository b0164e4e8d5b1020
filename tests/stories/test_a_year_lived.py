"""A small year of the demo, from the first call to the last: its journal alone tells all that was owed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from guanjia.faces.demo import place, year
from guanjia.kernel import clock, journal
from guanjia.kernel.act import system_act
from guanjia.org import selectors as org
from guanjia.org.models import Person
from guanjia.rulebook import reckoning, replay, selectors, services
from guanjia.rulebook.models import Backtest, Obligation

END = datetime(2026, 3, 2, 18, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DAYS, CASES = 365, 32


@pytest.mark.django_db(transaction=True)
def test_a_year_is_replayed_verified_and_backtested_from_its_journal(settings, monkeypatch):
    settings.GUANJIA_MEMO_SECONDS = 5
    begins = END.date() - timedelta(days=DAYS)
    built = place.found(begins, "a-password-of-one-year", lambda what: None, buildings=1)
    year.Year(built, begins, END, CASES).play(lambda what: None)
    company = built.company.pk

    lines, wrong = journal.verify(company)
    assert wrong == ""
    assert lines > 20 * CASES

    owed = Obligation.objects.unscoped("tests").count()
    assert replay.differences(company) == (owed, [])
    assert owed > 6 * CASES

    with clock.travelling(END):
        manager = Person.objects.unscoped("tests").get(login=place.LOGINS["office_manager"])
        act = org.act_of(manager, END, "console")
        row = services.ask_backtest(
            project=built.company,
            projects=[built.project],
            since=begins,
            until=END.date() + timedelta(days=1),
            changes=[("FUP-028", "within", "same day")],
            everything=True,
            act=act,
        )
        monkeypatch.setattr(reckoning, "WORTH_A_PROCESS", 1)  # a single project is reckoned here all the same
        reckoning.reckon(backtest_id=str(row.pk))
        row = Backtest.objects.find(act, row.pk)
    assert row.state == Backtest.DONE
    counted = selectors.compliances(system_act(END, company_id=company))
    before = {rule: told["before"] for rule, told in row.result["rules"].items() if told["before"]["owed"]}
    assert {
        rule: (kept["owed"], kept["met"], kept["met_late"], kept["voided"], kept["open"], kept["late"]) for rule, kept in before.items()
    } == {rule: (kept.owed, kept.met, kept.met_late, kept.voided, kept.open, kept.late) for rule, kept in counted.items()}
    changed = row.result["rules"]["FUP-028"]
    assert changed["after"]["met"] < changed["before"]["met"]
