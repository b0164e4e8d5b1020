"""Lending a folder and taking it back: the paper is always with the custodian or with one person whose name is known."""

from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, NotFound, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.rows import keep
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Person

from .. import facts, gates
from ..models import Archive, ArchiveLoan


@usecase("customers.archive.lend", gate=gates.LendArchive)
def lend_archive(archive: Archive, *, borrower: Person, due_on: date, purpose: str, act: Act) -> ArchiveLoan:
    """Give the folder to somebody until the end of `due_on`.

    Raises GateClosed for somebody who may not look into folders (CUS-009), Conflict while another has it, BadInput for a
    day that is over.
    """
    if borrower.company_id != archive.company_id:
        raise NotFound()
    reasons = []
    if due_on < timezone.localdate(act.at):
        reasons.append(Reason(_("应还日期不能早于今天。"), field="due_on"))
    if not purpose.strip():
        reasons.append(Reason(_("请说明借去做什么。"), field="purpose"))
    if reasons:
        raise BadInput(reasons)
    loan = keep(
        ArchiveLoan(
            project=archive.project,
            archive=archive,
            borrower=borrower,
            purpose=purpose.strip(),
            lent_at=act.at,
            due_on=due_on,
            created_at=act.at,
        )
    )
    record(
        archive,
        facts.ArchiveLent(borrower_id=borrower.pk, borrower=borrower.name, due_at=_end_of(due_on)),
        act=act,
        about=(loan,),
    )
    return loan


@usecase("customers.archive.return")
def return_archive(loan: ArchiveLoan, *, condition: str = "", act: Act) -> ArchiveLoan:
    """The folder is back in its place. IllegalMove if it was already."""
    if loan.returned_at is not None:
        raise IllegalMove(Reason(_("已于 %(day)s 归还。") % {"day": timezone.localdate(loan.returned_at)}))
    loan.returned_at, loan.condition = act.at, condition.strip()
    keep(loan, only=["returned_at", "condition"])
    record(loan.archive, facts.ArchiveReturned(was_late=act.at > _end_of(loan.due_on)), act=act, about=(loan,))
    return loan


def _end_of(day: date) -> datetime:
    """The last moment of a day: until then what is due on it is in time."""
    return timezone.make_aware(datetime.combine(day, time.max.replace(microsecond=0)))
