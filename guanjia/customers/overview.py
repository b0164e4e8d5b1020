"""The overview of a project's households (CUS-012): owner, decoration, contact, read from the rows and therefore always current.

And its paper of a month, in which each row has its check mark (CUS-013). What is signed is frozen, so numbers and names stand in it masked.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from guanjia.estate.models import HouseUse
from guanjia.estate.states import DECORATING
from guanjia.kernel import documents, periods, personal
from guanjia.kernel.act import Act
from guanjia.org.models import Project
from guanjia.rulebook.catalogue import load

from .models import Household, HouseholdCheck, Occupancy
from .states import HOUSEHOLD_OF, PHONE

REGISTER = "household_overview"  # its name among the sign-offs
CLAUSE = "CUS-012"
TEMPLATE = Path(__file__).parent / "documents" / "overview.typ"


@dataclass(frozen=True)
class Row:
    """A household on a day: who answers for it, how to reach them, whether the house is being decorated, and the check mark of the period."""

    household: Household
    principals: list[Occupancy]
    decorating: HouseUse | None
    check: HouseholdCheck | None

    @property
    def names(self) -> str:
        return "、".join(dict.fromkeys(one.customer.person.name for one in self.principals))

    @property
    def phones(self) -> list[str]:
        """The number to call first of each who answers for the household, in E.164."""
        points = (next((p for p in one.customer.contact_points.all() if p.kind == PHONE), None) for one in self.principals)
        return list(dict.fromkeys(point.value for point in points if point is not None))

    @property
    def decoration(self) -> str:
        if self.decorating is None:
            return ""
        if self.decorating.ends_on is None:
            return _("装修中，自 %(day)s") % {"day": self.decorating.starts_on}
        return _("装修中，%(since)s 至 %(until)s") % {"since": self.decorating.starts_on, "until": self.decorating.ends_on}


def this_month(act: Act) -> str:
    """The period that is checked now: 「2026-03」."""
    return periods.period_on("month", timezone.localdate(act.at))


def households(project: Project, on: date, act: Act) -> QuerySet[Household]:
    """The households of the project that last on that day, in the order of their addresses."""
    return Household.objects.visible_to(act).on(on).filter(project=project).order_by("house__sort_code", "kind", "id")


def unchecked(project: Project, period: str, act: Act) -> QuerySet[Household]:
    """The households of today that have no check mark of the period yet."""
    checked = HouseholdCheck.objects.visible_to(act).filter(project=project, period=period).values("household")
    return households(project, timezone.localdate(act.at), act).exclude(pk__in=checked)


def rows(found: QuerySet[Household], on: date, period: str, act: Act) -> list[Row]:
    """The lines of the overview for these households; five queries, however many."""
    living = Occupancy.objects.visible_to(act).on(on).filter(role__in=HOUSEHOLD_OF).select_related("customer__kept").order_by("starts_on")
    living = living.prefetch_related("customer__contact_points")
    uses = HouseUse.objects.visible_to(act).on(on).filter(use=DECORATING)
    checks = HouseholdCheck.objects.visible_to(act).filter(period=period).select_related("checker")
    found = found.select_related("house").prefetch_related(
        Prefetch("occupancies", living, to_attr="principals"),
        Prefetch("house__uses", uses, to_attr="decorating"),
        Prefetch("checks", checks, to_attr="checked"),
    )
    return [Row(one, one.principals, next(iter(one.house.decorating), None), next(iter(one.checked), None)) for one in found]


def columns() -> dict[str, str]:
    """What the handbook wants in it, in its words."""
    return load()[CLAUSE].fields


def compose(project: Project, period: str, act: Act) -> dict[str, Any]:
    """Everything that the paper of a month says, as it stands now."""
    with translation.override("zh-hans"):
        found = rows(households(project, timezone.localdate(act.at), act), timezone.localdate(act.at), period, act)
        return {
            "title": _("%(period)s客户情况一览表") % {"period": periods.label(period)},
            "company": project.company.name,
            "project": project.name,
            "period": period,
            "made_at": f"{timezone.localtime(act.at):%Y-%m-%d %H:%M}",
            "columns": [_("房号"), *columns().values(), _("核对")],
            "rows": [_line(one) for one in found],
            "signed": None,
        }


def paper_of(content: dict[str, Any], *, at: datetime) -> bytes:
    """The paper as a PDF; the same bytes for the same words."""
    return documents.render(TEMPLATE, content, at=at)


def _line(row: Row) -> list[str]:
    check = row.check
    return [
        row.household.house.code,
        "、".join(personal.mask_name(name) for name in row.names.split("、") if name),
        row.decoration,
        "、".join(personal.mask_phone(number) for number in row.phones),
        f"✓ {timezone.localtime(check.at):%m-%d} {check.checker.name}" if check else "",
    ]
