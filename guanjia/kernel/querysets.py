"""A queryset that refuses to run without saying for whom.

`Model.objects.visible_to(act)` is the only door to rows. Evaluating anything else raises `Unscoped`, except
under a reason from a closed list, and except rows reached from an instance that somebody already holds
(`case.notes.all()`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from .errors import NotFound

REASONS = frozenset({"engine", "import", "uniqueness", "tests", "login", "replay", "job", "demo", "rights", "bench", "link", "erasure"})

_trusted: ContextVar[str] = ContextVar("trusted reason", default="")


class Unscoped(RuntimeError):
    """A query was about to run without an act: a bug, never an answer for a user."""


@contextmanager
def trusted(reason: str) -> Iterator[None]:
    """Let Django's own look-ups (unique checks) run; the reason is from the closed list."""
    if reason not in REASONS:
        raise Unscoped(f"unknown reason {reason!r}")
    token = _trusted.set(reason)
    try:
        yield
    finally:
        _trusted.reset(token)


class SubjectQuerySet(models.QuerySet):
    """Questions about subjects, asked on somebody's behalf."""

    _reason = ""

    def visible_to(self, act: Any) -> "SubjectQuerySet":
        """The rows this act may see."""
        scoped = self.filter(act.rights.condition(self.model, act.person_id))
        scoped._reason = "act"
        return scoped

    def unscoped(self, reason: str) -> "SubjectQuerySet":
        """All rows, for a reason from the closed list `REASONS`."""
        if reason not in REASONS:
            raise Unscoped(f"unknown reason {reason!r}")
        chained = self._chain()
        chained._reason = reason
        return chained

    def find(self, act: Any, id: Any) -> Any:
        """The visible row with this id (or its text form); NotFound alike for foreign, missing and malformed ids."""
        try:
            key = id if isinstance(id, UUID) else UUID(str(id))
            return self.visible_to(act).get(pk=key)
        except (self.model.DoesNotExist, ValueError, ValidationError):
            raise NotFound() from None

    # -- the refusal ---------------------------------------------------------------------------
    def _check(self) -> None:
        if not (self._reason or self._hints.get("instance") is not None or _trusted.get()):
            raise Unscoped(f"{self.model.__name__}: a query needs visible_to(act) or unscoped(reason)")

    def _clone(self) -> "SubjectQuerySet":
        clone = super()._clone()
        clone._reason = self._reason
        return clone

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._check()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        self._check()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        self._check()
        return super().count()

    def exists(self) -> bool:
        self._check()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> Any:
        self._check()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._check()
        return super().update(**kwargs)

    def delete(self) -> Any:
        self._check()
        return super().delete()

    def explain(self, *args: Any, **kwargs: Any) -> str:
        self._check()
        return super().explain(*args, **kwargs)

    update.alters_data = delete.alters_data = True
    delete.queryset_only = True
