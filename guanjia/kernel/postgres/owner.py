"""The role that owns the tables: it migrates. Web and worker are another one, which owns nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from guanjia.kernel import environment


@contextmanager
def as_owner(connection: Any) -> Iterator[str]:
    """Inside, this connection is the owner's, in the same database. Gives the application's role; "" where both are one.

    Not within a transaction, which could not be taken along.
    """
    ours = connection.settings_dict
    owners = environment.database(settings.GUANJIA_OWNER_URL) if settings.GUANJIA_OWNER_URL else ours
    application = ours["OPTIONS"].get("assume_role") or ours["USER"]
    if application == owners["USER"] or connection.in_atomic_block:
        yield ""
        return
    connection.close()
    connection.settings_dict = ours | {part: owners[part] for part in ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
    try:
        yield application
    finally:
        connection.close()
        connection.settings_dict = ours
