"""What followup does because something happened: it plans the visit that is owed, and sends problems back to work.

The duties exist even where this fails: clauses open on the same facts.
"""

from django.utils.translation import gettext as _

from guanjia.desk import services as desk
from guanjia.desk.models import Case
from guanjia.desk.states import CLOSED, RESOLVED
from guanjia.kernel.journal import reacts_to
from guanjia.org.models import Company
from guanjia.quality import services as quality
from guanjia.work import services as work
from guanjia.work.models import WorkOrder

from . import seed, selectors, services
from .models import ReturnVisit
from .states import COMPLAINT, FAILED, PROBLEM

HELP = "help"


@reacts_to("work.order.completed")
def plan_a_visit_about_the_work(entry, act):
    """About the case where one asked for the work (a complaint's visit waits until it is resolved), else about the order."""
    order = WorkOrder.objects.visible_to(act).get(pk=entry.subject_id)
    case = Case.objects.visible_to(act).filter(pk=order.source_id).first() if order.source_kind == "desk.case" else None
    if case is not None and case.type == COMPLAINT:
        return
    services.plan_visit(
        project=order.project,
        about=case or order,
        visit_class=selectors.class_of_order(order),
        house=order.house,
        customer=order.reporter_customer,
        act=act,
    )


@reacts_to("desk.case.resolved")
def plan_a_visit_about_the_case(entry, act):
    """Complaints and calls for help are asked about when they are resolved; repairs when their work is done."""
    if entry.payload["type"] not in (COMPLAINT, HELP):
        return
    case = Case.objects.visible_to(act).get(pk=entry.subject_id)
    services.plan_visit(project=case.project, about=case, visit_class=selectors.class_of_case(case), act=act)


@reacts_to("followup.return_visit.made")
def send_a_problem_back_to_work(entry, act):
    """FUP-029: a rework order that names the first one, for the same case, which goes on until that is done too."""
    if entry.payload["result"] != PROBLEM:
        return
    visit = ReturnVisit.objects.visible_to(act).get(pk=entry.subject_id)
    first = next(iter(selectors.orders_about(visit)), None)
    if first is None:
        return
    what = _("返工：%(what)s") % {"what": visit.shortcomings}
    case = Case.objects.visible_to(act).filter(pk=first.source_id).first() if first.source_kind == "desk.case" else None
    if case is not None:
        if case.state in (RESOLVED, CLOSED):
            case = desk.reopen_case(case, reason=what, act=act)
        desk.order_work(
            case,
            kind="rework",
            first_order=first,
            craft=first.craft,
            work_class=first.work_class,
            content=what,
            because_of=(visit,),
            act=act,
        )
        return
    work.open_order(
        project=visit.project,
        kind="rework",
        first_order=first,
        craft=first.craft,
        work_class=first.work_class,
        place=first.place,
        house=first.house,
        area=first.area,
        place_text=first.place_text,
        urgency=first.urgency,
        importance=first.importance,
        content=what,
        reporter=first.reporter_customer,
        reporter_name=first.reporter_name,
        reporter_phone=first.reporter_phone,
        reporter_unit=first.reporter_unit,
        entry=first.entry_permission,
        convenient_time=first.convenient_time,
        source=first.source,
        about=(visit,),
        act=act,
    )


@reacts_to("followup.return_visit.reviewed")
def open_a_rectification(entry, act):
    """FUP-020: the manager then names the person and the day."""
    if entry.payload["result"] != FAILED:
        return
    visit = ReturnVisit.objects.visible_to(act).get(pk=entry.subject_id)
    quality.open_rectification(
        project=visit.project, kind="service", source=visit, matter=visit.shortcomings, about=(visit.case, visit.order), act=act
    )


@reacts_to("org.project.opened")
@reacts_to("rulebook.draw.drawn")
def the_list_of_departments_is_there(entry, act):
    """ORG-035: the list is there when a company opens its first project, or is first asked to check."""
    if entry.fact == "org.project.opened" or entry.payload["rule"] == "ORG-035":
        seed.plant(Company.objects.get(pk=entry.company_id), act)
