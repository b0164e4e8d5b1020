"""Destroying a person's key: for good, and with a tombstone inside the database and outside it."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from .. import fixed
from ..ids import Ref
from . import keys, ledger


def fingerprint_of(subject_id: UUID) -> str:
    """Names the person's key without telling it; empty if there is none."""
    found = keys.of_all([subject_id])
    return keys.fingerprint(found[subject_id]) if found else ""


def destroy_key(subject: Ref, *, company_id: UUID, at: datetime) -> str:
    """Destroy a person's key and write its tombstone; returns the key's fingerprint, empty if there never was one.

    The ledger outside the database follows when the transaction is committed; `erasing.reconcile` mends a crash just between.
    """
    mark = fingerprint_of(subject.id)
    bury(subject, company_id=company_id, mark=mark, at=at)
    transaction.on_commit(partial(ledger.add, [ledger.line(subject.id, company_id, subject.kind, mark, at)]))
    return mark


def bury(subject: Ref, *, company_id: UUID, mark: str, at: datetime) -> None:
    """Take the key out of the database, and write that it was there."""
    fixed.run("DELETE FROM kernel_datakey WHERE subject_id = %s", [subject.id])
    fixed.run(_BURY, [subject.id, company_id, subject.kind, mark, at])


_BURY = """
INSERT INTO kernel_destroyedkey (subject_id, company_id, kind, fingerprint, destroyed_at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
