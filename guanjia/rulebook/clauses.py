"""A clause by its id, whoever wrote it: the handbooks of the catalogue, or the company itself."""

from uuid import UUID

from .authoring import own
from .catalogue import Clause, load


def clause_of(rule: str, company_id: UUID | None) -> Clause | None:
    """The clause; None for an unknown id and for another company's own rule."""
    return load().get(rule) or own.clause_of(rule, company_id)
