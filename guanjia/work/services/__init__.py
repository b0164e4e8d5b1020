"""What can be done with an order: open it, send somebody, do the work, have it signed."""

from .dispatch import (
    accept_order,
    assign_order,
    book_appointment,
    chase_order,
    decline_order,
    escalate_order,
    miss_appointment,
    move_appointment,
)
from .doing import (
    add_note,
    agree_price,
    arrive_order,
    complete_order,
    finish_order,
    pause_order,
    quote_price,
    reject_order,
    resume_order,
    sign_order,
    start_order,
    test_water,
)
from .opening import cancel_order, open_order

__all__ = [
    "accept_order",
    "add_note",
    "agree_price",
    "arrive_order",
    "assign_order",
    "book_appointment",
    "cancel_order",
    "chase_order",
    "complete_order",
    "decline_order",
    "escalate_order",
    "finish_order",
    "miss_appointment",
    "move_appointment",
    "open_order",
    "pause_order",
    "quote_price",
    "reject_order",
    "resume_order",
    "sign_order",
    "start_order",
    "test_water",
]
