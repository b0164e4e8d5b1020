"""Return visits: plan, try, make, hand in, review; and the resident's one tap."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from guanjia.customers.models import Customer
from guanjia.desk.models import Case
from guanjia.desk.states import CLOSED, RESOLVED
from guanjia.estate.models import House
from guanjia.kernel import signatures
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Conflict, GateClosed, IllegalMove, NotAllowed, Reason
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import as_ref, record
from guanjia.kernel.numbering import next_number
from guanjia.kernel.usecase import ask, usecase
from guanjia.org.models import Person, Project
from guanjia.work.models import WorkOrder

from . import facts, gates, selectors
from .models import ReturnVisit, VisitAttempt
from .states import CLASSES, DISSATISFIED, NOTHING_SAID, OK, PLANNED, PROBLEM, RESULTS, REVIEWS, SCALE, TAP, VISIT, WAYS

PREFIX = "HF"  # 回访: HF-20260302-0007
UNHAPPY = 2  # a satisfaction of this or less is dissatisfaction


@usecase("followup.return_visit.plan")
def plan_visit(
    *,
    project: Project,
    about: Any,
    visit_class: str,
    due_at: datetime | None = None,
    visitor: Person | None = None,
    house: House | None = None,
    customer: Customer | None = None,
    act: Act,
) -> ReturnVisit:
    """Plan a visit about a case, an order, or anything else (`about`: instance or Ref); returns it.

    The due time, unless given, is the earliest that a clause asks for; the role that makes it follows from the class
    (FUP-015). A subject has one open visit: planning again returns that one, with what is owed now as its due time.
    """
    if visit_class not in CLASSES:
        raise BadInput([Reason(_("请选择回访类别。"), field="visit_class")])
    return _plan(project, about, visit_class, due_at, visitor, house, customer, act)


@usecase("followup.return_visit.attempt")
def attempt_visit(visit: ReturnVisit, *, way: str, note: str = "", act: Act) -> ReturnVisit:
    """Nobody was reached; the visit stays owed."""
    _choice(way=(way, set(WAYS) - {TAP}))
    visit = VISIT.move(visit, "attempt", act=act)
    VisitAttempt.objects.create(
        project=visit.project, visit=visit, tried_at=act.at, way=way, note=note.strip()[:200], by_name=act.by.name, created_at=act.at
    )
    record(visit, facts.VisitAttempted(way=way, note=note.strip()), act=act, about=_about(visit))
    return visit


@usecase("followup.return_visit.make", gate=gates.MakeVisit)
def make_visit(
    visit: ReturnVisit,
    *,
    way: str,
    quality: int,
    effect: int,
    satisfaction: int,
    shortcomings: str,
    suggestions: str,
    result: str,
    content: str = "",
    resident_name: str = "",
    visitor: Person | None = None,
    resident_signature: bytes | None = None,
    visitor_signature: bytes | None = None,
    act: Act,
) -> ReturnVisit:
    """Write down a visit that was made: five answers (FUP-016), the marks from 1 to 5, and a result of `states.RESULTS`.

    The visitor is whoever acts, unless named. Raises GateClosed for a visitor who did the work, handled the complaint
    or is accused (FUP-015), for a missing answer, and for a missing signature (FUP-018): the resident's unless by
    telephone, the visitor's when somebody else writes it down. Pictures given here become those signatures.
    """
    _choice(
        way=(way, set(WAYS) - {TAP}),
        result=(result, set(RESULTS)),
        quality=(quality, set(SCALE)),
        effect=(effect, set(SCALE)),
        satisfaction=(satisfaction, set(SCALE)),
    )
    visitor = visitor or _acting_person(act)
    resident_name = resident_name.strip() or (visit.customer.name if visit.customer else "")
    visit = _made(
        visit,
        way=way,
        quality=quality,
        effect=effect,
        satisfaction=satisfaction,
        shortcomings=shortcomings,
        suggestions=suggestions,
        result=result,
        content=content,
        resident_name=resident_name,
        visitor=visitor,
        act=act,
    )
    if resident_signature:
        signatures.give(
            visit, slot="visit", signer_name=resident_name, capacity="resident", image=resident_signature, signer=visit.customer, act=act
        )
    if visitor_signature:
        signatures.give(
            visit, slot="visitor", signer_name=visitor.name, capacity="visitor", image=visitor_signature, signer=visitor, act=act
        )
    return visit


@usecase("followup.return_visit.hand_in")
def hand_in_visit(visit: ReturnVisit, *, act: Act) -> ReturnVisit:
    """The record goes to the assistant, within 24 hours of the visit (FUP-021)."""
    return _handed_in(visit, act)


@usecase("followup.return_visit.review", gate=gates.ReviewVisit)
def review_visit(visit: ReturnVisit, *, result: str, opinion: str, act: Act) -> ReturnVisit:
    """The manager passes or fails what the visit found (`states.REVIEWS`); a failed one is put right by a person and a day (FUP-020)."""
    _choice(result=(result, set(REVIEWS)))
    if not opinion.strip():
        raise BadInput([Reason(_("请填写审核意见。"), field="opinion")])
    visit = VISIT.move(visit, "review", act=act, review=result, opinion=opinion.strip(), reviewer_id=act.person_id, reviewed_at=act.at)
    record(visit, facts.VisitReviewed(result=result, opinion=visit.opinion), act=act, about=_about(visit))
    return visit


@usecase("followup.return_visit.tap", gate=gates.TapVisit)
def tap_by_customer(*, case: Case, project: Project, satisfaction: int, text: str = "", fixed: bool = True, act: Act) -> ReturnVisit:
    """The resident's one tap: he answers for himself, and that is the visit. Returns it, handed in.

    `satisfaction` runs from 1 to 5. What he was not asked gets the answer that he gave: quality and effect are his
    satisfaction (effect 1 if it is not fixed), his words are the shortcomings when something is wrong, else the
    suggestions. Never for complaints, which a person revisits (FUP-001); never by staff in his name.
    """
    if act.person_id is not None:
        raise NotAllowed([Reason(_("自评只能由住户本人点选；工作人员请登记回访。"), cure="followup.return_visit.make")])
    _choice(satisfaction=(satisfaction, set(SCALE)))
    visit = case.return_visits.open().filter(about_id=case.pk).select_for_update(of=("self",)).first()
    if visit is None:
        _nothing_tapped_yet(case)
        visit = _plan(project, case, selectors.class_of_case(case), None, None, case.house, case.customer, act)
    answers = _answers(satisfaction, text.strip(), fixed)
    reasons = ask(gates.MakeVisit.of(visit, way=TAP, **answers, resident_signature=b"tap", act=act))
    if reasons:
        raise GateClosed(reasons)
    name = case.customer_name or act.by.name or str(_("住户"))
    visit = _made(visit, way=TAP, **answers, content="", resident_name=name, visitor=None, act=act)
    signatures.give(
        visit, slot="visit", signer_name=name, capacity="resident", method="link", signer=case.customer, act=_for_own(visit, act)
    )
    return _handed_in(visit, act)


# -- what the moves share --------------------------------------------------------------------------
def _plan(
    project: Project,
    about: Any,
    visit_class: str,
    due_at: datetime | None,
    visitor: Person | None,
    house: House | None,
    customer: Customer | None,
    act: Act,
) -> ReturnVisit:
    ref = as_ref(about)
    case, order = _case_and_order(about, ref)
    of = case or order
    things = [ref, *(WorkOrder.objects.unscoped("link").of_source(ref) if case else ())]
    due_at = due_at or selectors.due_of(things, act)
    there = _open_about(ref)
    if there is None:
        role = selectors.visitor_role(visit_class, case, project.pk, act.at)
        try:
            with transaction.atomic():
                visit = ReturnVisit.objects.create(
                    project=project,
                    number=next_number(PREFIX, project, act.at),
                    about_kind=ref.kind,
                    about_id=ref.id,
                    case=case,
                    order=order,
                    customer=customer or (case.customer if case else order.reporter_customer if order else None),
                    house=house or (of.house if of else None),
                    visit_class=visit_class,
                    state=PLANNED,
                    visitor_role=role,
                    visitor=visitor,
                    planned_at=act.at,
                    due_at=due_at,
                    created_at=act.at,
                )
        except IntegrityError:  # somebody planned it just now
            there = _open_about(ref)
        else:
            _say_planned(visit, act)
            return visit
    if due_at is not None and due_at != there.due_at:
        there.due_at = due_at
        there.version += 1
        there.save(update_fields=["due_at", "version"])
        _say_planned(there, act)
    return there


def _case_and_order(about: Any, ref: Ref) -> tuple[Case | None, WorkOrder | None]:
    """The rows behind what is revisited, whether an instance or a Ref was given."""
    if ref.kind == "desk.case":
        return (about if isinstance(about, Case) else Case.objects.unscoped("link").get(pk=ref.id)), None
    if ref.kind == "work.workorder":
        return None, (about if isinstance(about, WorkOrder) else WorkOrder.objects.unscoped("link").get(pk=ref.id))
    return None, None


def _open_about(ref: Ref) -> ReturnVisit | None:
    return ReturnVisit.objects.unscoped("link").open().filter(about_id=ref.id).first()


def _say_planned(visit: ReturnVisit, act: Act) -> None:
    record(
        visit,
        facts.VisitPlanned(
            visit_class=visit.visit_class, visitor_role=visit.visitor_role, visitor_id=str(visit.visitor_id or ""), due_at=visit.due_at
        ),
        act=act,
        about=_about(visit),
    )


def _made(visit: ReturnVisit, *, way: str, visitor: Person | None, act: Act, **answers: Any) -> ReturnVisit:
    answers = {key: value.strip() if isinstance(value, str) else value for key, value in answers.items()}
    visit = VISIT.move(visit, "make", act=act, way=way, visitor=visitor, made_at=act.at, **answers)
    summary = _("%(way)s回访：%(satisfaction)s，%(result)s") % {
        "way": WAYS[way],
        "satisfaction": SCALE[visit.satisfaction],
        "result": RESULTS[visit.result],
    }
    record(
        visit,
        facts.VisitMade(
            visit_class=visit.visit_class,
            way=way,
            result=visit.result,
            satisfaction=visit.satisfaction,
            with_order=bool(selectors.orders_about(visit)),
            visitor_id=str(visitor.pk) if visitor else "",
            summary=summary,
        ),
        act=act,
        about=_about(visit),
    )
    return visit


def _handed_in(visit: ReturnVisit, act: Act) -> ReturnVisit:
    visit = VISIT.move(visit, "hand_in", act=act, handed_in_at=act.at)
    record(visit, facts.VisitHandedIn(visit_class=visit.visit_class), act=act, about=_about(visit))
    return visit


def _about(visit: ReturnVisit) -> tuple:
    return (visit.about, visit.case, *selectors.orders_about(visit), visit.customer, visit.house)


def _acting_person(act: Act) -> Person:
    if act.person_id is None:
        raise BadInput([Reason(_("请填写回访人。"), field="visitor")])
    return Person.objects.visible_to(act).get(pk=act.person_id)


def _nothing_tapped_yet(case: Case) -> None:
    """Nobody is waiting for an answer: fine after the case was resolved, unless the resident has tapped since."""
    if case.state not in (RESOLVED, CLOSED):
        raise IllegalMove([Reason(_("还没有办结，暂不能评价。"))])
    if case.return_visits.asked().filter(way=TAP, made_at__gte=case.resolved_at).exists():
        raise Conflict([Reason(_("您的评价已经收到，谢谢。"))])


def _answers(satisfaction: int, text: str, fixed: bool) -> dict[str, Any]:
    """Five contents out of one tap."""
    result = PROBLEM if not fixed else DISSATISFIED if satisfaction <= UNHAPPY else OK
    nothing = str(NOTHING_SAID)
    wrong = text if result != OK else ""
    return {
        "quality": satisfaction,
        "effect": satisfaction if fixed else 1,
        "satisfaction": satisfaction,
        "result": result,
        "shortcomings": wrong or nothing,
        "suggestions": text if text and not wrong else nothing,
    }


def _for_own(visit: ReturnVisit, act: Act) -> Act:
    """The resident signs his own visit, which did not exist when his rights were counted."""
    rights = replace(act.rights, permissions=act.rights.permissions | {"kernel.signature.give"})
    if rights.subjects is not None:
        rights = replace(rights, subjects=rights.subjects | {visit.pk})
    return replace(act, rights=rights)


def _choice(**fields: tuple[Any, set]) -> None:
    """Raise BadInput for each value that is not on its list."""
    wrong = [Reason(_("请选择。"), field=field) for field, (value, allowed) in fields.items() if value not in allowed]
    if wrong:
        raise BadInput(wrong)
