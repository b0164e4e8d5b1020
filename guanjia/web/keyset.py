"""Paging by position instead of by number.

Page 50 costs what page 1 costs: the next page is "the rows after this one", found through the index, never
counted past with OFFSET. A position is the row's own sort values; they are parsed by the columns' own fields,
so a position made up by a visitor can at worst point somewhere else in what he may see anyway.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Field, Model, Q, QuerySet


@dataclass(frozen=True)
class Key:
    """One sort key: a database path, its direction, and the field that reads its values."""

    path: str
    descending: bool
    field: Field
    nullable: bool

    def ordering(self, backwards: bool) -> Any:
        descending = self.descending != backwards
        expression = F(self.path)
        if not self.nullable:  # keeps ordinary indexes usable
            return expression.desc() if descending else expression.asc()
        nulls = {"nulls_first": True} if backwards else {"nulls_last": True}
        return expression.desc(**nulls) if descending else expression.asc(**nulls)

    def beyond(self, value: Any, backwards: bool) -> Q | None:
        """Rows strictly further on than `value`; None if there are none. Empty values stand at the end."""
        if value is None:
            return Q(**{f"{self.path}__isnull": False}) if backwards else None
        further = "lt" if self.descending != backwards else "gt"
        condition = Q(**{f"{self.path}__{further}": value})
        if self.nullable and not backwards:
            condition |= Q(**{f"{self.path}__isnull": True})
        return condition

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})


class Order:
    """A total order over a model's rows: the given paths, and the primary key as the last word."""

    def __init__(self, model: type[Model], paths: Sequence[str]):
        self.keys = [self._key(model, path) for path in paths]
        if not any(key.path == "pk" for key in self.keys):
            self.keys.append(self._key(model, "-pk" if self.keys and self.keys[0].descending else "pk"))

    @staticmethod
    def _key(model: type[Model], spec: str) -> Key:
        path = spec.removeprefix("-")
        field, nullable = field_at(model, path)
        return Key(path, spec.startswith("-"), field, nullable)

    def page(self, rows: QuerySet, size: int, *, after: str = "", before: str = "") -> "Page":
        """At most `size` rows after (or before) a position, in this order, with the positions of its neighbours."""
        backwards = bool(before)
        position = self.read(before or after)
        if position is not None:
            rows = rows.filter(self._from(position, backwards))
        rows = rows.order_by(*(key.ordering(backwards) for key in self.keys))
        found = list(rows[: size + 1])
        more, found = len(found) > size, found[:size]
        if backwards:
            found.reverse()
        started = position is not None
        has_next, has_previous = (bool(found) and started, more) if backwards else (more, started)
        return Page(found, self.write(found[-1]) if has_next and found else "", self.write(found[0]) if has_previous and found else "")

    def _from(self, values: list[Any], backwards: bool) -> Q:
        condition, equal = Q(pk__in=[]), Q()
        for key, value in zip(self.keys, values, strict=True):
            beyond = key.beyond(value, backwards)
            if beyond is not None:
                condition |= equal & beyond
            equal &= key.same(value)
        first, value = self.keys[0], values[0]
        if not first.nullable:  # gives the planner a range to start the index scan from
            edge = "lte" if first.descending != backwards else "gte"
            condition &= Q(**{f"{first.path}__{edge}": value})
        return condition

    def write(self, row: Model) -> str:
        """The position of a row, as text for a link."""
        values = [_plain(value_at(row, key.path)) for key in self.keys]
        text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def read(self, text: str) -> list[Any] | None:
        """The values of a position; None for no position or one that cannot be read (then the first page is shown)."""
        if not text:
            return None
        try:
            values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if not isinstance(values, list) or len(values) != len(self.keys):
                return None
            read = [None if v is None else key.field.to_python(v) for key, v in zip(self.keys, values, strict=True)]
        except (ValueError, TypeError, ArithmeticError, ValidationError):
            return None
        if any(value is None and not key.nullable for key, value in zip(self.keys, read, strict=True)):
            return None
        if any(isinstance(value, str) and not storable(value) for value in read):
            return None
        return read


@dataclass(frozen=True)
class Page:
    """Rows of one page; `next` and `previous` are positions, empty where there is nothing further."""

    rows: list[Any]
    next: str = ""
    previous: str = ""

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def field_at(model: type[Model], path: str) -> tuple[Field, bool]:
    """The concrete field at the end of a path, and whether a row may have nothing there. FieldDoesNotExist if no such path."""
    nullable = False
    names = path.split("__")
    for position, name in enumerate(names):
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        if not getattr(field, "concrete", False):
            raise FieldDoesNotExist(f"{path} crosses {name}, which may have many rows")
        nullable = nullable or field.null
        if position < len(names) - 1:
            if field.related_model is None:
                raise FieldDoesNotExist(f"{path}: {name} leads nowhere")
            model = field.related_model
    return field, nullable


def value_at(row: Any, path: str) -> Any:
    """The value at the end of a path of attributes; None as soon as a step has nothing."""
    for name in path.split("__"):
        if row is None:
            return None
        row = getattr(row, name)
    return row


def storable(text: str) -> bool:
    """False for what PostgreSQL cannot hold: NUL characters and halves of surrogate pairs."""
    return "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        value = value.pk
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value
