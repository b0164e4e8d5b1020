"""Whom an order allows to be called: its technician has the number, and whoever sends technicians."""

from uuid import UUID

from guanjia.kernel.act import Act
from guanjia.kernel.disclosing import Matter, install_matter
from guanjia.kernel.ids import Ref

from .models import WorkOrder


def matter_of(order: WorkOrder, act: Act) -> Matter:
    """An order as a matter: in hand of the technician who was sent, and of those who may send somebody."""
    return Matter(
        ref=Ref.to(order),
        number=order.number,
        title=order.content[:60],
        in_hand=order.technician_id == act.person_id or act.may("work.order.assign", on=order),
        concerns=frozenset(key for key in (order.pk, order.reporter_customer_id) if key),
    )


def find(key: UUID, act: Act) -> Matter | None:
    """The order with this key, if the act may see it and it is not done."""
    order = WorkOrder.objects.visible_to(act).filter(pk=key).first()
    return matter_of(order, act) if order is not None and not order.is_done else None


install_matter("work.workorder", find)
