"""Which of the desk's rows are about a customer."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.about import Part, about

from .models import Case, CaseNote, Complaint, Contact, Offer, Promise, Reply, Transfer
from .states import UNFINISHED

about(
    "customers.customer",
    Part(Contact, "customer"),
    Part(Case, "customer", open=lambda day: Q(state__in=UNFINISHED), undo=_("先办结诉求")),
    *(Part(model, "case__customer") for model in (Complaint, Promise, Reply, Offer, Transfer, CaseNote)),
)
