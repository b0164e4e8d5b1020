"""Two files of one person become one view, and two again.

Nothing is moved: the merged file keeps its contact points, its stays and whatever other rooms have about it, and points at the
file that speaks for the person. Taking the pointer away undoes it exactly.
"""

from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, NotFound, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.rows import keep
from guanjia.kernel.usecase import usecase

from .. import facts, gates
from ..models import Customer, Distinction


@usecase("customers.customer.merge", gate=gates.MergeCustomers)
def merge_customer(customer: Customer, *, into: Customer, score: int = 0, act: Act) -> Customer:
    """From now on `into` speaks for the person of both files. `score` is how alike they looked to whoever decided.

    Raises NotFound for a file of another project, BadInput for two kinds, IllegalMove when one of them is merged already or others
    were merged into the one that is to go: that would hide them two deep, and undoing would no longer be exact.
    """
    into = _held(customer, into, act)
    if customer.kind != into.kind:
        raise BadInput(Reason(_("个人和单位不能合并。"), field="into"))
    reasons = [
        Reason(_("「%(number)s」已并入 %(kept)s。") % {"number": one.number, "kept": one.kept.number})
        for one in (customer, into)
        if one.kept
    ]
    if customer.merged.exists():
        told = {"number": customer.number, "into": into.number}
        reasons.append(Reason(_("「%(number)s」里已并入别的档案：请改为把 %(into)s 并入它，或先撤销那次合并。") % told))
    if reasons:
        raise IllegalMove(reasons)
    customer.kept = into
    keep(customer, only=["kept"])
    record(customer, facts.CustomersMerged(into=into.number, score=score), act=act, about=(into,))
    return customer


@usecase("customers.customer.unmerge")
def unmerge_customer(customer: Customer, *, act: Act) -> Customer:
    """The merged file speaks for itself again, with all that it had; what came to the other since stays there. IllegalMove if it is not merged."""
    kept = customer.kept
    if kept is None:
        raise IllegalMove(Reason(_("「%(number)s」没有并入别的档案。") % {"number": customer.number}))
    customer.kept = None
    keep(customer, only=["kept"])
    record(customer, facts.CustomersUnmerged(out_of=kept.number), act=act, about=(kept,))
    return customer


@usecase("customers.customer.distinguish")
def distinguish_customers(customer: Customer, *, other: Customer, act: Act) -> Distinction:
    """Two files that look alike are two people: the pair is not suggested again."""
    other = _held(customer, other, act)
    first, second = sorted((customer, other), key=lambda one: one.pk)
    known = Distinction.objects.visible_to(act).filter(first=first, second=second).first()
    if known is not None:
        return known
    told_apart = keep(Distinction(project=customer.project, first=first, second=second, created_at=act.at))
    record(customer, facts.CustomersDistinguished(other=other.number), act=act, about=(other,))
    return told_apart


def _held(customer: Customer, other: Customer, act: Act) -> Customer:
    """The other file as it is now, held: of two who merge the same files at once, the later sees what the earlier did."""
    if other.project_id != customer.project_id:
        raise NotFound()
    if other.pk == customer.pk:
        raise BadInput(Reason(_("请另选一份档案。"), field="into"))
    found = Customer.objects.visible_to(act).select_for_update(of=("self",)).filter(pk=other.pk).first()
    if found is None:
        raise NotFound()
    return found
