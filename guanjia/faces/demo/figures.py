"""What the bench measures of the rulebook beside its pages: a backtest of a million lines."""

import time
from datetime import timedelta
from typing import Any

from django.utils import timezone

from guanjia.kernel import clock
from guanjia.kernel.models import JournalEntry
from guanjia.org import selectors as org
from guanjia.org.models import Person, Project
from guanjia.rulebook import reckoning, services
from guanjia.rulebook.models import Backtest

LINES = 1_000_000


def backtest_figures() -> dict[str, Any]:
    """All clauses of all projects, one of them changed, over the newest days with about a million lines of the journal."""
    asker = Person.objects.unscoped("bench").filter(holdings__post__role_id="service_manager").first()
    act = org.act_of(asker, clock.now(), "console")
    told = JournalEntry.objects.unscoped("bench").order_by("-happened_at").values_list("happened_at", flat=True)
    since = (told[LINES : LINES + 1].first() or told.last()) if told.count() > LINES else told.last()
    row = services.ask_backtest(
        project=asker.company,
        projects=list(Project.objects.visible_to(act)),
        since=timezone.localtime(since).date() + timedelta(days=1),
        until=timezone.localtime(act.at).date() + timedelta(days=1),
        changes=[("DESK-067", "respond", "10 minutes")],
        everything=True,
        act=act,
    )
    began = time.perf_counter()
    reckoning.reckon(backtest_id=str(row.pk))
    spent = time.perf_counter() - began
    row = Backtest.objects.unscoped("bench").get(pk=row.pk)
    return {"backtest_lines": row.lines, "backtest_s": round(spent, 1), "backtest_lines_per_s": round(row.lines / spent)}
