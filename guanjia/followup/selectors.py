"""Questions about return visits: what is to be asked, by whom, and who must not ask."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from guanjia.desk.models import Case
from guanjia.kernel import periods
from guanjia.kernel.act import Act
from guanjia.kernel.ids import Ref
from guanjia.org import departments
from guanjia.org import selectors as org
from guanjia.org.models import Person, Project
from guanjia.rulebook import parameters
from guanjia.rulebook import selectors as rulebook
from guanjia.rulebook.engine import key_of
from guanjia.rulebook.inforce import LIVE
from guanjia.work.models import WorkOrder
from guanjia.work.states import COMPLETED

from .models import ReturnVisit, ReturnVisitQuerySet, without_visit
from .states import COMPLAINT, MANAGEMENT, REPAIR, SERVICE, VISITORS, WORKS

REVISITED_KINDS = ("repair", "paid_service", "rework")
IMPORTANT = 2  # complaints of this rank and above are important ones
INDEPENDENCE = "FUP-015"


# -- lists -----------------------------------------------------------------------------------------
def visits_due(act: Act) -> ReturnVisitQuerySet:
    """Every visit that is still to be made, soonest first."""
    return ReturnVisit.objects.visible_to(act).open().with_names().soonest_first()


def visits(act: Act) -> ReturnVisitQuerySet:
    """Every visit this act may see, with the names that a list shows."""
    return ReturnVisit.objects.visible_to(act).with_names()


def visits_of(thing: Any, act: Act) -> ReturnVisitQuerySet:
    """The visits about a case, an order or another subject, newest first."""
    return ReturnVisit.objects.visible_to(act).about(thing).with_names().order_by("-planned_at")


def open_visit_of(thing: Any, act: Act) -> ReturnVisit | None:
    """The visit that is still to be made about this very subject, if one is planned."""
    ref = thing if isinstance(thing, Ref) else Ref.to(thing)
    return ReturnVisit.objects.visible_to(act).open().filter(about_id=ref.id).first()


# -- what a visit is about -------------------------------------------------------------------------
def orders_about(visit: ReturnVisit) -> list[WorkOrder]:
    """The orders a visit asks about: the one it was planned for, or all of its case; done ones first, then newest first."""
    asked = Q(pk=visit.order_id) if visit.order_id else Q(source_id=visit.case_id) if visit.case_id else None
    if asked is None:
        return []
    orders = WorkOrder.objects.unscoped("link").filter(asked, project_id=visit.project_id).order_by("-opened_at")
    return sorted(orders, key=lambda order: order.state != COMPLETED)


def class_of_order(order: WorkOrder) -> str:
    """The class of visit that an order calls for."""
    if order.work_class in (WORKS, MANAGEMENT):
        return order.work_class
    return SERVICE if order.kind in ("entrusted", "paid_service") else REPAIR


def class_of_case(case: Case) -> str:
    """The class of visit that a case calls for."""
    if case.type == COMPLAINT:
        return COMPLAINT
    order = WorkOrder.objects.unscoped("link").of_source(Ref.to(case)).order_by("-opened_at").first()
    return class_of_order(order) if order else REPAIR if case.type == "repair" else SERVICE


def due_of(things: list[Any], act: Act) -> datetime | None:
    """The earliest time by which a clause wants somebody to ask about one of these subjects; None if no clause does."""
    keys = LIVE.closed_by("followup.return_visit.made", act.company_id)
    return min((duty.due_at for duty in rulebook.duties_of(things, act) if duty.is_open and key_of(duty) in keys), default=None)


def repairs_to_revisit(project: Project, period: str, at: datetime) -> list[Ref]:
    """The repairs completed on the day before `period` that nobody was asked about yet (FUP-024)."""
    start, end = periods.bounds(periods.previous(period))
    done = WorkOrder.objects.unscoped("engine").filter(project=project, kind__in=REVISITED_KINDS).completed_on(start, end)
    return [Ref.to(order) for order in without_visit(done)]


# -- who asks --------------------------------------------------------------------------------------
def visitor_role(visit_class: str, case: Case | None, project_id: UUID, at: datetime) -> str:
    """The role that makes a visit of this class (FUP-015)."""
    if visit_class != COMPLAINT:
        return VISITORS[visit_class]
    if case is not None and (case.rank or 0) >= IMPORTANT:
        return VISITORS["important_complaint"]
    return VISITORS["accused_head" if accused_head_may_visit(project_id, at) else "general_complaint"]


def accused_head_may_visit(project_id: UUID, at: datetime) -> bool:
    """True where the project sends the accused department's own head to a general complaint, as the handbook has it."""
    return bool(parameters.value(INDEPENDENCE, "accused_head", project_id, at, False))


@dataclass(frozen=True)
class Standing:
    """How a would-be visitor stands to what he asks about."""

    did_the_work: bool = False
    handled_the_case: bool = False
    is_accused: bool = False
    is_of_accused_unit: bool = False


def standing_of(visitor: Person, visit: ReturnVisit, act: Act) -> Standing:
    """Whether the visitor worked on the orders, handled the complaint, or is its accused or of the accused department.

    The accused stand in the complaint as text, so names are looked for in it: the person's own, and those of the
    units, posts and roles he holds.
    """
    held = [a.technician_id for order in orders_about(visit) for a in order.assignments.all()]
    case = visit.case
    if case is None or visit.visit_class != COMPLAINT:
        return Standing(did_the_work=visitor.pk in held)
    complaint = getattr(case, "complaint", None)
    accused = complaint.accused if complaint else ""
    return Standing(
        did_the_work=visitor.pk in held,
        handled_the_case=case.owner_id == visitor.pk,
        is_accused=bool(accused) and visitor.name in accused,
        is_of_accused_unit=any(name in accused for name in _unit_names(visitor, act.at)) if accused else False,
    )


def _unit_names(person: Person, at: datetime) -> set[str]:
    held = org.holdings_at(at).filter(person=person).select_related("post__unit", "post__role")
    names = {
        name
        for holding in held
        for name in (holding.post.unit.name if holding.post.unit else "", holding.post.name, str(holding.post.role.name))
    }
    return names - {""}


# -- departments (ORG-035) ---------------------------------------------------------------------------
def departments_to_check(project: Project, period: str, at: datetime) -> list[Ref]:
    """The departments of a project, owed a check in a period that still runs: one that is over can no longer be checked."""
    if periods.bounds(period).end <= at:
        return []
    return [Ref.to(unit) for unit in departments.departments_of(project)]
