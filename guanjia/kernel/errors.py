"""Saying no. A `Refusal` is a "no" for a person; any other exception is a bug and stays loud."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Reason:
    """One reason of a refusal: what is missing, in the handbook's words, and what cures it."""

    message: str
    rule: str = ""  # the clause, e.g. "FUP-001"
    cure: str = ""  # the use case that cures it, e.g. "followup.return_visit.make"
    field: str = ""  # the form field it belongs to
    clause: str = ""  # the clause's own title, for people who do not know its id

    def __str__(self) -> str:
        return f"{self.message}（{self.rule}）" if self.rule else str(self.message)


class Refusal(Exception):
    """Nothing happened, and here is every reason at once."""

    title = ""

    def __init__(self, reasons: Iterable[Reason | str] = ()):
        if isinstance(reasons, str | Reason):
            reasons = [reasons]
        self.reasons = [r if isinstance(r, Reason) else Reason(str(r)) for r in reasons]
        super().__init__("；".join(str(r) for r in self.reasons) or self.headline)

    @property
    def headline(self) -> str:
        return str(self.title) or _("没有办成")

    @property
    def rules(self) -> list[str]:
        """The ids of the clauses that speak, each once, in order."""
        return list(dict.fromkeys(r.rule for r in self.reasons if r.rule))


class NotAllowed(Refusal):
    """The act's person has no post that may do this here."""

    @property
    def headline(self) -> str:
        return _("没有权限")


class NotFound(Refusal):
    """No such thing for this act: foreign and missing are the same answer."""

    @property
    def headline(self) -> str:
        return _("找不到，或您无权查看")


class IllegalMove(Refusal):
    """The subject's state does not allow this move (any more)."""

    @property
    def headline(self) -> str:
        return _("现在的状态不能这样做")


class GateClosed(Refusal):
    """Clauses keep the gate shut; each reason carries its cure. `context` is the question that was asked at the gate."""

    def __init__(self, reasons: Iterable[Reason | str] = (), *, context: Any = None):
        super().__init__(reasons)
        self.context = context

    @property
    def headline(self) -> str:
        return _("还不能这样做，尚缺以下事项")


class BadInput(Refusal):
    """Values that cannot be accepted, all of them at once."""

    @property
    def headline(self) -> str:
        return _("填写有误")


class Conflict(Refusal):
    """Somebody else changed it first."""

    @property
    def headline(self) -> str:
        return _("已被他人修改")
