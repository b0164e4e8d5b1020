"""What customers do because something was said of them."""

from dataclasses import replace
from typing import Any

from guanjia.kernel.act import Act, Actor
from guanjia.kernel.journal import reacts_to
from guanjia.kernel.usecase import attempt
from guanjia.rulebook.models import ApprovalRequest

from . import seed, services
from .models import Flag, Lease

MARK = "CUS-026"


@reacts_to("org.project.opened")
def a_new_company_has_tags(entry: Any, act: Act) -> None:
    """The handbook's type tags are there before the first customer (CUS-024)."""
    seed.plant(entry.company_id)


@reacts_to("rulebook.approval.approved")
def set_the_mark(entry: Any, act: Act) -> None:
    """The supervisor has confirmed a bad-customer mark: it holds, in the name of whoever proposed it (CUS-026)."""
    if entry.payload["matter"] != MARK:
        return
    request = ApprovalRequest.objects.visible_to(act).select_related("asker").get(pk=entry.subject_id)
    flag = Flag.objects.visible_to(act).filter(pk=request.about_id).first()
    if flag is not None and request.asker is not None:
        attempt(services.set_flag, flag, act=replace(act, by=Actor("person", request.asker_id, request.asker.name)))


@reacts_to("customers.customer.changed")
def complete_leases(entry: Any, act: Act) -> None:
    """A telephone that was missing is there: the tenant's leases may be complete now (EST-009)."""
    if "phones" in entry.payload["fields"]:
        for lease in Lease.objects.visible_to(act).filter(tenant_id=entry.subject_id, completed_at=None):
            attempt(services.complete_lease, lease, act=act)
