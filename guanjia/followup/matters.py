"""Whom a return visit allows to be called: who is to make it must reach the resident."""

from uuid import UUID

from guanjia.kernel.act import Act
from guanjia.kernel.disclosing import Matter, install_matter
from guanjia.kernel.ids import Ref

from .models import ReturnVisit


def matter_of(visit: ReturnVisit, act: Act) -> Matter:
    """A visit as a matter: in hand of its visitor, and of everybody who may make it while nobody is named."""
    return Matter(
        ref=Ref.to(visit),
        number=visit.number,
        title=visit.get_visit_class_display(),
        in_hand=visit.visitor_id == act.person_id if visit.visitor_id else act.may("followup.return_visit.make", on=visit),
        concerns=frozenset(key for key in (visit.pk, visit.customer_id, visit.case_id, visit.order_id) if key),
    )


def find(key: UUID, act: Act) -> Matter | None:
    """The visit with this key that is still to be made, if the act may see it."""
    visit = ReturnVisit.objects.visible_to(act).open().filter(pk=key).first()
    return matter_of(visit, act) if visit is not None else None


install_matter("followup.returnvisit", find)
