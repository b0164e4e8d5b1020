"""Opening a folder: what moving in does by itself, and what the use case does for whoever has none yet."""

from collections.abc import Sequence

from guanjia.kernel.act import Act
from guanjia.kernel.bulk import fresh, insert_rows
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import record
from guanjia.kernel.numbering import next_number, next_numbers
from guanjia.kernel.rows import keep
from guanjia.org.models import Project

from . import facts, papers
from .models import Archive, Customer, Household


def of_household(household: Household, act: Act) -> Archive:
    """A new folder for a household, in the act that made the household (EST-015). Conflict if it has one."""
    archive = Archive(project=household.project, kind=papers.HOUSEHOLD, household=household, created_at=act.at)
    return _opened(archive, act, about=(household, household.house))


def of_households(households: Sequence[Household], project: Project, act: Act) -> None:
    """New folders for many new households of one project at once, written by COPY; each has its line in the journal."""
    numbers = next_numbers("DA", project, act.at, len(households))
    made = [
        fresh(
            Archive,
            company_id=project.company_id,
            project_id=project.pk,
            kind=papers.HOUSEHOLD,
            household_id=household.pk,
            number=number,
            created_at=act.at,
        )
        for household, number in zip(households, numbers, strict=True)
    ]
    insert_rows(made)
    for archive, household in zip(made, households, strict=True):
        about = [Ref.to(household), Ref.through(household, "house")]
        record(archive, facts.ArchiveOpened(kind=archive.kind), act=act, about=about)


def of_business(customer: Customer, act: Act) -> Archive:
    """A new file for a business customer. Conflict if it has one."""
    archive = Archive(project=customer.project, kind=papers.BUSINESS, customer=customer, created_at=act.at)
    return _opened(archive, act, about=(customer,))


def emptied(household: Household) -> bool:
    """True once nothing keeps a household that never was: its folder, if there is nothing in it, is taken away. False if there is."""
    archive = getattr(household, "archive", None)
    if archive is None:
        return True
    if archive.items.exists() or archive.loans.exists() or archive.disclosures.exists():
        return False
    archive.delete()
    return True


def _opened(archive: Archive, act: Act, about: tuple) -> Archive:
    archive.number = next_number("DA", archive.project, act.at)
    keep(archive)
    record(archive, facts.ArchiveOpened(kind=archive.kind), act=act, about=about)
    return archive
