"""What may be done with customers: register, change, move in and out, let, act for one another, take their word; keep their folder and
their profile."""

from .archives import correct_paper, disclose_archive, file_paper, open_archive, place_archive
from .bindings import bind_archives
from .carrying import carry_households
from .consents import give_consent, withdraw_consent
from .leases import change_lease, complete_lease, end_lease, register_lease
from .living import change_occupancy, move_in, move_out
from .loans import lend_archive, return_archive
from .people import change_customer, register_customer
from .profiles import entrust_profile, revise_profile
from .proxies import accept_proxy, end_proxy

__all__ = [
    "accept_proxy",
    "bind_archives",
    "carry_households",
    "change_customer",
    "change_lease",
    "change_occupancy",
    "complete_lease",
    "correct_paper",
    "disclose_archive",
    "end_lease",
    "end_proxy",
    "entrust_profile",
    "file_paper",
    "give_consent",
    "lend_archive",
    "move_in",
    "move_out",
    "open_archive",
    "place_archive",
    "register_customer",
    "register_lease",
    "return_archive",
    "revise_profile",
    "withdraw_consent",
]
