"""What may be done with customers: register, change, move in, move out, take their word on being contacted; keep their folder and
their profile."""

from .archives import correct_paper, disclose_archive, file_paper, open_archive, place_archive
from .bindings import bind_archives
from .consents import give_consent, withdraw_consent
from .living import move_in, move_out
from .loans import lend_archive, return_archive
from .people import change_customer, register_customer
from .profiles import entrust_profile, revise_profile

__all__ = [
    "bind_archives",
    "change_customer",
    "correct_paper",
    "disclose_archive",
    "entrust_profile",
    "file_paper",
    "give_consent",
    "lend_archive",
    "move_in",
    "move_out",
    "open_archive",
    "place_archive",
    "register_customer",
    "return_archive",
    "revise_profile",
    "withdraw_consent",
]
