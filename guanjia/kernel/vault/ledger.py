"""The ledger of destroyed keys, outside the database: a file that only grows, one line a key.

A restored backup may know nothing of what was destroyed after it was made. The ledger does: no key that stands in it is
ever used again, and `erasing.reconcile` takes it out of the database once more.
"""

import fcntl
import os
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from . import master


def destroyed() -> frozenset[UUID]:
    """Whose keys were destroyed. Read anew when the file has grown."""
    try:
        size = file().stat().st_size
    except FileNotFoundError:
        return frozenset()
    return frozenset(_lines(file(), size))


def lines() -> dict[UUID, str]:
    """Each tombstone as it was written: `<subject> <company> <kind> <fingerprint> <moment>`."""
    try:
        return _lines(file(), file().stat().st_size)
    except FileNotFoundError:
        return {}


def add(new: Iterable[str]) -> None:
    """Write tombstones that are not there yet, safely on disk before it returns."""
    file().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(os.open(file(), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "a+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        handle.seek(0)
        there = handle.read()
        if there and not there.endswith("\n"):  # a write that a power cut broke off
            handle.write("\n")
        known = _parsed(there)
        handle.writelines(f"{line}\n" for line in new if UUID(line.split()[0]) not in known)
        handle.flush()
        os.fsync(handle.fileno())


def line(subject_id: UUID, company_id: UUID, kind: str, mark: str, at: datetime) -> str:
    """A tombstone as it is written."""
    return f"{subject_id} {company_id} {kind} {mark or '-'} {at.isoformat()}"


def file() -> Path:
    return master.folder() / "destroyed-keys"


@lru_cache(4)
def _lines(path: Path, size: int) -> dict[UUID, str]:
    return _parsed(path.read_text())


def _parsed(text: str) -> dict[UUID, str]:
    found = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) == 5:
            found[UUID(words[0])] = line
    return found
