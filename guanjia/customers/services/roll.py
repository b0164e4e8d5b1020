"""Taking in the roll of residents: many lines at once, each judged, the good ones written, every row in the journal.

New houses and their people are written by COPY; what changes something that is on file goes through the use case for it.
"""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from guanjia.estate import services as estate
from guanjia.kernel import fixed
from guanjia.kernel.act import Act
from guanjia.kernel.bulk import fresh, insert_rows
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import record
from guanjia.kernel.numbering import next_numbers
from guanjia.kernel.usecase import bear_witness, usecase
from guanjia.org.models import Project

from .. import facts, folders, names
from ..foreseeing import judge_roll, kind_of, new_house
from ..models import ContactPoint, Customer, Household, Occupancy
from ..phones import tail_of
from ..roll import Arrival, Entry, Judgement, KnownPeople
from ..states import ORGANISATION, PERSON, PHONE, ROLES
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


# -- new houses, new people ----------------------------------------------------------------------
def _make_houses(project: Project, told: list[Judgement], act: Act) -> None:
    for one, house in zip(told, estate.take_in_houses(project=project, houses=[new_house(one) for one in told], act=act), strict=True):
        one.house.row = house


def _move_all_in(project: Project, told: list[Judgement], act: Act) -> None:
    """Everybody who comes to a house where nobody is on file, without a question to the database for each."""
    coming = [(one, arrival) for one in told for arrival in one.arrivals]
    _register(project, [arrival for _one, arrival in coming], act)
    households: dict[tuple, Household] = {}
    stays: list[Occupancy] = []
    for one, arrival in coming:
        house, side = one.house.row, arrival.person.side
        household = households.get((house.pk, side))
        if household is None:
            household = fresh(
                Household,
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
            fresh(
                Occupancy,
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
    insert_rows(list(households.values()))
    folders.of_households(list(households.values()), project, act)
    insert_rows(stays)
    for stay in stays:
        told_fact = facts.MovedIn(role=stay.role, label=str(ROLES[stay.role]), starts_on=stay.starts_on)
        about = [Ref.through(stay, name) for name in ("customer", "house", "household")]
        record(stay, told_fact, act=act, about=about)
    for one in told:
        for context in one.entrances:
            bear_witness(context, act)


def _register(project: Project, arrivals: list[Arrival], act: Act) -> None:
    """Customers for those who are not on file; one person who comes to several houses is one customer."""
    people, made = KnownPeople(), []
    for arrival in arrivals:
        if arrival.customer is None:
            arrival.customer = people.of(arrival.person)
        if arrival.customer is not None:
            continue
        is_person = kind_of(arrival.person.name) == PERSON
        customer = fresh(
            Customer,
            company_id=project.company_id,
            project_id=project.pk,
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
    insert_rows([customer for customer, _arrival in made])
    insert_rows(
        [
            fresh(
                ContactPoint,
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
            kind=kind_of(arrival.person.name),
            act=act,
        )
        role = arrival.person.role
        move_in(project=project, house=told.house.row, customer=customer, role=role, starts_on=arrival.starts_on, act=act)
