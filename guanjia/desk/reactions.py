"""What the desk does because another room, or the customer, said something.

The usual way needs no hand: work done -> resolved and told; confirmed or visited -> closed, if no clause keeps it open.
"""

from typing import Any

from django.utils.translation import gettext as _

from guanjia.customers import selectors as customers
from guanjia.customers.models import Customer
from guanjia.kernel.act import Act
from guanjia.kernel.journal import reacts_to
from guanjia.kernel.usecase import ask, attempt

from . import gates, seed, selectors, services, states
from .models import Case


@reacts_to("org.project.opened")
def a_new_project_has_a_desk(entry: Any, act: Act) -> None:
    """Channels, types and categories of the company are there before the first call."""
    seed.plant(entry.company_id)


@reacts_to("work.order.completed")
def resolve_when_all_work_is_done(entry: Any, act: Act) -> None:
    """The last order of the case is done: the case is resolved, and the customer is told and asked (WORK-027)."""
    case = selectors.case_of_work(entry.subject.id, act)
    if case is None:
        return
    order = case.works.select_related("order").get(order_id=entry.subject.id).order
    done = order.result.strip() or _("工单 %(number)s 已完工") % {"number": order.number}
    resolved = None
    if case.state == states.OPEN and not case.has_open_work():
        resolved = attempt(services.resolve_case, case, result=done, process=selectors.story_of_work(case), act=act)
    _tell(resolved or case, done, "case_resolved" if resolved else "case_progress", act)


@reacts_to("work.order.paused")
def note_that_work_has_stopped(entry: Any, act: Act) -> None:
    """Work has stopped: the owner sees why; telling the customer, or a new appointment, is owed by WORK-027."""
    case = selectors.case_of_work(entry.subject.id, act)
    if case is not None:
        why = entry.payload.get("note") or entry.payload.get("reason_zh") or entry.payload["reason"]
        attempt(services.add_note, case, text=_("维修暂停：%(why)s。请告知客户或重新预约。") % {"why": why}, kind="system", act=act)


@reacts_to("desk.case.confirmed")
@reacts_to("desk.case.answered_at_once")
@reacts_to("desk.case.notified")
@reacts_to("desk.case.escalated")
@reacts_to("desk.case.instructed")
@reacts_to("followup.return_visit.reviewed")
def close_when_nothing_is_missing(entry: Any, act: Act) -> None:
    """Something that closing may have waited for has happened."""
    case = selectors.case_of_entry(entry, act)
    if case is not None:
        _close_if_settled(case, act)


@reacts_to("followup.return_visit.made")
def hear_what_the_visit_found(entry: Any, act: Act) -> None:
    """A content customer confirms by it, any other denies: the case goes on (DESK-084)."""
    case = selectors.case_of_entry(entry, act)
    if case is None or case.state != states.RESOLVED:
        return
    said = entry.payload
    if said["result"] == "ok" and said["satisfaction"] >= states.SATISFIED_FROM:
        if case.confirmed_at is None:  # the confirmation closes it in turn
            attempt(services.confirm_case, case, satisfaction=said["satisfaction"], feedback=_words_of(said), way=said["way"], act=act)
        else:
            _close_if_settled(case, act)
    else:
        attempt(services.deny_case, case, reason=_words_of(said), satisfaction=said["satisfaction"], act=act)


@reacts_to("customers.occupancy.moved_out")
def ask_about_open_cases(entry: Any, act: Act) -> None:
    """Somebody moved out: whoever follows a case of his asks whether it still stands."""
    movers = Customer.objects.visible_to(act).filter(pk__in=[ref.id for ref in entry.about if ref.kind == "customers.customer"])
    gone = customers.files_of([one.person_id for one in movers], act)
    for case in Case.objects.visible_to(act).unfinished().filter(customer__in=gone):
        attempt(services.add_note, case, text=_("住户已迁出，请确认这件诉求是否继续。"), kind="system", act=act)


def _close_if_settled(case: Case, act: Act) -> None:
    """Close a resolved case that no clause keeps open; anything else is left as it is, without a word."""
    if case.state != states.RESOLVED or case.confirmed_at is None:
        return
    outcome = states.ANSWERED if case.type in (states.CONSULTATION, states.ENQUIRY) else states.FIXED
    if not ask(gates.CloseCase.of(case, outcome=outcome, act=act)):
        attempt(services.close_case, case, outcome=outcome, act=act)


def _tell(case: Case, text: str, template: str, act: Act) -> None:
    """By message, where there is a number; otherwise the duty stays on the agent's list."""
    if case.customer_phone and case.state in (states.OPEN, states.RESOLVED):
        attempt(services.notify_customer, case, way="sms", text=text, template=template, act=act)


def _words_of(said: dict[str, Any]) -> str:
    return said.get("summary") or _("回访满意度 %(satisfaction)s 分") % {"satisfaction": said["satisfaction"]}
