"""State machines as tables. Choices, buttons, the diagram and the database constraint come from the table.

A machine knows legality only. Whether a legal move may happen *now* is the gate's question, asked by the use case.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext as _

from . import fixed
from .errors import IllegalMove, Reason


class Machine:
    """`moves` maps a verb to (states it may start from, state it ends in); `{None}` starts from nothing."""

    def __init__(
        self,
        name: str,
        moves: Mapping[str, tuple[set, str]],
        *,
        labels: Mapping[str, Any],
        verbs: Mapping[str, Any] | None = None,
        field: str = "state",
    ):
        self.name, self.field = name, field
        self.moves = {verb: (frozenset(sources), target) for verb, (sources, target) in moves.items()}
        self.labels, self.verbs = dict(labels), dict(verbs or {})
        stray = {s for sources, target in self.moves.values() for s in (*sources, target) if s is not None} - set(labels)
        if stray:
            raise TypeError(f"{name}: states without a label: {sorted(stray)}")

    @property
    def choices(self) -> list[tuple[str, Any]]:
        return list(self.labels.items())

    def constraint(self, name: str) -> CheckConstraint:
        """The CHECK that no other state can be stored."""
        return CheckConstraint(condition=Q(**{f"{self.field}__in": list(self.labels)}), name=name)

    def moves_from(self, state: str | None) -> list[str]:
        return [verb for verb, (sources, _target) in self.moves.items() if state in sources]

    def allows(self, subject: Any, verb: str) -> bool:
        return getattr(subject, self.field) in self.moves[verb][0]

    def require(self, subject: Any, verb: str) -> None:
        """Raise IllegalMove unless the table has `verb` from the subject's state."""
        state = getattr(subject, self.field)
        if state not in self.moves[verb][0]:
            raise IllegalMove(
                [
                    Reason(
                        _("当前为「%(state)s」，不能「%(verb)s」。可能已有人先处理，请刷新查看。")
                        % {"state": self.labels.get(state, state), "verb": self.verbs.get(verb, verb)}
                    )
                ]
            )

    def move(self, subject: Any, verb: str, *, act: Any, **changes: Any) -> Any:
        """Make a legal move: set the state and `changes`, raise the version, save; returns the subject.

        A subject that is not stored yet is stored whole.
        """
        self.require(subject, verb)
        setattr(subject, self.field, self.moves[verb][1])
        for name, value in changes.items():
            setattr(subject, name, value)
        subject.version += 1
        if subject._state.adding:
            fixed.store(subject)
        else:
            subject.save(update_fields=[self.field, "version", *changes])
        return subject
