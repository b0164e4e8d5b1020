"""Taking a customer's word on being contacted, and on data that is passed on."""

from guanjia.kernel import files
from guanjia.kernel.act import Act
from guanjia.kernel.files import Upload
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import record
from guanjia.kernel.rows import keep
from guanjia.kernel.usecase import usecase

from .. import facts
from ..models import Consent, Customer
from ..states import PURPOSES
from ..wordings import shown_today

PROOF = "proof"


@usecase("customers.consent.give")
def give_consent(
    customer: Customer, *, purpose: str, channel: str = "any", proof: Upload | None = None, said_in: Ref | None = None, act: Act
) -> Consent:
    """The customer agrees to be contacted, or to have data passed on, for this purpose over this channel.

    The row names the words that are shown today. `proof` is the signed sheet, `said_in` the call or case in which he said so.
    """
    consent = _say(customer, purpose, channel, True, said_in, act)
    if proof is not None:
        files.attach(consent, name=proof.name, content=proof.content, role=PROOF, act=act)
    record(customer, facts.ConsentGiven(purpose=purpose, channel=channel, label=str(PURPOSES[purpose])), act=act)
    return consent


@usecase("customers.consent.withdraw")
def withdraw_consent(customer: Customer, *, purpose: str, channel: str = "any", said_in: Ref | None = None, act: Act) -> Consent:
    """The customer takes it back; the row that gave it stays."""
    consent = _say(customer, purpose, channel, False, said_in, act)
    record(customer, facts.ConsentWithdrawn(purpose=purpose, channel=channel, label=str(PURPOSES[purpose])), act=act)
    return consent


def _say(customer: Customer, purpose: str, channel: str, given: bool, said_in: Ref | None, act: Act) -> Consent:
    return keep(
        Consent(
            project=customer.project,
            customer=customer,
            purpose=purpose,
            channel=channel,
            given=given,
            edition=shown_today(purpose).key if given and purpose in PURPOSES else "",
            said_in_kind=said_in.kind if said_in else "",
            said_in_id=said_in.id if said_in else None,
            taken_by=act.by.name,
            at=act.at,
            created_at=act.at,
        )
    )
