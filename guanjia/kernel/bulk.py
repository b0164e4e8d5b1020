"""Many rows at once, for those few places that write thousands. No signals, no defaults, no keys given back.

By INSERT from arrays: PostgreSQL takes no COPY into a table with row-level security.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from django.db import connection, models
from django.db.models.base import ModelState

from . import fixed

AT_ONCE = 5000


def insert_many(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert `rows`, each with a value for each of the database columns; JSON as text. Constraints hold as ever."""
    rows = iter(rows)
    while heap := list(islice(rows, AT_ONCE)):
        fixed.run(_statement(model, tuple(columns)), [list(column) for column in zip(*heap, strict=True)])


@cache
def _statement(model: type[models.Model], columns: tuple[str, ...]) -> str:
    # without its length, since a cast to one cuts silently what is longer
    kinds = {field.column: field.db_type(connection).partition("(")[0] for field in model._meta.concrete_fields}
    names, arrays = ", ".join(f'"{name}"' for name in columns), ", ".join(f"%s::{kinds[name]}[]" for name in columns)
    return f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT * FROM unnest({arrays})'


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert new instances of one model, whole, as `save` would store them; their constraints are asked by the database."""
    if not rows:
        return
    fields = [field for field in type(rows[0])._meta.concrete_fields if not field.generated]
    plain = [field.attname if type(field) in PLAIN else None for field in fields]
    ways = list(zip(fields, plain, strict=True))
    insert_many(
        type(rows[0]),
        [field.column for field in fields],
        [[row.__dict__[name] if name else _stored(field, row) for field, name in ways] for row in rows],
    )
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def fresh(model: type[models.Model], **values: Any) -> Any:
    """What `model(**values)` makes, several times as fast: columns are named as in the database, what is not said has its default.

    A foreign key is said by its key and leads nowhere until it is asked.
    """
    row = model.__new__(model)
    inside = row.__dict__
    inside["_state"] = ModelState()
    for name, default, is_plain in _columns(model):
        value = values.pop(name) if name in values else default()
        if is_plain:
            inside[name] = value
        else:
            setattr(row, name, value)
    if values:
        raise TypeError(f"{model.__name__} has no {', '.join(values)}")
    return row


@lru_cache(100)
def _columns(model: type[models.Model]) -> list[tuple[str, Callable[[], Any], bool]]:
    """Name, default, and whether a value is kept as it is, of each column that is written."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    return [(field.attname, field.get_default, type(field) in PLAIN) for field in fields]


#: columns whose value is stored as it stands on the instance
PLAIN = frozenset(
    {
        models.BooleanField,
        models.CharField,
        models.DateField,
        models.DateTimeField,
        models.DecimalField,
        models.ForeignKey,
        models.IntegerField,
        models.PositiveIntegerField,
        models.SmallIntegerField,
        models.TextField,
        models.UUIDField,
    }
)


def _stored(field: models.Field, row: models.Model) -> Any:
    return field.get_db_prep_save(field.pre_save(row, True), connection)


@contextmanager
def unswept() -> Iterator[None]:
    """Rubbish waits while thousands of rows are made inside: they all live until the commit, and looking through them finds none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
