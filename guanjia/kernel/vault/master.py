"""The master key, outside the database: from the environment, or from a file that the first start writes.

Several keys may stand there, the newest first: it wraps, and all of them unwrap. So a new one is put in front, `manage.py
vault rotate` wraps the companies' keys anew, and the old one is taken away.
"""

import base64
import binascii
import contextlib
import os
import secrets
from functools import lru_cache
from pathlib import Path

from django.conf import settings

BYTES = 32


class MasterKeyError(Exception):
    """The master key is missing, or is not one; the message says where it was looked for."""


def known() -> list[bytes]:
    """The master keys, the newest first."""
    said = getattr(settings, "GUANJIA_MASTER_KEY", "")
    return _read(said, "GUANJIA_MASTER_KEY") if said else _from_file(file(), _written_at())


def file() -> Path:
    return folder() / "master-key"


def folder() -> Path:
    """Where this installation keeps what must not lie in the database."""
    return Path(settings.HOME) / "vault"


def fresh() -> str:
    """A new master key as it is written down."""
    return base64.urlsafe_b64encode(secrets.token_bytes(BYTES)).decode()


def put(texts: list[str]) -> None:
    """Write these keys into the file, the newest first; readable by nobody else, and whole or not at all."""
    draft = file().with_suffix(f".{os.getpid()}")
    _draft(draft, texts)
    os.replace(draft, file())


def _from_file(path: Path, written_at: int) -> list[bytes]:
    if not written_at:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(f".{os.getpid()}")
        _draft(draft, [fresh()])
        with contextlib.suppress(FileExistsError):  # of two first starts at once, one is the first
            os.link(draft, path)
        draft.unlink()
    return _file(path, _written_at())


@lru_cache(4)
def _file(path: Path, written_at: int) -> list[bytes]:
    return _read(path.read_text(), str(path))


def _written_at() -> int:
    try:
        return file().stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _draft(path: Path, texts: list[str]) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        handle.write("\n".join(texts) + "\n")
        handle.flush()
        os.fsync(handle.fileno())


@lru_cache(4)
def _read(text: str, where: str) -> list[bytes]:
    found = []
    for word in text.replace(",", " ").split():
        try:
            key = base64.b64decode(word.translate(str.maketrans("-_", "+/")) + "=" * (-len(word) % 4), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != BYTES:
            raise MasterKeyError(f"{where} must hold keys of {BYTES} bytes in base64, separated by commas.")
        found.append(key)
    if not found:
        raise MasterKeyError(f"{where} holds no key.")
    return found
