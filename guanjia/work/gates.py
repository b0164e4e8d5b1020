"""What a rule may look at before an order moves: plain values, built from the row and from the move's own arguments."""

from datetime import datetime
from typing import Any
from uuid import UUID

from guanjia.kernel.gates import Gate
from guanjia.kernel.journal import as_ref

from . import selectors


class OpenOrder(Gate, name="work.order.open", passes_to="work.order.opened"):
    """Before an order exists. `source_kind` is "" where nobody asked."""

    kind: str
    place: str
    craft: str = ""
    urgency: int = 2
    work_class: str = "other"
    paid: bool = False
    source_kind: str = ""
    house_id: UUID | None = None
    content: str = ""
    reporter_name: str = ""
    reporter_phone: str = ""

    @classmethod
    def of(cls, project: Any, *, house: Any = None, source: Any = None, act: Any, **values: Any) -> "OpenOrder":
        known = cls.field_names() - {"house_id", "source_kind"}
        return cls(
            **cls.common(project, act),
            house_id=house.pk if house else None,
            source_kind=as_ref(source).kind if source is not None else "",
            **{k: v for k, v in values.items() if k in known},
        )


class AssignOrder(Gate, name="work.order.assign", passes_to="work.order.assigned"):
    kind: str
    place: str
    craft: str
    work_class: str
    urgency: int
    technician_id: UUID

    @classmethod
    def of(cls, order: Any, *, technician: Any, act: Any, **_: Any) -> "AssignOrder":
        return cls(
            **cls.common(order, act),
            kind=order.kind,
            place=order.place,
            craft=order.craft,
            work_class=order.work_class,
            urgency=order.urgency,
            technician_id=technician.pk,
        )


class StartOrder(Gate, name="work.order.start", passes_to=("work.order.started", "work.order.resumed")):
    """Asked when work begins and when it goes on after a pause."""

    kind: str
    place: str
    paid: bool
    price_told: bool
    price_agreed: bool

    @classmethod
    def of(cls, order: Any, *, act: Any, **_: Any) -> "StartOrder":
        return cls(
            **cls.common(order, act),
            kind=order.kind,
            place=order.place,
            paid=order.paid,
            price_told=order.price_fen is not None,
            price_agreed=order.is_price_agreed,
        )


class PauseOrder(Gate, name="work.order.pause", passes_to="work.order.paused"):
    kind: str
    place: str
    reason: str

    @classmethod
    def of(cls, order: Any, *, reason: str, act: Any, **_: Any) -> "PauseOrder":
        return cls(**cls.common(order, act), kind=order.kind, place=order.place, reason=reason)


class FinishOrder(Gate, name="work.order.finish", passes_to="work.order.finished"):
    kind: str
    place: str
    craft: str
    work_class: str
    result: str = ""
    water_tested: bool = False

    @classmethod
    def of(cls, order: Any, *, result: str = "", act: Any, **_: Any) -> "FinishOrder":
        return cls(
            **cls.common(order, act),
            kind=order.kind,
            place=order.place,
            craft=order.craft,
            work_class=order.work_class,
            result=result.strip(),
            water_tested=order.water_tested_at is not None,
        )


class CompleteOrder(Gate, name="work.order.complete", passes_to="work.order.completed"):
    """`by_adult` and `by_rank` speak of the sign-off, if there is one."""

    kind: str
    place: str
    work_class: str
    reporter_unit: str
    signed: bool
    by_adult: bool = False
    by_rank: bool = False

    @classmethod
    def of(cls, order: Any, *, act: Any, **_: Any) -> "CompleteOrder":
        signature = order.sign_off
        return cls(
            **cls.common(order, act),
            kind=order.kind,
            place=order.place,
            work_class=order.work_class,
            reporter_unit=order.reporter_unit,
            signed=signature is not None,
            by_adult=signature is not None and selectors.is_by_adult(order, signature),
            by_rank=signature is not None and selectors.is_by_rank(order, signature),
        )


class CancelOrder(Gate, name="work.order.cancel", passes_to="work.order.cancelled"):
    kind: str
    place: str
    state: str
    reason: str = ""

    @classmethod
    def of(cls, order: Any, *, reason: str = "", act: Any, **_: Any) -> "CancelOrder":
        return cls(**cls.common(order, act), kind=order.kind, place=order.place, state=order.state, reason=reason.strip())


class BookAppointment(Gate, name="work.appointment.book", passes_to="work.appointment.booked"):
    kind: str
    place: str
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, order: Any, *, starts_at: datetime, ends_at: datetime, act: Any, **_: Any) -> "BookAppointment":
        return cls(**cls.common(order, act), kind=order.kind, place=order.place, starts_at=starts_at, ends_at=ends_at)
