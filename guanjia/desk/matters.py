"""Whom a case allows to be called: what the kernel asks before it shows a number without anybody's leave."""

from uuid import UUID

from guanjia.kernel.act import Act
from guanjia.kernel.disclosing import Matter, install_matter
from guanjia.kernel.ids import Ref
from guanjia.rulebook import selectors as rulebook

from .models import Case


def matter_of(case: Case, act: Act) -> Matter:
    """A case as a matter. Those have it in hand who answer for it: the first asked, those of the post that it lies with, whoever
    owes something about it or was told that it is late; while it is nobody's yet, everybody who may take it up."""
    mine = case.owner_id == act.person_id if case.owner_id else act.may("desk.case.accept", on=case)
    return Matter(
        ref=Ref.to(case),
        number=case.number,
        title=case.title,
        in_hand=mine or case.owner_post_id in act.rights.posts() or rulebook.owes_about(case.pk, act),
        concerns=frozenset(key for key in (case.pk, case.customer_id) if key),
    )


def find(key: UUID, act: Act) -> Matter | None:
    """The unfinished case with this key, if the act may see it."""
    case = Case.objects.visible_to(act).filter(pk=key).first()
    return matter_of(case, act) if case is not None and case.is_unfinished else None


install_matter("desk.case", find)
