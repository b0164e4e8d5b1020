"""The second net: which companies' rows PostgreSQL shows to whoever is at work, whatever is asked.

Row-level security (`policies`) compares each row's company with a pass that the connection has shown. Here is who holds
which pass: a request and a use case that of their own company, named work of no single company (`everyone`) that of all,
and whoever says nothing none at all: nothing said, nothing seen. The connection shows it by itself (`postgres.base`).

A pass names companies, is good for one server process, and is signed with a key that lies in the database where the
application cannot read it: SQL smuggled into a query can drop a pass, never make one.
"""

import hmac
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings

NOTHING, EVERYONE = "", "*"

#: why work may see every company; a request never chooses
REASONS = frozenset({"command", "engine", "job", "login", "link", "rights", "tests", "uniqueness"})

_inside: ContextVar[str | None] = ContextVar("what is seen inside", default=None)
_outside = NOTHING


def stands() -> bool:
    """Whether the wall stands in this installation (GUANJIA_WALL); while it lies, nobody shows a pass and nobody is asked for one."""
    return settings.GUANJIA_WALL


def seen() -> str:
    """What is seen now: "" nothing, "*" everyone, or the ids of companies joined by commas. Everyone while the wall lies."""
    if not stands():
        return EVERYONE
    said = _inside.get()
    return _outside if said is None else said


@contextmanager
def inside(companies: Iterable[UUID]) -> Iterator[None]:
    """Work for these companies and see no other's rows."""
    token = _inside.set(_said(companies))
    try:
        yield
    finally:
        _inside.reset(token)


@contextmanager
def everyone(reason: str) -> Iterator[None]:
    """Work that is of no single company; the reason is from the closed list `REASONS`."""
    _known(reason)
    token = _inside.set(EVERYONE)
    try:
        yield
    finally:
        _inside.reset(token)


def enter(companies: Iterable[UUID]) -> None:
    """From here to the end of the enclosing block see these companies: who asks is known only in the midst of a request."""
    _inside.set(_said(companies))


def stand_open(reason: str) -> None:
    """In this process whoever says nothing sees everyone: commands that an operator types, and tests."""
    global _outside
    _known(reason)
    _outside = EVERYONE


def shut() -> None:
    """In this process whoever says nothing sees nothing, as it is where requests are answered."""
    global _outside
    _outside = NOTHING


def carried(parts: Iterable[Any]) -> Iterator[Any]:
    """The same parts, made later with what is seen now: an answer is often read after the request is over."""
    return _carried(seen(), parts)


def _carried(said: str, parts: Iterable[Any]) -> Iterator[Any]:
    parts = iter(parts)
    while True:
        token = _inside.set(said)
        try:
            part = next(parts, None)
        finally:
            _inside.reset(token)
        if part is None:
            return
        yield part


def _said(companies: Iterable[UUID]) -> str:
    return ",".join(sorted(str(UUID(str(one))) for one in companies))


def _known(reason: str) -> None:
    if reason not in REASONS:
        raise ValueError(f"unknown reason {reason!r} to see every company")


# -- passes ----------------------------------------------------------------------------------------
def pass_for(said: str, server_process: int) -> str:
    """The signed words that the server process with this number believes; "" for nothing."""
    if said == NOTHING:
        return ""
    return f"{said}:{hmac.digest(key(settings.SECRET_KEY), f'{server_process}:{said}'.encode(), 'sha256').hex()}"


@lru_cache(8)
def key(secret: str) -> bytes:
    """The key of passes, made from the installation's secret: the same for all its processes."""
    return hmac.digest(secret.encode(), b"guanjia.pass", "sha256")


def pads(secret: str) -> tuple[bytes, bytes]:
    """The key as HMAC uses it, for a database that knows SHA-256 only: (inner, outer), 64 bytes each."""
    padded = key(secret).ljust(sha256().block_size, b"\0")
    return bytes(one ^ 0x36 for one in padded), bytes(one ^ 0x5C for one in padded)
