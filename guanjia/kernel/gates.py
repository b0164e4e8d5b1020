"""Gates: the typed question "may this move happen now?", asked before a use case acts.

A room publishes one context class a gate beside its facts. A context holds ids and plain values, built from
the form or the row, so that a clause may shut a move that creates something, and a neighbour's clause may
look without importing. Whoever answers is installed from above (`usecase.install_guard`).
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from .ids import Ref

GATES: dict[str, type["Gate"]] = {}


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Base of all gate contexts; subclasses add plain values and build themselves in `of`."""

    name: ClassVar[str] = ""
    passes_to: ClassVar[tuple[str, ...]] = ()  # the facts that whoever got through records

    subject: Ref | None = None
    project_id: UUID | None = None
    company_id: UUID | None = None
    at: datetime
    by: UUID | None = None

    def __init_subclass__(cls, *, name: str, passes_to: str | tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if name in GATES and GATES[name].__qualname__ != cls.__qualname__:
            raise TypeError(f"gate {name} is declared twice")
        cls.name, cls.passes_to = name, (passes_to,) if isinstance(passes_to, str) else tuple(passes_to)
        GATES[name] = dataclass(frozen=True, kw_only=True)(cls)

    @classmethod
    def of(cls, subject: Any, *, act: Any, **values: Any) -> "Gate":
        """The context for these arguments of the use case; by default the values that the class names."""
        known = cls.field_names()
        return cls(**cls.common(subject, act), **{k: v for k, v in values.items() if k in known})

    @staticmethod
    def common(subject: Any, act: Any) -> dict[str, Any]:
        """The base values, from a subject, from a project (for moves that create), or from nothing."""
        base = {"at": act.at, "by": act.person_id, "company_id": act.company_id}
        if subject is None:
            return base
        if hasattr(subject, "is_project_scoped"):
            return base | {
                "subject": Ref.to(subject),
                "company_id": subject.company_id,
                "project_id": subject.project_id if subject.is_project_scoped() else None,
            }
        return base | {"project_id": subject.pk, "company_id": subject.company_id}

    @classmethod
    def field_names(cls) -> frozenset[str]:
        return frozenset(f.name for f in fields(cls))
