"""Settings come from the environment, through these few typed doors; a missing one says its name.

An `.env` file in the checkout counts as environment, but what is set outside wins. Every name asked for here stands in
`.env.example` with a sentence.
"""

import os
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from guanjia.kernel.embedded import EmbeddedPostgres

CHECKOUT = Path(__file__).resolve().parents[2]
REQUIRED = object()


class SettingError(Exception):
    """A variable is missing or means nothing; the message names it."""


def text(name: str, default=REQUIRED) -> str:
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is REQUIRED:
        raise SettingError(f"{name} is not set. What it means stands in .env.example.")
    return default


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.lstrip("-").isdigit():
        raise SettingError(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def switch(name: str, default: bool) -> bool:
    value = text(name, "1" if default else "0")
    if value not in ("0", "1"):
        raise SettingError(f"{name} must be 1 or 0, not {value!r}.")
    return value == "1"


def listed(name: str, default: str) -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def home() -> Path:
    """The folder of everything that belongs to this installation and not to the code."""
    return Path(text("GUANJIA_HOME", str(CHECKOUT / ".guanjia"))).expanduser().absolute()


def embedded_postgres() -> EmbeddedPostgres:
    return EmbeddedPostgres(home() / "postgres")


def read_file(path: Path = CHECKOUT / ".env") -> None:
    """Take over NAME=value lines, unless the name is set already."""
    for line in path.read_text().splitlines() if path.exists() else ():
        name, equals, value = line.partition("=")
        if equals and not name.lstrip().startswith("#"):
            os.environ.setdefault(name.strip(), value.strip())


def ensure_database() -> None:
    """Without a DATABASE_URL, bring up the embedded database and let the URLs lead there, for us and our children."""
    if not text("DATABASE_URL", ""):
        postgres = embedded_postgres()
        os.environ["DATABASE_URL"] = owner = url_of(postgres.ensure_running())
        if number("GUANJIA_WALL", 0):
            os.environ["GUANJIA_OWNER_URL"], os.environ["DATABASE_URL"] = owner, url_of(postgres.as_application())


def url_of(conninfo: dict) -> str:
    """A URL that `database` reads back; the host may be a socket's directory."""
    user, password, host = (quote(str(conninfo[part]), safe="") for part in ("user", "password", "host"))
    return f"postgres://{user}:{password}@{host}:{conninfo['port']}/{quote(conninfo['dbname'])}"


def database(url: str) -> dict:
    """A Django database from postgres://user:password@host:port/name?option=value.

    A socket's directory stands percent-encoded in the host's place, or in `?host=`. Other options go to libpq.
    """
    try:
        parts = urlsplit(url)
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        address = parts.netloc.rpartition("@")[2]  # not parts.hostname: that turns a path into lower case
        address = address[1:].partition("]")[0] if address.startswith("[") else address.partition(":")[0]
        host = options.pop("host", None) or unquote(address)
        port = options.pop("port", None) or (parts.port or "")
    except ValueError as error:
        raise SettingError(f"DATABASE_URL cannot be read: {error}.") from None
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgres", "postgresql") or not name:
        raise SettingError("DATABASE_URL must look like postgres://user:password@host:5432/name.")
    return {
        "ENGINE": "guanjia.kernel.postgres",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port),
        "OPTIONS": {"prepare_threshold": 0} | options,  # what binds its values in the server is prepared at once: kernel/fixed.py
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # after the database was restarted, the pool's old connections are dead
    }
