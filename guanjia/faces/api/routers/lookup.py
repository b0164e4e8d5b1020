"""Who is calling, and which house is meant."""

from django.http import HttpRequest
from ninja import Query, Router

from guanjia.customers import selectors as customers
from guanjia.estate import selectors as estate

from .. import schemas, telling

router = Router()
SHOWN_MAX = 20


@router.get("/customers/calling", response=list[schemas.CallerTold], operation_id="customers.customer.calling", tags=["customers"])
def calling(request: HttpRequest, number: Query[schemas.Word]) -> list[dict]:
    """Whose number this is (whole, or its last four digits and more), with their houses."""
    found = customers.who_is_calling(number, request.act)[:SHOWN_MAX]
    return [
        {"id": caller.customer.pk, "name": caller.customer.name, "houses": [telling.house(house) for house in caller.houses]}
        for caller in found
    ]


@router.get("/estate/houses", response=list[schemas.HouseTold], operation_id="estate.house.matching", tags=["estate"])
def houses(request: HttpRequest, text: Query[schemas.Line]) -> list[dict]:
    """Houses at a written address, or at what has been typed of it so far."""
    return [telling.house(house) for house in estate.houses_matching(text, request.act)[:SHOWN_MAX]]
