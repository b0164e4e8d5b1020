"""What customers do because something happened, or was said of them."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_date

from guanjia.estate.models import House
from guanjia.kernel import alarms
from guanjia.kernel.act import Act, Actor
from guanjia.kernel.journal import reacts_to
from guanjia.kernel.states import BULK
from guanjia.kernel.usecase import attempt
from guanjia.org.models import Company, Person
from guanjia.rulebook.models import ApprovalRequest

from . import seed, services, tags
from .looking import LOOK_UP, MUCH
from .models import AccessRequest, Flag, Lease

MARK = "CUS-026"


@reacts_to("org.project.opened")
def a_new_company_has_tags(entry: Any, act: Act) -> None:
    """The handbook's type tags are there before the first customer (CUS-024)."""
    tags.plant(entry.company_id)


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


@reacts_to("rulebook.approval.approved")
def let_look_who_was_given_leave(entry: Any, act: Act) -> None:
    """The supervisor said yes (CUS-008): the days begin."""
    row = _asked_for(entry, act)
    if row is not None:
        attempt(services.grant_access, row, act=act)


@reacts_to("rulebook.approval.refused")
def end_what_was_refused(entry: Any, act: Act) -> None:
    """The supervisor said no."""
    row = _asked_for(entry, act)
    if row is not None:
        attempt(services.end_access, row, act=act)


def _asked_for(entry: Any, act: Act) -> AccessRequest | None:
    if entry.payload["matter"] != LOOK_UP:
        return None
    request = ApprovalRequest.objects.visible_to(act).get(pk=entry.subject_id)
    return AccessRequest.objects.visible_to(act).filter(pk=request.about_id).first()
