"""The one place that asks the machine what time it is.

Rooms never call this: they read `act.at`. Faces and workers ask `now()` when they build an act. A demo
may move the clock (`set_offset`), a test may hold it (`travelling`); nobody else can tell the difference.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

_held: ContextVar[datetime | None] = ContextVar("held clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    held = _held.get()
    return held if held is not None else datetime.now(UTC) + offset()


@contextmanager
def travelling(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` inside the block (tests, and the loading of demo data)."""
    token = _held.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _held.reset(token)


def is_movable() -> bool:
    """True where people may move the clock: demos, never production."""
    return bool(getattr(settings, "GUANJIA_MOVABLE_CLOCK", False))


def offset() -> timedelta:
    """How far a demo has moved its clock; a file, because web and worker must agree without asking the database."""
    if not is_movable():
        return timedelta(0)
    try:
        return timedelta(seconds=float(_offset_file().read_text()))
    except (OSError, ValueError):
        return timedelta(0)


def set_offset(by: timedelta) -> None:
    """Move the demo clock for every process that shares this data folder."""
    if not is_movable():
        raise PermissionError("the clock can be moved only in a demo (GUANJIA_MOVABLE_CLOCK)")
    _offset_file().write_text(str(by.total_seconds()))


def _offset_file() -> Path:
    return Path(settings.HOME) / "clock"
