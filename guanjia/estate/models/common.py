"""What several models of the room say."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import CheckConstraint, Q


def filled(field: str, name: str, message: Any) -> CheckConstraint:
    """The text has at least one sign that is not a blank."""
    return CheckConstraint(condition=Q(**{f"{field}__regex": r"\S"}), name=name, violation_error_message=message)


def one_of(*links: str, name: str, message: Any) -> CheckConstraint:
    """Exactly one of these links is set."""
    only = [Q(**{f"{link}__isnull": link != chosen for link in links}) for chosen in links]
    return CheckConstraint(condition=reduce(or_, only), name=name, violation_error_message=message)
