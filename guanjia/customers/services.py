"""What may be done with customers: register, change, move in, move out, take their word on being contacted."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.estate import services as estate
from guanjia.estate.keeping import check_fields, differences, keep
from guanjia.estate.models import House
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, NotFound, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.numbering import next_number
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from . import facts, gates, identity, names
from .models import Consent, ContactPoint, Customer, Household, Occupancy
from .phones import NotAPhone, normalise, tail_of
from .states import EMAIL, HOUSEHOLD_OF, ORGANISATION, OWNERS, PERSON, PHONE, PURPOSES, ROLES, TENANTS, WECHAT


# -- customers -----------------------------------------------------------------------------------
@usecase("customers.customer.register", gate=gates.RegisterCustomer)
def register_customer(
    *,
    project: Project,
    name: str,
    phones: Iterable[str] = (),
    kind: str = PERSON,
    sex: str = "",
    birth_date: date | None = None,
    id_no: str = "",
    capacity: str = "",
    note: str = "",
    wechat: str = "",
    email: str = "",
    number: str = "",
    act: Act,
) -> Customer:
    """A new customer with telephone numbers, the first of which is called first; numbered 「KH-…」 unless a number is brought along.

    Raises BadInput with every bad value at once: a blank name, what is no telephone number, an identity number whose check
    digit contradicts it.
    """
    customer = Customer(project=project, kind=kind, created_at=act.at, sex=sex, birth_date=birth_date, capacity=capacity, note=note.strip())
    numbers = _describe(customer, name, id_no, phones)
    customer.number = number.strip() or next_number("KH", project, act.at)
    keep(customer)
    _add_contacts(customer, PHONE, numbers, act)
    _add_contacts(customer, WECHAT, filter(None, [wechat.strip()]), act)
    _add_contacts(customer, EMAIL, filter(None, [email.strip().lower()]), act)
    record(customer, facts.CustomerRegistered(kind=kind), act=act)
    return customer


@usecase("customers.customer.change", gate=gates.ChangeCustomer)
def change_customer(
    customer: Customer,
    *,
    name: str | None = None,
    phones: Iterable[str] | None = None,
    sex: str | None = None,
    birth_date: date | None = None,
    id_no: str | None = None,
    capacity: str | None = None,
    note: str | None = None,
    act: Act,
) -> Customer:
    """Put a customer's particulars right; what is None stays. `phones`, if given, is the whole new list, first one first.

    Raises BadInput as `register_customer` does. The journal says which particulars changed, not what they are.
    """
    before = (customer.name, customer.id_no)
    given = {"sex": sex, "birth_date": birth_date, "capacity": capacity, "note": note}
    changed = list(differences(customer, **{k: v for k, v in given.items() if v is not None}))
    numbers = _describe(customer, customer.name if name is None else name, customer.id_no if id_no is None else id_no, phones or ())
    changed += [field for field, old in zip(("name", "id_no"), before, strict=True) if getattr(customer, field) != old]
    if changed:
        keep(customer, only=[*changed, "name_pinyin", "name_initials"])
    if phones is not None and numbers != _numbers_of(customer):
        customer.contact_points.filter(kind=PHONE).delete()
        _add_contacts(customer, PHONE, numbers, act)
        changed.append("phones")
    if changed:
        record(customer, facts.CustomerChanged(fields=changed, labels=_labels(changed)), act=act)
    return customer


def _describe(customer: Customer, name: str, id_no: str, written: Iterable[str]) -> list[str]:
    """Put name and identity on the customer; returns the written telephone numbers in E.164. BadInput with all that is wrong."""
    reasons, numbers = [], []
    customer.name = name.strip()
    if not customer.name:
        reasons.append(Reason(_("请填写姓名。"), field="name"))
    is_person = customer.kind != ORGANISATION
    customer.name_pinyin = names.pinyin(customer.name, person=is_person)
    customer.name_initials = names.initials(customer.name, person=is_person)
    try:
        customer.id_no = identity.normalise(id_no, organisation=not is_person) if id_no.strip() else ""
    except identity.NotAnIdentity as no:
        reasons.append(Reason(str(no), field="id_no"))
    for text in written:
        try:
            numbers.append(normalise(text))
        except NotAPhone as no:
            reasons.append(Reason(str(no), field="phones"))
    check_fields(customer, reasons)
    return list(dict.fromkeys(numbers))


def _numbers_of(customer: Customer) -> list[str]:
    return list(customer.contact_points.filter(kind=PHONE).order_by("-is_primary", "id").values_list("value", flat=True))


def _add_contacts(customer: Customer, kind: str, values: Iterable[str], act: Act) -> None:
    """More ways to reach the customer; the first of a kind becomes the primary one."""
    has_primary = customer.contact_points.filter(kind=kind, is_primary=True).exists()
    for place, value in enumerate(values):
        keep(
            ContactPoint(
                project=customer.project,
                customer=customer,
                kind=kind,
                value=value,
                tail=tail_of(value) if kind == PHONE else "",
                is_primary=place == 0 and not has_primary,
                created_at=act.at,
            )
        )


def _labels(fields: Iterable[str]) -> str:
    words = {"phones": _("电话")}
    return "、".join(str(words.get(f) or Customer._meta.get_field(f).verbose_name) for f in fields)


# -- who lives where -----------------------------------------------------------------------------
@usecase("customers.occupancy.move_in", gate=gates.MoveIn)
def move_in(
    *,
    project: Project,
    house: House | None,
    customer: Customer | None = None,
    role: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
    name: str = "",
    contact: str = "",
    use: str = "",
    act: Act,
) -> Occupancy:
    """From `starts_on` (today) a customer belongs to a house in a role; somebody unknown is registered by name and contact.

    Owners and co-owners join the owner's household, tenants and users the tenant's, family and others those who live there. A
    `contact` not yet on file is added. `use` (「let」, 「owner_occupied」), if said, becomes the use of the house from that day.

    Raises GateClosed without name, contact or house (CUS-001), BadInput for bad values, Conflict when the customer has that
    role there already.
    """
    starts_on = starts_on or timezone.localdate(act.at)
    if role not in ROLES:
        raise BadInput(Reason(_("没有「%(role)s」这种身份。") % {"role": role}, field="role"))
    house = _held(house, project, act)
    if customer is None:
        customer = register_customer(project=project, name=name, phones=[contact], act=act)
    elif customer.project_id != project.pk:
        raise NotFound()
    elif contact.strip():
        customer = change_customer(customer, phones=[*_numbers_of(customer), contact], act=act)
    household = _household_for(house, role, starts_on, ends_on, act)
    occupancy = keep(
        Occupancy(
            project=project,
            household=household,
            customer=customer,
            house=house,
            role=role,
            starts_on=starts_on,
            ends_on=ends_on,
            created_at=act.at,
        )
    )
    record(
        occupancy,
        facts.MovedIn(role=role, label=str(ROLES[role]), starts_on=starts_on, ends_on=ends_on),
        act=act,
        about=(customer, house, household),
    )
    if use:
        estate.change_use(house, use=use, starts_on=starts_on, ends_on=ends_on, act=act)
    return occupancy


@usecase("customers.occupancy.move_out", gate=gates.MoveOut)
def move_out(occupancy: Occupancy, *, ends_on: date | None = None, act: Act) -> Occupancy:
    """`ends_on` (today) is the first day on which the customer no longer belongs to the house.

    When the last owner or tenant of a household leaves, those who live there through them leave the same day.
    Raises IllegalMove if the occupancy has ended already, BadInput for a day before it began.
    """
    ends_on = ends_on or timezone.localdate(act.at)
    house = _held(occupancy.house, occupancy.project, act)
    if occupancy.ends_on is not None and occupancy.ends_on <= ends_on:
        raise IllegalMove(Reason(_("已于 %(day)s 迁出。") % {"day": occupancy.ends_on}))
    if ends_on <= occupancy.starts_on:
        raise BadInput(Reason(_("迁出日须晚于入住日 %(day)s。") % {"day": occupancy.starts_on}, field="ends_on"))
    household = occupancy.household
    leaving = [occupancy]
    if occupancy.role in HOUSEHOLD_OF and not _principals(household).on(ends_on).exclude(pk=occupancy.pk).exists():
        leaving += household.occupancies.exclude(pk=occupancy.pk).filter(starts_on__lt=ends_on).overlapping(ends_on, None)
    for one in leaving:
        one.ends_on = ends_on
        keep(one, only=["ends_on"])
        record(
            one, facts.MovedOut(role=one.role, label=str(ROLES[one.role]), ends_on=ends_on), act=act, about=(one.customer, house, household)
        )
    _fit(household)
    return occupancy


def _held(house: House | None, project: Project, act: Act) -> House:
    """The house, locked, so that who moves in and out of one house does so one after the other."""
    if house is None or house.project_id != project.pk:
        raise NotFound()
    return House.objects.visible_to(act).select_for_update(of=("self",)).get(pk=house.pk)


def _household_for(house: House, role: str, starts_on: date, ends_on: date | None, act: Act) -> Household:
    """The household that the newcomer joins, widened to hold the whole stay; a new one if nobody of that side is there."""
    there = list(house.households.overlapping(starts_on, ends_on).order_by("starts_on"))
    side = HOUSEHOLD_OF.get(role) or (TENANTS if any(h.kind == TENANTS and h.holds_on(starts_on) for h in there) else OWNERS)
    same = [h for h in there if h.kind == side]
    household = next((h for h in same if h.holds_on(starts_on)), same[0] if same else None)
    if household is None:
        household = Household(project=house.project, house=house, kind=side, starts_on=starts_on, ends_on=ends_on, created_at=act.at)
        return keep(household)
    widened = (min(household.starts_on, starts_on), None if None in (household.ends_on, ends_on) else max(household.ends_on, ends_on))
    if differences(household, starts_on=widened[0], ends_on=widened[1]):
        keep(household, only=["starts_on", "ends_on"])
    return household


def _fit(household: Household) -> None:
    """A household lasts as long as the last of its people stays."""
    ends = list(household.occupancies.values_list("ends_on", flat=True))
    if differences(household, ends_on=None if None in ends else max(ends)):
        keep(household, only=["ends_on"])


def _principals(household: Household) -> Any:
    """Those by whose right the others live there."""
    return household.occupancies.filter(role__in=HOUSEHOLD_OF)


# -- consent -------------------------------------------------------------------------------------
@usecase("customers.consent.give")
def give_consent(customer: Customer, *, purpose: str, channel: str = "any", act: Act) -> Consent:
    """The customer agrees to be contacted, or to have data passed on, for this purpose over this channel."""
    consent = _say(customer, purpose, channel, True, act)
    record(customer, facts.ConsentGiven(purpose=purpose, channel=channel, label=str(PURPOSES[purpose])), act=act)
    return consent


@usecase("customers.consent.withdraw")
def withdraw_consent(customer: Customer, *, purpose: str, channel: str = "any", act: Act) -> Consent:
    """The customer takes it back; the row that gave it stays."""
    consent = _say(customer, purpose, channel, False, act)
    record(customer, facts.ConsentWithdrawn(purpose=purpose, channel=channel, label=str(PURPOSES[purpose])), act=act)
    return consent


def _say(customer: Customer, purpose: str, channel: str, given: bool, act: Act) -> Consent:
    return keep(
        Consent(project=customer.project, customer=customer, purpose=purpose, channel=channel, given=given, at=act.at, created_at=act.at)
    )
