"""A large database for measuring: a sample that really lived is multiplied inside PostgreSQL.

Each copy has its own keys, its own project and its own moments; the proportions of cases, journal lines and obligations
are those of real life. The chain of hashes is not continued over the copies: nobody audits a bench.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection

#: tables that are multiplied, and what their rows point at outside of them stays as it is
TABLES = (
    "desk_case",
    "desk_contact",
    "desk_complaint",
    "desk_promise",
    "desk_reply",
    "desk_offer",
    "desk_transfer",
    "desk_casework",
    "desk_casenote",
    "kernel_signature",
    "work_workorder",
    "work_assignment",
    "work_attendance",
    "followup_returnvisit",
    "kernel_journalentry",
    "kernel_journalabout",
    "rulebook_obligation",
    "rulebook_evidence",
    "rulebook_subjectclock",
)
#: of the journal only what speaks of these rows: houses and people are not multiplied
OF_THE_DESK = {
    "kernel_journalentry": " WHERE subject_id IN (SELECT id FROM sample_ids)",
    "kernel_journalabout": " WHERE entry_id IN (SELECT id FROM sample_kernel_journalentry)",
    "kernel_signature": " WHERE subject_id IN (SELECT id FROM sample_ids)",
}
SHIFT = """
CREATE OR REPLACE FUNCTION pg_temp.shifted(id uuid, k bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(substring(decode(md5(id::text || ':' || k), 'hex') from 1 for 16), 'hex')::uuid
$$;
"""


def multiply(copies: int, projects: list[Any], say: Callable[[str], None]) -> None:
    """Insert `copies` copies of every row of `TABLES`, a day earlier for each round over the projects."""
    with connection.cursor() as cursor:
        keys = _without_keys(cursor)
        cursor.execute(SHIFT)
        cursor.execute("CREATE TEMP TABLE sample_ids (id uuid PRIMARY KEY)")
        for table in TABLES:
            if _type_of(cursor, table, "id") == "uuid":
                cursor.execute(f"INSERT INTO sample_ids SELECT id FROM {table} ON CONFLICT DO NOTHING")
        cursor.execute("SELECT max(seq) FROM kernel_journalentry")
        lines = cursor.fetchone()[0]
        for table in TABLES:
            cursor.execute(f"CREATE TEMP TABLE sample_{table} AS SELECT * FROM {table}{OF_THE_DESK.get(table, '')}")
        for table in TABLES:
            cursor.execute(_copy_of(cursor, table), {"copies": copies, "projects": projects, "lines": lines})
            say(f"{table}: {cursor.rowcount:,}")
        cursor.execute("UPDATE kernel_chainhead SET seq = (SELECT max(seq) FROM kernel_journalentry)")
        _with_keys(cursor, keys)
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")
        say("VACUUM ANALYZE")


def _without_keys(cursor: Any) -> list[tuple[str, str, str]]:
    """Take foreign keys and triggers off the tables while they are filled; returns the keys, to be put back."""
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
        [list(TABLES)],
    )
    keys = cursor.fetchall()
    for table, name, _definition in keys:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    return keys


def _with_keys(cursor: Any, keys: list[tuple[str, str, str]]) -> None:
    """Put them back: they hold for every new row, as in life."""
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    for table, name, definition in keys:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition} NOT VALID')


def _copy_of(cursor: Any, table: str) -> str:
    columns, values = [], []
    for name, kind, _default, generated in _columns(cursor, table):
        if generated or (name == "id" and kind == "bigint"):
            continue
        columns.append(name)
        values.append(_value(name, kind))
    named = ", ".join(f'"{c}"' for c in columns)
    return f"INSERT INTO {table} ({named}) SELECT {', '.join(values)} FROM sample_{table} s CROSS JOIN generate_series(1, %(copies)s) AS k"


def _value(name: str, kind: str) -> str:
    column = f's."{name}"'
    if name == "project_id":
        return "(%(projects)s::uuid[])[1 + k %% array_length(%(projects)s::uuid[], 1)]"
    if kind == "uuid":
        return f"CASE WHEN {column} IN (SELECT id FROM sample_ids) THEN pg_temp.shifted({column}, k) ELSE {column} END"
    if kind == "timestamp with time zone" and name not in ("next_due_at",):
        return f"{column} - make_interval(mins => (k %% 500000)::int)"
    if name == "number":
        return f"CASE WHEN {column} = '' THEN '' ELSE {column} || '-' || k END"
    if name == "seq":
        return f"{column} + k * %(lines)s"
    if name == "occasion":
        return f"left(md5({column} || k), 36)"
    return column


def _columns(cursor: Any, table: str) -> list[tuple[str, str, str, bool]]:
    cursor.execute(
        "SELECT column_name, data_type, column_default, is_generated = 'ALWAYS' OR is_identity = 'YES' FROM information_schema.columns"
        " WHERE table_name = %s AND table_schema = 'public' ORDER BY ordinal_position",
        [table],
    )
    return cursor.fetchall()


def _type_of(cursor: Any, table: str, column: str) -> str:
    return next((kind for name, kind, _default, _generated in _columns(cursor, table) if name == column), "")
