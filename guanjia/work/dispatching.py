"""Who should go: the right craft first, then whoever is free, then whoever carries least.

`rank` is pure and says why in the words of the trade; `propose` fetches what it needs. It proposes: a foreman decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.org.models import Person

from . import selectors
from .models import Appointment, WorkOrder
from .states import BOOKED, CRAFTS

ANY_CRAFT = "other"  # a general hand: sent when no specialist is there
AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Candidate:
    """What speaks for or against sending one technician, as plain values."""

    person_id: UUID
    name: str
    skills: frozenset[str] = frozenset()
    open_orders: int = 0
    is_out: bool = False
    done_recently: int = 0
    is_promised_elsewhere: bool = False
    has_declined: bool = False

    def fits(self, craft: str) -> bool:
        return craft == ANY_CRAFT or craft in self.skills


def rank(candidates: Iterable[Candidate], *, craft: str, urgent: bool) -> list[tuple[Candidate, str]]:
    """The candidates, best first, each with the reason in Chinese.

    In an emergency whoever is free goes before the specialist who is out; otherwise the craft decides first. Whoever
    gave this order back, or is promised to somebody else at the agreed time, comes last. Equal candidates stand in
    order of name, so that the same question has the same answer.
    """

    def key(one: Candidate) -> tuple:
        wrong_craft, out = not one.fits(craft), one.is_out
        first = (out, wrong_craft) if urgent else (wrong_craft, out)
        return (one.has_declined, one.is_promised_elsewhere, *first, one.open_orders, -one.done_recently, one.name, str(one.person_id))

    return [(one, explain(one, craft)) for one in sorted(candidates, key=key)]


def explain(one: Candidate, craft: str) -> str:
    """Why this technician stands where he stands: 「会给排水 · 在值班室 · 手上 1 单 · 近三个月修过 5 单同类」."""
    said = []
    if craft in one.skills:
        said.append(_("会%(craft)s") % {"craft": CRAFTS[craft]})
    elif craft != ANY_CRAFT:
        said.append(_("未登记%(craft)s工种") % {"craft": CRAFTS[craft]})
    said.append(_("外出维修中") if one.is_out else _("在值班室"))
    said.append(_("手上 %(count)d 单") % {"count": one.open_orders})
    if one.done_recently:
        said.append(_("近三个月修过 %(count)d 单同类") % {"count": one.done_recently})
    if one.is_promised_elsewhere:
        said.append(_("那时已另有预约"))
    if one.has_declined:
        said.append(_("已退过此单"))
    return " · ".join(said)


def propose(order: WorkOrder, act: Act) -> list[tuple[Person, str]]:
    """Everybody who could be sent to this order, best first, each with the reason in Chinese; empty if nobody holds a technician's post."""
    people = selectors.technicians(order.project, act.at, order.craft)
    load = selectors.loads(people, act.at, order.craft)
    declined = set(order.assignments.filter(end="declined").values_list("technician_id", flat=True))
    promised = _promised_elsewhere(order, people, act)
    ranked = rank(
        [
            Candidate(
                person_id=p.pk,
                name=p.name,
                skills=frozenset(p.skills),
                open_orders=load[p.pk].open,
                is_out=load[p.pk].away > 0,
                done_recently=load[p.pk].done_recently,
                is_promised_elsewhere=p.pk in promised,
                has_declined=p.pk in declined,
            )
            for p in people
        ],
        craft=order.craft,
        urgent=order.urgency == 3,
    )
    by_id = {person.pk: person for person in people}
    return [(by_id[one.person_id], why) for one, why in ranked]


def _promised_elsewhere(order: WorkOrder, people: list[Person], act: Act) -> set[Any]:
    window = selectors.open_appointment(order)
    start, end = (window.starts_at, window.ends_at) if window else (act.at, act.at + AN_HOUR)
    rows = (
        Appointment.objects.unscoped("rights")
        .filter(technician__in=people, state=BOOKED, starts_at__lt=end, ends_at__gt=start)
        .exclude(order=order)
    )
    return set(rows.values_list("technician_id", flat=True))
