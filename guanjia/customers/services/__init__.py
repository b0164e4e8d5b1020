"""What may be done with customers: register, change, move in and out, let, act for one another, take their word."""

from .carrying import carry_households
from .consents import give_consent, withdraw_consent
from .leases import change_lease, complete_lease, end_lease, register_lease
from .living import change_occupancy, move_in, move_out
from .people import change_customer, register_customer
from .proxies import accept_proxy, end_proxy

__all__ = [
    "accept_proxy",
    "carry_households",
    "change_customer",
    "change_lease",
    "change_occupancy",
    "complete_lease",
    "end_lease",
    "end_proxy",
    "give_consent",
    "move_in",
    "move_out",
    "register_customer",
    "register_lease",
    "withdraw_consent",
]
