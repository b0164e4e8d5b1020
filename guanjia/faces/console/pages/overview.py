"""The overview of a project's households: looked up in a moment, checked row by row every month, signed when each has its mark."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guanjia.customers import overview, services
from guanjia.customers.models import Household, HouseholdCheck
from guanjia.estate import selectors as estate
from guanjia.kernel import periods, personal
from guanjia.org.models import Project
from guanjia.quality.models import Signoff
from guanjia.web.partials import page

SHOWN = 60
SEE = "customers.occupancy.see"


@require_GET
def households(request: HttpRequest) -> HttpResponse:
    """The rows of a project (`project=`), of a building or house (`q=`), or those without a mark (`open=1`), in the order of addresses."""
    act = request.act
    mine = _projects(act)
    project = _chosen(mine, request.GET.get("project", ""))
    if project is None:
        return page(request, "console/overview.html", projects=[], rows=[])
    today = timezone.localdate(act.at)
    period = overview.this_month(act)
    everybody = overview.households(project, today, act)
    open_ones = overview.unchecked(project, period, act)
    found = open_ones if request.GET.get("open") else everybody
    text = request.GET.get("q", "").strip()
    if text:
        found = found.filter(house__in=estate.houses_matching(text, act).order_by().values("pk"))
    after = request.GET.get("after", "")
    if after:
        found = found.filter(house__sort_code__gt=after)
    rows = overview.rows(found[: SHOWN + 1], today, period, act)
    total, left = everybody.count(), open_ones.count()
    signoff = (
        Signoff.objects.visible_to(act).filter(project=project, register=overview.REGISTER, period=period).select_related("signer").first()
    )
    return page(
        request,
        "console/overview.html",
        projects=mine,
        project=project,
        period=periods.label(period),
        columns=overview.columns(),
        rows=[_line(one) for one in rows[:SHOWN]],
        older=_further(request, rows) if len(rows) > SHOWN else "",
        text=text,
        only_open=bool(request.GET.get("open")),
        total=total,
        done=total - left,
        progress_figure=f"{total - left} / {total}",
        back=request.GET.urlencode(),
        left=left,
        signoff=signoff,
        may_check=act.may(services.verify_household.usecase, on=project),
        may_sign=signoff is None and act.may(services.sign_overview.usecase, on=project),
    )


@require_POST
def check(request: HttpRequest, id: UUID) -> HttpResponse:
    """The check mark of this month in a household's row."""
    household = Household.objects.find(request.act, id)
    services.verify_household(household, act=request.act)
    back = request.POST.get("back", "")
    return HttpResponseRedirect(f"{reverse('overview')}?{back}" if back else reverse("overview"))


@require_POST
def signature(request: HttpRequest) -> HttpResponse:
    """Sign this month's overview."""
    project = Project.objects.find(request.act, request.POST.get("project"))
    signed = services.sign_overview(project=project, act=request.act)
    messages.success(request, _("已签认：%(title)s") % {"title": signed.title})
    return HttpResponseRedirect(f"{reverse('overview')}?project={project.code}")


def _projects(act: Any) -> list[Project]:
    return [project for project in Project.objects.visible_to(act).order_by("code") if act.may(SEE, on=project)]


def _chosen(mine: list[Project], code: str) -> Project | None:
    return next((one for one in mine if one.code == code), mine[0] if mine else None)


def _line(row: overview.Row) -> dict[str, Any]:
    check: HouseholdCheck | None = row.check
    return {
        "household": row.household,
        "house": row.household.house,
        "side": row.household.get_kind_display(),
        "people": [one.customer.person for one in row.principals],
        "phones": [personal.mask_phone(number) for number in row.phones],
        "decoration": row.decoration,
        "check": check,
    }


def _further(request: HttpRequest, rows: list[overview.Row]) -> str:
    asked = request.GET.copy()
    asked["after"] = rows[SHOWN - 1].household.house.sort_code
    return f"?{asked.urlencode()}"
