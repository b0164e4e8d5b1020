"""Rows of a model written by one fixed statement, all of them handed over as one JSON document.

For what every use case writes: journal lines, obligations, clocks. The text of such a statement never changes, so it can
stand in a WITH beside its neighbours and costs one way to the database; for all else Django's own saving is good enough.
Who inserts here sets every column, and makes its keys himself unless the database counts them.
"""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db import connection, models


@cache
def insert(model: type[models.Model], *, then: str = "") -> str:
    """The INSERT of a document's rows (parameter `%s`); `then` follows it, such as ON CONFLICT DO NOTHING."""
    names = ", ".join(f'"{field.column}"' for field in _written(model))
    kinds = ", ".join(f'"{field.column}" {field.db_type(connection)}' for field in _written(model))
    table = model._meta.db_table
    return f'INSERT INTO "{table}" ({names}) SELECT {names} FROM json_to_recordset(%s::json) AS one({kinds}) {then}'


def document(rows: Iterable[models.Model]) -> str:
    """Instances as the document that `insert` reads."""
    return json.dumps([{field.column: getattr(row, field.attname) for field in _written(type(row))} for row in rows], default=str)


@cache
def _written(model: type[models.Model]) -> tuple[Any, ...]:
    """The columns that are written: not the ones that the database counts or works out."""
    return tuple(
        field
        for field in model._meta.concrete_fields
        if not field.generated and not isinstance(field, models.AutoField | models.BigAutoField)
    )
