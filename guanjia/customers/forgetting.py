"""What stands against forgetting a customer, all his files together: asked by the page before, and by the use case when it is done."""

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel import records
from guanjia.kernel.about import unfinished
from guanjia.kernel.act import Act
from guanjia.kernel.errors import Reason
from guanjia.kernel.ids import Ref
from guanjia.kernel.usecase import ask

from .models import Customer


def whole(customer: Customer) -> list[Customer]:
    """Every file of the person behind a file: the one that speaks for him first, then those merged into it."""
    person = customer.person
    return [person, *Customer.objects.unscoped("link").filter(kept=person).order_by("pk")]


def objections(customer: Customer, *, basis: str, act: Act) -> list[Reason]:
    """Everything that stands against forgetting a customer now: forgotten already, holds, open matters, and for "expired" the clauses.

    What stands against one of his files stands against all: nobody is forgotten by half.
    """
    if customer.forgotten_at is not None:
        return [Reason(_("这位客户的资料已于 %(day)s 删除。") % {"day": timezone.localdate(customer.forgotten_at)})]
    if customer.kept is not None:
        return [Reason(_("这份档案已并入 %(number)s：请在那里删除，各份一起删除。") % {"number": customer.kept.number})]
    reasons = [reason for file in whole(customer) for reason in _against(file, basis, act)]
    return list(dict.fromkeys(reasons))


def _against(customer: Customer, basis: str, act: Act) -> list[Reason]:
    person = Ref.to(customer)
    reasons = [records.reason_of(hold) for hold in records.held(person)]
    for part, count in unfinished(person, timezone.localdate(act.at)):
        words = {"count": count, "name": part.model._meta.verbose_name, "undo": part.undo}
        reasons.append(Reason(_("还有 %(count)d 项%(name)s未了：请%(undo)s。") % words))
    if basis == "expired":
        reasons += ask(records.DestroyRecord.of(customer, act=act))
    return reasons
