"""Questions of the desk: who is calling and what do we know, what comes next, where was that case."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import md5
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import MD5
from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.customers import selectors as customers
from guanjia.customers.models import Customer
from guanjia.customers.phones import TAIL, NotAPhone, normalise
from guanjia.estate import selectors as estate
from guanjia.estate.models import House
from guanjia.kernel.act import Act
from guanjia.kernel.errors import NotFound
from guanjia.kernel.ids import Ref
from guanjia.kernel.memo import remembered
from guanjia.work.models import WorkOrder

from . import states
from .models import Case, CaseLink, CaseQuerySet, CaseType, CaseWork, Category, Channel
from .queue import COUNT_MAX, QueueFilter, QueuePage, QueueRow, queue, queue_counts
from .search import storable, text_ids

SIMILAR_WITHIN = timedelta(days=7)
NEARBY_WITHIN = timedelta(hours=24)
IN_BRIEF = (
    "number",
    "title",
    "area_text",
    "opened_at",
    "house__path",
    "house__number",
    "house__floor",
    "house__building_id",
    "house__entrance_id",
)
ORDER_IN_BRIEF = ("number", "state", "content", "project_id", "company_id", "technician__name")
NEARBY_MAX = 12

__all__ = ["COUNT_MAX", "QueueFilter", "QueuePage", "QueueRow", "queue", "queue_counts"]  # of `queue`, which is a file of its own


# -- one case --------------------------------------------------------------------------------------------
def cases(act: Act) -> CaseQuerySet:
    """The cases this act may see, with what a list shows, the newest first."""
    return Case.objects.visible_to(act).with_faces()


def case_for(act: Act, number_or_id: str | UUID) -> Case:
    """The case with that number or id; NotFound alike for foreign, missing and (over several projects) ambiguous ones."""
    if isinstance(number_or_id, str) and number_or_id.upper().startswith("CS-"):
        found = list(cases(act).filter(number=number_or_id.upper())[:2])
        if len(found) != 1:
            raise NotFound()
        return found[0]
    return cases(act).find(act, number_or_id)


def case_of_work(order_id: UUID, act: Act) -> Case | None:
    """The case whose work an order does, if it does any case's."""
    link = CaseWork.objects.visible_to(act).filter(order_id=order_id).select_related("case").first()
    return link.case if link else None


def orders_of(case: Case, act: Act) -> list[WorkOrder]:
    """The orders that do the case's work, the first one first, each with its technician's name."""
    works = CaseWork.objects.visible_to(act).filter(case=case).select_related("order__technician").order_by("pk")
    return [work.order for work in works.only("order", *(f"order__{name}" for name in ORDER_IN_BRIEF))]


def case_of_entry(entry: Any, act: Act) -> Case | None:
    """The case that a journal line is about, if any."""
    refs: Iterable[Ref] = (entry.subject, *entry.about)
    wanted = next((ref.id for ref in refs if ref.kind == "desk.case"), None)
    return Case.objects.visible_to(act).filter(pk=wanted).first() if wanted else None


def same_words(case: Case) -> Case | None:
    """The first case of the project with the very same words, if this is not it."""
    digest = md5(case.content.encode(), usedforsecurity=False).hexdigest()
    rows = (
        Case.objects.unscoped("uniqueness")
        .alias(words=MD5("content"))
        .filter(project_id=case.project_id, words=digest, content=case.content)
    )
    return rows.exclude(pk=case.pk).order_by("opened_at", "id").first()


def story_of_work(case: Case) -> str:
    """What was done, order by order, in sentences: the process of a case that work resolved."""

    def sentence(order: Any) -> str:
        when = timezone.localtime(order.completed_at).strftime("%m-%d %H:%M") if order.completed_at else ""
        who = order.technician.name if order.technician else ""
        return _("%(number)s %(who)s %(when)s %(state)s：%(result)s") % {
            "number": order.number,
            "who": who,
            "when": when,
            "state": order.get_state_display(),
            "result": order.result or "—",
        }

    works = case.works.select_related("order__technician").order_by("at", "id")
    return "\n".join(" ".join(sentence(work.order).split()) for work in works)


# -- code lists ------------------------------------------------------------------------------------------
@remembered
def channel_codes(company_id: UUID) -> frozenset[str]:
    """Codes of the ways that the company listens to."""
    return frozenset(Channel.objects.unscoped("rights").filter(company_id=company_id, is_active=True).values_list("code", flat=True))


@remembered
def type_of(company_id: UUID, code: str) -> CaseType | None:
    """The company's type with this code, if it uses one."""
    return CaseType.objects.unscoped("rights").filter(company_id=company_id, code=code, is_active=True).first()


def channels(act: Act) -> QuerySet[Channel]:
    return Channel.objects.visible_to(act).filter(is_active=True)


@remembered
def type_names(company_id: UUID) -> list[tuple[str, str]]:
    """(code, name) of the types that the company uses, in its order."""
    rows = CaseType.objects.unscoped("rights").filter(company_id=company_id, is_active=True)
    return list(rows.order_by("ordinal", "code").values_list("code", "name"))


def categories(act: Act) -> QuerySet[Category]:
    """The leaves of the tree, in its order, with their groups."""
    return Category.objects.visible_to(act).filter(is_active=True, parent__isnull=False).select_related("parent")


def categories_matching(text: str, act: Act) -> list[Category]:
    """Categories by what an agent types: 「ls」, 「loush」, 「漏」, or a word that callers use; the closest first."""
    typed = "".join(storable(text).lower().split())
    if not typed:
        return []
    rows = list(
        categories(act).filter(
            Q(initials__startswith=typed) | Q(pinyin__startswith=typed) | Q(name__contains=typed) | Q(keywords__icontains=typed)
        )
    )
    return sorted(
        rows,
        key=lambda c: (
            c.name != typed and c.initials != typed,
            not c.initials.startswith(typed) and not c.name.startswith(typed),
            -c.urgency,
            c.ordinal,
        ),
    )


# -- who is calling ---------------------------------------------------------------------------------------
@dataclass
class Caller:
    """Somebody a number may belong to: his houses, and his cases that are not finished."""

    customer: Customer
    houses: list[House]
    open_cases: list[Case] = field(default_factory=list)
    recent_cases: list[Case] = field(default_factory=list)


@dataclass(frozen=True)
class Nearby:
    """A case close by, and how: above, below, same_floor, building. The house above may know where the water comes from."""

    case: Case
    relation: str

    @property
    def label(self) -> str:
        return {"above": _("楼上"), "below": _("楼下"), "same_floor": _("同层"), "building": _("同楼")}[self.relation]


@dataclass
class ScreenPop:
    """All that is known the moment the phone rings."""

    number: str
    callers: list[Caller] = field(default_factory=list)
    nearby: list[Nearby] = field(default_factory=list)

    @property
    def houses(self) -> list[House]:
        return list(dict.fromkeys(house for caller in self.callers for house in caller.houses))


def screen_pop(number: str, act: Act) -> ScreenPop:
    """Who calls from this number: customers, houses, their cases, and what was reported around them within the last day.

    Queries do not grow with the number of callers or houses.
    """
    callers = [Caller(match.customer, match.houses) for match in customers.who_is_calling(number, act)]
    pop = ScreenPop(number, callers)
    if not callers:
        return pop
    files = customers.files_of([caller.customer for caller in callers], act)
    theirs = cases(act).filter(Q(customer__in=files) | Q(house__in=pop.houses))
    for case in theirs.filter(Q(state__in=states.UNFINISHED) | Q(opened_at__gte=act.at - SIMILAR_WITHIN))[:200]:
        for caller in callers:
            if (case.customer_id and case.customer.person_id == caller.customer.pk) or case.house_id in {
                house.pk for house in caller.houses
            }:
                (caller.open_cases if case.is_unfinished else caller.recent_cases).append(case)
    pop.nearby = nearby_cases(pop.houses, act)
    return pop


def nearby_cases(houses: Iterable[House], act: Act, within: timedelta = NEARBY_WITHIN) -> list[Nearby]:
    """Cases of the neighbours in the same buildings, opened within the last hours: above first, then below, the floor, the building.

    At most NEARBY_MAX of the hundred newest.
    """
    houses = list(houses)
    if not houses:
        return []
    rows = (
        Case.objects.visible_to(act)
        .select_related("house")
        .only(*IN_BRIEF)
        .filter(house__building__in={house.building_id for house in houses}, opened_at__gte=act.at - within, opened_at__lte=act.at)
        .order_by("-opened_at")
    )
    found = [Nearby(case, relation) for case in rows.exclude(house__in=houses)[:100] if (relation := _relation(case.house, houses))]
    order = ("above", "below", "same_floor", "building")
    return sorted(found, key=lambda one: (order.index(one.relation), one.case.opened_at))[:NEARBY_MAX]


def open_cases_by_house(houses: Iterable[UUID], day: date, act: Act) -> dict[UUID, int]:
    """House -> how many of its cases were open at the end of that day; without those that were withdrawn. One query."""
    night = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    rows = Case.objects.visible_to(act).filter(Q(closed_at=None) | Q(closed_at__gte=night), house__in=list(houses), opened_at__lt=night)
    return dict(rows.exclude(state=states.WITHDRAWN).order_by().values_list("house").annotate(count=Count("pk")))


def linked_cases(case: Case, act: Act) -> list[tuple[str, Case]]:
    """Cases linked to this one, in either direction, each with what the link says. A link never leaves the project."""
    links = CaseLink.objects.visible_to(act).filter(Q(case=case) | Q(other=case)).select_related("case", "other")
    brief = [f"{end}__{name}" for end in ("case", "other") for name in ("number", "title")]
    return [(states.LINK_KINDS[link.kind], link.other if link.case_id == case.pk else link.case) for link in links.only("kind", *brief)]


def similar_open_cases(house: House | None, category: Category | None, act: Act) -> list[Case]:
    """Unfinished cases that may be the same matter: of this house, or of this category in its building within a week."""
    if house is None:
        return []
    same = Q(house=house)
    if category is not None:
        same |= Q(house__building_id=house.building_id, category=category, opened_at__gte=act.at - SIMILAR_WITHIN)
    return list(cases(act).unfinished().filter(same)[:20])


def _relation(other: House, houses: Iterable[House]) -> str:
    relation = ""
    for house in houses:
        if other.building_id != house.building_id:
            continue
        if other.entrance_id != house.entrance_id or other.floor is None or house.floor is None:
            relation = relation or "building"
        elif other.floor == house.floor:
            relation = "same_floor"
        elif other.number[-2:] == house.number[-2:] and abs(other.floor - house.floor) <= 2:
            return "above" if other.floor > house.floor else "below"
        else:
            relation = relation or "building"
    return relation


# -- finding ----------------------------------------------------------------------------------------------
def search(text: str, act: Act, limit: int = 20) -> list[Case]:
    """Cases by what people type: a number, a telephone number or its last four digits, an address, a name, any words of the case.

    Exact keys first, then words; the newest first within each.
    """
    text = storable(text).strip()
    if not text:
        return []
    found: dict[UUID, Case] = {}
    for rows in _by_key(text, act):
        found.update({case.pk: case for case in rows[:limit] if case.pk not in found})
    if len(found) < limit:
        words = {case.pk: case for case in found_cases(act).filter(pk__in=text_ids(text, act, limit))}
        found.update({pk: case for pk, case in sorted(words.items(), key=lambda item: item[1].opened_at, reverse=True) if pk not in found})
    return list(found.values())[:limit]


def found_cases(act: Act) -> CaseQuerySet:
    """The cases this act may see, with what a line of what was found shows."""
    return Case.objects.visible_to(act).select_related("house").only("type", "state", *IN_BRIEF)


def _by_key(text: str, act: Act) -> Iterable[CaseQuerySet]:
    if text.upper().startswith("CS"):
        yield found_cases(act).filter(number__startswith=text.upper())
    digits = re.sub(r"\D", "", text)
    if len(digits) == TAIL and digits == text:
        yield found_cases(act).filter(phone_tail=digits)
    elif len(digits) >= 7:
        try:
            yield found_cases(act).filter(phone_tail=digits[-TAIL:], customer_phone__in=(normalise(text), text))
        except NotAPhone:
            yield found_cases(act).filter(phone_tail=digits[-TAIL:], customer_phone__endswith=digits)
    if digits:
        houses = list(estate.houses_matching(text, act).values_list("pk", flat=True)[:50])
        if houses:
            yield found_cases(act).filter(house__in=houses)
