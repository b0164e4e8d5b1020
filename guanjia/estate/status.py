"""房屋情况统计表 (EST-001) as plain data: composed from the spells, set by `documents/house_status.typ`.

It shows the last day of its month, or today in a month that still runs; composed again later it says the same, unless somebody
put a spell right. Its words are those of the handbook, whoever reads: a signed paper has one language. It names nobody.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from guanjia.kernel import documents, periods
from guanjia.kernel.act import Act
from guanjia.org.models import Project
from guanjia.rulebook import realises

from . import selectors
from .models import House
from .picture import stairs_of
from .states import HOUSE, STANDINGS, VACANT

REGISTER = "house_status"
TEMPLATE = Path(__file__).parent / "documents" / "house_status.typ"


@realises("EST-001", as_="register")
def compose(project: Project, period: str, act: Act) -> dict[str, Any]:
    """Everything that the table of a project and month says. Two queries, however many houses."""
    with translation.override("zh-hans"):
        return _compose(project, period, act)


def day_of(period: str, act: Act) -> date:
    """The day that a month's table shows."""
    return min(periods.days(period).end - timedelta(days=1), timezone.localdate(act.at))


def paper_of(content: dict[str, Any], *, at: datetime, signed: dict[str, str] | None = None) -> bytes:
    """The table as a PDF; without a signature it is marked as a draft."""
    return documents.render(TEMPLATE, {**content, "signed": signed}, at=at)


def _compose(project: Project, period: str, act: Act) -> dict[str, Any]:
    day = day_of(period, act)
    houses = list(selectors.houses_on(day, act).filter(project=project))
    empty = selectors.empty_since(houses, day, act)
    codes = {house.pk: house.standing_code(day) for house in houses}
    counts, areas = Counter(codes.values()), Counter()
    for house in houses:
        areas[codes[house.pk]] += house.area_m2
    return {
        "title": _("%(period)s房屋情况统计表") % {"period": periods.label(period)},
        "company": project.company.name,
        "project": project.name,
        "period": period,
        "day": day.isoformat(),
        "count": len(houses),
        "area": f"{sum(house.area_m2 for house in houses):.2f}",
        "states": [
            {"code": code, "label": str(label), "sign": str(sign), "count": counts[code], "area": f"{areas[code]:.2f}"}
            for code, (label, sign) in STANDINGS.items()
            if counts[code]
        ],
        "buildings": [
            {"name": building.name, "stairs": _stairs(here, codes), "rows": [_row(house, day, codes, empty) for house in here]}
            for building, here in _by_building(houses)
        ],
    }


def _by_building(houses: list[House]) -> list[tuple[Any, list[House]]]:
    found: dict[Any, list[House]] = {}
    for house in houses:
        found.setdefault(house.building, []).append(house)
    return list(found.items())


def _stairs(houses: list[House], codes: dict[Any, str]) -> list[dict[str, Any]]:
    def tiles(place: Any) -> list[dict[str, str]]:
        return [{"number": house.number, "code": codes[house.pk], "sign": str(STANDINGS[codes[house.pk]][1])} for house in place.houses]

    return [
        {
            "name": stair.name,
            "doors": stair.doors,
            "storeys": [
                {
                    "label": storey.label,
                    "is_regular": storey.is_regular,
                    "places": [{"span": place.span, "tiles": tiles(place)} for place in storey.places],
                }
                for storey in stair.storeys
            ],
        }
        for stair in stairs_of(houses)
    ]


def _row(house: House, day: date, codes: dict[Any, str], empty: dict[Any, Any]) -> dict[str, str]:
    """The five columns of the clause: room, area, state, sale, vacancy."""
    vacant = ""
    if codes[house.pk] == VACANT and house.pk in empty:
        spell = empty[house.pk]
        vacant = _("自 %(day)s，%(days)d 天") % {"day": spell.starts_on, "days": (day - spell.starts_on).days + 1}
        vacant += f"；{spell.reason}" if spell.reason else ""
    return {
        "room_no": house.code,
        "area": f"{house.area_m2:.2f}",
        "state": str(STANDINGS[codes[house.pk]][0]),
        "sale_state": str(HOUSE.labels[house.delivery_on(day)]),
        "vacant": vacant,
    }
