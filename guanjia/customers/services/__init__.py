"""What may be done with customers: register, merge, move in and out, let, act for one another, mark, listen to, keep true."""

from .aliases import add_alias, drop_alias
from .carrying import carry_households
from .consents import give_consent, withdraw_consent
from .leases import change_lease, complete_lease, end_lease, register_lease
from .living import change_occupancy, move_in, move_out
from .marks import create_tag, lift_flag, propose_flag, review_flag, set_flag, tag_customer, untag_customer
from .merging import distinguish_customers, merge_customer, unmerge_customer
from .people import change_customer, register_customer
from .proxies import accept_proxy, end_proxy
from .segments import assign_segment
from .upkeep import finish_cleanup, open_cleanup, sign_overview, verify_customer, verify_household
from .words import record_note, record_preference

__all__ = [
    "accept_proxy",
    "add_alias",
    "assign_segment",
    "carry_households",
    "change_customer",
    "change_lease",
    "change_occupancy",
    "complete_lease",
    "create_tag",
    "distinguish_customers",
    "drop_alias",
    "end_lease",
    "end_proxy",
    "finish_cleanup",
    "give_consent",
    "lift_flag",
    "merge_customer",
    "move_in",
    "move_out",
    "open_cleanup",
    "propose_flag",
    "record_note",
    "record_preference",
    "register_customer",
    "register_lease",
    "review_flag",
    "set_flag",
    "sign_overview",
    "tag_customer",
    "unmerge_customer",
    "untag_customer",
    "verify_customer",
    "verify_household",
    "withdraw_consent",
]
