"""Many rows at once, for those few places that write thousands. No signals, no defaults, no keys given back.

By INSERT from arrays: PostgreSQL takes no COPY into a table with row-level security.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from typing import Any

from django.db import connection, models

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
