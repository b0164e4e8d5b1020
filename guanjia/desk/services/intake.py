"""Taking in: a contact is heard, and becomes a case that asks at once for all that will be wanted later."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.customers import selectors as customers
from guanjia.customers.models import Customer
from guanjia.desk import facts, gates, selectors, states
from guanjia.desk.following import about, first_receiver, look_at, on_the_desk
from guanjia.desk.inputs import check, filled, known, only_if, within
from guanjia.desk.models import Case, Category, Contact, Reply
from guanjia.estate.models import House
from guanjia.kernel.act import Act
from guanjia.kernel.errors import IllegalMove, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.numbering import next_number
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project
from guanjia.rulebook.priority import priority

from .complaints import register
from .handling import accept_case, order_work

NUMBER_PREFIX = "CS"  # 诉求: CS-20260302-0041
TITLE_MAX = 40


# -- contacts --------------------------------------------------------------------------------------------
@usecase("desk.contact.receive")
def receive_contact(
    *,
    project: Project,
    channel: str,
    direction: str = states.IN,
    number: str = "",
    customer: Customer | None = None,
    house: House | None = None,
    content: str = "",
    spoke_with: str = "",
    source: str = "",
    external_id: str = "",
    act: Act,
) -> Contact:
    """Note that somebody turned to us. A number that belongs to one customer names him.

    The same `external_id` of a source (a call's, a message's) is noted once: the first contact comes back.
    """
    check(
        known(channel, selectors.channel_codes(project.company_id), "channel"),
        known(direction, states.DIRECTIONS, "direction"),
        within(customer, project, "customer"),
        within(house, project, "house"),
    )
    if external_id:
        there = Contact.objects.unscoped("uniqueness").filter(project=project, source=source, external_id=external_id).first()
        if there is not None:
            return there
    if customer is None and number:
        callers = customers.who_is_calling(number, act)
        customer = callers[0].customer if len(callers) == 1 else None
    contact = Contact.objects.create(
        project=project,
        channel=channel,
        direction=direction,
        number_from=number,
        customer=customer,
        house=house,
        content=content,
        spoke_with=spoke_with,
        received_at=act.at,
        created_at=act.at,
        source=source,
        external_id=external_id,
    )
    record(contact, facts.ContactReceived(channel=channel, direction=direction), act=act, about=(customer, house))
    return contact


@usecase("desk.contact.answer")
def answer_contact(contact: Contact, *, act: Act) -> Contact:
    """Somebody listens. IllegalMove if somebody already does."""
    if contact.answered_at is not None:
        raise IllegalMove([Reason(_("已有人接待。"))])
    return _answer(contact, act)


@usecase("desk.contact.end", gate=gates.EndContact)
def end_contact(
    contact: Contact, *, place: str = "", matter: str = "", to_solve: str = "", room: str = "", repeated_back: bool = False, act: Act
) -> Contact:
    """The conversation is over. A phone note must be complete (gate `desk.contact.end`, DESK-011); IllegalMove if it has ended."""
    if contact.ended_at is not None:
        raise IllegalMove([Reason(_("这次接待已经结束。"))])
    if contact.answered_at is None:
        contact = _answer(contact, act)
    contact.ended_at, contact.matter, contact.to_solve, contact.repeated_back = act.at, matter, to_solve, repeated_back
    contact.place, contact.room = place or contact.place, room or (contact.house.code if contact.house else "")
    contact.version += 1
    contact.save(update_fields=["ended_at", "matter", "to_solve", "repeated_back", "place", "room", "version"])
    record(contact, facts.ContactEnded(channel=contact.channel, matter=matter), act=act, about=(contact.customer, contact.case))
    return contact


def _answer(contact: Contact, act: Act) -> Contact:
    contact.answered_at, contact.answered_by_id = max(act.at, contact.received_at), act.person_id
    contact.version += 1
    contact.save(update_fields=["answered_at", "answered_by", "version"])
    waited = int((contact.answered_at - contact.received_at).total_seconds())
    record(contact, facts.ContactAnswered(channel=contact.channel, wait_seconds=waited), act=act, about=(contact.customer, contact.case))
    return contact


# -- cases -----------------------------------------------------------------------------------------------
@usecase("desk.case.open", gate=gates.OpenCase)
def open_case(
    *,
    project: Project,
    type: str,
    content: str,
    category: Category | None = None,
    title: str = "",
    customer: Customer | None = None,
    customer_name: str = "",
    customer_phone: str = "",
    house: House | None = None,
    place: str = states.HOME,
    area_text: str = "",
    urgency: int | None = None,
    importance: int | None = None,
    requester: str = states.CUSTOMER,
    channel: str = "",
    contact: Contact | None = None,
    repair: dict[str, Any] | None = None,
    complaint: dict[str, Any] | None = None,
    promise_at: datetime | None = None,
    explanation: str = "",
    order: dict[str, Any] | None = None,
    act: Act,
) -> Case:
    """Open a case; whoever takes it in is its owner until somebody takes it over (DESK-008).

    `repair` is what was said about entering (part, someone_home, spare_key_left, may_use_key, visit_time, convenient_time);
    `complaint` its facts (occurred_at, place, accused, course, demand, demanded_by, harm_ongoing). Urgency and importance
    default to the category's. With `promise_at` and `explanation` the case is accepted in the same breath, with `order`
    (further arguments of `order_work`, {} for none) its work is ordered too: one call, one click.

    Raises GateClosed with every field that this type will want (DESK-071, 072, 031), BadInput for values that cannot be.
    """
    case = _new_case(
        project,
        act,
        type=type,
        content=content,
        category=category,
        title=title,
        customer=customer,
        customer_name=customer_name,
        customer_phone=customer_phone,
        house=house,
        place=place,
        area_text=area_text,
        urgency=urgency,
        importance=importance,
        requester=requester,
        channel=channel,
        contact=contact,
        repair=repair,
    )
    is_accepted = promise_at is not None or bool(explanation)
    if not is_accepted:
        case.save(force_insert=True)
    record(case, opened(case), act=act, about=about(case, contact))
    if contact is not None:
        _attach(contact, case, act)
    if type == states.COMPLAINT_TYPE:
        register(case, act, **(complaint or {}))
    if is_accepted:  # it is stored as accepted: what hangs on it waits until the commit to see its row
        case = accept_case(case, promise_at=promise_at, explanation=explanation, act=act)
    if order is not None:
        order_work(case, **order, act=act)
        case.refresh_from_db()
    return case


@usecase("desk.case.answer_at_once")
def answer_at_once(
    *,
    project: Project,
    type: str,
    content: str,
    answer: str,
    way: str = "phone",
    satisfied: bool = True,
    category: Category | None = None,
    title: str = "",
    customer: Customer | None = None,
    customer_name: str = "",
    customer_phone: str = "",
    house: House | None = None,
    channel: str = "",
    contact: Contact | None = None,
    act: Act,
) -> Case:
    """Note a question and the answer that was given on the spot; a satisfied caller closes it at once.

    BadInput for types that cannot be answered so (a complaint is registered and handled, a repair is repaired).
    """
    case = _new_case(
        project,
        act,
        type=type,
        content=content,
        category=category,
        title=title,
        customer=customer,
        customer_name=customer_name,
        customer_phone=customer_phone,
        house=house,
        channel=channel,
        contact=contact,
    )
    check(
        only_if(
            not selectors.type_of(project.company_id, type).is_answerable,
            _("「%(type)s」不能当场答复了结，请登记办理。") % {"type": case.type_name},
            "type",
            "DESK-020",
        ),
        filled(answer, _("答复内容"), "answer"),
        known(way, states.WAYS, "way"),
    )
    case.state, case.accepted_at, case.resolved_at, case.result = states.RESOLVED, act.at, act.at, answer
    case.owner_id = case.owner_id or on_the_desk(project, act)
    case.confirmed_at = act.at if satisfied else None
    case.save(force_insert=True)
    Reply.objects.create(project=project, case=case, at=act.at, by_id=act.person_id, created_at=act.at, text=answer, way=way)
    record(
        case,
        facts.CaseAnsweredAtOnce(
            type=type,
            category=_code(category),
            satisfied=satisfied,
            owner_id=str(case.owner_id),
            look_at=look_at(project.pk, act),
            answer=answer,
        ),
        act=act,
        about=about(case, contact),
    )
    if contact is not None:
        _attach(contact, case, act)
    return case


@usecase("desk.case.attach")
def attach_contact(case: Case, *, contact: Contact, act: Act) -> Case:
    """Somebody turned to us again about the same matter: the contact joins the case, no second one is opened."""
    states.require(case, "attach")
    check(within(contact, case.project, "contact"))
    _attach(contact, case, act)
    record(case, facts.CaseAttached(channel=contact.channel), act=act, about=about(case, contact))
    return case


def _new_case(
    project: Project,
    act: Act,
    *,
    type: str,
    content: str,
    category: Category | None,
    title: str,
    customer: Customer | None,
    customer_name: str,
    customer_phone: str,
    house: House | None,
    place: str = states.HOME,
    area_text: str = "",
    urgency: int | None = None,
    importance: int | None = None,
    requester: str = states.CUSTOMER,
    channel: str = "",
    contact: Contact | None = None,
    repair: dict[str, Any] | None = None,
) -> Case:
    """An unsaved case with its number; BadInput with everything that cannot be."""
    check(
        only_if(selectors.type_of(project.company_id, type) is None, _("没有「%(type)s」这种受理类型。") % {"type": type}, "type"),
        filled(content, _("内容"), "content"),
        known(place, states.PLACES, "place"),
        known(requester, states.REQUESTERS, "requester"),
        within(category, project, "category"),
        within(customer, project, "customer"),
        within(house, project, "house"),
        only_if(
            house is not None and not house.stands_on(timezone.localdate(act.at)), _("这套房屋已拆分或合并，请选变更后的房屋。"), "house"
        ),
        within(contact, project, "contact"),
        known(urgency, (None, *states.LEVELS), "urgency"),
        known(importance, (None, *states.LEVELS), "importance"),
    )
    urgency = urgency or (category.urgency if category else 2)
    importance = importance or (category.importance if category else 2)
    owner_id, post = first_receiver(project, act)
    return Case(
        project=project,
        number=next_number(NUMBER_PREFIX, project, act.at),
        created_at=act.at,
        opened_at=act.at,
        type=type,
        category=category,
        title=title.strip() or _title(content, category),
        content=content.strip(),
        place=place,
        house=house,
        area_text=area_text,
        requester=requester,
        customer=customer,
        customer_name=customer_name or (customer.name if customer else ""),
        customer_phone=customer_phone or (contact.number_from if contact else "") or gates.phone_of(customer),
        channel=channel or (contact.channel if contact else ""),
        entry=gates.entry(repair) if repair else {},
        urgency=urgency,
        importance=importance,
        priority=priority(urgency, importance),
        owner_id=owner_id,
        owner_post=post,
    )


def opened(case: Case, source: str = "") -> facts.CaseOpened:
    """The fact that this case was opened."""
    return facts.CaseOpened(
        type=case.type,
        place=case.place,
        category=_code(case.category),
        requester=case.requester,
        channel=case.channel,
        urgency=case.urgency,
        importance=case.importance,
        priority=case.priority,
        owner_id=str(case.owner_id or ""),
        source=source,
    )


opened.not_a_usecase = "words for opening and importing, which are"


def _attach(contact: Contact, case: Case, act: Act) -> None:
    if contact.case_id is None:
        contact.case = case
        contact.save(update_fields=["case"])
    if contact.answered_at is None:
        _answer(contact, act)


def _title(content: str, category: Category | None) -> str:
    words = " ".join(content.split())
    said = words if len(words) <= TITLE_MAX else words[:TITLE_MAX] + "…"
    return f"{category.name}：{said}"[:200] if category else said


def _code(category: Category | None) -> str:
    return category.code if category else ""
