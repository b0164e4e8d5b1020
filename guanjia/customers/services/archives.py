"""Folders and what is put into them: open, place, file, correct; and telling somebody outside, by the manager's leave."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel import files
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Conflict, IllegalMove, NotFound, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.numbering import next_number
from guanjia.kernel.rows import check_fields, differences, keep
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from .. import facts, folders, gates, papers
from ..models import Archive, ArchiveDisclosure, ArchiveItem, Customer, Household
from ..states import ORGANISATION

COPY = "archive"  # the role of the electronic copy among the files


@usecase("customers.archive.open", gate=gates.OpenArchive)
def open_archive(*, project: Project, household: Household | None = None, customer: Customer | None = None, act: Act) -> Archive:
    """A folder for a household that has none (those who move in get theirs at once), or a file for a business customer.

    Raises GateClosed while one of a business's four parts says nothing (CUS-016), Conflict where there is one already.
    """
    of = household or customer
    if of is None or of.project_id != project.pk:
        raise NotFound()
    if hasattr(of, "archive"):
        raise Conflict(Reason(_("已有档案 %(number)s。") % {"number": of.archive.number}))
    if household is not None:
        return folders.of_household(household, act)
    if customer.kind != ORGANISATION:
        raise BadInput(Reason(_("个人客户的资料归入其住户的档案；企业客户才单独建档。"), field="customer"))
    return folders.of_business(customer, act)


@usecase("customers.archive.place")
def place_archive(archive: Archive, *, cabinet: str, folder: str, act: Act) -> Archive:
    """Say where the folder hangs. Conflict if another hangs there."""
    if not (cabinet.strip() and folder.strip()):
        raise BadInput([Reason(_("请填写柜号和夹号。"), field="folder" if cabinet.strip() else "cabinet")])
    if differences(archive, cabinet=cabinet.strip(), folder=folder.strip()):
        keep(archive, only=["cabinet", "folder"])
        record(archive, facts.ArchivePlaced(cabinet=archive.cabinet, folder=archive.folder), act=act)
    return archive


@usecase("customers.archive.file", gate=gates.FilePaper)
def file_paper(
    archive: Archive,
    *,
    paper: str,
    copy: bytes = b"",
    copy_name: str = "",
    title: str = "",
    dated_on: date | None = None,
    cabinet: str = "",
    folder: str = "",
    act: Act,
) -> ArchiveItem:
    """Put a paper into its volume with its electronic copy; the volume follows from the kind of paper, the number from the volume.

    The first place that is said is where the folder hangs; another one later is where this paper lies apart. Without a title it
    is called after its kind, without a date after today. Raises GateClosed without copy (CUS-015), kind or place (CUS-004),
    BadInput for what is no picture or PDF.
    """
    known = papers.paper_of(archive.kind, paper)
    if known is None:
        raise BadInput(Reason(_("这类档案没有「%(paper)s」一项。") % {"paper": papers.LABELS.get(paper, paper)}, field="paper"))
    dated_on = dated_on or timezone.localdate(act.at)
    if dated_on > timezone.localdate(act.at):
        raise BadInput(Reason(_("文件日期不能晚于今天。"), field="dated_on"))
    cabinet, folder = cabinet.strip(), folder.strip()
    if cabinet and folder and not archive.place:
        place_archive(archive, cabinet=cabinet, folder=folder, act=act)
    apart = (cabinet or archive.cabinet, folder or archive.folder) != (archive.cabinet, archive.folder)
    last = archive.items.filter(volume=known.volume).order_by("-item_no").values_list("item_no", flat=True).first() or 0
    item = ArchiveItem(
        project=archive.project,
        archive=archive,
        number=f"{archive.number}-{known.volume}-{last + 1:03d}",
        volume=known.volume,
        item_no=last + 1,
        paper=paper,
        title=title.strip() or str(known.label),
        dated_on=dated_on,
        cabinet=(cabinet or archive.cabinet) if apart else "",
        folder=(folder or archive.folder) if apart else "",
        filed_by_id=act.person_id,
        filed_at=act.at,
        created_at=act.at,
    )
    check_fields(item)
    item.attachment = files.attach(item, name=copy_name or item.title, content=copy, role=COPY, act=act)
    keep(item)
    record(
        archive,
        facts.PaperFiled(paper=paper, label=str(known.label), item=item.number, volume=item.volume),
        act=act,
        about=(item, *_about(archive)),
    )
    return item


@usecase("customers.archive.correct")
def correct_paper(item: ArchiveItem, *, title: str | None = None, dated_on: date | None = None, act: Act) -> ArchiveItem:
    """Put right what a paper is called or when it was written. IllegalMove once it is bound: a bound contents list stands."""
    if item.binding_id is not None:
        raise IllegalMove(Reason(_("已随 %(year)d 年度装订，目录不再改动。") % {"year": item.binding.year}))
    reasons = [Reason(_("请填写文件名称。"), field="title")] if title is not None and not title.strip() else []
    if dated_on is not None and dated_on > timezone.localdate(act.at):
        reasons.append(Reason(_("文件日期不能晚于今天。"), field="dated_on"))
    if reasons:
        raise BadInput(reasons)
    given = {"title": title.strip() if title is not None else None, "dated_on": dated_on}
    changed = list(differences(item, **{name: value for name, value in given.items() if value is not None}))
    if changed:
        keep(item, only=changed)
        labels = "、".join(str(ArchiveItem._meta.get_field(name).verbose_name) for name in changed)
        record(item, facts.PaperCorrected(item=item.number, fields=changed, labels=labels), act=act, about=(item.archive,))
    return item


@usecase("customers.archive.disclose", gate=gates.DiscloseArchive)
def disclose_archive(archive: Archive, *, to_whom: str, reason: str, what: str, act: Act) -> ArchiveDisclosure:
    """Note that something of a folder was told to somebody outside; the line in the ledger carries a number 「PL-…」.

    Raises GateClosed until the manager has given leave for exactly this (CUS-010).
    """
    disclosure = ArchiveDisclosure(
        project=archive.project,
        archive=archive,
        to_whom=to_whom.strip(),
        reason=reason.strip(),
        what=what.strip(),
        disclosed_by_id=act.person_id,
        disclosed_at=act.at,
        created_at=act.at,
    )
    check_fields(disclosure)
    disclosure.number = next_number("PL", archive.project, act.at)
    keep(disclosure)
    record(archive, facts.ArchiveDisclosed(number=disclosure.number), act=act, about=(disclosure, *_about(archive)))
    return disclosure


def _about(archive: Archive) -> tuple:
    """What else a line about a folder speaks of."""
    return (archive.household, archive.household.house) if archive.household else (archive.customer,)
