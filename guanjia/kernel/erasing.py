"""Making everything about a person unreadable: his key, the personal columns of every room, files, messages, names under signatures.

Rows, their numbers and the journal stay. The journal holds no personal values, so nothing in it need be changed.
"""

import contextlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import F, Value
from django.db.models.functions import Cast, Concat, Left

from . import fixed, privacy
from .about import parts_of, refs_of
from .files import path_of
from .ids import Ref
from .models import Attachment, OutboundMessage, Signature
from .vault import ledger
from .vault.destroying import bury, destroy_key

GONE = "—"  # stands where a text was that must not be empty


@dataclass
class Erased:
    """What was made unreadable: rows by kind, columns by class, files; and the fingerprint of the key that is gone."""

    rows: Counter = field(default_factory=Counter)
    columns: Counter = field(default_factory=Counter)
    files: int = 0
    key: str = ""

    def as_plain(self) -> dict[str, Any]:
        return {"rows": dict(self.rows), "columns": dict(self.columns), "files": self.files, "key": self.key}


def erase(person: Ref, *, company_id: UUID, at: datetime) -> Erased:
    """Erase a person from all rooms. The caller has asked whether it may be done."""
    erased = Erased()
    everything = [ref.id for ref in refs_of(person)]
    erased.files = drop_files(everything)
    _blank_signatures(everything)
    sent = OutboundMessage.objects.unscoped("erasure").filter(subject_id__in=everything)
    erased.rows["kernel.outboundmessage"] = sent.update(to="", text="")
    for part in reversed(parts_of(person)):  # from the top down: the way to the person leads over rows that are still there
        rows, names = part.rows(person), part.forgotten()
        if not names:
            continue
        count = rows.delete()[0] if part.drop else rows.update(version=F("version") + 1, **blanks(part.model, names))
        erased.rows[part.kind] += count
        for name in names if count else ():
            erased.columns[privacy.of(part.model._meta.get_field(name)).value] += 1
    erased.rows = +erased.rows
    erased.key = destroy_key(person, company_id=company_id, at=at)
    return erased


def blanks(model: type[models.Model], names: list[str]) -> dict[str, Any]:
    """What stands in these columns when they say nothing any more."""
    return {name: _blank(model._meta.get_field(name)) for name in names}


def _blank(column: models.Field) -> Any:
    if column.null:
        return None
    if isinstance(column, models.JSONField):
        return column.get_default() if column.has_default() else {}
    return "" if column.blank else GONE


def drop_files(subject_ids: list[UUID]) -> int:
    """Take away the files of these rows; a content that nobody else keeps leaves the disk when the transaction is committed."""
    rows = Attachment.objects.unscoped("erasure").filter(subject_id__in=subject_ids)
    Signature.objects.unscoped("erasure").filter(image__in=rows).update(image=None)
    contents = set(rows.values_list("sha256", flat=True))
    count, _kinds = rows.delete()
    kept = set(Attachment.objects.unscoped("erasure").filter(sha256__in=contents).values_list("sha256", flat=True))
    transaction.on_commit(partial(_unlink, contents - kept))
    return count


def reconcile() -> list[Ref]:
    """Make the database and the ledger of destroyed keys tell the same. Run at every start.

    Returns whom a restored backup had brought back: they are erased again, at the moment at which they had been.
    """
    here = {row[0]: row for row in fixed.run("SELECT subject_id, company_id, kind, fingerprint, destroyed_at FROM kernel_destroyedkey", [])}
    there = ledger.lines()
    ledger.add(ledger.line(*row) for key, row in here.items() if key not in there)
    again = []
    for line in (line for key, line in there.items() if key not in here):
        subject_id, company_id, kind, mark, at = line.split()
        person = Ref(kind, UUID(subject_id))
        with transaction.atomic():
            bury(person, company_id=UUID(company_id), mark="" if mark == "-" else mark, at=datetime.fromisoformat(at))
            erase(person, company_id=UUID(company_id), at=datetime.fromisoformat(at))
        again.append(person)
    return again


def _blank_signatures(subject_ids: list[UUID]) -> None:
    """That somebody signed stays; who, no more. The key keeps two who signed one slot apart."""
    rows = Signature.objects.unscoped("erasure").filter(subject_id__in=subject_ids).exclude(signer_kind="org.person")
    rows.update(signer_name=Concat(Value(GONE), Left(Cast("id", models.CharField()), 36)))


def _unlink(contents: set[str]) -> None:
    for sha256 in contents:
        with contextlib.suppress(FileNotFoundError):
            path_of(sha256).unlink()
