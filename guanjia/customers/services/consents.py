"""Taking a customer's word on being contacted, and on data that is passed on."""

from guanjia.estate.keeping import keep
from guanjia.kernel.act import Act
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase

from .. import facts
from ..models import Consent, Customer
from ..states import PURPOSES


@usecase("customers.consent.give")
def give_consent(customer: Customer, *, purpose: str, channel: str = "any", act: Act) -> Consent:
    """The customer agrees to be contacted, or to have data passed on, for this purpose over this channel."""
    consent = _say(customer, purpose, channel, True, act)
    record(customer, facts.ConsentGiven(purpose=purpose, channel=channel, label=str(PURPOSES[purpose])), act=act)
    return consent


@usecase("customers.consent.withdraw")
def withdraw_consent(customer: Customer, *, purpose: str, channel: str = "any", act: Act) -> Consent:
    """The customer takes it back; the row that gave it stays."""
    consent = _say(customer, purpose, channel, False, act)
    record(customer, facts.ConsentWithdrawn(purpose=purpose, channel=channel, label=str(PURPOSES[purpose])), act=act)
    return consent


def _say(customer: Customer, purpose: str, channel: str, given: bool, act: Act) -> Consent:
    return keep(
        Consent(project=customer.project, customer=customer, purpose=purpose, channel=channel, given=given, at=act.at, created_at=act.at)
    )
