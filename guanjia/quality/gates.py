"""What a rule may look at before a rectification is planned or verified."""

from datetime import date
from typing import Any
from uuid import UUID

from guanjia.kernel.gates import Gate


class PlanRectification(Gate, name="quality.rectification.plan", passes_to="quality.rectification.planned"):
    kind: str
    source_kind: str = ""
    person_id: UUID | None = None
    due_on: date | None = None
    opinion: str = ""

    @classmethod
    def of(
        cls, rectification: Any, *, person: Any = None, due_on: date | None = None, opinion: str = "", act: Any, **_: Any
    ) -> "PlanRectification":
        return cls(
            **cls.common(rectification, act),
            kind=rectification.kind,
            source_kind=rectification.source_kind,
            person_id=person.pk if person else None,
            due_on=due_on,
            opinion=opinion.strip(),
        )


class VerifyRectification(Gate, name="quality.rectification.verify", passes_to="quality.rectification.verified"):
    kind: str
    cause: str = ""
    corrective: str = ""
    preventive: str = ""

    @classmethod
    def of(cls, rectification: Any, *, act: Any, **_: Any) -> "VerifyRectification":
        return cls(
            **cls.common(rectification, act),
            kind=rectification.kind,
            cause=rectification.cause,
            corrective=rectification.corrective,
            preventive=rectification.preventive,
        )
