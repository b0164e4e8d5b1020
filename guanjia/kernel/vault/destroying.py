"""Destroying a person's key, and keeping it destroyed when an old backup is brought back."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from .. import fixed
from ..ids import Ref
from . import keys, ledger

#: kind -> what blanks everything about one of that kind once more, after a backup brought it back: `fn(id, company_id, at)`
ERASERS: dict[str, Callable[[UUID, UUID, datetime], None]] = {}


def fingerprint_of(subject_id: UUID) -> str:
    """Names the person's key without telling it; empty if there is none."""
    found = keys.of_all([subject_id])
    return keys.fingerprint(found[subject_id]) if found else ""


def destroy_key(subject: Ref, *, company_id: UUID, at: datetime) -> str:
    """Destroy a person's key for good and write its tombstone; returns the key's fingerprint, empty if there never was one.

    The ledger outside the database follows when the transaction is committed; a crash just between is mended by `reconcile`.
    """
    mark = fingerprint_of(subject.id)
    fixed.run("DELETE FROM kernel_datakey WHERE subject_id = %s", [subject.id])
    fixed.run(_BURY, [subject.id, company_id, subject.kind, mark, at])
    transaction.on_commit(partial(ledger.add, [_line(subject.id, company_id, subject.kind, mark, at)]))
    return mark


def reconcile() -> list[Ref]:
    """Make the database and the ledger tell the same; returns whom a restored backup had brought back, now erased again.

    Run at every start.
    """
    here = {row[0]: row for row in fixed.run("SELECT subject_id, company_id, kind, fingerprint, destroyed_at FROM kernel_destroyedkey", [])}
    there = ledger.lines()
    ledger.add(_line(*row) for key, row in here.items() if key not in there)
    again = []
    for line in (line for key, line in there.items() if key not in here):
        subject_id, company_id, kind, mark, at = line.split()
        subject = Ref(kind, UUID(subject_id))
        with transaction.atomic():
            fixed.run("DELETE FROM kernel_datakey WHERE subject_id = %s", [subject.id])
            fixed.run(_BURY, [subject.id, company_id, kind, "" if mark == "-" else mark, at])
            if kind in ERASERS:
                ERASERS[kind](subject.id, UUID(company_id), datetime.fromisoformat(at))
        again.append(subject)
    return again


def _line(subject_id: UUID, company_id: UUID, kind: str, mark: str, at: datetime) -> str:
    return f"{subject_id} {company_id} {kind} {mark or '-'} {at.isoformat()}"


_BURY = """
INSERT INTO kernel_destroyedkey (subject_id, company_id, kind, fingerprint, destroyed_at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
