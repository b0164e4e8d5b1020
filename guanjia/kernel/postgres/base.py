"""The engine named in DATABASES: before a statement runs, the server is told what may be seen, if it does not know.

A pass is set for the session, so that reading needs no transaction; a rollback takes it back, so it is told anew. In a
pool the connection forgets its pass before anybody else gets it.
"""

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper
from psycopg.pq import TransactionStatus

from guanjia.kernel import wall


class Shows:
    """A cursor that shows the pass first, whichever way it is asked."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        self.db.show_pass()
        return super().execute(sql, params)

    def executemany(self, sql: Any, param_list: Any) -> Any:
        self.db.show_pass()
        return super().executemany(sql, param_list)

    def copy(self, statement: Any, *args: Any) -> Any:
        self.db.show_pass()
        return self.cursor.copy(statement, *args)


class Cursor(Shows, CursorWrapper):
    pass


class DebugCursor(Shows, base.CursorDebugWrapper):
    pass


class DatabaseWrapper(base.DatabaseWrapper):
    #: what the server was shown last; None if a rollback may have taken it back
    shown: str | None = wall.NOTHING

    @property
    def pool(self) -> Any:
        options = self.settings_dict["OPTIONS"].get("pool")
        if isinstance(options, dict):
            options.setdefault("reset", forget_pass if wall.stands() else None)
        return super().pool

    def connect(self) -> None:
        self.shown = wall.NOTHING
        super().connect()

    def make_cursor(self, cursor: Any) -> CursorWrapper:
        return Cursor(cursor, self)

    def make_debug_cursor(self, cursor: Any) -> CursorWrapper:
        return DebugCursor(cursor, self)

    def show_pass(self) -> None:
        """Tell the server what may be seen now, unless it knows. A failed transaction is left to fail by itself."""
        if not wall.stands():
            return
        said = wall.seen()
        if said == self.shown or self.connection.info.transaction_status == TransactionStatus.INERROR:
            return
        self.shown = None
        with self.wrap_database_errors:
            shown = wall.pass_for(said, self.connection.info.backend_pid)  # hexadecimal, commas and a star: nothing to quote
            psycopg.Cursor(self.connection).execute(f"SET guanjia.pass = '{shown}'".encode(), prepare=False)
        self.shown = said

    def _rollback(self) -> None:
        self.shown = None
        super()._rollback()

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)
        self.shown = None


def forget_pass(connection: Any) -> None:
    """For the pool: nobody gets a connection that still holds another's pass."""
    connection.execute("RESET guanjia.pass")
    if not connection.autocommit:
        connection.commit()
