"""What may be done with customers: register, change, move in and out, let, act for one another, take their word; keep their folder and
their profile; copy and forget."""

from .archives import correct_paper, disclose_archive, file_paper, open_archive, place_archive
from .bindings import bind_archives
from .carrying import carry_households
from .consents import give_consent, withdraw_consent
from .copying import copy_customer
from .custody import begin_custody, end_custody
from .forgetting import forget_customer
from .leases import change_lease, complete_lease, end_lease, register_lease
from .living import change_occupancy, move_in, move_out
from .loans import lend_archive, return_archive
from .people import change_customer, register_customer
from .profiles import entrust_profile, revise_profile
from .proxies import accept_proxy, end_proxy
from .roll import take_in_roll

__all__ = [
    "accept_proxy",
    "begin_custody",
    "bind_archives",
    "carry_households",
    "change_customer",
    "change_lease",
    "change_occupancy",
    "complete_lease",
    "copy_customer",
    "correct_paper",
    "disclose_archive",
    "end_custody",
    "end_lease",
    "end_proxy",
    "entrust_profile",
    "file_paper",
    "forget_customer",
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
    "take_in_roll",
    "withdraw_consent",
]
