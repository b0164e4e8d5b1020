"""What a company's customers begin with: the handbook's five type tags (CUS-024)."""

from typing import Any
from uuid import UUID

from guanjia.rulebook import realises
from guanjia.rulebook.catalogue import load

from .models import Tag


def plant(company_id: UUID) -> int:
    """Write the tags that a company does not have yet; returns how many."""
    there = set(Tag.objects.unscoped("rights").filter(company_id=company_id).values_list("code", flat=True))
    new = [Tag(company_id=company_id, **row) for row in _tags() if row["code"] not in there]
    Tag.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _tags() -> list[dict[str, Any]]:
    return [{"code": code, "name": name} for code, name in load()["CUS-024"].param("types").items()]


realises("CUS-024", by=_tags, as_="seed")
