"""Identifiers: keys that sort by time, and references that point without importing.

`uuid7` makes the primary keys (RFC 9562, version 7). `Ref` names any row by kind and key, so that
a low floor can point at a row of a higher one. Neither knows what it identifies.
"""

from __future__ import annotations

import os
import re
import secrets
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KIND = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


def uuid7(at: datetime | None = None) -> UUID:
    """A fresh UUIDv7; keys made one after the other in this process ascend.

    With `at` (aware) the key carries that moment instead of the machine's, so that imported rows
    sort among their contemporaries; keys for one and the same moment made in a row ascend too.
    """
    if at is None:
        # The machine's time and not the clock of kernel/clock.py: a demo clock set back must not
        # make new keys sort before the rows that are already there.
        return _now_keys.next(time.time_ns() // 1_000_000, ascending=True)
    if at.tzinfo is None:
        raise ValueError("uuid7 needs an aware moment")
    return _past_keys.next((at - EPOCH) // timedelta(milliseconds=1), ascending=False)


class _Keys:
    """One ascending run of keys: 48 bits of milliseconds, then 74 bits that only grow within one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._millis = -1
        self._tail = 0

    def next(self, millis: int, *, ascending: bool) -> UUID:
        with self._lock:
            if ascending and millis < self._millis:
                millis = self._millis  # the machine's clock stepped back
            if millis == self._millis:
                self._tail += 1 + secrets.randbits(32)  # a random step keeps keys unguessable
            else:
                self._tail = secrets.randbits(73)  # top bit clear: room to count upwards
            if self._tail >> 74:
                millis, self._tail = millis + 1, secrets.randbits(73)
            self._millis = millis
            return _assemble(millis, self._tail)


def _assemble(millis: int, tail: int) -> UUID:
    if not 0 <= millis < 1 << 48:
        raise ValueError("a UUIDv7 holds moments from 1970 to 10889")
    high, low = tail >> 62, tail & ((1 << 62) - 1)
    return UUID(int=millis << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)


def _start_afresh() -> None:
    global _now_keys, _past_keys
    _now_keys, _past_keys = _Keys(), _Keys()


_start_afresh()
# A forked worker inherits the counters; without this, siblings would count from the same key.
os.register_at_fork(after_in_child=_start_afresh)


@lru_cache(1000)
def _is_kind(text: str) -> bool:
    """There are a few dozen kinds, and millions of references: each is looked at once."""
    return KIND.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """Points at one row: `kind` is "<app label>.<model>" in lower case, `id` its key."""

    kind: str
    id: UUID

    def __post_init__(self) -> None:
        if not _is_kind(self.kind):
            raise ValueError(f"not a kind: {self.kind!r}")
        if not isinstance(self.id, UUID):
            raise TypeError(f"a Ref needs a UUID, not {self.id!r}")

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Ref:
        """The Ref that `str()` wrote; ValueError for anything else."""
        kind, _, key = text.partition(":")
        try:
            return cls(kind, UUID(key))
        except ValueError:
            raise ValueError(f"not a reference: {text!r}") from None

    @classmethod
    def to(cls, instance: Any) -> Ref:
        """The Ref of a Django model instance, saved or not (keys are made before saving)."""
        return cls(instance._meta.label_lower, instance.pk)

    @classmethod
    def through(cls, instance: Any, name: str) -> Ref | None:
        """The Ref of what the instance's foreign key `name` leads to, without reading that row; None if it leads nowhere."""
        field = instance._meta.get_field(name)
        key = getattr(instance, field.attname)
        return None if key is None else cls(field.related_model._meta.label_lower, key)
