"""What several models of the room say."""

from typing import Any

from django.db.models import CheckConstraint, Q


def filled(field: str, name: str, message: Any) -> CheckConstraint:
    """The text has at least one sign that is not a blank."""
    return CheckConstraint(condition=Q(**{f"{field}__regex": r"\S"}), name=name, violation_error_message=message)
