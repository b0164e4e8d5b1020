"""Handling: accept, promise, reply, order work, ask upward, hand over, and never lose sight of it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from guanjia.desk import facts, gates, states
from guanjia.desk.following import about, look_at, responsible
from guanjia.desk.inputs import check, filled, known, only_if, within
from guanjia.desk.models import Case, CaseLink, CaseNote, CaseWork, Promise, Reply, Transfer
from guanjia.desk.states import CASE
from guanjia.kernel import fixed, messaging
from guanjia.kernel.act import Act
from guanjia.kernel.errors import IllegalMove, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Person, Role
from guanjia.work import services as work
from guanjia.work.models import WorkOrder

PLACE_TEXT_MAX = 120


# -- accept, promise, reply --------------------------------------------------------------------------------
@usecase("desk.case.accept", gate=gates.AcceptCase)
def accept_case(
    case: Case,
    *,
    promise_at: datetime | None = None,
    explanation: str = "",
    answer: str = "",
    way: str = "phone",
    question: str = "",
    expert: Person | None = None,
    act: Act,
) -> Case:
    """Take the case on: with an answer now, or an explanation and the time by which there will be one (DESK-067).

    The owner stays who he is; a case that a machine opened becomes the actor's.
    """
    CASE.require(case, "accept")
    check(known(way, states.WAYS, "way"), _ahead(promise_at, act), within(expert, case.project, "expert"))
    owner_id = responsible(case, act)
    case = CASE.move(case, "accept", act=act, accepted_at=act.at, owner_id=owner_id)
    record(
        case,
        facts.CaseAccepted(
            type=case.type, owner_id=str(owner_id), look_at=look_at(case.project_id, act, promise_at), explanation=explanation
        ),
        act=act,
        about=about(case),
    )
    if promise_at is not None:
        _promise(case, act, promised_at=promise_at, question=question, expert=expert)
    if answer:
        _reply(case, act, text=answer, way=way, is_final=True)
    return case


@usecase("desk.case.classify", gate=gates.ClassifyCase)
def classify_case(case: Case, *, difficulty: str, act: Act) -> Case:
    """Say whether the question is a general or a difficult one (DESK-023, DESK-024)."""
    states.require(case, "classify")
    check(known(difficulty, states.DIFFICULTIES, "difficulty"))
    case.difficulty = difficulty
    _save(case, "difficulty")
    record(case, facts.CaseClassified(type=case.type, difficulty=difficulty, opened_at=case.opened_at), act=act, about=about(case))
    return case


@usecase("desk.case.promise", gate=gates.PromiseReply)
def promise_reply(case: Case, *, promised_at: datetime, question: str = "", expert: Person | None = None, act: Act) -> Promise:
    """Promise the customer to be heard of by `promised_at`, whatever the progress (DESK-047). BadInput unless it lies ahead."""
    states.require(case, "promise")
    check(_ahead(promised_at, act), within(expert, case.project, "expert"))
    return _promise(case, act, promised_at=promised_at, question=question, expert=expert)


@usecase("desk.case.reply")
def reply_case(case: Case, *, text: str, way: str, is_final: bool = True, promised_at: datetime | None = None, act: Act) -> Reply:
    """Tell the customer the answer, or how far it has come; the latter with a new time (DESK-047)."""
    states.require(case, "reply")
    check(
        filled(text, _("答复内容"), "text"),
        known(way, states.WAYS, "way"),
        _ahead(promised_at, act),
        only_if(not is_final and promised_at is None, _("还没有结果的答复，要告诉客户下一次什么时候答复。"), "promised_at", "DESK-047"),
    )
    reply = _reply(case, act, text=text, way=way, is_final=is_final)
    if promised_at is not None:
        _promise(case, act, promised_at=promised_at)
    return reply


@usecase("desk.case.notify")
def notify_customer(case: Case, *, way: str, text: str, template: str = "case_progress", act: Act) -> Case:
    """Tell the customer how it stands. What goes by message is sent; what goes by mouth is noted."""
    states.require(case, "notify")
    check(
        filled(text, _("告知内容"), "text"),
        known(way, states.WAYS, "way"),
        only_if(way in states.SENT_WAYS and not case.customer_phone, _("没有联系方式，无法发送消息。"), "way"),
    )
    if way in states.SENT_WAYS:
        messaging.post(
            project=case.project,
            channel=way,
            to=case.customer_phone,
            template=template,
            about=case,
            act=act,
            context={
                "project": case.project.name,
                "number": case.number,
                "title": case.title,
                "text": text,
                "result": text,
                "link": messaging.link_to(case, act=act),
            },
        )
    record(case, facts.CaseNotified(way=way, text=text), act=act, about=about(case))
    return case


def _promise(case: Case, act: Act, *, promised_at: datetime, question: str = "", expert: Person | None = None) -> Promise:
    promise = Promise(
        project=case.project,
        case=case,
        at=act.at,
        by_id=act.person_id,
        created_at=act.at,
        promised_at=promised_at,
        question=question or case.title,
        expert=expert,
    )
    fixed.store(promise)
    record(
        case,
        facts.CasePromised(
            type=case.type,
            promised_at=promised_at,
            owner_id=str(case.owner_id),
            question=promise.question,
            expert_id=str(expert.pk) if expert else "",
            look_at=promised_at,
        ),
        act=act,
        about=about(case),
    )
    return promise


def _reply(case: Case, act: Act, *, text: str, way: str, is_final: bool) -> Reply:
    reply = Reply.objects.create(
        project=case.project, case=case, at=act.at, by_id=act.person_id, created_at=act.at, text=text, way=way, is_final=is_final
    )
    record(case, facts.CaseReplied(type=case.type, way=way, is_final=is_final, text=text), act=act, about=about(case))
    return reply


def _ahead(promised_at: datetime | None, act: Act) -> Any:
    return only_if(promised_at is not None and promised_at <= act.at, _("承诺时间须晚于现在。"), "promised_at")


# -- waiting for the customer -------------------------------------------------------------------------------
@usecase("desk.case.ask_customer")
def ask_customer(case: Case, *, question: str, until: datetime | None = None, act: Act) -> Case:
    """Wait for what only the customer can say, at most `until`; then it is looked at again."""
    CASE.require(case, "ask_customer")
    check(filled(question, _("请客户补充的内容"), "question"))
    case = CASE.move(case, "ask_customer", act=act)
    record(
        case,
        facts.CaseAskedCustomer(question=question, owner_id=str(case.owner_id), look_at=look_at(case.project_id, act, until)),
        act=act,
        about=about(case),
    )
    return case


@usecase("desk.case.resume")
def resume_case(case: Case, *, answer: str = "", act: Act) -> Case:
    """The customer has said it, or it goes on without."""
    case = CASE.move(case, "resume", act=act)
    record(
        case,
        facts.CaseResumed(answer=answer, owner_id=str(case.owner_id), look_at=look_at(case.project_id, act)),
        act=act,
        about=about(case),
    )
    return case


# -- work ---------------------------------------------------------------------------------------------------
@usecase("desk.case.order_work", gate=gates.OrderWork)
def order_work(
    case: Case,
    *,
    craft: str = "",
    content: str = "",
    kind: str = "repair",
    work_class: str = "",
    paid: bool = False,
    first_order: WorkOrder | None = None,
    technician_on_duty: bool | None = None,
    because_of: tuple = (),
    act: Act,
) -> WorkOrder:
    """Order work for an accepted case. What was said about entering the home goes with the order (DESK-072).

    `because_of` names what else the order's opening is about: the return visit that found the work not done (FUP-029).

    Craft and class default to the category's. Meets WORK-011; when all orders of the case are done, it resolves itself.
    """
    CASE.require(case, "order_work")
    category = case.category
    order = work.open_order(
        project=case.project,
        kind=kind,
        craft=craft or (category.craft if category else "") or "other",
        place=case.place,
        house=case.house,
        place_text=case.area_text[:PLACE_TEXT_MAX],
        content=content or case.content,
        urgency=case.urgency,
        importance=case.importance,
        work_class=work_class or (category.work_class if category else "other"),
        paid=paid,
        reporter=case.customer,
        reporter_name=case.customer_name,
        reporter_phone=case.customer_phone,
        entry=case.entry,
        source=case,
        convenient_time=case.entry.get("convenient_time", ""),
        first_order=first_order,
        technician_on_duty=technician_on_duty,
        about=because_of,
        act=act,
    )
    CASE.move(case, "order_work", act=act)
    CaseWork.objects.create(project=case.project, case=case, order=order, at=act.at, by_id=act.person_id, created_at=act.at)
    record(
        case,
        facts.CaseWorkOrdered(
            type=case.type, order_id=str(order.pk), order_number=order.number, craft=order.craft, harm_ongoing=case.harm_is_ongoing()
        ),
        act=act,
        about=about(case, order),
    )
    return order


# -- urgent, beyond authority, upward ------------------------------------------------------------------------
@usecase("desk.case.mark_urgent", gate=gates.MarkUrgent)
def mark_urgent(case: Case, *, kind: str, note: str = "", act: Act) -> Case:
    """A safety hazard or an incident: act at once and report (DESK-068). Urgency and importance go to the top."""
    states.require(case, "mark_urgent")
    check(known(kind, states.URGENT_KINDS, "kind"))
    case.is_urgent, case.urgency, case.importance, case.priority = True, 3, 3, 1
    _save(case, "is_urgent", "urgency", "importance", "priority")
    record(case, facts.CaseMarkedUrgent(kind=kind, danger=True, owner_id=str(case.owner_id or ""), note=note), act=act, about=about(case))
    return case


@usecase("desk.case.mark_beyond_authority", gate=gates.MarkBeyondAuthority)
def mark_beyond_authority(
    case: Case, *, matter: str = gates.REMEDY, amount_fen: int | None = None, danger: bool = False, note: str = "", act: Act
) -> Case:
    """This is not for me to decide: it goes up within the hour (DESK-006), and the manager instructs (ORG-033)."""
    states.require(case, "mark_beyond_authority")
    case.beyond_authority_at, case.instructed_at, case.instructed_fen = act.at, None, None
    _save(case, "beyond_authority_at", "instructed_at", "instructed_fen")
    record(
        case,
        facts.CaseMarkedBeyondAuthority(
            matter=matter, owner_id=str(responsible(case, act)), danger=danger, amount_fen=amount_fen, note=note
        ),
        act=act,
        about=about(case),
    )
    return case


@usecase("desk.case.escalate")
def escalate_case(case: Case, *, to_role: str, note: str = "", act: Act) -> Case:
    """Tell a superior or the department in charge. BadInput for a role that does not exist."""
    states.require(case, "escalate")
    role = Role.objects.filter(code=to_role).first()
    check(only_if(role is None, _("没有「%(role)s」这个岗位角色。") % {"role": to_role}, "to_role"))
    record(case, facts.CaseEscalated(to_role=to_role, to_name=role.name, note=note), act=act, about=about(case))
    return case


@usecase("desk.case.instruct")
def instruct_case(case: Case, *, instruction: str, approved: bool = True, amount_fen: int | None = None, act: Act) -> Case:
    """The manager says what is to be done, and how much may be spent on it (fen); the word is kept (ORG-033)."""
    states.require(case, "instruct")
    check(
        filled(instruction, _("指示内容"), "instruction"),
        only_if(amount_fen is not None and amount_fen < 0, _("金额不能为负。"), "amount_fen"),
    )
    case.instructed_at, case.instructed_fen = act.at, (amount_fen or 0) if approved else None
    _save(case, "instructed_at", "instructed_fen")
    _note(case, act, instruction, kind="instruction")
    record(case, facts.CaseInstructed(approved=approved, amount_fen=amount_fen, instruction=instruction), act=act, about=about(case))
    return case


@usecase("desk.case.raise")
def raise_case(case: Case, *, note: str, act: Act) -> Case:
    """Pass an important or common question to the supervisor (DESK-020)."""
    states.require(case, "raise")
    check(filled(note, _("提请的内容"), "note"))
    record(
        case, facts.CaseRaised(type=case.type, category=case.category.code if case.category else "", note=note), act=act, about=about(case)
    )
    return case


# -- who follows it ------------------------------------------------------------------------------------------
@usecase("desk.case.transfer", gate=gates.TransferCase)
def transfer_case(case: Case, *, to_person: Person, reason: str, act: Act) -> Transfer:
    """Ask somebody to take the case over. Until he does, its owner keeps it (DESK-008); an earlier request is recalled."""
    states.require(case, "transfer")
    check(
        filled(reason, _("理由"), "reason"),
        within(to_person, case.project, "to_person"),
        only_if(to_person.pk == case.owner_id, _("他已经是责任人。"), "to_person"),
    )
    case.transfers.filter(accepted_at=None, recalled_at=None).update(recalled_at=act.at)
    transfer = Transfer.objects.create(
        project=case.project, case=case, at=act.at, by_id=act.person_id, created_at=act.at, to_person=to_person, reason=reason
    )
    record(case, facts.CaseTransferred(to=str(to_person.pk), to_name=to_person.name, reason=reason), act=act, about=about(case))
    return transfer


@usecase("desk.case.take_over")
def take_over_case(case: Case, *, act: Act) -> Case:
    """Take over what one was asked to: from now on it is the actor's (DESK-008). IllegalMove unless he was asked."""
    states.require(case, "take_over")
    transfer = case.transfers.filter(accepted_at=None, recalled_at=None, to_person_id=act.person_id).first()
    if transfer is None:
        raise IllegalMove([Reason(_("没有人请您接手这件诉求。"), rule="DESK-008", cure="desk.case.transfer")])
    transfer.accepted_at = act.at
    _save(transfer, "accepted_at")
    before, case.owner_id = case.owner_id, act.person_id
    _save(case, "owner")
    record(
        case,
        facts.CaseTakenOver(from_id=str(before), owner_id=str(act.person_id), look_at=look_at(case.project_id, act)),
        act=act,
        about=about(case),
    )
    return case


@usecase("desk.case.follow")
def follow_case(case: Case, *, note: str = "", again_at: datetime | None = None, act: Act) -> Case:
    """Somebody has looked at it, and looks again at `again_at` (by default by the end of the next working day; DESK-007)."""
    states.require(case, "follow")
    check(only_if(again_at is not None and again_at <= act.at, _("下次跟进须晚于现在。"), "again_at"))
    if note:
        _note(case, act, note)
    record(
        case,
        facts.CaseFollowed(owner_id=str(case.owner_id), look_at=look_at(case.project_id, act, again_at), note=note),
        act=act,
        about=about(case),
    )
    return case


@usecase("desk.case.note")
def add_note(case: Case, *, text: str, kind: str = "note", act: Act) -> CaseNote:
    """Write something down."""
    check(filled(text, _("备注"), "text"), known(kind, states.NOTE_KINDS, "kind"))
    note = _note(case, act, text, kind=kind)
    record(case, facts.CaseNoted(text=text), act=act, about=about(case))
    return note


@usecase("desk.case.link")
def link_cases(case: Case, *, other: Case, kind: str = "related", act: Act) -> CaseLink:
    """Point from one case at another; the same link twice is one."""
    check(
        known(kind, states.LINK_KINDS, "kind"),
        only_if(case.pk == other.pk, _("不能关联到自己。"), "other"),
        within(other, case.project, "other"),
    )
    link, is_new = case.links.get_or_create(
        other=other, kind=kind, defaults={"project": case.project, "at": act.at, "by_id": act.person_id, "created_at": act.at}
    )
    if is_new:
        record(case, facts.CaseLinked(kind=kind, other_id=str(other.pk), other_number=other.number), act=act, about=(other,))
    return link


@usecase("desk.case.unlink")
def unlink_cases(case: Case, *, other: Case, kind: str = "related", act: Act) -> Case:
    """Take a link away. IllegalMove if there is none."""
    gone, _by_model = case.links.filter(other=other, kind=kind).delete()
    if not gone:
        raise IllegalMove([Reason(_("这两件诉求没有这样关联。"))])
    record(case, facts.CaseUnlinked(kind=kind, other_id=str(other.pk), other_number=other.number), act=act, about=(other,))
    return case


def _note(case: Case, act: Act, text: str, *, kind: str = "note") -> CaseNote:
    return CaseNote.objects.create(project=case.project, case=case, at=act.at, by_id=act.person_id, created_at=act.at, kind=kind, text=text)


def _save(row: Any, *fields: str) -> None:
    row.version += 1
    row.save(update_fields=[*fields, "version"])
