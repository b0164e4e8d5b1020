"""The desk for other systems: contacts, cases, the queue, and the steps of a case."""

from django.http import HttpRequest
from ninja import Query, Router

from guanjia.customers.models import Customer
from guanjia.desk import selectors, states
from guanjia.desk import services as desk
from guanjia.desk.models import Case, Contact
from guanjia.estate.models import House
from guanjia.rulebook import selectors as rulebook

from .. import schemas, telling
from ..door import deed

router = Router(tags=["desk"])


class Asked(schemas.Said):
    """What of the queue is wanted."""

    state: schemas.one_of(("", *states.UNFINISHED)) = ""
    type: schemas.Word = ""
    mine: bool = False
    overdue: bool = False
    priority: schemas.Level | None = None
    text: schemas.Line = ""
    after: schemas.text(400) = ""


@router.get("/cases", response=schemas.CasePage, operation_id="desk.case.queue")
def queue(request: HttpRequest, asked: Query[Asked]) -> dict:
    """Unfinished cases, what is due soonest first, fifty at a time."""
    wanted = asked.model_dump()
    after = wanted.pop("after")
    page = selectors.queue(request.act, selectors.QueueFilter(**wanted), after=after)
    cases = {case.pk: case for case in selectors.cases(request.act).filter(pk__in=[row.id for row in page.rows]).select_related("project")}
    rows = [telling.case(cases[row.id]) | {"due_at": row.due_at, "is_overdue": row.is_overdue} for row in page.rows if row.id in cases]
    return {"rows": rows, "next": page.next}


@deed(router, "/cases", "desk.case.open", answers=schemas.CaseTold)
def open_case(request: HttpRequest, said: schemas.OpenCase) -> dict:
    """Open a case; whatever the clauses still ask for is told at once."""
    act, values = request.act, said.model_dump(exclude={"project", "category", "customer", "house", "contact", "repair", "complaint"})
    case = desk.open_case(
        project=telling.project_of(act, said.project),
        category=telling.category_of(act, said.category),
        customer=telling.named(Customer, act, said.customer),
        house=telling.named(House, act, said.house),
        contact=telling.named(Contact, act, said.contact),
        repair=telling.given(said.repair) or None,
        complaint=telling.given(said.complaint) or None,
        **values,
        act=act,
    )
    return telling.case(case)


@router.get("/cases/{number}", response=schemas.CaseTold, operation_id="desk.case.see")
def see_case(request: HttpRequest, number: str) -> dict:
    """The case with this number or id."""
    return telling.case(selectors.case_for(request.act, number))


@router.get("/cases/{number}/duties", response=list[schemas.DutyTold], operation_id="desk.case.duties")
def duties(request: HttpRequest, number: str) -> list[dict]:
    """What is owed about the case, open duties first."""
    case = selectors.case_for(request.act, number)
    return [telling.duty(duty, request.act) for duty in rulebook.duties_of(case, request.act)]


@deed(router, "/cases/{number}/acceptance", "desk.case.accept", answers=schemas.CaseTold)
def accept_case(request: HttpRequest, number: str, said: schemas.AcceptCase) -> dict:
    """Take the case on, with an answer or with a time by which there will be one."""
    return _moved(request, number, desk.accept_case, said)


@deed(router, "/cases/{number}/replies", "desk.case.reply", answers=schemas.CaseTold)
def reply_case(request: HttpRequest, number: str, said: schemas.ReplyCase) -> dict:
    """Tell the customer the answer, or how far it has come."""
    return _moved(request, number, desk.reply_case, said)


@deed(router, "/cases/{number}/notices", "desk.case.notify", answers=schemas.CaseTold)
def notify_customer(request: HttpRequest, number: str, said: schemas.NotifyCustomer) -> dict:
    """Tell the customer how it stands."""
    return _moved(request, number, desk.notify_customer, said)


@deed(router, "/cases/{number}/resolution", "desk.case.resolve", answers=schemas.CaseTold)
def resolve_case(request: HttpRequest, number: str, said: schemas.ResolveCase) -> dict:
    """The matter is settled, as far as we can see."""
    return _moved(request, number, desk.resolve_case, said)


@deed(router, "/cases/{number}/confirmation", "desk.case.confirm", answers=schemas.CaseTold)
def confirm_case(request: HttpRequest, number: str, said: schemas.ConfirmCase) -> dict:
    """The customer agrees."""
    return _moved(request, number, desk.confirm_case, said)


@deed(router, "/cases/{number}/closure", "desk.case.close", answers=schemas.CaseTold)
def close_case(request: HttpRequest, number: str, said: schemas.CloseCase) -> dict:
    """Close a resolved case; refused with everything that is still missing."""
    return _moved(request, number, desk.close_case, said)


@deed(router, "/contacts", "desk.contact.receive", answers=schemas.ContactTold)
def receive_contact(request: HttpRequest, said: schemas.ReceiveContact) -> dict:
    """Note that somebody turned to us; a number that belongs to one customer names him."""
    act, values = request.act, said.model_dump(exclude={"project", "customer", "house"})
    contact = desk.receive_contact(
        project=telling.project_of(act, said.project),
        customer=telling.named(Customer, act, said.customer),
        house=telling.named(House, act, said.house),
        **values,
        act=act,
    )
    return telling.contact(contact)


def _moved(request: HttpRequest, number: str, use_case: object, said: schemas.Said) -> dict:
    """The case after a use case ran on it."""
    case: Case = selectors.case_for(request.act, number)
    use_case(case, **said.model_dump(), act=request.act)
    return telling.case(selectors.case_for(request.act, str(case.pk)))
