"""Taking in the roll of residents: many lines at once, each judged, the good ones written, every row in the journal.

New houses and their people are written by COPY; what changes something that is on file goes through the use case for it.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.utils import timezone

from guanjia.estate import services as estate
from guanjia.estate.models import House
from guanjia.estate.services import taking_in
from guanjia.estate.states import LET
from guanjia.kernel import fixed, vault
from guanjia.kernel.act import Act
from guanjia.kernel.bulk import copy_rows
from guanjia.kernel.errors import Reason
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import record
from guanjia.kernel.numbering import next_numbers
from guanjia.kernel.usecase import ask, bear_witness, usecase
from guanjia.org.models import Project

from .. import facts, gates, names
from ..models import ContactPoint, Customer, Household, Occupancy
from ..phones import tail_of
from ..roll import Arrival, Entry, Judgement, KnownHouse, KnownPeople, Stay, judge
from ..states import CO_OWNER, HOUSEHOLD_OF, ORGANISATION, PERSON, PHONE, ROLES, TENANTS
from .living import change_occupancy, move_in
from .people import change_customer, register_customer

#: of two who take in the roll of one project, the second waits and sees what the first has done
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('customers.roll' || %s::text, 0))"


@usecase("customers.roll.take_in")
def take_in_roll(*, project: Project, entries: Sequence[Entry], starts_on: date | None = None, act: Act) -> list[Judgement]:
    """Write what these lines say, in their order; returns what each did. Those that are refused do nothing and say why.

    `starts_on` (today) is the first day of those of whom a line says none. Raises the Refusal of whatever the database, or a
    use case, refuses after all: then nothing at all was done.
    """
    starts_on = starts_on or timezone.localdate(act.at)
    fixed.run(_ONE_AT_A_TIME, [str(project.pk)])
    judged = judge_roll(project, entries, starts_on, act, hold=True)
    good = [one for one in judged if not one.reasons]
    _make_houses(project, [one for one in good if one.makes_house], act)
    for one in good:
        if one.corrections:
            estate.correct_house(one.house.row, **one.corrections, act=act)
        for stay, phones in one.more_phones:
            if stay.occupancy is not None:
                customer = stay.occupancy.customer
                change_customer(customer, phones=[*customer.numbers(), *phones], act=act)
        for stay, first in one.first_days:
            change_occupancy(stay.occupancy, starts_on=first, act=act)
    coming: dict[bool, list[Judgement]] = {True: [], False: []}
    for one in good:
        coming[any(stay.occupancy for stay in one.house.stays)].append(one)
    _move_all_in(project, coming[False], act)
    for one in coming[True]:
        _move_in_one_by_one(project, one, act)
    return judged


def judge_roll(
    project: Project, entries: Sequence[Entry], starts_on: date, act: Act, *, earlier: Iterable[Entry] = (), hold: bool = False
) -> list[Judgement]:
    """What each line would do, after the `earlier` ones of the file; with `hold` their houses are locked. Writes nothing."""
    known = _known_houses(project, {entry.code for entry in entries}, act, hold)
    people = _known_people(project, entries, act)
    for entry in earlier:
        judge(entry, known.setdefault(entry.code, KnownHouse()), people, starts_on=starts_on)
    judged = [judge(entry, known.setdefault(entry.code, KnownHouse()), people, starts_on=starts_on) for entry in entries]
    for one in judged:
        one.reasons += _shut_gates(project, one, act)
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


def _shut_gates(project: Project, told: Judgement, act: Act) -> list[Reason]:
    """What the clauses of the project have against the line."""
    reasons = taking_in.refusals(project, _new_house(told), act) if told.makes_house and not told.reasons else []
    for arrival in told.arrivals:
        reasons += [reason for context in _contexts(project, told, arrival, act) for reason in ask(context)]
    return list(dict.fromkeys(reasons))


def _contexts(project: Project, told: Judgement, arrival: Arrival, act: Act) -> list:
    base = gates.MoveIn.common(project, act)
    kind = _kind(arrival.person.name)
    registering = [] if arrival.customer is not None else [gates.RegisterCustomer(**base, kind=kind)]
    contact = (
        next(iter(arrival.phones), "") or (arrival.customer.numbers() or [""])[0] if arrival.customer else next(iter(arrival.phones), "")
    )
    return [
        *registering,
        gates.MoveIn(**base, role=arrival.person.role, customer_name=arrival.person.name, contact=contact, house=told.entry.code),
    ]


def _kind(name: str) -> str:
    return ORGANISATION if names.is_company(name) else PERSON


# -- new houses, new people ----------------------------------------------------------------------
def _new_house(told: Judgement) -> estate.NewHouse:
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


def _make_houses(project: Project, told: list[Judgement], act: Act) -> None:
    for one, house in zip(told, estate.take_in_houses(project=project, houses=[_new_house(one) for one in told], act=act), strict=True):
        one.house.row = house


def _move_all_in(project: Project, told: list[Judgement], act: Act) -> None:
    """Everybody who comes to a house where nobody is on file, without a question to the database for each."""
    coming = [(one, arrival) for one in told for arrival in one.arrivals]
    contexts = [context for one, arrival in coming for context in _contexts(project, one, arrival, act)]  # asked when judged
    _register(project, [arrival for _one, arrival in coming], act)
    households: dict[tuple, Household] = {}
    stays: list[Occupancy] = []
    for one, arrival in coming:
        house, side = one.house.row, arrival.person.side
        household = households.get((house.pk, side))
        if household is None:
            household = Household(
                company_id=project.company_id,
                project_id=project.pk,
                house_id=house.pk,
                kind=side,
                starts_on=arrival.starts_on,
                created_at=act.at,
            )
            households[house.pk, side] = household
        household.starts_on = min(household.starts_on, arrival.starts_on)
        stays.append(
            Occupancy(
                company_id=project.company_id,
                project_id=project.pk,
                household_id=household.pk,
                customer_id=arrival.customer.pk,
                house_id=house.pk,
                role=arrival.person.role,
                starts_on=arrival.starts_on,
                created_at=act.at,
            )
        )
    copy_rows(list(households.values()))
    copy_rows(stays)
    for stay in stays:
        told_fact = facts.MovedIn(role=stay.role, label=str(ROLES[stay.role]), starts_on=stay.starts_on)
        about = [Ref.through(stay, name) for name in ("customer", "house", "household")]
        record(stay, told_fact, act=act, about=about)
    for context in contexts:
        bear_witness(context, act)


def _register(project: Project, arrivals: list[Arrival], act: Act) -> None:
    """Customers for those who are not on file; one person who comes to several houses is one customer."""
    people, made = KnownPeople(), []
    for arrival in arrivals:
        if arrival.customer is None:
            arrival.customer = people.of(arrival.person)
        if arrival.customer is not None:
            continue
        is_person = _kind(arrival.person.name) == PERSON
        customer = Customer(
            project=project,
            kind=PERSON if is_person else ORGANISATION,
            name=arrival.person.name,
            name_pinyin=names.pinyin(arrival.person.name, person=is_person),
            name_initials=names.initials(arrival.person.name, person=is_person),
            id_no=arrival.id_no,
            created_at=act.at,
        )
        arrival.customer = customer
        people.remember(arrival.person, customer)
        made.append((customer, arrival))
    for (customer, _arrival), number in zip(made, next_numbers("KH", project, act.at, len(made)), strict=True):
        customer.number = number
    copy_rows([customer for customer, _arrival in made])
    copy_rows(
        [
            ContactPoint(
                company_id=project.company_id,
                project_id=project.pk,
                customer_id=customer.pk,
                kind=PHONE,
                value=value,
                tail=tail_of(value),
                is_primary=place == 0,
                note=note[:60],
                created_at=act.at,
            )
            for customer, arrival in made
            for place, (value, note) in enumerate(arrival.phones.items())
        ]
    )
    for customer, _arrival in made:
        record(customer, facts.CustomerRegistered(kind=customer.kind), act=act)


def _move_in_one_by_one(project: Project, told: Judgement, act: Act) -> None:
    """Whoever joins people that are on file: by the use cases that know how households grow."""
    for arrival in told.arrivals:
        customer = arrival.customer or register_customer(
            project=project,
            name=arrival.person.name,
            phones=list(arrival.phones),
            id_no=arrival.id_no,
            kind=_kind(arrival.person.name),
            act=act,
        )
        role = arrival.person.role
        move_in(project=project, house=told.house.row, customer=customer, role=role, starts_on=arrival.starts_on, act=act)


__all__ = ["CO_OWNER", "judge_roll", "take_in_roll"]
