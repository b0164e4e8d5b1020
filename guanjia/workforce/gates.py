"""What a clause may look at before a sanction goes to approval, or an appeal is heard."""

from datetime import datetime
from typing import Any

from guanjia.kernel.gates import Gate


class SubmitSanction(Gate, name="workforce.sanction.submit"):
    """Asked by both ways to approval: what somebody proposes, and what he makes of a suggestion."""

    rule: str
    kind: str
    level: str
    reason: str = ""
    amount_fen: int | None = None
    has_source: bool = False

    @classmethod
    def of(cls, subject: Any, *, act: Any, **values: Any) -> "SubmitSanction":
        return cls(
            **cls.common(subject, act),
            rule=values.get("rule", getattr(subject, "rule", "")),
            kind=values.get("kind", getattr(subject, "kind", "")),
            level=values.get("level") or getattr(subject, "level", ""),
            reason=(values.get("reason") or "").strip(),
            amount_fen=values.get("amount_fen", getattr(subject, "amount_fen", None)),
            has_source=(values["source"] if "source" in values else getattr(subject, "source", None)) is not None,
        )


class AppealSanction(Gate, name="workforce.sanction.appeal"):
    rule: str
    decided_at: datetime | None = None

    @classmethod
    def of(cls, sanction: Any, *, act: Any, **_values: Any) -> "AppealSanction":
        return cls(**cls.common(sanction, act), rule=sanction.rule, decided_at=sanction.decided_at)
