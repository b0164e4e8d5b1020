"""Registering customers and putting their particulars right."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel import vault
from guanjia.kernel.act import Act
from guanjia.kernel.errors import IllegalMove, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.numbering import next_number
from guanjia.kernel.rows import check_fields, keep
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from .. import dates, facts, gates, identity, names
from ..models import ContactPoint, Customer
from ..phones import NotAPhone, normalise, tail_of
from ..states import EMAIL, ORGANISATION, PERSON, PHONE, WECHAT
from ._other_names import keep_other_names


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
    customer = Customer(project=project, kind=kind, created_at=act.at, sex=sex, capacity=capacity, note=note.strip())
    customer.birth_date = vault.given(customer, "birth_date", birth_date)
    numbers, reasons = _describe(customer, name, vault.given(customer, "id_no", id_no) or "", phones)
    check_fields(customer, reasons + _papers_agree(customer, act))
    customer.number = number.strip() or next_number("KH", project, act.at)
    keep(customer)
    keep_other_names(customer, act)
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

    Raises BadInput as `register_customer` does. IllegalMove if he was forgotten. The journal says which particulars changed,
    with prints of the values before and after that only the customer's key can tell apart (CUS-031), never the values.
    """
    _speaks_for_itself(customer)
    if customer.forgotten_at is not None:
        raise IllegalMove(Reason(_("这位客户的资料已应要求删除，不能再填写；请另行登记。")))
    sealed = {field: vault.given(customer, field, value) for field, value in {"id_no": id_no, "birth_date": birth_date}.items()}
    before = _particulars(customer)
    for field, value in {"sex": sex, "capacity": capacity, "note": note, "birth_date": sealed["birth_date"]}.items():
        if value is not None:
            setattr(customer, field, value)
    numbers, reasons = _describe(customer, customer.name if name is None else name, sealed["id_no"], phones or ())
    after = _particulars(customer) | ({} if phones is None else {"phones": numbers})
    changed = [field for field in after if after[field] != before[field]]
    check_fields(customer, reasons + (_papers_agree(customer, act) if {"sex", "birth_date", "id_no"} & set(changed) else []))
    if columns := [field for field in changed if field != "phones"]:
        keep(customer, only=[*columns, "name_pinyin", "name_initials"])
    if "name" in changed:
        keep_other_names(customer, act)
    if "phones" in changed:
        customer.contact_points.filter(kind=PHONE).delete()
        _add_contacts(customer, PHONE, numbers, act)
    if changed:
        prints = {field: [vault.digest(customer, field, values[field]) for values in (before, after)] for field in changed}
        record(customer, facts.CustomerChanged(fields=changed, labels=_labels(changed), prints=prints), act=act)
    return customer


def _particulars(customer: Customer) -> dict[str, Any]:
    """What may be put right, itself: the sealed ones opened, to be compared."""
    plain = {field: getattr(customer, field) for field in ("name", "sex", "capacity", "note")}
    return plain | vault.opened_all([customer], ["id_no", "birth_date"], "compare")[customer.pk] | {"phones": customer.numbers()}


def _speaks_for_itself(customer: Customer) -> None:
    if customer.kept is not None:
        raise IllegalMove(Reason(_("这份档案已并入 %(number)s，请在那里修改。") % {"number": customer.kept.number}))


def _describe(customer: Customer, name: str, id_no: str | None, written: Iterable[str]) -> tuple[list[str], list[Reason]]:
    """Put name and identity (None: it stays) on the customer; returns the written telephone numbers in E.164, and all that is wrong."""
    reasons, numbers = [], []
    customer.name = name.strip()
    if not customer.name:
        reasons.append(Reason(_("请填写姓名。"), field="name"))
    is_person = customer.kind != ORGANISATION
    customer.name_pinyin = names.pinyin(customer.name, person=is_person)
    customer.name_initials = names.initials(customer.name, person=is_person)
    try:
        if id_no is not None:
            customer.id_no = identity.normalise(id_no, organisation=not is_person) if id_no.strip() else ""
    except identity.NotAnIdentity as no:
        reasons.append(Reason(str(no), field="id_no"))
    for text in written:
        try:
            numbers.append(normalise(text))
        except NotAPhone as no:
            reasons.append(Reason(str(no), field="phones"))
    return list(dict.fromkeys(numbers)), reasons


def _papers_agree(customer: Customer, act: Act) -> list[Reason]:
    """Whether somebody can be born on that day, and whether his card says the same of it and of his sex."""
    born = vault.opened(customer, "birth_date", "compare")
    number = vault.opened(customer, "id_no", "compare") or ""
    told = [Reason(str(words), field=field) for field, words in identity.contradictions(number, born, customer.sex)]
    return dates.odd_birth(born, timezone.localdate(act.at)) + told


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
