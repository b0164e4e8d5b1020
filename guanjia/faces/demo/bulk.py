"""A large database for measuring: a sample that really lived is multiplied inside PostgreSQL.

Each copy has its own keys, its own project and its own moments; the proportions of cases, journal lines and obligations
are those of real life. The chain of hashes is not continued over the copies: nobody audits a bench.
"""

from collections.abc import Callable, Iterable
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
JOURNAL = ("kernel_journalentry", "kernel_journalabout")
#: of the journal only what speaks of these rows: houses and people are not multiplied
OF_THE_DESK = {
    "kernel_journalentry": " WHERE subject_id IN (SELECT id FROM sample_ids)",
    "kernel_journalabout": " WHERE entry_id IN (SELECT id FROM sample_kernel_journalentry)",
    "kernel_signature": " WHERE subject_id IN (SELECT id FROM sample_ids)",
}
MINUTES_APART = 30  # so that twenty projects have some hundred cases a day among them
CHUNK = 500  # copies at a time: neighbours in the index are made one after the other, as keys that grow with time are in life
GROWN, GROWN_FROM = 20_000, 100_000_000  # obligations copied when only they grow, and from which copy on they are counted
SHIFT = """
CREATE OR REPLACE FUNCTION pg_temp.shifted(id uuid, k bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(k), 8, '0') || substr(md5(id::text || ':' || k), 9))::uuid
$$;
"""


def multiply(copies: int, projects: list[Any], say: Callable[[str], None], *, journalled: int) -> None:
    """Insert `copies` copies of every row of `TABLES`, each half an hour earlier than the one before, the projects taking turns.

    Only the `journalled` newest copies have their journal: of a million cases it would fill fifty gigabytes.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'")
        putting_back = _stripped(cursor)
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
            made, statement = 0, _copy_of(cursor, table)
            until = copies if table not in JOURNAL else min(copies, journalled)
            for first in range(1, until + 1, CHUNK):
                last = min(until, first + CHUNK - 1)
                cursor.execute(statement, {"first": first, "last": last, "projects": projects, "lines": lines})
                made += cursor.rowcount
            say(f"{table}: {made:,}")
        cursor.execute("UPDATE kernel_chainhead SET seq = (SELECT max(seq) FROM kernel_journalentry)")
        for statement in putting_back:
            cursor.execute(statement)
        say("索引与约束")
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")
        say("VACUUM ANALYZE")
        cursor.execute("RESET ALL")


def grow_obligations(wanted: int, projects: list[Any], say: Callable[[str], None]) -> None:
    """Copy obligations alone until there are `wanted`: what a tick and an opening must not feel.

    Each copy speaks of a subject of its own. What is open among them is due in the days to come, and nothing of it now.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM rulebook_obligation")
        there = cursor.fetchone()[0]
        lacking = wanted - there
        if lacking <= 0:
            return
        cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '1GB'")
        cursor.execute(SHIFT)
        cursor.execute("DROP TABLE IF EXISTS sample_rulebook_obligation")  # the one that `multiply` left on this connection
        cursor.execute(
            "CREATE TEMP TABLE sample_rulebook_obligation AS SELECT * FROM rulebook_obligation TABLESAMPLE SYSTEM (%s) LIMIT %s",
            [min(100, max(1, 200 * GROWN / there)), GROWN],
        )
        putting_back = _stripped(cursor, ["rulebook_obligation"])
        columns = [name for name, _kind, _default, generated in _columns(cursor, "rulebook_obligation") if not generated]
        statement = (
            f"INSERT INTO rulebook_obligation ({', '.join(columns)}) SELECT {', '.join(map(_grown, columns))}"
            " FROM generate_series(%(first)s, %(last)s) AS k CROSS JOIN sample_rulebook_obligation s ON CONFLICT DO NOTHING"
        )
        cursor.execute("SELECT count(*) FROM sample_rulebook_obligation")
        copies, at_once = -(-lacking // cursor.fetchone()[0]), 20
        for first in range(1, copies + 1, at_once):
            last = min(copies, first + at_once - 1)
            cursor.execute(statement, {"first": GROWN_FROM + first, "last": GROWN_FROM + last, "projects": projects})
        say(f"rulebook_obligation: {wanted:,}")
        for statement in putting_back:
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE rulebook_obligation")
        cursor.execute("RESET ALL")


def _grown(column: str) -> str:
    """The value of a column in a copy; open ones are due some day, never now."""
    is_open, some_day = "s.met_at IS NULL AND s.voided_at IS NULL", "now() + make_interval(hours => 24 + (k % 2000)::int)"
    if column in ("id", "subject_id"):
        return f"pg_temp.shifted(s.{column}, k)"
    if column in ("due_at", "next_rung_at"):
        return f"CASE WHEN {is_open} THEN {some_day} ELSE s.{column} END".replace("%", "%%")
    if column in ("overdue_at", "climbed"):
        return f"CASE WHEN {is_open} THEN {'0' if column == 'climbed' else 'NULL'} ELSE s.{column} END"
    return _value(column, "", is_copied=False)


def _stripped(cursor: Any, tables: Iterable[str] = TABLES) -> list[str]:
    """Take foreign keys, indexes and triggers off the tables while they are filled; returns the statements that put them back.

    Keys to other tables then hold for every new row, as in life, and are not checked for the copies.
    """
    keys, putting_back = [], []
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype FROM pg_constraint"
        " WHERE contype IN ('f', 'u', 'x') AND conrelid::regclass::text = ANY(%s) ORDER BY contype = 'f' DESC",
        [list(tables)],
    )
    for table, name, definition, kind in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
        (keys if kind == "f" else putting_back).append(
            f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}{" NOT VALID" if kind == "f" else ""}'
        )
    cursor.execute(
        "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE i.indrelid::regclass::text = ANY(%s) AND NOT i.indisprimary",
        [list(tables)],
    )
    for name, definition in cursor.fetchall():
        cursor.execute(f'DROP INDEX "{name}"')
        putting_back.append(definition)
    putting_back += keys
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        putting_back.append(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return putting_back


def _copy_of(cursor: Any, table: str) -> str:
    columns, values = [], []
    for name, kind, _default, generated in _columns(cursor, table):
        if generated or (name == "id" and kind == "bigint"):
            continue
        columns.append(name)
        values.append(_value(name, kind, is_copied=kind == "uuid" and _leads_into_sample(cursor, table, name)))
    named = ", ".join(f'"{c}"' for c in columns)
    return f"INSERT INTO {table} ({named}) SELECT {', '.join(values)} FROM generate_series(%(first)s, %(last)s) AS k CROSS JOIN sample_{table} s"


def _leads_into_sample(cursor: Any, table: str, column: str) -> bool:
    """Whether a key leads to rows that are copied too; companies, people and houses are not."""
    cursor.execute(f'SELECT EXISTS (SELECT 1 FROM sample_{table} s JOIN sample_ids i ON i.id = s."{column}")')
    return cursor.fetchone()[0]


def _value(name: str, kind: str, *, is_copied: bool) -> str:
    column = f's."{name}"'
    if name == "project_id":
        return "(%(projects)s::uuid[])[1 + k %% array_length(%(projects)s::uuid[], 1)]"
    if is_copied:
        return f"CASE WHEN {column} IN (SELECT id FROM sample_ids) THEN pg_temp.shifted({column}, k) ELSE {column} END"
    if kind == "timestamp with time zone" and name not in ("next_due_at",):
        return f"{column} - make_interval(mins => {MINUTES_APART} * k::int)"
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
