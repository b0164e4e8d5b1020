"""The questions of the desk: what a clause may look at before a move happens.

Each context is built once from the form or the row. `OpenCase` asks for all that any later gate will want, so that the
caller is asked once.
"""

from datetime import datetime
from typing import Any

from guanjia.kernel.gates import Gate
from guanjia.org import selectors as org

from . import states

REMEDY = "desk.remedy"  # the matter of an AuthorityLimit: what a remedy may cost


class EndContact(Gate, name="desk.contact.end", passes_to="desk.contact.ended"):
    """Ending a contact: what a phone note must hold (DESK-011)."""

    channel: str
    direction: str = states.IN
    time: datetime | None = None
    place: str = ""
    matter: str = ""
    to_solve: str = ""
    room: str = ""
    repeated_back: bool | None = None

    @classmethod
    def of(
        cls,
        contact: Any,
        *,
        act: Any,
        place: str = "",
        matter: str = "",
        to_solve: str = "",
        room: str = "",
        repeated_back: bool = False,
        **_values: Any,
    ) -> "EndContact":
        return cls(
            **cls.common(contact, act),
            channel=contact.channel,
            direction=contact.direction,
            time=contact.received_at,
            place=place or contact.place,
            matter=matter,
            to_solve=to_solve,
            room=room or _code(contact.house),
            repeated_back=repeated_back or None,
        )


class OpenCase(Gate, name="desk.case.open", passes_to="desk.case.opened"):
    """Opening a case: by type and place, everything that will be wanted on the way."""

    type: str
    place: str = states.HOME
    requester: str = states.CUSTOMER
    category: str = ""
    title: str = ""
    content: str = ""
    customer_name: str = ""
    customer_phone: str = ""
    address: str = ""
    room: str = ""
    # a repair at home
    part: str = ""
    someone_home: bool | None = None
    spare_key_left: bool | None = None
    may_use_key: bool | None = None
    visit_time: str = ""
    convenient_time: str = ""
    # a complaint
    occurred_at: datetime | str | None = None
    scene: str = ""
    accused: str = ""
    course: str = ""
    demand: str = ""
    contact: str = ""

    @classmethod
    def of(
        cls,
        project: Any,
        *,
        act: Any,
        type: str = "",
        place: str = states.HOME,
        requester: str = states.CUSTOMER,
        category: Any = None,
        title: str = "",
        content: str = "",
        customer: Any = None,
        customer_name: str = "",
        customer_phone: str = "",
        house: Any = None,
        area_text: str = "",
        contact: Any = None,
        repair: dict | None = None,
        complaint: dict | None = None,
        **_values: Any,
    ) -> "OpenCase":
        said, told = entry(repair), complaint or {}
        phone = customer_phone or (contact.number_from if contact else "") or phone_of(customer)
        return cls(
            **cls.common(project, act),
            type=type,
            place=place,
            requester=requester,
            category=category.code if category else "",
            title=title,
            content=content.strip(),
            customer_name=customer_name or (customer.name if customer else ""),
            customer_phone=phone,
            address=_path(house) or area_text,
            room=_code(house),
            **said,
            occurred_at=told.get("occurred_at"),
            scene=told.get("place", "") or _path(house) or area_text,
            accused=told.get("accused", ""),
            course=told.get("course", ""),
            demand=told.get("demand", ""),
            contact=phone,
        )


class AcceptCase(Gate, name="desk.case.accept", passes_to="desk.case.accepted"):
    """Accepting: answered now, or explained and promised for a time (DESK-067); a consultation also says who is asked (DESK-021)."""

    type: str
    answered: bool
    explanation: str = ""
    promised_at: datetime | None = None
    question: str = ""
    expert: str = ""

    @classmethod
    def of(
        cls,
        case: Any,
        *,
        act: Any,
        promise_at: datetime | None = None,
        explanation: str = "",
        answer: str = "",
        question: str = "",
        expert: Any = None,
        **_values: Any,
    ) -> "AcceptCase":
        return cls(
            **cls.common(case, act),
            type=case.type,
            answered=bool(answer.strip()),
            explanation=explanation.strip(),
            promised_at=promise_at,
            question=question or case.title,
            expert=str(expert.pk) if expert else "",
        )


class ClassifyCase(Gate, name="desk.case.classify", passes_to="desk.case.classified"):
    type: str
    difficulty: str = ""

    @classmethod
    def of(cls, case: Any, *, act: Any, difficulty: str = "", **_values: Any) -> "ClassifyCase":
        return cls(**cls.common(case, act), type=case.type, difficulty=difficulty)


class PromiseReply(Gate, name="desk.case.promise", passes_to="desk.case.promised"):
    """Promising a time: what is asked, until when, and of whom (DESK-021)."""

    type: str
    question: str = ""
    promised_at: datetime | None = None
    expert: str = ""

    @classmethod
    def of(
        cls, case: Any, *, act: Any, promised_at: datetime | None = None, question: str = "", expert: Any = None, **_values: Any
    ) -> "PromiseReply":
        return cls(
            **cls.common(case, act),
            type=case.type,
            question=question or case.title,
            promised_at=promised_at,
            expert=str(expert.pk) if expert else "",
        )


class OrderWork(Gate, name="desk.case.order_work", passes_to="desk.case.work_ordered"):
    type: str
    harm_ongoing: bool = False

    @classmethod
    def of(cls, case: Any, *, act: Any, **_values: Any) -> "OrderWork":
        return cls(**cls.common(case, act), type=case.type, harm_ongoing=case.harm_is_ongoing())


class MarkUrgent(Gate, name="desk.case.mark_urgent", passes_to="desk.case.marked_urgent"):
    type: str
    kind: str = ""

    @classmethod
    def of(cls, case: Any, *, act: Any, kind: str = "", **_values: Any) -> "MarkUrgent":
        return cls(**cls.common(case, act), type=case.type, kind=kind)


class MarkBeyondAuthority(Gate, name="desk.case.mark_beyond_authority", passes_to="desk.case.marked_beyond_authority"):
    type: str
    matter: str = ""

    @classmethod
    def of(cls, case: Any, *, act: Any, matter: str = "", **_values: Any) -> "MarkBeyondAuthority":
        return cls(**cls.common(case, act), type=case.type, matter=matter)


class TransferCase(Gate, name="desk.case.transfer", passes_to="desk.case.transferred"):
    type: str
    to_person: str = ""
    reason: str = ""

    @classmethod
    def of(cls, case: Any, *, act: Any, to_person: Any = None, reason: str = "", **_values: Any) -> "TransferCase":
        return cls(**cls.common(case, act), type=case.type, to_person=str(to_person.pk) if to_person else "", reason=reason)


class ResolveCase(Gate, name="desk.case.resolve", passes_to="desk.case.resolved"):
    """Resolving: the work is done, the question answered, the complaint graded, the harm stopped."""

    type: str
    open_orders: int = 0
    replied: bool = False
    graded: bool = False
    offer_open: bool = False
    harm_ongoing: bool = False
    result: str = ""

    @classmethod
    def of(cls, case: Any, *, act: Any, result: str = "", **_values: Any) -> "ResolveCase":
        return cls(
            **cls.common(case, act),
            type=case.type,
            open_orders=case.open_orders().count(),
            replied=case.has_final_reply(),
            graded=case.rank is not None,
            offer_open=case.has_open_offer(),
            harm_ongoing=case.harm_is_ongoing(),
            result=result,
        )


class CloseCase(Gate, name="desk.case.close", passes_to="desk.case.closed"):
    """Closing: the customer agrees or a manager decides with a reason (DESK-084), and a complaint tells its whole story (DESK-031)."""

    type: str
    outcome: str = ""
    confirmed: bool = False
    denied: bool = False
    decided_by_manager: bool = False
    process: str = ""
    result: str = ""
    feedback: str = ""

    @classmethod
    def of(
        cls, case: Any, *, act: Any, outcome: str = "", process: str = "", feedback: str = "", manager_reason: str = "", **_values: Any
    ) -> "CloseCase":
        decided = bool(manager_reason.strip()) and act.may("desk.case.instruct", on=case)
        return cls(
            **cls.common(case, act),
            type=case.type,
            outcome=outcome,
            confirmed=case.confirmed_at is not None,
            denied=case.denied_at is not None,
            decided_by_manager=decided,
            process=process or case.process,
            result=case.result,
            feedback=feedback or case.feedback or manager_reason,
        )


class WithdrawCase(Gate, name="desk.case.withdraw", passes_to="desk.case.withdrawn"):
    type: str
    reason: str = ""
    open_orders: int = 0

    @classmethod
    def of(cls, case: Any, *, act: Any, reason: str = "", **_values: Any) -> "WithdrawCase":
        return cls(**cls.common(case, act), type=case.type, reason=reason, open_orders=case.open_orders().count())


class RegisterComplaint(Gate, name="desk.complaint.register", passes_to="desk.complaint.registered"):
    """Registering a complaint: the facts it must hold (DESK-031)."""

    occurred_at: datetime | str | None = None
    scene: str = ""
    accused: str = ""
    course: str = ""
    demand: str = ""
    content: str = ""
    contact: str = ""
    harm_ongoing: bool = False
    requester: str = states.CUSTOMER

    @classmethod
    def of(
        cls,
        case: Any,
        *,
        act: Any,
        occurred_at: Any = None,
        place: str = "",
        accused: str = "",
        course: str = "",
        demand: str = "",
        harm_ongoing: bool = False,
        **_values: Any,
    ) -> "RegisterComplaint":
        return cls(
            **cls.common(case, act),
            occurred_at=occurred_at,
            scene=place or case.address,
            accused=accused,
            course=course,
            demand=demand,
            content=case.content,
            contact=case.customer_phone,
            harm_ongoing=harm_ongoing,
            requester=case.requester,
        )


class GradeComplaint(Gate, name="desk.complaint.grade", passes_to="desk.complaint.graded"):
    rank: int = 0

    @classmethod
    def of(cls, case: Any, *, act: Any, rank: int = 0, **_values: Any) -> "GradeComplaint":
        return cls(**cls.common(case, act), rank=rank)


class JudgeComplaint(Gate, name="desk.complaint.judge", passes_to="desk.complaint.judged"):
    validity: str = ""
    liability: str = ""

    @classmethod
    def of(cls, case: Any, *, act: Any, validity: str = "", liability: str = "", **_values: Any) -> "JudgeComplaint":
        return cls(**cls.common(case, act), validity=validity, liability=liability)


class OfferRemedy(Gate, name="desk.complaint.offer", passes_to="desk.complaint.offered"):
    """Offering a remedy: its cost against what the person may decide alone, and what the manager has allowed (ORG-033)."""

    cost_fen: int = 0
    limit_fen: int | None = None  # None: no limit was set for the person's roles
    instructed_fen: int | None = None  # what the manager allowed for this case

    @classmethod
    def of(cls, case: Any, *, act: Any, cost_fen: int = 0, **_values: Any) -> "OfferRemedy":
        limit = org.authority_of(org.roles_of(act, case.project), case.company, REMEDY) if cost_fen and act.person_id else None
        return cls(**cls.common(case, act), cost_fen=cost_fen, limit_fen=limit, instructed_fen=case.instructed_fen)


class AgreeRemedy(Gate, name="desk.complaint.agree", passes_to="desk.complaint.agreed"):
    plan: str = ""


def entry(repair: dict | None) -> dict[str, Any]:
    """What was said about entering the home. Who left no key need not be asked whether it may be used, and one time is enough."""
    said = dict(repair or {})
    key = said.get("spare_key_left")
    visit, convenient = said.get("visit_time", ""), said.get("convenient_time", "")
    return {
        "part": said.get("part", ""),
        "someone_home": said.get("someone_home"),
        "spare_key_left": key,
        "may_use_key": False if key is False else said.get("may_use_key"),
        "visit_time": visit or convenient,
        "convenient_time": convenient or visit,
    }


def phone_of(customer: Any) -> str:
    """The number on which a customer is reached, or ""."""
    if customer is None:
        return ""
    return customer.contact_points.filter(kind="phone").order_by("-is_primary", "id").values_list("value", flat=True).first() or ""


def _code(house: Any) -> str:
    return house.code if house else ""


def _path(house: Any) -> str:
    return house.path if house else ""
