"""What may be done with customers: register, change, move in, move out, take their word on being contacted."""

from .carrying import carry_occupancies
from .consents import give_consent, withdraw_consent
from .living import move_in, move_out
from .people import change_customer, register_customer

__all__ = ["carry_occupancies", "change_customer", "give_consent", "move_in", "move_out", "register_customer", "withdraw_consent"]
