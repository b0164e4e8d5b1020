"""Which return visits are about a customer."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.about import Part, about

from .models import ReturnVisit, VisitAttempt
from .states import OPEN

about(
    "customers.customer",
    Part(ReturnVisit, "customer", open=lambda day: Q(state__in=OPEN), undo=_("先完成回访")),
    Part(VisitAttempt, "visit__customer"),
)
