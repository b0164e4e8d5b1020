"""A household on a day: who belongs to it, how complete the files are, and its four parts (CUS-005)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from guanjia.customers import completeness
from guanjia.customers import selectors as customers
from guanjia.customers.models import Household, Lease
from guanjia.customers.states import HOUSEHOLD_OF
from guanjia.desk import selectors as desk
from guanjia.desk.states import COMPLAINT_TYPE
from guanjia.followup import selectors as followup
from guanjia.kernel import reading
from guanjia.rulebook import selectors as rulebook
from guanjia.rulebook.catalogue import load
from guanjia.web import duties, timeline
from guanjia.web.partials import page

from .buildings import day_asked

SHOWN = 30


@require_GET
def household_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """The household as it was on `on=` (today, or its last day): its people, and what happened in the house while it lasted."""
    act = request.act
    household = Household.objects.select_related("house").find(act, id)
    today = timezone.localdate(act.at)
    on = day_asked(request) or _last_day(household, today)
    people = [one for one in customers.residents(household.house, on, act) if one.household_id == household.pk]
    reading.note([household, *{one.customer.person.pk: one.customer.person for one in people}.values()], act=act)
    files = {one.customer.person.pk: customers.completeness_of(one.customer.person, act) for one in people if one.role in HOUSEHOLD_OF}
    cases = [
        case
        for case in desk.cases(act).filter(house=household.house).order_by("-opened_at")[: SHOWN * 2]
        if _within(household, case.opened_at)
    ]
    visits = followup.visits(act).filter(house=household.house).order_by("-planned_at")[:SHOWN]
    entries, _older = timeline.of(household, act)
    return page(
        request,
        "console/household.html",
        household=household,
        on=on,
        today=today,
        parts=load()["CUS-005"].param("parts"),
        people=[{"stay": one, "person": one.customer.person, "complete": files.get(one.customer.person.pk)} for one in people],
        score=completeness.of_household(files.values()),
        leases=list(Lease.objects.visible_to(act).on(on).filter(house=household.house).select_related("tenant", "landlord")),
        services=[case for case in cases if case.type != COMPLAINT_TYPE],
        complaints=[case for case in cases if case.type == COMPLAINT_TYPE],
        visits=[one for one in visits if _within(household, one.planned_at)],
        entries=entries,
        checks=list(household.checks.select_related("checker").order_by("-period")[:12]),
        others=list(household.house.households.exclude(pk=household.pk).order_by("-starts_on")[:10]),
        duties_open=duties.items([o for o in rulebook.duties_of([household], act) if o.is_open], request),
    )


def _last_day(household: Household, today: Any) -> Any:
    """Today while the household lasts, the first day of one that is yet to come, the day before its end for one that is over."""
    if household.holds_on(today):
        return today
    if household.starts_on > today:
        return household.starts_on
    return household.ends_on - timedelta(days=1)


def _within(household: Household, moment: Any) -> bool:
    return household.holds_on(timezone.localdate(moment))
