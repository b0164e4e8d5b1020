"""Importing: what was handled elsewhere becomes cases with their own times, once each."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from guanjia.customers.models import Customer
from guanjia.desk import facts, gates, selectors, states
from guanjia.desk.following import about, look_at, on_the_desk
from guanjia.desk.inputs import check, filled, known, only_if, within
from guanjia.desk.models import Case, CaseLink, Category, Complaint, Contact, Reply
from guanjia.desk.states import CASE, COMPLAINT
from guanjia.estate.models import House
from guanjia.kernel.act import Act
from guanjia.kernel.ids import uuid7
from guanjia.kernel.journal import record
from guanjia.kernel.numbering import next_number
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project
from guanjia.rulebook.priority import priority

from .complaints import register
from .intake import NUMBER_PREFIX, opened


@usecase("desk.import.case")
def import_case(
    *,
    project: Project,
    source: str,
    external_id: str,
    type: str,
    content: str,
    title: str = "",
    category: Category | None = None,
    customer: Customer | None = None,
    customer_name: str = "",
    customer_phone: str = "",
    house: House | None = None,
    area_text: str = "",
    place: str = states.PUBLIC,
    channel: str = "website",
    requester: str = states.CUSTOMER,
    urgency: int | None = None,
    importance: int | None = None,
    rank: int | None = None,
    complaint: dict[str, Any] | None = None,
    replied_at: datetime | None = None,
    reply: str = "",
    act: Act,
) -> tuple[Case, bool]:
    """A case that came in elsewhere, at `act.at` (`via="import"`); with a reply it was answered and settled at `replied_at`.

    Returns (case, whether it is new): the same `external_id` of a source is one case, imported once, whatever comes later.
    A case with the very same words is linked as a duplicate of the first. Duties are computed as of those days; nothing is
    sent. Gates are not asked: what a source never asked for cannot be missing. BadInput names each bad value.
    """
    there = Case.objects.unscoped("uniqueness").filter(project=project, source=source, external_id=external_id).first()
    if there is not None:
        return there, False
    check(
        filled(external_id, _("来源编号"), "external_id"),
        filled(content, _("内容"), "content"),
        only_if(selectors.type_of(project.company_id, type) is None, _("没有「%(type)s」这种受理类型。") % {"type": type}, "type"),
        known(channel, selectors.channel_codes(project.company_id), "channel"),
        known(place, states.PLACES, "place"),
        known(requester, states.REQUESTERS, "requester"),
        known(rank, (None, *states.RANKS), "rank"),
        known(urgency, (None, *states.LEVELS), "urgency"),
        known(importance, (None, *states.LEVELS), "importance"),
        within(category, project, "category"),
        within(customer, project, "customer"),
        within(house, project, "house"),
        only_if(replied_at is not None and replied_at < act.at, _("答复时间早于来件时间。"), "replied_at"),
        only_if(replied_at is not None and not reply.strip(), _("有答复时间而没有答复内容。"), "reply"),
    )
    urgency, importance = urgency or (category.urgency if category else 2), importance or (category.importance if category else 2)
    case = Case(
        id=uuid7(act.at),
        project=project,
        number=next_number(NUMBER_PREFIX, project, act.at),
        created_at=act.at,
        opened_at=act.at,
        type=type,
        category=category,
        title=(title.strip() or content.strip())[:200],
        content=content.strip(),
        place=place,
        house=house,
        area_text=area_text,
        requester=requester,
        customer=customer,
        customer_name=customer_name or (customer.name if customer else ""),
        customer_phone=customer_phone or gates.phone_of(customer),
        channel=channel,
        urgency=urgency,
        importance=importance,
        priority=priority(urgency, importance),
        rank=rank,
        source=source,
        external_id=external_id,
    )
    contact = Contact(
        id=uuid7(act.at),
        project=project,
        channel=channel,
        customer=customer,
        house=house,
        content=case.content,
        received_at=act.at,
        answered_at=act.at,
        ended_at=act.at,
        created_at=act.at,
        source=source,
        external_id=external_id,
    )
    case.save(force_insert=True)
    contact.case = case
    contact.save(force_insert=True)
    record(contact, facts.ContactReceived(channel=channel), act=act, about=(customer, house))
    record(contact, facts.ContactAnswered(channel=channel), act=act, about=(customer, case))
    record(case, opened(case, source=source), act=act, about=about(case, contact))
    if type == states.COMPLAINT_TYPE:
        told = register(case, act, source=source, **(complaint or {}))
        if rank is not None:
            _grade(case, told, rank, act)
    if replied_at is not None:
        _settle(case, reply, act.at_moment(replied_at))
    _link_to_the_first(case, act)
    return case, True


def _grade(case: Case, complaint: Complaint, rank: int, act: Act) -> None:
    COMPLAINT.move(complaint, "grade", act=act, graded_at=act.at)
    record(case, facts.ComplaintGraded(rank=rank, owner_id="", demanded_by=complaint.demanded_by), act=act, about=about(case))


def _settle(case: Case, reply: str, act: Act) -> None:
    """Accepted, answered and resolved in one breath, as the source tells it; the customer's word is still wanted."""
    owner_id = act.person_id or on_the_desk(case.project, act)
    look = look_at(case.project_id, act)
    CASE.move(case, "accept", act=act, accepted_at=act.at, owner_id=owner_id)
    record(case, facts.CaseAccepted(type=case.type, owner_id=str(owner_id), look_at=look), act=act, about=about(case))
    Reply.objects.create(id=uuid7(act.at), project=case.project, case=case, at=act.at, created_at=act.at, text=reply, way="letter")
    record(case, facts.CaseReplied(type=case.type, way="letter", text=reply[:200]), act=act, about=about(case))
    CASE.move(case, "resolve", act=act, resolved_at=act.at, result=reply)
    record(
        case,
        facts.CaseResolved(
            type=case.type,
            category=case.category.code if case.category else "",
            place=case.place,
            result=reply[:200],
            owner_id=str(owner_id),
            look_at=look,
        ),
        act=act,
        about=about(case),
    )


def _link_to_the_first(case: Case, act: Act) -> None:
    first = selectors.same_words(case)
    if first is not None:
        CaseLink.objects.create(
            project=case.project, case=case, other=first, kind="duplicate", at=act.at, by_id=act.person_id, created_at=act.at
        )
        record(case, facts.CaseLinked(kind="duplicate", other_id=str(first.pk), other_number=first.number), act=act, about=(first,))
