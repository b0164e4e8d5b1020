"""Which of the customers' rows are about a customer."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.about import Part, about
from guanjia.kernel.models import Reveal

from .models import (
    AccessRequest,
    Alias,
    Consent,
    ContactPoint,
    Customer,
    Flag,
    Lease,
    Note,
    Occupancy,
    Preference,
    ProfileAnswer,
    Proxy,
    Segment,
    Tagging,
)


def lasts(day: date) -> Q:
    return Q(ends_on=None) | Q(ends_on__gt=day)


about(
    "customers.customer",
    Part(Customer, "pk"),
    Part(Alias, "customer", drop=True),
    Part(Flag, "customer", drop=True),
    Part(Note, "customer", drop=True),
    Part(Preference, "customer", drop=True),
    Part(Segment, "customer", drop=True),
    Part(Tagging, "customer", drop=True),
    Part(ContactPoint, "customer", drop=True),
    Part(Occupancy, "customer", open=lasts, undo=_("先办理迁出")),
    Part(Lease, "tenant", open=lasts, undo=_("先终止租约")),
    Part(Lease, "landlord", open=lasts, undo=_("先终止租约")),
    Part(Proxy, "principal"),
    Part(Proxy, "agent"),
    Part(Consent, "customer"),
    Part(ProfileAnswer, "customer"),
    Part(AccessRequest, "customer"),
    Part(Reveal, "subject_id"),
)
