"""Questions about customers: who is calling, who lived where on that day, whom a few letters mean."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.utils import timezone

from guanjia.estate import selectors as estate
from guanjia.estate.models import House
from guanjia.kernel import signatures
from guanjia.kernel.act import Act
from guanjia.rulebook.catalogue import load

from . import names
from .models import Consent, ContactPoint, Customer, Household, Lease, Occupancy
from .phones import TAIL, NotAPhone, normalise
from .states import HOUSEHOLD_OF, OWNERS, PHONE, ROLES, TENANTS

MATCHES_MAX = 20
_BY_ROLE = (Case(*[When(role=role, then=Value(rank)) for rank, role in enumerate(ROLES)]), "starts_on", "id")
SIGNED = "resident_register"  # the slot in which a household signs its registration form (CUS-011)


# -- who is calling ------------------------------------------------------------------------------
@dataclass
class CallerMatch:
    """Somebody a number may belong to, with the houses he belongs to today, his own first."""

    customer: Customer
    occupancies: list[Occupancy] = field(default_factory=list)

    @property
    def houses(self) -> list[House]:
        return list(dict.fromkeys(occupancy.house for occupancy in self.occupancies))


def who_is_calling(number: str, act: Act) -> list[CallerMatch]:
    """Customers with this telephone number, those who live here first; two queries.

    A number that is whole is looked up as such; the end of one (four digits or more, also a landline without its area code) finds
    all that end so. Fewer digits, or none, find nobody.
    """
    points = contact_points_for(number, act)[:MATCHES_MAX]
    matches = {point.customer_id: CallerMatch(point.customer) for point in points}
    for occupancy in occupancies_of(matches, timezone.localdate(act.at), act):
        matches[occupancy.customer_id].occupancies.append(occupancy)
    return sorted(matches.values(), key=lambda match: not match.occupancies)


def contact_points_for(number: str, act: Act) -> QuerySet[ContactPoint]:
    """Telephone numbers equal to this one or, where only the end of one is given, ending in it."""
    rows = ContactPoint.objects.visible_to(act).filter(kind=PHONE).select_related("customer").order_by("-is_primary", "customer_id")
    try:
        return rows.filter(value=normalise(number))
    except NotAPhone:
        digits = re.sub(r"\D", "", number)
        return rows.filter(tail=digits[-TAIL:], value__endswith=digits) if len(digits) >= TAIL else rows.none()


# -- who lived where -----------------------------------------------------------------------------
def occupants_of(house: House, on: date, act: Act) -> QuerySet[Occupancy]:
    """Those who belonged to a house on that day, whatever has changed since: owners, tenants, then the others."""
    return Occupancy.objects.visible_to(act).on(on).filter(house=house).select_related("customer", "household").order_by(*_BY_ROLE)


def history_of(house: House, act: Act) -> QuerySet[Occupancy]:
    """Everybody who ever belonged to a house, the latest first."""
    return Occupancy.objects.visible_to(act).filter(house=house).select_related("customer", "household").order_by("-starts_on", "id")


def occupancies_of(customers: Iterable[Any], on: date, act: Act) -> QuerySet[Occupancy]:
    """The houses that these customers (rows or keys) belonged to on that day, as owners first."""
    return Occupancy.objects.visible_to(act).on(on).filter(customer__in=list(customers)).select_related("house").order_by(*_BY_ROLE)


def household_of(house: House, on: date, act: Act) -> Household | None:
    """Those who lived there on that day: the tenant's household if there was one, else the owner's; None for an empty house."""
    rows = Household.objects.visible_to(act).on(on).filter(house=house).select_related("house")
    there = {household.kind: household for household in rows}
    return there.get(TENANTS) or there.get(OWNERS)


@dataclass(frozen=True)
class OccupantSheet:
    """The registration form of a household on a day (CUS-011): labels by field, and a row for each owner or tenant."""

    household: Household
    on: date
    labels: dict[str, str]
    rows: list[dict[str, str]]


def occupant_sheet(household: Household, on: date, act: Act) -> OccupantSheet:
    """What 「业主/租户情况一览表」 and 「住户登记表」 print: the handbook's columns, identity numbers masked.

    Owners, tenants and users have a row each; those who live there through them stand in its family column.
    """
    there = list(occupants_of(household.house, on, act).filter(household=household).prefetch_related("customer__contact_points"))
    principals = [one for one in there if one.role in HOUSEHOLD_OF]
    family = "、".join(f"{one.customer.name}（{one.get_role_display()}）" for one in there if one.role not in HOUSEHOLD_OF)
    signature = signatures.given(household, SIGNED)
    rows = [
        {
            "name": one.customer.name,
            "id_no": str(one.customer.id_no),
            "room_no": household.house.path,
            "phone": one.customer.phones,
            "family": family,
            "move_in_date": one.starts_on.isoformat(),
            "signature": signature.signer_name if signature else "",
        }
        for one in principals
    ]
    return OccupantSheet(household, on, load()["CUS-011"].fields, rows)


# -- leases --------------------------------------------------------------------------------------
LEASES = "EST-009"


def missing_of_lease(lease: Lease) -> list[str]:
    """What the handbook wants of a lease and is not there yet, in its words (EST-009): room, landlord, tenant, telephone, both days."""
    there = {
        "room_no": lease.house.code,
        "owner": lease.landlord_id,
        "tenant": lease.tenant.name,
        "phone": lease.tenant.numbers(),
        "period": lease.starts_on and lease.ends_on,
    }
    return [label for key, label in load()[LEASES].fields.items() if not there[key]]


# -- finding people ------------------------------------------------------------------------------
def customers(act: Act) -> QuerySet[Customer]:
    """The customers this act may see, by the sound of their names."""
    return Customer.objects.visible_to(act)


def people_matching(text: str, act: Act) -> QuerySet[Customer]:
    """Customers by what an agent types: 「王小」, 「wangx」, 「wxm」, a number or its last digits, 「3-2-1801」; nobody for a blank."""
    text = text.strip()
    rows = customers(act)
    if not text:
        return rows.none()
    if re.search(r"\d", text):
        called = contact_points_for(text, act).order_by().values("customer")
        living = (
            Occupancy.objects.visible_to(act)
            .on(timezone.localdate(act.at))
            .filter(house__in=estate.houses_matching(text, act).order_by().values("pk"))
            .order_by()
            .values("customer")
        )
        return rows.filter(Q(pk__in=called) | Q(pk__in=living))
    if text.isascii():
        typed = names.plain(text)
        return rows.filter(Q(name_pinyin__startswith=typed) | Q(name_initials__startswith=typed))
    return rows.filter(name__startswith=text)


# -- consent -------------------------------------------------------------------------------------
def may_contact(customer: Customer, purpose: str, channel: str, act: Act) -> bool:
    """True if the customer's latest word on this purpose, over this channel or all, was yes; silence is no."""
    words = Consent.objects.visible_to(act).filter(customer=customer, purpose=purpose, channel__in=[channel, "any"], at__lte=act.at)
    latest = words.order_by("-at", "-id").first()
    return latest is not None and latest.given
