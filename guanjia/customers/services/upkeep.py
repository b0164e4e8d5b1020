"""Files kept true: a customer asked, a household checked off, the month signed, a clean-up begun and counted."""

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel import periods
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, NotAllowed, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.numbering import next_number
from guanjia.kernel.rows import keep
from guanjia.kernel.usecase import usecase
from guanjia.org import selectors as org
from guanjia.org.models import Person, Project
from guanjia.quality import services as quality
from guanjia.quality.models import Signoff

from .. import facts, gates, overview, selectors
from ..models import Cleanup, Customer, Household, HouseholdCheck
from ..states import CLEANUP


@usecase("customers.customer.verify")
def verify_customer(customer: Customer, *, act: Act) -> Customer:
    """Somebody asked the customer, and what is on file holds (CUS-003); it counts for the households he belongs to today."""
    today = timezone.localdate(act.at)
    households = Household.objects.visible_to(act).on(today).filter(occupancies__in=selectors.occupancies_of([customer], today, act))
    record(customer, facts.CustomerVerified(), act=act, about=tuple(households.order_by().distinct()))
    return customer


@usecase("customers.household.verify")
def verify_household(household: Household, *, period: str = "", act: Act) -> HouseholdCheck:
    """The check mark of a period (this month) in the household's row of the overview (CUS-013). Conflict if it is there already."""
    if act.person_id is None:
        raise NotAllowed([Reason(_("核对须由本人办理。"))])
    period = _period(period, act)
    check = keep(
        HouseholdCheck(
            project=household.project,
            household=household,
            period=period,
            checker=Person.objects.visible_to(act).get(pk=act.person_id),
            at=act.at,
            created_at=act.at,
        )
    )
    record(household, facts.HouseholdVerified(period=period), act=act, about=(household.house,))
    return check


@usecase("customers.overview.sign", gate=gates.SignOverview)
def sign_overview(*, project: Project, period: str = "", act: Act) -> Signoff:
    """Sign the overview of a month as it stands, once each household has its check mark (CUS-013): the paper is kept, numbers masked.

    Raises GateClosed while a row is unchecked, Conflict if the month is signed already.
    """
    period = _period(period, act)
    content = overview.compose(project, period, act)
    signed = {"name": act.by.name, "as": "、".join(org.role_names(org.roles_of(act, project))), "at": content["made_at"]}
    return quality.sign_off(
        project=project,
        register=overview.REGISTER,
        period=period,
        title=f"{project.name} {content['title']}",
        pdf=overview.paper_of(content | {"signed": signed}, at=act.at),
        content=content,
        act=act,
    )


@usecase("customers.cleanup.open")
def open_cleanup(*, project: Project, note: str = "", act: Act) -> Cleanup:
    """A campaign over the project's files begins; Conflict while another runs."""
    cleanup = Cleanup(project=project, note=note.strip(), opened_at=act.at, created_at=act.at)
    cleanup.number = next_number("QL", project, act.at)
    keep(cleanup)
    record(cleanup, facts.CleanupOpened(), act=act, about=(project,))
    return cleanup


@usecase("customers.cleanup.finish", gate=gates.FinishCleanup)
def finish_cleanup(
    cleanup: Cleanup,
    *,
    merged: int | None = None,
    cancelled: int = 0,
    cleared: int = 0,
    completed: int | None = None,
    classified: int | None = None,
    transferred: int = 0,
    act: Act,
) -> Cleanup:
    """The campaign is over, with the number of each of its six actions (CUS-028); what the journal can count is counted where nothing is said."""
    counted = selectors.done_since(cleanup.project, cleanup.opened_at, act)
    numbers = {
        "merged": counted["merged"] if merged is None else merged,
        "cancelled": cancelled,
        "cleared": cleared,
        "completed": counted["completed"] if completed is None else completed,
        "classified": counted["classified"] if classified is None else classified,
        "transferred": transferred,
    }
    if any(number < 0 for number in numbers.values()):
        raise BadInput([Reason(_("件数不能小于 0。"), field=name) for name, number in numbers.items() if number < 0])
    cleanup = CLEANUP.move(cleanup, "finish", act=act, finished_at=act.at, **numbers)
    record(cleanup, facts.CleanupFinished(**numbers), act=act, about=(cleanup.project,))
    return cleanup


def _period(period: str, act: Act) -> str:
    """A month that has begun, this one if none is said."""
    period = period or overview.this_month(act)
    try:
        is_month = periods.kind_of(period) == "month"
    except ValueError:
        is_month = False
    if not is_month or periods.bounds(period).start > act.at:
        raise BadInput(Reason(_("请选择已经开始的月份。"), field="period"))
    return period
