"""A house and a person as the desk wants to see them: who lives there, what was reported, what is owed."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guanjia.customers import selectors as customers
from guanjia.customers.models import Customer
from guanjia.desk import selectors as desk
from guanjia.estate import selectors as estate
from guanjia.estate.states import STANDINGS
from guanjia.kernel import reading, reveals
from guanjia.rulebook import selectors as rulebook
from guanjia.web import duties, timeline
from guanjia.web.partials import page

from .. import masking
from .buildings import day_asked

CASES_SHOWN = 30


@require_GET
def house_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """A house with those who live (or on `on=` lived) there, its cases and its story."""
    act = request.act
    on = day_asked(request) or timezone.localdate(act.at)
    house = estate.houses(act).with_use(on).find(act, id)
    changes = estate.changes_of(house, act)
    occupants = list(customers.occupants_of(house, on, act))
    cases = list(desk.cases(act).filter(house=house).order_by("-opened_at")[:CASES_SHOWN])
    entries, _older = timeline.of(house, act)
    reading.note([house], act=act)
    uses = list(house.uses.order_by("-starts_on")[:10])
    facts = [
        (_("交付"), house.get_state_display()),
        (_("性质"), house.get_kind_display()),
        (_("建筑面积"), f"{house.area_m2} ㎡"),
        (_("户型"), house.layout),
        (_("当天状态"), STANDINGS[house.standing_code(on)][0]),
        *([(_("启用日期"), house.opened_on)] if house.opened_on else []),
        *([(_("注销日期"), house.closed_on)] if house.closed_on else []),
    ]
    return page(
        request,
        "console/house.html",
        house=house,
        on=on,
        occupants=occupants,
        cases=cases,
        nearby=desk.nearby_cases([house], act),
        entries=entries,
        facts=facts,
        uses=uses,
        changes=changes,
        became=estate.successors_in(changes, house),
        parking=list(house.parking.select_related("space").order_by("-starts_on")),
        meters=list(house.meters.order_by("removed_on", "kind", "code")),
        warranties=list(house.warranties.order_by("-ends_on")),
        may_split=not house.is_closed and act.may("estate.house.split", on=house),
        may_merge=not house.is_closed and act.may("estate.house.merge", on=house),
        duties_open=duties.items([o for o in rulebook.duties_of([house, *cases], act) if o.is_open], request),
    )


@require_GET
def customer_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """A person or organisation: how to reach them, where they belong, what they turned to us with."""
    act = request.act
    customer = Customer.objects.find(act, id)
    places = list(customer.occupancies.select_related("house").order_by("-starts_on"))
    cases = list(desk.cases(act).filter(customer=customer).order_by("-opened_at")[:CASES_SHOWN])
    entries, _older = timeline.of(customer, act)
    reading.note([customer], act=act)
    facts = [
        (_("类别"), customer.get_kind_display()),
        (_("性别"), customer.sex),
        (_("出生日期"), masking.hidden(customer, "birth_date", customer.birth_date, act)),
        (_("证件号"), masking.hidden(customer, "id_no", customer.id_no, act)),
        (_("备注"), customer.note),
    ]
    return page(
        request,
        "console/customer.html",
        customer=customer,
        places=places,
        cases=cases,
        entries=entries,
        facts=facts,
        points=[
            (masking.hidden(customer, "phones", point.as_read, act), point) for point in customer.contact_points.order_by("-is_primary")
        ],
        live=reveals.live_of(customer, act),
        may_see_readers=act.may("kernel.reading.see", on=customer),
        duties_open=duties.items([o for o in rulebook.duties_of([customer, *cases], act) if o.is_open], request),
    )
