"""Forgetting a customer: his key is destroyed, and what all rooms know of him in words is blanked."""

from django.utils.translation import gettext as _

from guanjia.kernel import records
from guanjia.kernel.act import Act
from guanjia.kernel.erasing import erase
from guanjia.kernel.errors import BadInput, IllegalMove, Reason
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import record
from guanjia.kernel.models import DestructionCertificate
from guanjia.kernel.usecase import usecase

from .. import facts, gates
from ..forgetting import objections, whole
from ..models import Customer


@usecase("customers.customer.forget", gate=gates.ForgetCustomer)
def forget_customer(customer: Customer, *, basis: str, act: Act) -> DestructionCertificate:
    """Make everything about a customer unreadable, in restored backups too; rows, numbers and the journal stay.

    What was merged into his file is his, and goes with it, each file with a certificate; that of his own file is returned.

    `basis`: he asked for it ("request"), took his consent back ("withdrawn"), or the keeping has ended ("expired"; then the
    retention clauses are asked). Raises IllegalMove with all that stands against it: holds, and what is still open.
    """
    if basis not in dict(DestructionCertificate.BASES):
        raise BadInput(Reason(_("请选择依据。"), field="basis"))
    if reasons := objections(customer, basis=basis, act=act):
        raise IllegalMove(reasons)
    own, *_merged = [_forgotten(file, basis, act) for file in whole(customer)]
    return own


def _forgotten(customer: Customer, basis: str, act: Act) -> DestructionCertificate:
    erased = erase(Ref.to(customer), company_id=customer.company_id, at=act.at)
    Customer.objects.unscoped("erasure").filter(pk=customer.pk).update(forgotten_at=act.at)
    certificate = records.certify(customer, basis=basis, content=erased.as_plain(), act=act)
    record(customer, facts.CustomerForgotten(basis=basis, certificate=str(certificate.pk)), act=act)
    return certificate
