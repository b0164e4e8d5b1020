"""Return visits: which are due, and what was said."""

from django.http import HttpRequest
from ninja import Router

from guanjia.followup import selectors
from guanjia.followup import services as followup
from guanjia.followup.models import ReturnVisit

from .. import schemas, telling
from ..door import deed

router = Router(tags=["followup"])
SHOWN_MAX = 100


@router.get("/visits", response=list[schemas.VisitTold], operation_id="followup.return_visit.due")
def due(request: HttpRequest) -> list[dict]:
    """The next hundred visits that are still to be made, soonest first."""
    return [telling.visit(visit) for visit in selectors.visits_due(request.act)[:SHOWN_MAX]]


@deed(router, "/visits/{id}/result", "followup.return_visit.make", answers=schemas.VisitTold)
def make_visit(request: HttpRequest, id: str, said: schemas.MakeVisit) -> dict:
    """Write down a visit that was made."""
    visit = ReturnVisit.objects.find(request.act, id)
    return telling.visit(followup.make_visit(visit, **said.model_dump(), act=request.act))
