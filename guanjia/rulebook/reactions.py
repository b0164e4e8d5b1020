"""What follows from an approval: the row that was approved is put into force."""

from typing import Any

from guanjia.kernel.act import Act
from guanjia.kernel.journal import reacts_to

from . import services
from .models import AuthoredEdition
from .services.authoring import MATTER


@reacts_to("rulebook.approval.approved")
def an_approved_rule_is_enacted(entry: Any, act: Act) -> None:
    edition = _edition(entry)
    if edition is not None:
        services.enact_rule(edition, digest=entry.payload["digest"], act=act)


@reacts_to("rulebook.approval.refused")
def a_refused_rule_is_a_draft_again(entry: Any, act: Act) -> None:
    edition = _edition(entry)
    if edition is not None:
        services.give_back_rule(edition, reason=entry.payload.get("words", ""), act=act)


@reacts_to("rulebook.approval.withdrawn")
def a_rule_taken_back_is_a_draft_again(entry: Any, act: Act) -> None:
    edition = _edition(entry)
    if edition is not None:
        services.give_back_rule(edition, reason=entry.payload.get("reason", ""), act=act)


def _edition(entry: Any) -> AuthoredEdition | None:
    """The edition that an approval was about; None for other matters."""
    if entry.payload.get("matter") != MATTER:
        return None
    kind = AuthoredEdition._meta.label_lower
    ids = [ref.id for ref in entry.about if ref.kind == kind]
    return AuthoredEdition.objects.unscoped("engine").select_related("rule").filter(pk__in=ids).first()
