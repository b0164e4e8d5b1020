"""Orders for those who do them, and for their apps."""

from collections.abc import Callable

from django.http import HttpRequest
from ninja import File, Form, Router, UploadedFile

from guanjia.kernel import files
from guanjia.work import selectors
from guanjia.work import services as work

from .. import schemas, telling
from ..door import deed

router = Router(tags=["work"])


@router.get("/orders", response=list[schemas.OrderTold], operation_id="work.order.mine")
def my_orders(request: HttpRequest) -> list[dict]:
    """One's own unfinished orders, the important and urgent first."""
    return [telling.order(order) for order in selectors.my_orders(request.act).select_related("project")]


@router.get("/orders/{number}", response=schemas.OrderTold, operation_id="work.order.see")
def see_order(request: HttpRequest, number: str) -> dict:
    """The order with this number or id."""
    return telling.order(selectors.order_for(request.act, number))


@deed(router, "/orders/{number}/acceptance", "work.order.accept", answers=schemas.OrderTold)
def accept_order(request: HttpRequest, number: str, said: schemas.Nothing) -> dict:
    """The technician takes the order."""
    return _moved(request, number, work.accept_order, said)


@deed(router, "/orders/{number}/arrival", "work.order.arrive", answers=schemas.OrderTold)
def arrive_order(request: HttpRequest, number: str, said: schemas.ArriveOrder) -> dict:
    """The technician is there."""
    return _moved(request, number, work.arrive_order, said)


@deed(router, "/orders/{number}/start", "work.order.start", answers=schemas.OrderTold)
def start_order(request: HttpRequest, number: str, said: schemas.Nothing) -> dict:
    """Begin; refused for paid work whose price nobody agreed."""
    return _moved(request, number, work.start_order, said)


@deed(router, "/orders/{number}/finish", "work.order.finish", answers=schemas.OrderTold)
def finish_order(request: HttpRequest, number: str, said: schemas.FinishOrder) -> dict:
    """The repair is done and waits for its sign-off."""
    return _moved(request, number, work.finish_order, said)


@deed(router, "/orders/{number}/completion", "work.order.complete", answers=schemas.OrderTold)
def complete_order(request: HttpRequest, number: str, said: schemas.Nothing) -> dict:
    """The signed order is done; refused without a signature that counts."""
    return _moved(request, number, work.complete_order, said)


@deed(router, "/orders/{number}/photos", "kernel.file.attach", answers=schemas.FileTold)
def attach_photo(request: HttpRequest, number: str, photo: File[UploadedFile], role: schemas.Word = Form("photo")) -> dict:
    """Keep a photo with the order."""
    order = selectors.order_for(request.act, number)
    kept = files.attach(order, name=photo.name or "photo", content=photo.read(), role=role, act=request.act)
    return {"id": kept.pk, "name": kept.name, "role": kept.role}


def _moved(request: HttpRequest, number: str, use_case: Callable, said: schemas.Said) -> dict:
    """The order after a use case ran on it."""
    order = selectors.order_for(request.act, number)
    use_case(order, **said.model_dump(), act=request.act)
    return telling.order(selectors.order_for(request.act, str(order.pk)))
