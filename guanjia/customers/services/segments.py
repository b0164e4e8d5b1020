"""Putting customers into their class, with the reason, from today on."""

from django.utils import timezone

from guanjia.kernel.act import Act
from guanjia.kernel.journal import record
from guanjia.kernel.rows import keep
from guanjia.kernel.usecase import usecase

from .. import facts, segmenting, selectors
from ..models import Customer, Segment


@usecase("customers.segment.assign")
def assign_segment(customer: Customer, *, act: Act) -> Segment:
    """The class that the rule gives today; a new row only when it is another than before."""
    today = timezone.localdate(act.at)
    letter, because = segmenting.letter_of(selectors.standing_of(customer, act))
    before = customer.segments.order_by("starts_on").last()
    if before is not None and before.ends_on is None and before.letter == letter:
        return before
    if before is not None and before.ends_on is None and before.starts_on == today:
        before.letter, before.because, was = letter, because, before.letter
        keep(before, only=["letter", "because"])
        record(customer, facts.SegmentAssigned(letter=letter, before=was), act=act)
        return before
    if before is not None and before.ends_on is None:
        before.ends_on = today
        keep(before, only=["ends_on"])
    made = keep(Segment(project=customer.project, customer=customer, letter=letter, because=because, starts_on=today, created_at=act.at))
    record(customer, facts.SegmentAssigned(letter=letter, before=before.letter if before else "—"), act=act)
    return made
