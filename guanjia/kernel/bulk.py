"""Many rows at once, by COPY: for those few places that write thousands. No signals, no defaults, no keys given back."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql


def copy_in(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert `rows`, each with a value for each of the database columns; JSON as text. Constraints hold as ever."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    )
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def copy_rows(rows: Sequence[models.Model]) -> None:
    """Insert new instances of one model, whole, as `save` would store them; their constraints are asked by the database."""
    if not rows:
        return
    fields = [field for field in type(rows[0])._meta.concrete_fields if not field.generated]
    plain = [field.attname if type(field) in PLAIN else None for field in fields]
    ways = list(zip(fields, plain, strict=True))
    copy_in(
        type(rows[0]),
        [field.column for field in fields],
        # all of them before the first is sent: to seal a value may ask the database, which is busy while it is copied into
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
