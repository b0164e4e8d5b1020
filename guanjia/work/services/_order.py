"""What the moves of an order share."""

from typing import Any

from guanjia.kernel.errors import BadInput, Reason
from guanjia.kernel.ids import Ref

from ..models import WorkOrder


def about(order: WorkOrder, *more: Any) -> tuple:
    """What else a line about this order is about: who asked, where, for whom, and whatever the caller adds."""
    return (order.source, Ref.through(order, "house"), Ref.through(order, "reporter_customer"), *more)


def change(order: WorkOrder, **fields: Any) -> WorkOrder:
    """Set columns without moving the order; raises the version."""
    for name, value in fields.items():
        setattr(order, name, value)
    order.version += 1
    order.save(update_fields=["version", *fields])
    return order


def end_assignment(order: WorkOrder, end: str, at: Any) -> None:
    """Close the order's open assignment, if there is one."""
    order.assignments.filter(ended_at=None).update(ended_at=at, end=end)


def require(**texts: tuple[str, Any]) -> None:
    """Raise BadInput with every sentence whose text is blank: `require(reason=(reason, _("请填写原因。")))`."""
    missing = [Reason(str(sentence), field=field) for field, (text, sentence) in texts.items() if not (text or "").strip()]
    if missing:
        raise BadInput(missing)
