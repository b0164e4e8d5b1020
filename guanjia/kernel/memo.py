"""Values that change rarely and are asked often: kept for a few seconds in each process.

Never for access: rights are read at every request. What was read with one pass (`wall`) is no answer to who holds another:
with none, the table would have looked empty.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings

from . import wall

_caches: list[dict] = []
_held: ContextVar[defaultdict | None] = ContextVar("values held for one long reckoning", default=None)


def remembered(fn: Callable, *, seconds: float | None = None) -> Callable:
    """Keep the results of `fn(*hashable)` for GUANJIA_MEMO_SECONDS (0 keeps nothing), or for `seconds` whatever is set.

    Say `seconds` only where every change forgets by itself (`forget_all`) and the question is asked at every line.
    """
    cache: dict[tuple[str, tuple], tuple[float, Any]] = {}
    _caches.append(cache)

    @wraps(fn)
    def run(*args: Any) -> Any:
        held, asked = _held.get(), (wall.seen(), args)
        if held is not None:
            mine = held[fn]
            if asked not in mine:
                mine[asked] = fn(*args)
            return mine[asked]
        keep = getattr(settings, "GUANJIA_MEMO_SECONDS", 5) if seconds is None else seconds
        if not keep:
            return fn(*args)
        now = time.monotonic()
        kept = cache.get(asked)
        if kept is None or kept[0] < now:
            if len(cache) > 10_000:
                cache.clear()
            kept = cache[asked] = (now + keep, fn(*args))
        return kept[1]

    return run


@contextmanager
def held() -> Iterator[None]:
    """What is asked inside is asked once: a long reckoning sees one state of everything, as it was when it was first asked."""
    token = _held.set(defaultdict(dict))
    try:
        yield
    finally:
        _held.reset(token)


def staleness() -> timedelta:
    """How old a remembered value may be in any process."""
    return timedelta(seconds=getattr(settings, "GUANJIA_MEMO_SECONDS", 5))


def forget_all() -> None:
    """Forget everything at once: after a change that must show immediately in this process."""
    for cache in _caches:
        cache.clear()
