"""Questions about folders: what they hold and lack, who has them, what waits to be bound."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from guanjia.estate.models import HouseUse
from guanjia.estate.states import DECORATING
from guanjia.kernel import periods
from guanjia.kernel.act import Act
from guanjia.kernel.errors import NotFound
from guanjia.kernel.ids import Ref
from guanjia.org.models import Project
from guanjia.quality.models import CheckRun

from . import answers, papers
from .models import Archive, ArchiveBinding, ArchiveItem, ArchiveLoan, Household, Occupancy
from .papers import BUSINESS, DECORATED, Completeness

SEE = "customers.archive.see"
_WHOLE = ("household__house", "customer", "project")


# -- who may look ----------------------------------------------------------------------------------
def archives(act: Act) -> QuerySet[Archive]:
    """The folders this act may look into (CUS-009): none for those whose post does not look into folders."""
    return _open_to(act, Archive.objects.visible_to(act)).select_related(*_WHOLE)


def archive_for(act: Act, id: UUID) -> Archive:
    """One of `archives`; NotFound alike for foreign, missing and closed ones."""
    found = archives(act).filter(pk=id).first()
    if found is None:
        raise NotFound()
    return found


def may_see(act: Act, archive: Archive) -> bool:
    return act.may(SEE, on=archive)


def _open_to(act: Act, rows: QuerySet) -> QuerySet:
    """Those in the projects where the act may look into folders."""
    if act.rights.everywhere:
        return rows
    return rows.filter(project_id__in=act.rights.projects(SEE))


# -- what they hold ----------------------------------------------------------------------------------
def contents(archive: Archive) -> dict[int, list[ArchiveItem]]:
    """The papers of a folder by volume, in the order of its contents list; volumes without papers are there, too."""
    found: dict[int, list[ArchiveItem]] = {volume: [] for volume in archive.volumes()}
    for item in archive.items.select_related("attachment", "filed_by", "binding").order_by("volume", "item_no"):
        item.archive = archive
        found[item.volume].append(item)
    return found


def completeness_of(archives: Sequence[Archive]) -> dict[UUID, Completeness]:
    """How complete each of these folders is, by its key; a handful of queries however many."""
    held: dict[UUID, set[str]] = {archive.pk: set() for archive in archives}
    for archive_id, paper in (
        ArchiveItem.objects.unscoped("link").filter(archive__in=held).order_by().values_list("archive_id", "paper").distinct()
    ):
        held[archive_id].add(paper)
    houses = {archive.household.house_id for archive in archives if archive.household_id}
    decorated = set(
        HouseUse.objects.unscoped("link").filter(house__in=houses, use=DECORATING).order_by().values_list("house_id", flat=True)
    )
    silent = answers.empty_parts_of([archive.customer_id for archive in archives if archive.kind == BUSINESS])
    return {
        archive.pk: papers.completeness(
            archive.kind,
            held=held[archive.pk],
            known={DECORATED: archive.household_id is not None and archive.household.house_id in decorated},
            placed=bool(archive.place),
            parts_empty=len(silent.get(archive.customer_id, ())),
        )
        for archive in archives
    }


def households_without(act: Act) -> QuerySet[Household]:
    """Households of today that have no folder: those imported before there were folders."""
    rows = _open_to(act, Household.objects.visible_to(act)).on(timezone.localdate(act.at))
    return rows.filter(archive=None).select_related("house", "project").order_by("house__sort_code")


#: where a paper, and a folder, is looked for: by date, name, project and document (CUS-019)
FOLDER_KEYS = ("number", "household__house__path", "customer__name", "people", "project__name", "cabinet")
PAPER_KEYS = ("number", "title", "written", "project__name", "archive__household__house__path", "archive__customer__name", "people")


def findable_folders(rows: QuerySet[Archive]) -> QuerySet[Archive]:
    """The same rows with `people` (who belongs or belonged to the household) and `borrower_name`, `due_on` of whoever has the folder."""
    out = ArchiveLoan.objects.unscoped("link").filter(archive=OuterRef("pk"), returned_at=None)
    return rows.annotate(
        people=_people("household"),
        borrower_name=Coalesce(Subquery(out.values("borrower__name")[:1]), Value("")),
        due_on=Subquery(out.values("due_on")[:1]),
    )


def findable_papers(rows: QuerySet[ArchiveItem]) -> QuerySet[ArchiveItem]:
    """The same rows with `people`, and `written`, their date as people type it (「2026-03」)."""
    return rows.annotate(people=_people("archive__household"), written=Cast("dated_on", TextField()))


def _people(household: str) -> Any:
    names = Occupancy.objects.unscoped("link").filter(household=OuterRef(household)).order_by().values("household")
    told = names.annotate(told=StringAgg("customer__name", "、", distinct=True, order_by="customer__name")).values("told")
    return Coalesce(Subquery(told), Value(""), output_field=TextField())


@dataclass(frozen=True)
class Ranking:
    """The folders that lack most, with how many there are and how many of them lack something."""

    total: int
    short: int
    rows: list[tuple[Archive, Completeness]]


def worst(act: Act, most: int) -> Ranking:
    """The least complete folders of the households and businesses of today, in the order of their houses among equals."""
    today = timezone.localdate(act.at)
    there = Q(household=None) | Q(household__starts_on__lte=today) & (Q(household__ends_on=None) | Q(household__ends_on__gt=today))
    found = list(archives(act).filter(there).order_by("household__house__sort_code", "number"))
    scores = completeness_of(found)
    lacking = sorted((one for one in found if scores[one.pk].missing), key=lambda one: scores[one.pk].score)
    return Ranking(len(found), len(lacking), [(one, scores[one.pk]) for one in lacking[:most]])


# -- who has them ------------------------------------------------------------------------------------
def loans_out(act: Act) -> QuerySet[ArchiveLoan]:
    """Folders that are with somebody now, the longest overdue first."""
    rows = _open_to(act, ArchiveLoan.objects.visible_to(act)).filter(returned_at=None)
    return rows.select_related("borrower", *(f"archive__{name}" for name in _WHOLE)).order_by("due_on", "lent_at")


def loans_back(act: Act) -> QuerySet[ArchiveLoan]:
    """Loans that are over, the latest first."""
    rows = _open_to(act, ArchiveLoan.objects.visible_to(act)).filter(returned_at__isnull=False)
    return rows.select_related("borrower", *(f"archive__{name}" for name in _WHOLE)).order_by("-returned_at")


def loan_of(archive: Archive) -> ArchiveLoan | None:
    """Who has the folder now; None while it is in its place."""
    return archive.loans.filter(returned_at=None).select_related("borrower").first()


# -- binding -----------------------------------------------------------------------------------------
def unbound(project: Project, kind: str, year: int) -> QuerySet[ArchiveItem]:
    """What was filed in that year or before, in folders of this kind, and stands in no bound volume yet."""
    until = periods.bounds(str(year)).end
    rows = ArchiveItem.objects.unscoped("link").filter(project=project, archive__kind=kind, binding=None, filed_at__lt=until)
    return rows.select_related(*(f"archive__{name}" for name in _WHOLE)).order_by("archive__number", "volume", "item_no")


def projects_to_bind(project: Project, period: str, at: datetime) -> Iterable[Ref]:
    """The draw of CUS-018: the project, where the years before left papers that are not bound."""
    last = periods.bounds(period).start.year - 1
    return [Ref.to(project)] if any(unbound(project, kind, last).exists() for kind in papers.ARCHIVES) else []


def to_bind(project: Project, at: datetime) -> list[tuple[str, int, int]]:
    """(kind, year, papers) that wait to be bound in a project: up to the year that ended last."""
    year = timezone.localdate(at).year - 1
    found = [(kind, year, unbound(project, kind, year).order_by().count()) for kind in papers.ARCHIVES]
    return [one for one in found if one[2]]


def bindings(act: Act) -> QuerySet[ArchiveBinding]:
    return _open_to(act, ArchiveBinding.objects.visible_to(act)).select_related("bound_by", "project").order_by("-year", "kind")


# -- sampled -----------------------------------------------------------------------------------------
def longest_unchecked(project: Project, act: Act) -> QuerySet[Archive]:
    """The folders with papers that this act may look into, those first that no check has looked at, or not for longest (CUS-020, CUS-039)."""
    last = CheckRun.objects.unscoped("engine").completed().filter(subject_id=OuterRef("pk")).order_by().values("subject_id")
    rows = archives(act).filter(project=project, pk__in=ArchiveItem.objects.unscoped("engine").values("archive"))
    return rows.annotate(checked_at=Subquery(last.annotate(at=Max("completed_at")).values("at"))).order_by(
        F("checked_at").asc(nulls_first=True), "number"
    )


def folders_to_check(project: Project, period: str, at: datetime) -> Iterable[Ref]:
    """Every folder with papers in it: what a sampled check of truth or of order may look at (CUS-020, CUS-039)."""
    rows = Archive.objects.unscoped("engine").filter(project=project).filter(items__isnull=False).distinct()
    return [Ref.to(archive) for archive in rows.only("id", "company_id", "project_id")]
