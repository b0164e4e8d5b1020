"""Saving a row so that a "no" of the database reaches people in words.

Field rules are asked before the write, all at once; constraints are asked by the write itself, because only
PostgreSQL knows what somebody else is writing at this moment. Their messages stand beside them in the models.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from guanjia.kernel.errors import BadInput, Conflict, Reason


def keep(row: Any, *, only: Iterable[str] | None = None) -> Any:
    """Save a row (only these fields, if given) and return it.

    Raises BadInput with every field's reason, Conflict with a constraint's message.
    """
    check_fields(row)
    try:
        with transaction.atomic():
            if only is None:
                row.save()
            else:
                row.version += 1
                row.save(update_fields=[*only, "version"])
    except IntegrityError as error:
        message = _message_of(error, type(row))
        if message is None:
            raise
        raise Conflict(Reason(message)) from error
    return row


def check_fields(row: Any, more: Iterable[Reason] = ()) -> None:
    """Raise BadInput with every reason that the row's fields have against their values, after the `more` the caller found."""
    links = [f.name for f in row._meta.concrete_fields if isinstance(f, models.ForeignKey)]
    reasons = list(more)
    try:
        row.clean_fields(exclude=links)
    except ValidationError as errors:
        reasons += [
            Reason(f"{_label(row, field)}：{message}", field=field)
            for field, messages in errors.message_dict.items()
            for message in messages
            if field not in {reason.field for reason in reasons}
        ]
    if reasons:
        raise BadInput(reasons)


def differences(row: Any, **values: Any) -> dict[str, list[str]]:
    """Set these values on the row; returns {field: [before, after]} as text for those that differ."""
    changes = {}
    for name, after in values.items():
        before = getattr(row, name)
        if before != after:
            setattr(row, name, after)
            changes[name] = [_text(before), _text(after)]
    return changes


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _label(row: Any, field: str) -> Any:
    return row._meta.get_field(field).verbose_name


def _message_of(error: IntegrityError, model: type[models.Model]) -> Any:
    """The words of the constraint or trigger that said no, None if it has none of its own."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    said = getattr(model, "said_by_triggers", {})
    if name in said:
        return said[name]
    for constraint in model._meta.constraints:
        if constraint.name == name and constraint.violation_error_message != constraint.default_violation_error_message:
            return constraint.violation_error_message
    return None
