"""A small year of the demo, from the first call to the last: its journal alone tells all that was owed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Count, F, Q

from guanjia.faces.demo import place, year
from guanjia.kernel import clock, journal
from guanjia.org import selectors as org
from guanjia.org.models import Person
from guanjia.rulebook import backtest, reckoning, replay, services
from guanjia.rulebook.models import OPEN, Backtest, Obligation

END = datetime(2026, 3, 2, 18, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DAYS, CASES = 365, 20


COUNTS = {
    "owed": Q(),
    "met": Q(met_at__lte=F("due_at")),
    "met_late": Q(met_at__gt=F("due_at")),
    "voided": Q(voided_at__isnull=False),
    "open": OPEN,
    "late": OPEN & Q(due_at__lt=END),
}


def counted_from_rows():
    """Clause -> counts of what the year really left behind."""
    rows = Obligation.objects.unscoped("tests").filter(owed_by="").values("rule")
    return {row.pop("rule"): row for row in rows.annotate(**{name: Count("pk", filter=which) for name, which in COUNTS.items()})}


@pytest.mark.django_db(transaction=True)
def test_a_year_is_replayed_verified_and_backtested_from_its_journal(settings):
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
        reckoning.reckon(backtest_id=str(row.pk))
        row = Backtest.objects.find(act, row.pk)
    assert row.state == Backtest.DONE
    before = {rule: told["before"] for rule, told in row.result["rules"].items() if told["before"]["owed"]}
    assert {rule: {name: kept[name] for name in COUNTS} for rule, kept in before.items()} == counted_from_rows()
    changed = row.result["rules"]["FUP-028"]
    assert changed["after"]["met"] < changed["before"]["met"]

    with clock.travelling(END):  # the same by a process of its own
        Backtest.objects.unscoped("tests").filter(pk=row.pk).update(state=Backtest.RUNNING)
        found = backtest.extent(reckoning.question_of(row))
        [told] = reckoning.by_processes(row, found, [(built.project.pk,)])
    assert backtest.merged([told])["rules"] == row.result["rules"]
