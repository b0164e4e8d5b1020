"""A sheet of a customer on paper. What is sensitive never gets there, whoever prints it (CUS-022)."""

from pathlib import Path
from typing import Any

from django.utils import timezone, translation

from guanjia.kernel import documents
from guanjia.kernel.act import Act

from . import answers
from .models import Customer
from .profiles import SHEETS, SOURCES

TEMPLATE = Path(__file__).parent / "documents" / "profile.typ"


def paper_of(customer: Customer, sheet: str, act: Act) -> bytes:
    """The sheet as a PDF as it stands now."""
    return documents.render(TEMPLATE, _composed(customer, sheet, act), at=act.at)


def _composed(customer: Customer, sheet: str, act: Act) -> dict[str, Any]:
    """What the paper says, as plain data, in the words of the handbook."""
    with translation.override("zh-hans"):
        known = {key: row for key, row in answers.answers(customer, sheet, act).items() if not row.is_sensitive}
        days = sorted(f"{timezone.localtime(row.answered_at):%Y-%m-%d}" for row in known.values()) or ["—"]
        return {
            "title": str(SHEETS[sheet]),
            "company": customer.company.name,
            "project": customer.project.name,
            "name": customer.name,
            "number": customer.number,
            "filled_on": days[0],
            "revised_on": days[-1],
            "printed_by": act.by.name,
            "groups": [
                {
                    "title": part.group.label,
                    "rows": [_row(line.item, known.get(line.item.key)) for line in part.lines if not line.item.is_sensitive],
                }
                for part in answers.parts(customer, sheet, act)
            ],
        }


def _row(item: Any, row: Any) -> list[str]:
    number = str(item.number) if item.number else ""
    return [number, item.label, row.value if row else "", f"{row.learnt_on:%Y-%m-%d} {SOURCES[row.source]}" if row else ""]
