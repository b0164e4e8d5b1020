"""How a row is named in a file, in a form and in a link: by what its register says identifies it.

A house is `3 / 1801`: the parts of its identity, one after the other, and the parts of a part in their turn. The
same text typed into a form or an import finds the row again, among the rows that the act may see.
"""

import re
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet

from .keyset import storable

#: model -> the register that names it; filled as registers are declared
OF_MODEL: dict[type[Model], Any] = {}

_PLAIN_NAMES = ("number", "code", "login", "name")
_SEPARATOR = re.compile(r"(?<!/)/(?!/)")


def identity_of(model: type[Model]) -> tuple[str, ...]:
    """The fields that tell rows of this model apart: as its register says, else a name of its own, else the key."""
    register = OF_MODEL.get(model)
    if register is not None and register.identity:
        return tuple(register.identity)
    names = {field.name: field for field in model._meta.concrete_fields}
    for name in _PLAIN_NAMES:
        if name in names and not names[name].blank:
            return (name,)
    return ("pk",)


def identity_paths(model: type[Model], depth: int = 3) -> list[str]:
    """The relations that naming a row of this model follows."""
    paths: list[str] = []
    for name in identity_of(model):
        related = _related(model, name)
        if related is not None and depth:
            paths += [name, *(f"{name}__{far}" for far in identity_paths(related, depth - 1))]
    register = OF_MODEL.get(model)
    return paths + list(register.needs if register is not None else ())


def reference(row: Any) -> str:
    """The name of a row, readable back by `find`. Empty for no row."""
    if row is None:
        return ""
    if not isinstance(row, Model):
        return str(row)
    return join(parts_of(row))


def parts_of(row: Model) -> list[str]:
    parts: list[str] = []
    for name in identity_of(type(row)):
        value = row.pk if name == "pk" else getattr(row, name)
        related = _related(type(row), name)
        if related is not None:
            parts += parts_of(value) if value is not None else [""] * width_of(related)
        else:
            parts.append("" if value is None else _text(value))
    return parts


def width_of(model: type[Model]) -> int:
    """How many parts the name of a row of this model has."""
    widths = [width_of(related) if (related := _related(model, name)) else 1 for name in identity_of(model)]
    return sum(widths)


def join(parts: list[str]) -> str:
    return " / ".join(part.replace("/", "//") for part in parts)


def split(text: str) -> list[str]:
    return [part.strip().replace("//", "/") for part in _SEPARATOR.split(text)]


def look_up(model: type[Model], parts: list[str]) -> dict[str, Any] | None:
    """The conditions under which a row has this name; None if the name has another shape."""
    if len(parts) != width_of(model):
        return None
    conditions: dict[str, Any] = {}
    rest = list(parts)
    for name in identity_of(model):
        related = _related(model, name)
        mine = [rest.pop(0) for _ in range(width_of(related) if related else 1)]
        if related is None:
            try:
                value = model._meta.pk.to_python(mine[0]) if name == "pk" else model._meta.get_field(name).to_python(mine[0])
            except Exception:
                return None
            conditions[name] = value
            continue
        if not any(mine):
            conditions[f"{name}__isnull"] = True
            continue
        far = look_up(related, mine)
        if far is None:
            return None
        conditions |= {f"{name}__{path}": value for path, value in far.items()}
    return conditions


def find(rows: QuerySet, text: str) -> list[Any]:
    """The rows of this name among `rows`: one if it is a name, none or several if it is not. Fetches three at most."""
    if not text or not storable(text):
        return []
    conditions = look_up(rows.model, split(text))
    return list(rows.filter(**conditions)[:3]) if conditions else []


def _related(model: type[Model], name: str) -> type[Model] | None:
    if name == "pk":
        return None
    try:
        return model._meta.get_field(name).related_model
    except FieldDoesNotExist:
        return None


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
