"""A database for every test process, copied from a template that was migrated once.

The server is GUANJIA_TEST_DATABASE_URL, else DATABASE_URL (its role must be allowed to create databases), else an embedded
one that forgoes all safety for speed and is kept between runs. The template's name holds a fingerprint of everything that
shapes it, so a changed migration gets a new one. With GUANJIA_WALL=1 everything
is tested behind the wall. A transactional test leaves rows behind; afterwards the process gets a
fresh copy, since flushing tables would also lose what migrations seeded.
"""

import atexit
import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from hashlib import sha256

import django
import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from psycopg import sql

from guanjia.kernel import environment, wall
from guanjia.kernel.embedded import APPLICATION, EmbeddedPostgres, EmbeddedPostgresError

ADVISORY_LOCK = 0x6775616E  # "guan"
TEMPLATES_KEPT = 3
PATIENCE = 120
_MAY_BE = "SELECT 1 FROM pg_roles WHERE rolname = %s AND pg_has_role(current_user, oid, 'MEMBER')"


def prepare_environment() -> None:
    """Before anything reads the settings. Processes of xdist inherit what their parent prepared."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ["DJANGO_SETTINGS_MODULE"] = "guanjia.settings"
        os.environ["GUANJIA_HOME"] = tempfile.mkdtemp(prefix="guanjia-test-")
        os.environ["GUANJIA_SECRET_KEY"] = "one for all runs: the template keeps a key made from it"
        atexit.register(shutil.rmtree, os.environ["GUANJIA_HOME"], ignore_errors=True)
        os.environ.setdefault("GUANJIA_TEST_DATABASE_URL", os.environ.get("DATABASE_URL", ""))
        # Leads nowhere until a test asks for the database.
        os.environ["DATABASE_URL"] = "postgres://nobody@localhost:1/no-test-asked-for-it"
    django.setup()
    wall.stand_open("tests")  # a test looks at every company; what it calls goes behind the wall by itself


prepare_environment()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """Takes the place of pytest-django's own fixture."""
    with django_db_blocker.unblock(), server() as url:
        database = TestDatabase(url)
        database.open()
        # Where Django would flush every table.
        before = TransactionTestCase._fixture_teardown
        TransactionTestCase._fixture_teardown = lambda case: database.refresh()
        yield
        TransactionTestCase._fixture_teardown = before
        database.close()


@contextlib.contextmanager
def server():
    """The URL of a server. The embedded one stops when the last of its users is done."""
    if url := os.environ["GUANJIA_TEST_DATABASE_URL"]:
        yield url
        return
    home = environment.CHECKOUT / ".guanjia" / "test-postgres"
    home.mkdir(parents=True, exist_ok=True)
    postgres = EmbeddedPostgres(home, settings={"shared_buffers": "128MB", "max_connections": "200", "autovacuum": "off"}, durable=False)
    with open(home / "users", "w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield environment.url_of(start(postgres))
        finally:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                postgres.stop()


def start(postgres: EmbeddedPostgres) -> dict:
    """Without fsync a power cut may have spoilt the files; there is nothing in them to keep."""
    try:
        return postgres.ensure_running()
    except EmbeddedPostgresError:
        shutil.rmtree(postgres.cluster, ignore_errors=True)
        return postgres.ensure_running()


class TestDatabase:
    """This process's own database on the server."""

    __test__ = False

    def __init__(self, url: str):
        found = environment.database(url)
        self.conninfo = {
            "host": found["HOST"],
            "port": found["PORT"],
            "user": found["USER"],
            "password": found["PASSWORD"],
            "dbname": found["NAME"],
        }
        self.walled = False  # whether the server has a role for the application, which owns nothing
        self.name = f"guanjia_test_{os.getpid()}"
        self.template = f"tpl_{fingerprint()}"

    def open(self) -> None:
        with self._server() as server:
            server.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
            self._sweep(server)
            self.walled = settings.GUANJIA_WALL and server.execute(_MAY_BE, [APPLICATION]).fetchone() is not None
            if not self._exists(server, self.template):
                self._build_template(server)
        self.refresh()

    def refresh(self) -> None:
        """Throw away what is there; whoever is still connected to it is cut off."""
        self._use(None)
        with self._server() as server:
            self._drop(server, self.name)
            self._execute(server, "CREATE DATABASE {} TEMPLATE {}", self.name, self.template)
        self._use(self.name)

    def close(self) -> None:
        self._use(None)
        with self._server() as server:
            self._drop(server, self.name)

    def _build_template(self, server) -> None:
        half = f"{self.template}_half"
        self._drop(server, half)
        self._execute(server, "CREATE DATABASE {}", half)
        self._use(half)
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
        self._use(None)
        self._execute(server, "ALTER DATABASE {} RENAME TO {}", half, self.template)

    def _use(self, name: str | None) -> None:
        """Point Django, and the processes that tests start, at a database of the server."""
        connections.close_all()
        owner = self._url(name or "none")
        ours = f"{owner}?assume_role={APPLICATION}" if self.walled else owner
        connections["default"].settings_dict.update(environment.database(ours))
        settings.GUANJIA_OWNER_URL = os.environ["GUANJIA_OWNER_URL"] = owner
        os.environ["DATABASE_URL"] = ours

    def _url(self, name: str) -> str:
        return environment.url_of(self.conninfo | {"dbname": name, "port": self.conninfo["port"] or 5432})

    def _sweep(self, server) -> None:
        """What killed runs and former migrations left behind."""
        names = [name for (name,) in server.execute("SELECT datname FROM pg_database ORDER BY oid DESC")]
        for name in names:
            if name.startswith("guanjia_test_") and not lives(int(name.removeprefix("guanjia_test_"))):
                self._drop(server, name)
        templates = [name for name in names if name.startswith("tpl_") and name != self.template]
        for name in templates[TEMPLATES_KEPT:]:
            with contextlib.suppress(psycopg.errors.ObjectInUse):
                self._execute(server, "DROP DATABASE IF EXISTS {}", name)

    def _drop(self, server, name: str) -> None:
        """An autovacuum worker that happens to be there belongs to the superuser and cannot be sent away: it is waited for."""
        for patience in range(PATIENCE, -1, -1):
            try:
                self._execute(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
                return
            except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
                if not patience:
                    raise
                time.sleep(0.25)

    def _exists(self, server, name: str) -> bool:
        return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None

    def _execute(self, server, statement: str, *names: str) -> None:
        server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _server(self):
        return psycopg.connect(**{key: value for key, value in self.conninfo.items() if value}, autocommit=True)


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def fingerprint() -> str:
    """Of all that shapes a migrated database: migrations, the catalogue they load, the versions of others' migrations.

    Rooms without migrations yet count with their models.
    """
    code = environment.CHECKOUT / "guanjia"
    files = {*code.rglob("migrations/*.py"), *code.rglob("*.yaml"), *code.rglob("*.sql"), environment.CHECKOUT / "requirements.lock"}
    if settings.GUANJIA_WALL:
        files |= {code / "kernel" / "policies.py", code / "kernel" / "wall.py"}
    for apps in code.rglob("apps.py"):
        if not (apps.parent / "migrations").exists():
            files |= {*apps.parent.glob("models*.py"), *apps.parent.glob("models/*.py"), apps}
    digest = sha256()
    for path in sorted(files):
        digest.update(str(path.relative_to(environment.CHECKOUT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
