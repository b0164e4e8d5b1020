"""Leases: registered with what is known, completed when the rest is, ended on a day."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.estate import services as estate
from guanjia.estate.models import House
from guanjia.estate.states import HANDED_OVER, LET, USES
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, NotFound, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.numbering import next_number
from guanjia.kernel.rows import differences, keep
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from .. import dates, facts, gates, selectors
from ..models import Customer, Lease
from ..states import OWNER, TENANT
from ._stays import change_end, held
from .living import move_in, move_out


@usecase("customers.lease.register", gate=gates.RegisterLease)
def register_lease(
    *,
    project: Project,
    house: House,
    tenant: Customer,
    landlord: Customer | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    note: str = "",
    act: Act,
) -> Lease:
    """A house is let to a tenant from `starts_on` (today) until `ends_on`, if that is agreed; the only owner on file is the landlord.

    The tenant moves in, if he lives there in no such role yet, and a house that was handed over counts as let for as long. What
    the handbook wants and nobody has said yet is owed afterwards (EST-009). Raises BadInput for days that cannot be meant, NotFound for
    people and houses of another project, Conflict when the same tenant has a lease of that house already.
    """
    starts_on = starts_on or timezone.localdate(act.at)
    house = held(house, project, act)
    _of_project(project, tenant, landlord)
    odd = dates.odd_lease(starts_on, ends_on, timezone.localdate(act.at))
    if odd:
        raise BadInput(odd)
    lease = Lease(
        project=project,
        house=house,
        tenant=tenant,
        landlord=landlord or _only_owner(house, starts_on),
        starts_on=starts_on,
        ends_on=ends_on,
        note=note.strip(),
        created_at=act.at,
    )
    missing = selectors.missing_of_lease(lease)
    lease.completed_at = None if missing else act.at
    lease.number = next_number("ZL", project, act.at)
    keep(lease)
    said = facts.LeaseRegistered(complete=not missing, missing="、".join(missing), starts_on=starts_on, ends_on=ends_on)
    record(lease, said, act=act, about=_concerned(lease))
    if not missing:
        record(lease, facts.LeaseCompleted(), act=act, about=_concerned(lease))
    if not house.occupancies.filter(customer=tenant, role=TENANT).overlapping(starts_on, ends_on).exists():
        move_in(project=project, house=house, customer=tenant, role=TENANT, starts_on=starts_on, ends_on=ends_on, act=act)
    _let(house, starts_on, ends_on, act)
    return lease


@usecase("customers.lease.change")
def change_lease(
    lease: Lease, *, landlord: Customer | None = None, ends_on: date | None = None, note: str | None = None, act: Act
) -> Lease:
    """Fill in or put right the landlord, the end or the note; what is None stays. Cures what EST-009 misses."""
    _of_project(lease.project, landlord)
    odd = dates.odd_lease(lease.starts_on, ends_on, timezone.localdate(act.at))
    if odd:
        raise BadInput(odd)
    house = held(lease.house, lease.project, act)
    before = lease.landlord_id
    given = {"ends_on": ends_on, "note": note if note is None else note.strip()}
    changed = list(differences(lease, **{name: value for name, value in given.items() if value is not None}))
    if landlord is not None and landlord.pk != before:
        lease.landlord = landlord
        changed.append("landlord")
    if not changed:
        return lease
    keep(lease, only=changed)
    labels = "、".join(str(Lease._meta.get_field(name).verbose_name) for name in changed)
    record(lease, facts.LeaseChanged(fields=changed, labels=labels), act=act, about=_concerned(lease))
    if "ends_on" in changed:
        _stays_until(lease, house, act)
    return complete_lease(lease, act=act)


@usecase("customers.lease.complete")
def complete_lease(lease: Lease, *, act: Act) -> Lease:
    """Note that nothing of the five is missing any more, the first time that this is so (EST-009)."""
    if lease.completed_at is None and not selectors.missing_of_lease(lease):
        lease.completed_at = act.at
        keep(lease, only=["completed_at"])
        record(lease, facts.LeaseCompleted(), act=act, about=_concerned(lease))
    return lease


@usecase("customers.lease.end")
def end_lease(lease: Lease, *, ends_on: date | None = None, then: str = "vacant", act: Act) -> Lease:
    """`ends_on` (today) is the first day on which the lease no longer holds: the tenant moves out, and the house is used as `then`.

    A house that others still rent stays let. Raises IllegalMove if the lease is over by then, BadInput for a day before it began.
    """
    ends_on = ends_on or timezone.localdate(act.at)
    house = held(lease.house, lease.project, act)
    if lease.ends_on is not None and lease.ends_on < ends_on:
        raise IllegalMove(Reason(_("租约已于 %(day)s 到期。") % {"day": lease.ends_on}))
    if ends_on <= lease.starts_on:
        raise BadInput(Reason(_("终止日须晚于起租日 %(day)s。") % {"day": lease.starts_on}, field="ends_on"))
    if then and then not in USES:
        raise BadInput(Reason(_("没有「%(use)s」这种用途。") % {"use": then}, field="then"))
    lease.ends_on = ends_on
    keep(lease, only=["ends_on"])
    record(lease, facts.LeaseEnded(ends_on=ends_on), act=act, about=_concerned(lease))
    for one in list(house.occupancies.filter(customer=lease.tenant, role=TENANT, starts_on__lt=ends_on).overlapping(ends_on, None)):
        move_out(one, ends_on=ends_on, act=act)
    if then and house.state == HANDED_OVER and not house.leases.on(ends_on).exists():
        estate.change_use(house, use=then, starts_on=ends_on, act=act)
    return lease


def _of_project(project: Project, *customers: Customer | None) -> None:
    if any(one is not None and one.project_id != project.pk for one in customers):
        raise NotFound()


def _only_owner(house: House, on: date) -> Customer | None:
    """The owner of that day if there is exactly one: with two, somebody has to say who lets it."""
    owners = list(house.occupancies.on(on).filter(role=OWNER).select_related("customer")[:2])
    return owners[0].customer if len(owners) == 1 else None


def _concerned(lease: Lease) -> tuple:
    return (lease.house, lease.tenant, lease.landlord)


def _let(house: House, starts_on: date, ends_on: date | None, act: Act) -> None:
    """The house is let over the span, unless another lease has said so for as long already; one not handed over has no use yet."""
    if house.state != HANDED_OVER:
        return
    running = house.uses.on(starts_on).filter(use=LET).first()
    if running is not None and (running.ends_on is None or (ends_on is not None and ends_on <= running.ends_on)):
        return
    estate.change_use(house, use=LET, starts_on=starts_on, ends_on=ends_on, act=act)


def _stays_until(lease: Lease, house: House, act: Act) -> None:
    """The tenant's stay, and the use of the house, last as long as the lease now does."""
    stay = (
        house.occupancies.filter(customer=lease.tenant, role=TENANT)
        .overlapping(lease.starts_on, lease.ends_on)
        .order_by("starts_on")
        .last()
    )
    if stay is not None:
        change_end(stay, lease.ends_on, act)
    spell = house.uses.filter(use=LET).overlapping(lease.starts_on, lease.ends_on).order_by("starts_on").last()
    ends = list(house.leases.overlapping(lease.starts_on, lease.ends_on).values_list("ends_on", flat=True))
    until = None if None in ends else max(ends)
    if spell is not None and spell.ends_on != until:
        estate.change_use(house, use=LET, starts_on=spell.starts_on, ends_on=until, act=act)
