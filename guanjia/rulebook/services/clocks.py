"""Clocks when a calendar has changed: what still runs is reckoned anew, visibly."""

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from uuid import UUID

from guanjia.kernel.act import Act
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import Place, record, settle_accounts
from guanjia.kernel.usecase import usecase
from guanjia.kernel.worktime import SHANGHAI
from guanjia.org.models import Calendar, Project
from guanjia.rulebook import clocks, facts
from guanjia.rulebook.models import DueChange, Obligation
from guanjia.rulebook.when import CalendarKind

BATCH = 500
#: on these the calendar of a project decides; the others run on all days alike
ON_CALENDAR = (CalendarKind.SERVICE, CalendarKind.WORKING)


@usecase("rulebook.clock.recompute")
def recompute_clocks(*, project: Project, known_at: datetime, since: date | None = None, act: Act) -> int:
    """Move the open obligations of a project to where its calendar, as known at a moment, puts them; returns how many moved.

    `since`: the first day that changed, so that what was due before is not looked at. Each batch is one line of the journal,
    said of the calendar. Running it again moves nothing.
    """
    moved = 0
    about = Ref(Calendar._meta.label_lower, project.calendar_id)
    owed = _to_move(project, known_at, since)
    while ids := list(islice(owed, BATCH)):
        fact = facts.ClockRecomputed(obligations=[str(one) for one in ids], known_at=known_at, count=len(ids))
        record(about, fact, act=act, project=Place(project.company_id, project.pk))
        settle_accounts()
        moved += len(ids)
    return moved


def _to_move(project: Project, known_at: datetime, since: date | None) -> Iterator[UUID]:
    """The obligations that are due at another time under the calendar known then. Locked, in their order, until this act ends."""
    settle_accounts()
    rows = Obligation.objects.unscoped("engine").open().filter(project=project, calendar__in=ON_CALENDAR).exclude(length="")
    if since is not None:
        rows = rows.filter(due_at__gte=datetime.combine(since, time(), SHANGHAI))
    last = None
    while True:
        found = list((rows.filter(pk__gt=last) if last else rows).order_by("pk").select_for_update(of=("self",))[:BATCH])
        changes: dict[UUID, list[DueChange]] = {one.pk: [] for one in found}
        for change in DueChange.objects.filter(obligation__in=found).order_by("pk"):
            changes[change.obligation_id].append(change)
        for one in found:
            new = DueChange(kind=DueChange.RECOMPUTE, from_due=one.due_at, known_at=clocks.known_at(known_at, changes[one.pk]))
            if clocks.reckon(one, [*changes[one.pk], new]).due_at != one.due_at:
                yield one.pk
        if len(found) < BATCH:
            return
        last = found[-1].pk
