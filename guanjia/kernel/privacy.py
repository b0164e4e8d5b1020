"""What each column may hold of people, declared by its model; nothing is stored that nobody has classed.

    class Customer(Scoped):
        privacy = personal("name", "note") | sensitive("id_no", "birth_date")

Keys, states, moments, counts and choices are internal by rule (`structural`); texts, JSON, files and days must be named.
The whole list is drawn into docs/privacy.md.
"""

from enum import Enum
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Privacy(Enum):
    """P0 to P3; P2 in three: of those who work here, of those we serve, and by what somebody is reached."""

    PUBLIC = "P0"
    INTERNAL = "P1"
    STAFF = "P2 staff"  # kept as long as what they did
    PERSONAL = "P2"  # worked with and shown; blanked when its keeping has ended
    REACH = "P2 reach"  # likewise, and masked in lists, files and the API
    SENSITIVE = "P3"  # sealed with a key of the person, masked everywhere

    @property
    def is_forgotten(self) -> bool:
        """True for what is blanked when a record is destroyed, or the person is forgotten."""
        return self in (Privacy.PERSONAL, Privacy.REACH, Privacy.SENSITIVE)

    @property
    def is_masked(self) -> bool:
        return self in (Privacy.REACH, Privacy.SENSITIVE)


LABELS = {
    Privacy.PUBLIC: _("公开"),
    Privacy.INTERNAL: _("内部"),
    Privacy.STAFF: _("员工个人信息"),
    Privacy.PERSONAL: _("个人信息"),
    Privacy.REACH: _("联系方式"),
    Privacy.SENSITIVE: _("敏感个人信息"),
}

#: names of things of ours, and sums over contents: they say nothing of anybody
NAMES_OF_OURS = {"kind", "code", "key", "rule", "stage", "period", "digest", "sha256", "hash", "fingerprint", "content_type", "role"}
#: sensitive columns that are not sealed, and why
UNSEALED: dict[str, str] = {
    "work.Attendance.place": "where a technician arrived, for the length of the order; read by the clauses at every arrival",
}


def public(*names: str) -> dict[str, Privacy]:
    return dict.fromkeys(names, Privacy.PUBLIC)


def internal(*names: str) -> dict[str, Privacy]:
    return dict.fromkeys(names, Privacy.INTERNAL)


def staff(*names: str) -> dict[str, Privacy]:
    """Of those who work for us."""
    return dict.fromkeys(names, Privacy.STAFF)


def personal(*names: str) -> dict[str, Privacy]:
    return dict.fromkeys(names, Privacy.PERSONAL)


def reach(*names: str) -> dict[str, Privacy]:
    """Numbers and addresses by which somebody is reached."""
    return dict.fromkeys(names, Privacy.REACH)


def sensitive(*names: str) -> dict[str, Privacy]:
    """Identity numbers, birth dates, health, belief, minors, faces, whereabouts, bank accounts, door codes."""
    return dict.fromkeys(names, Privacy.SENSITIVE)


def declared(model: type[models.Model]) -> dict[str, Privacy]:
    """What a model and those it inherits from say of their columns."""
    said: dict[str, Privacy] = {}
    for one in reversed(model.__mro__):
        said |= vars(one).get("privacy", {})
    return said


def of(field: Any) -> Privacy | None:
    """The class of a column; None if nobody has said."""
    found = declared(field.model).get(field.name)
    return found or (Privacy.INTERNAL if structural(field) else None)


def structural(field: models.Field) -> bool:
    """True for columns that cannot hold words about anybody: keys, choices, moments, numbers, yes and no, and days of ours."""
    if field.is_relation or field.primary_key or field.choices or field.generated:
        return True
    if isinstance(field, models.CharField):
        return field.name in NAMES_OF_OURS or field.name.endswith(("_kind", "_hash"))
    if type(field) is models.DateField:
        return field.name.endswith("_on")
    return not isinstance(field, models.TextField | models.JSONField | models.FileField | models.BinaryField)


def forgotten(model: type[models.Model]) -> list[str]:
    """The columns of a model that are blanked when a record is destroyed."""
    return [field.name for field in model._meta.concrete_fields if not field.generated and (of(field) or Privacy.PUBLIC).is_forgotten]


def faults(model: type[models.Model]) -> list[str]:
    """What is wrong with a model's declaration."""
    names = {field.name for field in model._meta.concrete_fields}
    found = [
        f"{model._meta.label}.{field.name} has no class: name it in `privacy` (guanjia/kernel/privacy.py)"
        for field in model._meta.concrete_fields
        if of(field) is None
    ]
    found += [f"{model._meta.label}.privacy names {name}, which is no column" for name in declared(model) if name not in names]
    found += [
        f"{model._meta.label}.{field.name} is sensitive and not sealed (guanjia/kernel/vault)"
        for field in model._meta.concrete_fields
        if of(field) is Privacy.SENSITIVE and not hasattr(field, "seal") and f"{model._meta.label}.{field.name}" not in UNSEALED
    ]
    return found
