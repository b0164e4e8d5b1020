"""What customers do because something was said of them."""

from typing import Any

from guanjia.kernel import alarms
from guanjia.kernel.act import Act
from guanjia.kernel.journal import reacts_to
from guanjia.kernel.states import BULK
from guanjia.kernel.usecase import attempt
from guanjia.org.models import Person

from . import services
from .looking import MUCH
from .models import Lease


@reacts_to("customers.customer.changed")
def complete_leases(entry: Any, act: Act) -> None:
    """A telephone that was missing is there: the tenant's leases may be complete now (EST-009)."""
    if "phones" in entry.payload["fields"]:
        for lease in Lease.objects.visible_to(act).filter(tenant_id=entry.subject_id, completed_at=None):
            attempt(services.complete_lease, lease, act=act)


@reacts_to("rulebook.tally.reached")
def ring_when_somebody_reads_much(entry: Any, act: Act) -> None:
    """More records in an hour than anybody needs (CUS-030): somebody looks at why."""
    if entry.payload["rule"] != MUCH:
        return
    reader = Person.objects.visible_to(act).get(pk=entry.subject_id)
    alarms.raise_alarm(
        kind=BULK,
        subject=entry.subject,
        project_id=entry.project_id,
        reader_id=reader.pk,
        reader_name=reader.name,
        words=f"{entry.payload['amount']:g}",
        act=act,
    )
