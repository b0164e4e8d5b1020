"""The roll of residents, line by line: what a line of an old table says of a house and its people, and what that would change.

Pure judgement: a line against what is known of its house, from the database or from lines further up in the file. Preview and
writing ask the same function, so that what was shown is what is done. Same names in one house on one side are one person.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from guanjia.estate import addresses
from guanjia.kernel.errors import Reason
from guanjia.kernel.gates import Gate
from guanjia.kernel.personal import mask_name

from . import names
from .models import Customer
from .states import CO_OWNER, HOUSEHOLD_OF, ROLES

ADDED, CHANGED, UNCHANGED, REFUSED = "added", "changed", "unchanged", "refused"


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a line names: role, numbers in E.164 with what is written beside them, and an identity number or ""."""

    name: str
    role: str
    phones: tuple[tuple[str, str], ...] = ()
    id_no: str = ""

    @property
    def side(self) -> str:
        return HOUSEHOLD_OF[self.role]


@dataclass(frozen=True, slots=True)
class Entry:
    """What one line says; None and "" where it says nothing. The levels of the address are in the form of `addresses.normal`."""

    line: int
    building: str
    entrance: str
    floor: int | None
    number: str
    area_m2: Decimal | None = None
    layout: str = ""
    kind: str = ""
    moved_in_on: date | None = None
    people: tuple[Named, ...] = ()
    code: str = ""  # follows from the address

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", addresses.code(self.building, self.entrance, self.number))


@dataclass
class Stay:
    """Somebody known to belong to the house now: on file (`occupancy`), or named further up (`arrival`)."""

    name: str
    side: str
    phones: set[str]
    has_same_id: Any  # f(identity number) -> True, False, or None where none is on file
    starts_on: date | None = None
    occupancy: Any = None
    arrival: "Arrival | None" = None


@dataclass
class Arrival:
    """Somebody who is to move in; `customer` if he is on file already."""

    person: Named
    starts_on: date | None
    customer: Customer | None = None
    phones: dict[str, str] = field(default_factory=dict)
    id_no: str = ""


@dataclass
class KnownHouse:
    """What is known of one house: its row (None: to be made), what was said of it, on which line, and who belongs to it."""

    row: Any = None
    values: dict[str, Any] = field(default_factory=dict)
    said_on: dict[str, int] = field(default_factory=dict)
    stays: list[Stay] = field(default_factory=list)

    @property
    def exists(self) -> bool:
        return self.row is not None or bool(self.said_on)


@dataclass
class Judgement:
    """What a line would do: a new house, corrections, arrivals, more numbers, another first day; or why it cannot be done."""

    entry: Entry
    house: KnownHouse
    makes_house: bool = False
    corrections: dict[str, Any] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)
    more_phones: list[tuple[Stay, list[str]]] = field(default_factory=list)
    first_days: list[tuple[Stay, date]] = field(default_factory=list)
    changes: list[list[str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    #: the gates through which the arrivals come in, as they were asked
    entrances: list[Gate] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        if self.reasons:
            return REFUSED
        if self.makes_house or self.arrivals:
            return ADDED
        return CHANGED if self.changes else UNCHANGED


#: what is on file: (number in E.164, plain name) -> customers; number -> names
@dataclass
class KnownPeople:
    by_phone_and_name: dict[tuple[str, str], Customer] = field(default_factory=dict)
    names_by_phone: dict[str, list[str]] = field(default_factory=dict)
    by_id: dict[str, Customer] = field(default_factory=dict)

    def of(self, person: Named) -> Customer | None:
        """The customer on file who is the same person beyond doubt: same name and same number, or same name and identity."""
        plain = names.plain(person.name)
        found = self.by_id.get(person.id_no) if person.id_no else None
        if found is not None and names.plain(found.name) == plain:
            return found
        return next((one for phone, _note in person.phones if (one := self.by_phone_and_name.get((phone, plain)))), None)

    def remember(self, person: Named, customer: Customer) -> None:
        for phone, _note in person.phones:
            self.by_phone_and_name[phone, names.plain(person.name)] = customer


FIELDS = {"area_m2": _("建筑面积"), "layout": _("户型"), "kind": _("类型")}


def judge(entry: Entry, house: KnownHouse, people: KnownPeople, *, starts_on: date) -> Judgement:
    """What the line would do to the house; what it would change is known of the house from now on, unless it is refused.

    `starts_on` is the first day of those of whom the line says none.
    """
    told = Judgement(entry, house)
    _judge_house(told)
    for person in entry.people:
        _judge_person(told, person, people, starts_on)
    if not told.reasons:
        _remember(told)
    return told


def _judge_house(told: Judgement) -> None:
    entry, house = told.entry, told.house
    said = {"area_m2": entry.area_m2, "layout": entry.layout or None, "kind": entry.kind or None}
    if not house.exists:
        told.makes_house = True
        if entry.area_m2 is None:
            told.reasons.append(Reason(_("档案里还没有这套房，新登记要有建筑面积。"), field="area_m2"))
        told.changes += [[str(label), "", str(said[name])] for name, label in FIELDS.items() if said[name] and name != "kind"]
        return
    if house.row is not None and house.row.is_closed:
        told.reasons.append(
            Reason(_("这套房已于 %(day)s 注销（拆分或合并），请写现在的房号。") % {"day": house.row.closed_on}, field="number")
        )
        return
    for name, label in FIELDS.items():
        before = house.values.get(name)
        if said[name] is None or said[name] == before:
            continue
        if name in house.said_on:
            told.reasons.append(
                Reason(
                    _("与第 %(line)d 行是同一套房，而%(label)s不同（%(before)s 与 %(after)s），请改成一致。")
                    % {"line": house.said_on[name], "label": label, "before": before, "after": said[name]},
                    field=name,
                )
            )
        else:
            told.corrections[name] = said[name]
            told.changes.append([str(label), "" if before is None else str(before), str(said[name])])


def _judge_person(told: Judgement, person: Named, people: KnownPeople, starts_on: date) -> None:
    plain = names.plain(person.name)
    stay = next((one for one in told.house.stays if one.side == person.side and names.plain(one.name) == plain), None)
    same_line = next((one for one in told.arrivals if one.person.side == person.side and names.plain(one.person.name) == plain), None)
    if same_line is not None:
        same_line.phones.update(person.phones)
        return
    if stay is None:
        _judge_arrival(told, person, people, starts_on)
        return
    if person.id_no and stay.has_same_id(person.id_no) is False:
        told.reasons.append(
            Reason(
                _("本房屋已有同名的「%(name)s」，证件号不同：请核对是不是同一人。") % {"name": mask_name(person.name)},
                field=f"{person.side}_id",
            )
        )
    lacking = [phone for phone, _note in person.phones if phone not in stay.phones]
    if lacking:
        told.more_phones.append((stay, lacking))
        told.changes.append([_("%(name)s的电话") % {"name": mask_name(person.name)}, "", _("添 %(count)d 个") % {"count": len(lacking)}])
    first = told.entry.moved_in_on
    if first is not None and stay.occupancy is not None and stay.starts_on != first:
        told.first_days.append((stay, first))
        told.changes.append([_("%(name)s的入住日期") % {"name": mask_name(person.name)}, str(stay.starts_on or ""), str(first)])


def _judge_arrival(told: Judgement, person: Named, people: KnownPeople, starts_on: date) -> None:
    customer = people.of(person)
    same_id = people.by_id.get(person.id_no) if person.id_no else None
    if same_id is not None and customer is None:
        told.reasons.append(
            Reason(_("证件号与档案里的「%(name)s」相同而姓名不同，请核对。") % {"name": mask_name(same_id.name)}, field=f"{person.side}_id")
        )
    if customer is not None:
        told.notes.append(("", _("「%(name)s」档案里已有，归到同一人") % {"name": mask_name(person.name)}))
    else:
        others = {
            one
            for phone, _note in person.phones
            for one in people.names_by_phone.get(phone, ())
            if names.plain(one) != names.plain(person.name)
        }
        if others:
            told.notes.append(
                ("", _("号码在档案里是「%(names)s」的，请留意是否同一家") % {"names": "、".join(sorted(map(mask_name, others)))})
            )
    first = told.entry.moved_in_on or starts_on
    told.arrivals.append(Arrival(person, first, customer, dict(person.phones), person.id_no))
    told.changes.append([str(ROLES[person.role]), "", person.name])


def _remember(told: Judgement) -> None:
    entry, house = told.entry, told.house
    if told.makes_house:
        house.said_on["house"] = entry.line
        house.values = {"area_m2": entry.area_m2, "layout": entry.layout or None, "kind": entry.kind or None}
    for name in FIELDS:
        if getattr(entry, name) not in (None, ""):
            house.said_on.setdefault(name, entry.line)
            house.values[name] = getattr(entry, name)
    for stay, phones in told.more_phones:
        stay.phones.update(phones)
        if stay.arrival is not None:
            stay.arrival.phones.update(dict.fromkeys(phones, ""))
    for stay, first in told.first_days:
        stay.starts_on = first
    for arrival in told.arrivals:
        known = arrival.id_no
        house.stays.append(
            Stay(
                arrival.person.name,
                arrival.person.side,
                set(arrival.phones),
                lambda id_no, known=known: None if not known else id_no == known,
                arrival.starts_on,
                arrival=arrival,
            )
        )


def with_contacts(people: Iterable[Named]) -> tuple[Named, ...]:
    """Co-owners of whom the line gives no number of their own are reached by that of the first of their side."""
    told, first = [], {}
    for person in people:
        if person.phones:
            first.setdefault(person.side, person.phones[:1])
        told.append(
            person
            if person.phones or person.role != CO_OWNER
            else Named(person.name, person.role, first.get(person.side, ()), person.id_no)
        )
    return tuple(told)
