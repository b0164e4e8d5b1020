"""What the lines of a roll would do, given what is on file: asked by whoever shows it before, and by whoever does it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from guanjia.estate import foreseeing as estate
from guanjia.estate.models import House
from guanjia.estate.states import LET
from guanjia.kernel import vault
from guanjia.kernel.act import Act
from guanjia.kernel.gates import Gate
from guanjia.kernel.usecase import ask_all
from guanjia.org.models import Project

from . import gates, names
from .models import ContactPoint, Customer, Occupancy
from .roll import Arrival, Entry, Judgement, KnownHouse, KnownPeople, Stay, judge
from .states import HOUSEHOLD_OF, ORGANISATION, PERSON, PHONE, TENANTS


def judge_roll(
    project: Project, entries: Sequence[Entry], starts_on: date, act: Act, *, earlier: Iterable[Entry] = (), hold: bool = False
) -> list[Judgement]:
    """What each line would do, after the `earlier` ones of the file; with `hold` their houses are locked. Writes nothing."""
    known = _known_houses(project, {entry.code for entry in entries}, act, hold)
    people = _known_people(project, entries, act)
    for entry in earlier:
        judge(entry, known.setdefault(entry.code, KnownHouse()), people, starts_on=starts_on)
    judged = [judge(entry, known.setdefault(entry.code, KnownHouse()), people, starts_on=starts_on) for entry in entries]
    _ask_gates(project, judged, act)
    return judged


# -- what is known -------------------------------------------------------------------------------
def _known_houses(project: Project, codes: set[str], act: Act, hold: bool) -> dict[str, KnownHouse]:
    rows = House.objects.visible_to(act).filter(project=project, code__in=codes).order_by("pk")
    houses = {house.pk: house for house in (rows.select_for_update(of=("self",)) if hold else rows)}
    known = {
        house.code: KnownHouse(house, {"area_m2": house.area_m2, "layout": house.layout or None, "kind": house.kind})
        for house in houses.values()
    }
    stays = Occupancy.objects.visible_to(act).filter(house__in=list(houses), role__in=list(HOUSEHOLD_OF), ends_on=None)
    for occupancy in stays.select_related("customer").prefetch_related("customer__contact_points").order_by("starts_on", "pk"):
        customer = occupancy.customer
        known[houses[occupancy.house_id].code].stays.append(
            Stay(
                customer.name,
                HOUSEHOLD_OF[occupancy.role],
                {point.value for point in customer.contact_points.all() if point.kind == PHONE},
                lambda id_no, customer=customer: _has_id(customer, id_no),
                occupancy.starts_on,
                occupancy,
            )
        )
    return known


def _known_people(project: Project, entries: Sequence[Entry], act: Act) -> KnownPeople:
    """Whoever is on file with one of these telephone or identity numbers."""
    phones = {phone for entry in entries for person in entry.people for phone, _note in person.phones}
    known = KnownPeople()
    points = (
        ContactPoint.objects.visible_to(act).filter(project=project, kind=PHONE, value__in=phones).select_related("customer").order_by("pk")
    )
    for point in points:
        known.by_phone_and_name.setdefault((point.value, names.plain(point.customer.name)), point.customer)
        known.names_by_phone.setdefault(point.value, []).append(point.customer.name)
    numbers = {person.id_no for entry in entries for person in entry.people if person.id_no}
    if numbers:
        marks = {_mark(project.company_id, number): number for number in numbers}
        holders = Customer.objects.visible_to(act).filter(project=project, id_no_blind__in=list(marks))
        known.by_id = {marks[customer.id_no_blind]: customer for customer in holders}
    return known


def _has_id(customer: Customer, id_no: str) -> bool | None:
    """True if the customer has this very identity number, None if none is on file; nothing is opened for that."""
    return customer.id_no_blind == _mark(customer.company_id, id_no) if customer.id_no else None


def _mark(company_id: UUID, id_no: str) -> str:
    return vault.blind(Customer, "id_no", company_id, id_no)


def _ask_gates(project: Project, judged: list[Judgement], act: Act) -> None:
    """Add to the reasons of each line what the clauses of the project have against it; all of them are asked at once."""
    base = gates.MoveIn.common(project, act)
    houses = [(one, estate.gate_of(project, new_house(one), act)) for one in judged if one.makes_house and not one.reasons]
    for one in judged:
        one.entrances = [context for arrival in one.arrivals for context in _gates_of(base, one.entry, arrival)]
    asked = [*houses, *((one, context) for one in judged for context in one.entrances)]
    for (one, _context), reasons in zip(asked, ask_all([context for _one, context in asked]), strict=True):
        one.reasons += [reason for reason in reasons if reason not in one.reasons]


def _gates_of(base: dict[str, Any], entry: Entry, arrival: Arrival) -> list[Gate]:
    """The questions at the gates through which somebody comes in."""
    name, contact = arrival.person.name, next(iter(arrival.phones), "")
    moving = {"role": arrival.person.role, "customer_name": name, "house": entry.code}
    if arrival.customer is not None:
        return [gates.MoveIn(**base, **moving, contact=contact or (arrival.customer.numbers() or [""])[0])]
    return [gates.RegisterCustomer(**base, kind=kind_of(name)), gates.MoveIn(**base, **moving, contact=contact)]


def kind_of(name: str) -> str:
    """Person or organisation, by what it is called."""
    return ORGANISATION if names.is_company(name) else PERSON


def new_house(told: Judgement) -> estate.NewHouse:
    """The house that a line makes, let from the day on which a tenant comes."""
    entry = told.entry
    let = next((one for one in told.arrivals if one.person.side == TENANTS), None)
    return estate.NewHouse(
        entry.building,
        entry.entrance,
        entry.floor,
        entry.number,
        entry.area_m2,
        entry.layout,
        entry.kind or "flat",
        is_handed_over=bool(entry.people),
        use=LET if let else "",
        use_from=let.starts_on if let else None,
    )
