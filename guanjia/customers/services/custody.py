"""Taking a house into custody, and giving it back: the meters are read by two, the house counts as in custody in between."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.estate import selectors as estate_selectors
from guanjia.estate import services as estate
from guanjia.estate.models import House, Meter, MeterReading
from guanjia.estate.states import IN_CUSTODY, USES, VACANT
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, NotFound, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.numbering import next_number
from guanjia.kernel.rows import check_fields, keep
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from .. import facts, gates
from ..models import Custody, CustodyReading, Customer
from ..states import CLOSING, OPENING, OWNERS_OF_TITLE
from ._stays import held


@usecase("customers.custody.begin", gate=gates.BeginCustody)
def begin_custody(
    *,
    project: Project,
    house: House,
    owner: Customer,
    terms: str,
    keys_left: int,
    starts_on: date | None = None,
    ends_on: date | None = None,
    act: Act,
) -> Custody:
    """An owner leaves the house in our keeping from `starts_on` (today), until `ends_on` if that is agreed.

    Every meter of the house has been read for it on that day, with both signatures under the reading. Raises BadInput with
    everything that is missing, Conflict while another custody runs.
    """
    starts_on = starts_on or timezone.localdate(act.at)
    house = held(house, project, act)
    if owner.project_id != project.pk:
        raise NotFound()
    custody = Custody(
        project=project,
        house=house,
        owner=owner,
        terms=terms.strip(),
        keys_left=keys_left,
        starts_on=starts_on,
        ends_on=ends_on,
        created_at=act.at,
    )
    readings, unread = _read_for(house, starts_on, act)
    check_fields(custody, [*_not_the_owner(house, owner, starts_on), *unread])
    custody.number = next_number("TG", project, act.at)
    keep(custody)
    _attach(custody, OPENING, readings, act)
    record(custody, facts.CustodyBegun(starts_on=starts_on, ends_on=ends_on, keys=keys_left), act=act, about=(house, owner))
    estate.change_use(house, use=IN_CUSTODY, starts_on=starts_on, ends_on=ends_on, act=act)
    return custody


@usecase("customers.custody.end", gate=gates.EndCustody)
def end_custody(custody: Custody, *, ends_on: date | None = None, then: str = VACANT, act: Act) -> Custody:
    """`ends_on` (today) is the first day on which the house is no longer in our keeping; from then on it is used as `then`.

    Its meters have been read again on that day, with both signatures. Raises IllegalMove if it has ended, BadInput otherwise.
    """
    ends_on = ends_on or timezone.localdate(act.at)
    if custody.ended_at is not None:
        raise IllegalMove(Reason(_("托管已于 %(day)s 终止。") % {"day": custody.ends_on}))
    house = held(custody.house, custody.project, act)
    readings, reasons = _read_for(house, ends_on, act)
    if ends_on <= custody.starts_on:
        reasons.insert(0, Reason(_("终止日须晚于开始日 %(day)s。") % {"day": custody.starts_on}, field="ends_on"))
    if then not in USES:
        reasons.append(Reason(_("没有「%(use)s」这种用途。") % {"use": then}, field="then"))
    if reasons:
        raise BadInput(reasons)
    custody.ends_on, custody.ended_at = ends_on, act.at
    keep(custody, only=["ends_on", "ended_at"])
    _attach(custody, CLOSING, readings, act)
    record(custody, facts.CustodyEnded(ends_on=ends_on, used=_used(custody)), act=act, about=(house, custody.owner))
    estate.change_use(house, use=then, starts_on=ends_on, act=act)
    return custody


def _not_the_owner(house: House, owner: Customer, on: date) -> list[Reason]:
    if house.occupancies.on(on).filter(customer=owner, role__in=OWNERS_OF_TITLE).exists():
        return []
    return [Reason(_("托管须由这套房屋的业主委托。"), field="owner")]


def _read_for(house: House, on: date, act: Act) -> tuple[list[MeterReading], list[Reason]]:
    """The readings taken for custody on that day, and a reason for each meter that has none, or none that two signed."""
    found, reasons = [], []
    for meter, reading, missing in estate_selectors.custody_readings(house, on, act):
        if reading is None:
            reasons.append(_lacks(meter, _("%(meter)s 缺 %(day)s 的托管读数，请先抄表。") % {"meter": meter, "day": on}))
        elif missing:
            names = "、".join(map(str, missing))
            reasons.append(_lacks(meter, _("%(meter)s 的托管读数缺%(who)s签名。") % {"meter": meter, "who": names}))
        else:
            found.append(reading)
    return found, reasons


def _lacks(meter: Meter, words: str) -> Reason:
    return Reason(words, cure="estate.meter.read")


def _attach(custody: Custody, moment: str, readings: Iterable[MeterReading], act: Act) -> None:
    for reading in readings:
        keep(CustodyReading(project=custody.project, custody=custody, reading=reading, moment=moment, created_at=act.at))


def _used(custody: Custody) -> dict[str, str]:
    """What each meter counted while the house was in our keeping: its number -> the figure, in its own unit."""
    values: dict[Meter, list] = {}
    for one in custody.readings.select_related("reading__meter").order_by("reading__read_on"):
        values.setdefault(one.reading.meter, []).append(one.reading.value)
    return {meter.code: f"{read[-1] - read[0]:.3f}" for meter, read in values.items() if len(read) > 1}
