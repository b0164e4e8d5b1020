"""A house and a person as the desk wants to see them: who lives there, what was reported, what is owed."""

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guanjia.customers import answers, holdings
from guanjia.customers import selectors as customers
from guanjia.customers.looking import LOOK_UP
from guanjia.customers.models import ContactPoint, Occupancy
from guanjia.desk import selectors as desk
from guanjia.desk.states import COMPLAINT_TYPE
from guanjia.estate import selectors as estate
from guanjia.estate.states import STANDINGS
from guanjia.followup import selectors as followup
from guanjia.kernel import reading, reveals
from guanjia.kernel.errors import NotAllowed, Reason
from guanjia.rulebook import selectors as rulebook
from guanjia.rulebook.catalogue import load
from guanjia.web import duties, timeline
from guanjia.web.partials import page

from .. import masking
from .buildings import day_asked

CASES_SHOWN = 30
NOTES_SHOWN = 5


@require_GET
def house_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """A house with those who live (or on `on=` lived) there, its cases and its story."""
    act = request.act
    on = day_asked(request) or timezone.localdate(act.at)
    house = estate.houses(act).with_use(on).find(act, id)
    changes = estate.changes_of(house, act)
    sees_all = act.may("customers.customer.see", on=house)
    seen = set() if sees_all else set(customers.allowed(act).values_list("pk", flat=True))
    occupants = [one for one in customers.residents(house, on, act) if sees_all or one.customer.pk in seen]
    cases = list(desk.cases(act).filter(house=house).order_by("-opened_at")[:CASES_SHOWN])
    entries, _older = timeline.of(house, act)
    reading.note([house], act=act)
    uses = list(house.uses.order_by("-starts_on")[:10])
    facts = [
        (_("交付"), house.get_state_display()),
        (_("性质"), house.get_kind_display()),
        (_("建筑面积"), f"{house.area_m2} ㎡"),
        (_("户型"), house.layout),
        (_("当天状态"), STANDINGS[house.standing_code(on)][0] if house.stands_on(on) else _("当天没有这套房屋")),
        *([(_("启用日期"), house.opened_on)] if house.opened_on else []),
        *([(_("注销日期"), house.closed_on)] if house.closed_on else []),
    ]
    return page(
        request,
        "console/house.html",
        folders=list(holdings.archives(act).filter(household__house=house)),
        house=house,
        on=on,
        occupants=occupants,
        asks_to_look=not sees_all,
        house_key=str(house.pk),
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
    """A person or organisation in the handbook's four parts (CUS-005), composed here from the rooms; nothing is copied.

    What was merged into the file is part of it; a merged file says so and shows what it holds itself.
    """
    act = request.act
    customer = customers.looked_at(act, id)
    if not customers.may_look(customer, act):
        raise NotAllowed([Reason(_("您的岗位不查阅客户资料，可以申请在限期内查阅。"), rule=LOOK_UP, cure="customers.access.request")])
    files = list(customers.files_of([customer], act)) or [customer]
    by_key = {one.pk: one for one in files}
    on = day_asked(request)
    places = Occupancy.objects.visible_to(act).filter(customer__in=files).select_related("house").order_by("-starts_on")
    cases = list(desk.cases(act).filter(customer__in=files).order_by("-opened_at")[:CASES_SHOWN])
    visits = list(followup.visits(act).filter(customer__in=files).order_by("-planned_at")[:CASES_SHOWN])
    entries, _older = timeline.of_all(files, act)
    reading.note(files, act=act)
    facts = [
        (_("类别"), customer.get_kind_display()),
        (_("性别"), customer.get_sex_display()),
        (_("出生日期"), masking.hidden(customer, "birth_date", customer.birth_date, act)),
        (_("证件号"), masking.hidden(customer, "id_no", customer.id_no, act)),
        (_("备注"), customer.note),
    ]
    return page(
        request,
        "console/customer.html",
        may_forget=act.may("customers.customer.forget", customer),
        customer=customer,
        parts=load()["CUS-005"].param("parts"),
        complete=customers.completeness_of(customer, act),
        flags=list(customers.flags_of(customer, act)) if act.may("customers.flag.see", on=customer) else [],
        tags=list(customers.tags_of(customer, act)),
        preference=customers.preference_of(customer, act),
        notes=list(customers.notes_of(customer, act)[:NOTES_SHOWN]),
        segment=customer.segments.on(timezone.localdate(act.at)).first(),
        merged=[one for one in files if one.pk != customer.pk],
        may_separate=act.may("customers.customer.unmerge", on=customer),
        on=on,
        today=timezone.localdate(act.at),
        places=list(places.on(on) if on else places),
        services=[case for case in cases if case.type != COMPLAINT_TYPE],
        complaints=[case for case in cases if case.type == COMPLAINT_TYPE],
        visits=visits,
        entries=entries,
        facts=facts,
        points=[
            (masking.hidden(by_key[point.customer_id], "phones", point.as_read, act), point)
            for point in _each_once(ContactPoint.objects.visible_to(act).filter(customer__in=files).order_by("kind", "-is_primary", "id"))
        ],
        live=reveals.live_of(customer, act),
        caution=answers.caution(customer, act),
        may_see_profile=act.may("customers.profile.see", on=customer),
        may_see_readers=act.may("kernel.reading.see", on=customer),
        duties_open=duties.items([o for o in rulebook.duties_of([*files, *cases], act) if o.is_open], request),
    )


def _each_once(points: Iterable[ContactPoint]) -> list[ContactPoint]:
    """The ways to reach somebody, a number that stands in several of his files once."""
    return list({(point.kind, point.value): point for point in reversed(list(points))}.values())[::-1]
