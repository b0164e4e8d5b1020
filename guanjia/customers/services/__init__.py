"""What may be done with customers: register, merge, move in and out, let, act for one another, mark, listen to; keep their folder,
their profile, and all of it true; copy and forget."""

from .access import end_access, grant_access, request_access
from .aliases import add_alias, drop_alias
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
from .marks import create_tag, lift_flag, propose_flag, review_flag, set_flag, tag_customer, untag_customer
from .merging import distinguish_customers, merge_customer, unmerge_customer
from .people import change_customer, register_customer
from .profiles import entrust_profile, revise_profile
from .proxies import accept_proxy, end_proxy
from .roll import take_in_roll
from .segments import assign_segment
from .upkeep import finish_cleanup, open_cleanup, sign_overview, verify_customer, verify_household
from .words import record_note, record_preference

__all__ = [
    "accept_proxy",
    "add_alias",
    "assign_segment",
    "begin_custody",
    "bind_archives",
    "carry_households",
    "change_customer",
    "change_lease",
    "change_occupancy",
    "complete_lease",
    "copy_customer",
    "correct_paper",
    "create_tag",
    "disclose_archive",
    "distinguish_customers",
    "drop_alias",
    "end_access",
    "end_custody",
    "end_lease",
    "end_proxy",
    "entrust_profile",
    "file_paper",
    "finish_cleanup",
    "forget_customer",
    "give_consent",
    "grant_access",
    "lend_archive",
    "lift_flag",
    "merge_customer",
    "move_in",
    "move_out",
    "open_archive",
    "open_cleanup",
    "place_archive",
    "propose_flag",
    "record_note",
    "record_preference",
    "register_customer",
    "register_lease",
    "request_access",
    "return_archive",
    "review_flag",
    "revise_profile",
    "set_flag",
    "sign_overview",
    "tag_customer",
    "take_in_roll",
    "unmerge_customer",
    "untag_customer",
    "verify_customer",
    "verify_household",
    "withdraw_consent",
]
