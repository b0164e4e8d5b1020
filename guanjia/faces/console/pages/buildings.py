"""The picture of a building: a colour for each house, by floor and door, on any day; and a house's small card.

What colours the houses is a layer. A layer knows its legend and how to mark the houses of a building on a day; another one is
another line in LAYERS.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from guanjia.customers import selectors as customers
from guanjia.customers.states import PHONE
from guanjia.desk import selectors as desk
from guanjia.desk.states import CASE, CLOSED, WITHDRAWN
from guanjia.estate import selectors as estate
from guanjia.estate.models import House
from guanjia.estate.picture import Stair, stairs_of
from guanjia.estate.states import STANDINGS
from guanjia.kernel import reading
from guanjia.kernel.act import Act
from guanjia.kernel.errors import NotFound
from guanjia.kernel.personal import mask_phone
from guanjia.web.partials import page

CASES_ON_CARD = 5


@dataclass(frozen=True)
class Mark:
    """How a house is drawn: the code of its tile's colour and pattern, and the sign in it."""

    code: str
    sign: Any = ""


@dataclass(frozen=True)
class Layer:
    """One way to colour a building. `legend` maps the codes of marks to their words, in the order in which they are told."""

    key: str
    label: Any
    legend: Mapping[str, Any]
    marks: Callable[[list[House], date, Act], dict[UUID, Mark]]


def _states(houses: list[House], day: date, act: Act) -> dict[UUID, Mark]:
    """The use of each house over its delivery (EST-001)."""
    codes = {house.pk: house.standing_code(day) for house in houses}
    return {pk: Mark(code, STANDINGS[code][1]) for pk, code in codes.items()}


def _open_cases(houses: list[House], day: date, act: Act) -> dict[UUID, Mark]:
    """How many cases of each house were open at the end of that day."""
    counts = desk.open_cases_by_house([house.pk for house in houses], day, act)
    return {house.pk: _case_mark(counts.get(house.pk, 0)) for house in houses}


def _case_mark(count: int) -> Mark:
    return Mark("none") if not count else Mark("one" if count == 1 else "several", count)


LAYERS = (
    Layer("state", _("房屋状态"), {code: label for code, (label, _sign) in STANDINGS.items()}, _states),
    Layer("cases", _("未结诉求"), {"several": _("两件及以上"), "one": _("一件"), "none": _("没有")}, _open_cases),
)


@require_GET
def buildings(request: HttpRequest) -> HttpResponse:
    """The first building there is; a page that says so where there is none."""
    first = estate.buildings(request.act).order_by("project__name", *estate.BY_CODE).first()
    if first is None:
        return page(request, "console/buildings_none.html")
    return HttpResponseRedirect(reverse("building", args=[first.pk]))


@require_GET
def building(request: HttpRequest, id: UUID) -> HttpResponse:
    """One building on a day (`on`, today), coloured by a layer."""
    act = request.act
    found = estate.buildings(act).select_related("project").find(act, id)
    today = timezone.localdate(act.at)
    day = min(day_asked(request) or today, today)
    layer = next((one for one in LAYERS if one.key == request.GET.get("layer")), LAYERS[0])
    houses = list(estate.houses_on(day, act).filter(building=found))
    marks = layer.marks(houses, day, act)
    kept = {"layer": layer.key} | ({"on": day.isoformat()} if day != today else {})
    beside = list(estate.buildings(act).filter(project=found.project).order_by(*estate.BY_CODE))
    return page(
        request,
        "console/building.html",
        building=found,
        buildings=[(one, address(one.pk, kept)) for one in beside],
        day=day,
        today=today,
        is_today=day == today,
        month_before=address(found.pk, kept | {"on": (day.replace(day=1) - timedelta(days=1)).isoformat()}),
        now_url=address(found.pk, {"layer": layer.key}),
        layer=layer,
        layers=[{"label": one.label, "url": address(found.pk, kept | {"layer": one.key}), "current": one is layer} for one in LAYERS],
        legend=legend_of(layer, marks.values()),
        stairs=list(drawn(stairs_of(houses), marks, layer, kept)),
        count=len(houses),
        print_url=reverse("house-status") + "?" + urlencode({"project": found.project_id}),
    )


def day_asked(request: HttpRequest) -> date | None:
    try:
        return parse_date(request.GET.get("on", ""))
    except ValueError:  # the thirtieth of February
        return None


def address(building: UUID, kept: Mapping[str, str]) -> str:
    return f"{reverse('building', args=[building])}?{urlencode(kept)}"


def legend_of(layer: Layer, marks: Iterable[Mark]) -> list[dict[str, Any]]:
    """The codes that occur, with their words, a sign and how many there are."""
    marks = list(marks)
    counts, signs = Counter(mark.code for mark in marks), {mark.code: mark.sign for mark in marks}
    return [
        {"code": code, "label": label, "count": counts[code], "sign": signs.get(code, "") if layer.key == "state" else ""}
        for code, label in layer.legend.items()
        if counts[code]
    ]


def drawn(stairs: Iterable[Stair], marks: Mapping[UUID, Mark], layer: Layer, kept: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    """The entrances with their tiles, as plain as the template wants them."""
    asked = f"?on={kept['on']}" if "on" in kept else ""
    anywhere = reverse("house", args=[UUID(int=0)])  # an address is the same but for its key: resolving hundreds is what would cost
    before, after = anywhere.split(str(UUID(int=0)))

    def tile(house: House) -> dict[str, Any]:
        mark = marks[house.pk]
        return {
            "url": f"{before}{house.pk}{after}{asked}",
            "number": house.number,
            "code": mark.code,
            "sign": mark.sign,
            "words": f"{house.code} {layer.legend[mark.code]}",
        }

    for stair in stairs:
        yield {
            "name": stair.name,
            "doors": stair.doors,
            "width": max(1, len(stair.doors)),
            "storeys": [
                {
                    "label": storey.label,
                    "is_regular": storey.is_regular,
                    "places": [{"span": place.span, "tiles": [tile(house) for house in place.houses]} for place in storey.places],
                }
                for storey in stair.storeys
            ],
        }


# -- one house -------------------------------------------------------------------------------------
@require_GET
def house_card(request: HttpRequest, id: UUID) -> HttpResponse:
    """The small card of a house on a day: how it stands, who lives there, what is open."""
    act = request.act
    today = timezone.localdate(act.at)
    day = day_asked(request) or today
    house = estate.houses(act).with_use(day).filter(pk=id).first()
    if house is None:
        raise NotFound()
    reading.note([house], act=act)
    code = house.standing_code(day)
    cases = desk.cases(act).filter(house=house).exclude(state__in=(CLOSED, WITHDRAWN)).order_by("-opened_at")[:CASES_ON_CARD]
    label, sign = STANDINGS[code]
    return page(
        request,
        "console/house_card.html",
        house=house,
        day=day,
        is_today=day == today,
        code=code,
        label=label,
        sign=sign,
        occupants=[
            {
                "name": one.customer.name,
                "url": reverse("customer", args=[one.customer_id]),
                "role": one.get_role_display(),
                "phone": next((mask_phone(point.value) for point in one.customer.contact_points.all() if point.kind == PHONE), ""),
            }
            for one in customers.occupants_of(house, day, act).prefetch_related("customer__contact_points")
        ],
        cases=[(case, CASE.labels[case.state]) for case in cases],
    )
