"""What every use case reads and writes, by fixed statements that the database prepares once per connection.

The journal, the engine and the lock on a use case's subject come here; everything else goes through querysets, which are
plenty fast and refuse to run without an act. A fixed statement's text never changes: its rows are handed over as one JSON
document, its choices as arrays. So it is read and planned once, and an INSERT can stand in a WITH beside its neighbours.

Not for questions whose best plan depends on what is asked (searching, queues): those are planned each time.
"""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import psycopg
from django.db import connection, models


def run(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple]:
    """Run a fixed statement on the connection of Django's default database; returns the rows it answers with."""
    connection.ensure_connection()
    begun = time.monotonic()
    with connection.make_cursor(psycopg.Cursor(connection.connection)) as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall() if cursor.description else []
    if connection.queries_logged:
        connection.queries_log.append({"sql": statement, "time": f"{time.monotonic() - begun:.3f}"})
    return found


def read(model: type[models.Model], clause: str, values: Sequence[Any]) -> list[Any]:
    """Instances of the rows that `clause` (WHERE … ORDER BY … FOR UPDATE) finds."""
    statement, names, loaders = _read(model)
    rows = run(f"{statement} {clause}", values)
    if loaders:
        rows = [[loaders[n](value, None, connection) if n in loaders else value for n, value in enumerate(row)] for row in rows]
    return [model.from_db(connection.alias, names, row) for row in rows]


@cache
def insert(model: type[models.Model], *, then: str = "") -> str:
    """The INSERT of a document's rows (parameter `%s`); `then` follows it, such as ON CONFLICT DO NOTHING.

    Every column is written, so whoever calls makes the keys himself, unless the database counts them.
    """
    names = ", ".join(f'"{field.column}"' for field in _written(model))
    kinds = ", ".join(f'"{field.column}" {field.db_type(connection)}' for field in _written(model))
    return f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {names} FROM json_to_recordset(%s::json) AS one({kinds}) {then}'


def store(row: models.Model) -> None:
    """Insert one new row whole, and take over what the database worked out for it."""
    made = [field for field in row._meta.concrete_fields if field.generated]
    answer = ", ".join(f'"{field.column}"' for field in made)
    found = run(insert(type(row), then=f"RETURNING {answer}" if made else ""), [document([row])])
    for field, value in zip(made, found[0] if made else (), strict=True):
        setattr(row, field.attname, value)
    row._state.adding, row._state.db = False, connection.alias


def document(rows: Iterable[models.Model]) -> str:
    """Instances as the document that `insert` reads."""
    return json.dumps([{field.column: _value(field, row) for field in _written(type(row))} for row in rows], default=str)


def _value(field: models.Field, row: models.Model) -> Any:
    """What is loaded in a way of its own is written so too: a sealed column must not receive the mask that stands on the row."""
    if hasattr(field, "from_db_value"):
        return field.get_prep_value(field.pre_save(row, True))
    return getattr(row, field.attname)


@cache
def _written(model: type[models.Model]) -> tuple[Any, ...]:
    """The columns that are written: not the ones that the database counts or works out."""
    return tuple(
        field
        for field in model._meta.concrete_fields
        if not field.generated and not isinstance(field, models.AutoField | models.BigAutoField)
    )


@cache
def _read(model: type[models.Model]) -> tuple[str, list[str], dict[int, Any]]:
    """(SELECT of all columns, what they are called on an instance, which of them need loading)."""
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    loaders = {n: field.from_db_value for n, field in enumerate(fields) if hasattr(field, "from_db_value")}
    return f'SELECT {columns} FROM "{model._meta.db_table}"', [field.attname for field in fields], loaders
