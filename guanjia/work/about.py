"""Which orders, and what was agreed about them, are about a customer."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.about import Part, about

from .models import Appointment, WorkOrder
from .states import DONE

about(
    "customers.customer",
    Part(WorkOrder, "reporter_customer", open=lambda day: ~Q(state__in=DONE), undo=_("先完成工单")),
    Part(Appointment, "order__reporter_customer"),
)
