"""Questions about customers: who is calling, who lived where on that day, whom a few letters mean."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from guanjia.estate import selectors as estate
from guanjia.estate.models import House
from guanjia.kernel import periods, signatures, vault
from guanjia.kernel.act import Act
from guanjia.kernel.ids import Ref
from guanjia.kernel.models import JournalEntry
from guanjia.org.models import Project
from guanjia.rulebook.catalogue import load

from . import completeness, names
from .completeness import Completeness
from .models import AccessRequest, Alias, Consent, ContactPoint, Customer, Flag, Household, Lease, Note, Occupancy, Preference, Tagging
from .phones import TAIL, NotAPhone, normalise
from .segmenting import Standing
from .states import BAD_CUSTOMER, CARE, GRANTED, HOUSEHOLD_OF, KEY_ACCOUNT, LIFTED, OWNER, OWNERS, PHONE, ROLES, SET, TENANTS

MATCHES_MAX = 20
_BY_ROLE = (Case(*[When(role=role, then=Value(rank)) for rank, role in enumerate(ROLES)]), "starts_on", "id")
WHOLE_ID_NO = re.compile(r"[0-9A-Za-z()（）/-]{8,30}")  # shorter ones are a telephone's end or a room
_PERSON = Coalesce("customer__kept", "customer")  # of a row about a file: the person it is about
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
    points = contact_points_for(number, act).select_related("customer__kept")[:MATCHES_MAX]
    matches = {point.customer.person.pk: CallerMatch(point.customer.person) for point in points}
    for occupancy in occupancies_of(matches, timezone.localdate(act.at), act):
        matches[occupancy.person_id].occupancies.append(occupancy)
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


def residents(house: House, on: date, act: Act) -> list[Occupancy]:
    """Those who belonged to a house on that day, each person once in each role however many files he has; `one.customer.person`."""
    rows = occupants_of(house, on, act).select_related("customer__kept", "household")
    once = {(one.customer.person.pk, one.role): one for one in reversed(list(rows))}
    return list(reversed(once.values()))


def history_of(house: House, act: Act) -> QuerySet[Occupancy]:
    """Everybody who ever belonged to a house, the latest first."""
    return Occupancy.objects.visible_to(act).filter(house=house).select_related("customer", "household").order_by("-starts_on", "id")


def occupancies_of(customers: Iterable[Any], on: date, act: Act) -> QuerySet[Occupancy]:
    """The houses that these customers (rows or keys) belonged to on that day, as owners first; `person_id` says which of them."""
    rows = Occupancy.objects.visible_to(act).on(on).filter(customer__in=files_of(customers, act))
    return rows.annotate(person_id=_PERSON).select_related("house").order_by(*_BY_ROLE)


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


# -- one person, several files -------------------------------------------------------------------
def files_of(customers: Iterable[Any], act: Act) -> QuerySet[Customer]:
    """Every file that stands for these people (rows or keys): their own and those merged into them. For `customer__in=`."""
    ids = [one.pk if isinstance(one, Customer) else one for one in customers]
    return Customer.objects.visible_to(act).filter(Q(pk__in=ids) | Q(kept__in=ids)).order_by()


# -- finding people ------------------------------------------------------------------------------
def customers(act: Act) -> QuerySet[Customer]:
    """The customers this act may see, by the sound of their names: one file a person."""
    return Customer.objects.visible_to(act).filter(kept=None)


def people_matching(text: str, act: Act) -> QuerySet[Customer]:
    """Customers by what an agent types: 「王小」, 「wangx」, 「wxm」, another name, a number or its end, a whole identity number, 「3-2-1801」.

    Whoever is found by a file that was merged is found as the person.
    """
    text = text.strip()
    if not text:
        return customers(act).none()
    found = _files_by_number_or_house(text, act) if re.search(r"\d", text) else _files_by_name(text, act)
    return customers(act).filter(pk__in=found)


def _files_by_number_or_house(text: str, act: Act) -> QuerySet:
    """Keys of the people who have this number, of a telephone or of a paper, or who live at this address today."""
    called = contact_points_for(text, act).order_by().values_list(_PERSON)
    there = estate.houses_matching(text, act).order_by().values("pk")
    living = Occupancy.objects.visible_to(act).on(timezone.localdate(act.at)).filter(house__in=there)
    marks = (
        [vault.blind(Customer, "id_no", company, text.upper()) for company in act.rights.companies] if WHOLE_ID_NO.fullmatch(text) else []
    )
    named = Customer.objects.visible_to(act).filter(id_no_blind__in=marks).order_by().values_list(Coalesce("kept", "pk"))
    return called.union(living.order_by().values_list(_PERSON), named)


def _files_by_name(text: str, act: Act) -> QuerySet:
    """Keys of the people whose name, or another name of theirs, begins so: as it is written or as it sounds."""
    if text.isascii():
        typed = names.plain(text)
        begins = Q(name_pinyin__startswith=typed) | Q(name_initials__startswith=typed)
    else:
        begins = Q(name__startswith=text)
    own = Customer.objects.visible_to(act).filter(begins).order_by().values_list(Coalesce("kept", "pk"))
    other = Alias.objects.visible_to(act).filter(begins).order_by().values_list(_PERSON)
    return own.union(other)


# -- consent -------------------------------------------------------------------------------------
def may_contact(customer: Customer, purpose: str, channel: str, act: Act) -> bool:
    """True if the customer's latest word on this purpose, over this channel or all, was yes; silence is no."""
    words = consents_of(customer, act).filter(purpose=purpose, channel__in=[channel, "any"], at__lte=act.at)
    latest = words.first()
    return latest is not None and latest.given


def consents_of(customer: Customer, act: Act) -> QuerySet[Consent]:
    """What this person agreed to and took back, in all his files, the latest word first."""
    return Consent.objects.visible_to(act).filter(customer__in=files_of([customer.person_id], act)).order_by("-at", "-id")


def in_force(words: Iterable[Consent]) -> list[Consent]:
    """Of a person's words, the latest first: those by which he agrees now. A word on all channels ends what was said of one before."""
    said: set[tuple[str, str]] = set()
    holds = []
    for one in words:
        if not said & {(one.purpose, one.channel), (one.purpose, "any")}:
            holds += [one] if one.given else []
        said.add((one.purpose, one.channel))
    return holds


# -- leave to look ---------------------------------------------------------------------------------
def accesses_of(act: Act) -> QuerySet[AccessRequest]:
    """What this act's person asked to look up, the newest first."""
    rows = AccessRequest.objects.visible_to(act).filter(asker_id=act.person_id)
    return rows.select_related("customer", "house", "project").order_by("-asked_at")


def may_look(customer: Customer, act: Act) -> bool:
    """True for whose post looks customers up, and within its scope and days for who was given leave (CUS-008)."""
    return act.may("customers.customer.see", on=customer) or allowed(act).filter(pk=customer.pk).exists()


def looked_at(act: Act, id: Any) -> Customer:
    """The customer with this key, if this act may see him or was given leave; NotFound alike for any other."""
    if allowed(act).filter(pk=id).exists():
        return allowed(act).get(pk=id)
    return Customer.objects.find(act, id)


def allowed(act: Act) -> QuerySet[Customer]:
    """The customers that this person was given leave to look up, now: the leave is the reason, whatever his post has to do with them."""
    rows = Customer.objects.unscoped("link").filter(project_id__in=act.rights.any_projects())
    live = [row for row in accesses_of(act).filter(state=GRANTED, ends_at__gt=act.at) if row.is_live(act.at)]
    within = Q(pk__in=[])
    for row in live:
        if row.scope == "customer":
            within |= Q(pk=row.customer_id)
        elif row.scope == "house":
            within |= Q(occupancies__house_id=row.house_id)
        else:
            within |= Q(project_id=row.project_id)
    return rows.filter(within).distinct()


def consent_to_care(customer: Customer, act: Act) -> Consent | None:
    """The yes by which somebody agreed that we know of age, illness or handicap; None where the latest word is no or nothing."""
    words = Consent.objects.visible_to(act).filter(customer__in=files_of([customer], act), purpose=CARE, at__lte=act.at)
    latest = words.order_by("-at", "-id").first()
    return latest if latest is not None and latest.given else None


# -- what is said of them --------------------------------------------------------------------------
def flags_of(customer: Customer, act: Act) -> QuerySet[Flag]:
    """The marks of a person that are not lifted, those in force first."""
    return Flag.objects.visible_to(act).filter(customer__in=files_of([customer], act)).exclude(state=LIFTED).order_by("-state", "kind")


def tags_of(customer: Customer, act: Act) -> QuerySet[Tagging]:
    return Tagging.objects.visible_to(act).filter(customer__in=files_of([customer], act)).select_related("tag").order_by("tag__code")


def preference_of(customer: Customer, act: Act) -> Preference | None:
    """How this person likes to be served, by the latest word; None if nobody asked."""
    return Preference.objects.visible_to(act).filter(customer__in=files_of([customer], act)).order_by("-at", "-id").first()


def notes_of(customer: Customer, act: Act) -> QuerySet[Note]:
    """What this person told us to need, think or suggest, the latest first."""
    return Note.objects.visible_to(act).filter(customer__in=files_of([customer], act)).order_by("-at", "-id")


def standing_of(customer: Customer, act: Act) -> Standing:
    """What the classing of customers looks at, as it is today."""
    today = timezone.localdate(act.at)
    marks = {flag.kind for flag in flags_of(customer, act) if flag.state == SET}
    stays = list(occupancies_of([customer], today, act))
    oldest = min((stay.starts_on for stay in stays), default=today)
    return Standing(
        is_key_account=KEY_ACCOUNT in marks,
        is_bad_customer=BAD_CUSTOMER in marks,
        houses_owned=len({stay.house_id for stay in stays if stay.role == OWNER}),
        years_here=(today - oldest).days // 365,
        lives_here=bool(stays),
    )


def completeness_of(customer: Customer, act: Act) -> Completeness:
    """How complete a person's file is, with what was merged into it."""
    files = list(files_of([customer], act))
    there = {name: any(getattr(one, name) for one in files) for name in ("name", "id_no", "sex", "birth_date")}
    there["phone"] = ContactPoint.objects.visible_to(act).filter(customer__in=files, kind=PHONE).exists()
    there["house"] = Occupancy.objects.visible_to(act).filter(customer__in=files).exists()
    there["consent"] = Consent.objects.visible_to(act).filter(customer__in=files, purpose="service_notice").exists()
    there["preference"] = preference_of(customer, act) is not None
    return completeness.of_file(customer.kind, there)


# -- upkeep ----------------------------------------------------------------------------------------
COUNTED = {
    "merged": "customers.customer.merged",
    "completed": "estate.house.corrected",
    "classified": "customers.segment.assigned",
}


def done_since(project: Project, since: datetime, act: Act) -> dict[str, int]:
    """How often each action of a clean-up that the journal can count was done in the project since then (CUS-028)."""
    lines = JournalEntry.objects.visible_to(act).filter(project_id=project.pk, happened_at__gte=since, fact__in=COUNTED.values())
    counted = dict(lines.order_by().values_list("fact").annotate(Count("pk")))
    return {name: counted.get(fact, 0) for name, fact in COUNTED.items()}


def households_to_verify(project: Project, period: str, at: datetime) -> list[Ref]:
    """Every household that lasts at that moment; nobody in a period that is over, which can no longer be kept (CUS-003)."""
    if periods.bounds(period).end <= at:
        return []
    day = timezone.localdate(at)
    rows = Household.objects.unscoped("engine").on(day).filter(project=project).only("pk").order_by("pk")
    return [Ref.to(one) for one in rows]


def the_project(project: Project, period: str, at: datetime) -> list[Ref]:
    """The project itself, for what is owed once by each; nothing in a period that is over (CUS-013, CUS-028)."""
    return [] if periods.bounds(period).end <= at else [Ref.to(project)]
