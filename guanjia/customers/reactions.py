"""What customers do because something happened, or was said of them."""

from typing import Any

from guanjia.kernel.act import Act
from guanjia.kernel.journal import reacts_to
from guanjia.kernel.usecase import attempt
from guanjia.org.models import Company

from . import seed, services
from .models import Lease


@reacts_to("customers.customer.changed")
def complete_leases(entry: Any, act: Act) -> None:
    """A telephone that was missing is there: the tenant's leases may be complete now (EST-009)."""
    if "phones" in entry.payload["fields"]:
        for lease in Lease.objects.visible_to(act).filter(tenant_id=entry.subject_id, completed_at=None):
            attempt(services.complete_lease, lease, act=act)


@reacts_to("org.project.opened")
@reacts_to("rulebook.draw.drawn")
def the_lists_for_folders_are_there(entry: Any, act: Act) -> None:
    """CUS-020, CUS-039: the lists are there when a company opens its first project, or is first asked to bind its folders."""
    if entry.fact == "org.project.opened" or entry.payload["rule"] == "CUS-018":
        seed.plant(Company.objects.get(pk=entry.company_id), act)
