"""What customers do because something happened, or was said of them."""

from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_date

from guanjia.estate.models import House
from guanjia.kernel import alarms
from guanjia.kernel.act import Act
from guanjia.kernel.journal import reacts_to
from guanjia.kernel.states import BULK
from guanjia.kernel.usecase import attempt
from guanjia.org.models import Company, Person

from . import seed, services
from .looking import MUCH
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


@reacts_to("estate.house.split")
def carry_those_who_live_in_the_house(entry: Any, act: Act) -> None:
    """Owners own every part; the others stay in the part that was named for them."""
    ended = _houses([entry.subject.id], act)
    begun = _houses(entry.payload["parts"], act)
    main = next(house for house in begun if str(house.pk) == entry.payload["main"])
    _carry(ended, begun, main, entry, act)


@reacts_to("estate.house.merged")
def carry_those_who_live_in_the_houses(entry: Any, act: Act) -> None:
    """Everybody of the houses that ended lives in the one that began."""
    [main] = _houses([entry.subject.id], act)
    _carry(_houses(entry.payload["parts"], act), [main], main, entry, act)


def _houses(keys: list[str | UUID], act: Act) -> list[House]:
    rows = House.objects.visible_to(act).filter(pk__in=keys).select_related("project")
    return sorted(rows, key=lambda house: house.sort_code)


def _carry(ended: list[House], begun: list[House], main: House, entry: Any, act: Act) -> None:
    on = parse_date(entry.payload["on"])
    services.carry_households(project=main.project, ended=ended, begun=begun, main=main, on=on, act=act)
