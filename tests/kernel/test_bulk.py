"""Many rows at once go in as one by one they would."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import DataError, transaction

from guanjia.kernel import bulk
from guanjia.kernel.models import DestroyedKey

AT = datetime(2026, 3, 2, tzinfo=UTC)


def row(**values) -> DestroyedKey:
    return DestroyedKey(
        **{"subject_id": uuid4(), "company_id": uuid4(), "kind": "test.thing", "fingerprint": "f", "destroyed_at": AT} | values
    )


def test_more_than_one_heap_goes_in_whole(db, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 3)
    rows = [row(fingerprint=str(nth)) for nth in range(8)]
    bulk.insert_rows(rows)
    found = DestroyedKey.objects.filter(pk__in=[one.pk for one in rows])
    assert {(one.pk, one.fingerprint, one.destroyed_at) for one in found} == {(one.pk, one.fingerprint, AT) for one in rows}


def test_what_is_too_long_is_refused_and_not_cut(db):
    with pytest.raises(DataError, match="too long"), transaction.atomic():
        bulk.insert_rows([row(), row(fingerprint="x" * 65)])
    assert not DestroyedKey.objects.exists()
