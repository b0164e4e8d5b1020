"""What customers do because something was said of them."""

from typing import Any

from guanjia.kernel.act import Act
from guanjia.kernel.journal import reacts_to
from guanjia.kernel.usecase import attempt

from . import services
from .models import Lease


@reacts_to("customers.customer.changed")
def complete_leases(entry: Any, act: Act) -> None:
    """A telephone that was missing is there: the tenant's leases may be complete now (EST-009)."""
    if "phones" in entry.payload["fields"]:
        for lease in Lease.objects.visible_to(act).filter(tenant_id=entry.subject_id, completed_at=None):
            attempt(services.complete_lease, lease, act=act)
