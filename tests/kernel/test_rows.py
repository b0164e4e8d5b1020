"""What is written as one document reads back as it was."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from django.db import DataError, connection

from guanjia.kernel import rows
from guanjia.kernel.ids import uuid7
from guanjia.kernel.models import JournalAbout, JournalEntry

AT = datetime(2026, 3, 2, 8, 12, 13, 123456, UTC)
ODD = "引号 ' \" 反斜杠 \\ 百分号 %s %% 换行\n制表\t表情 🔧 {花括号}"


def line(**values) -> JournalEntry:
    return JournalEntry(
        **{
            "id": uuid7(),
            "company_id": uuid7(),
            "seq": 9_007_199_254_740_993,
            "happened_at": AT,
            "recorded_at": AT,
            "by_kind": "person",
            "by_name": ODD,
            "via": "console",
            "fact": "desk.case.opened",
            "subject_kind": "desk.case",
            "subject_id": uuid7(),
            "hash": "0" * 64,
        }
        | values
    )


def insert(*lines: JournalEntry) -> None:
    with connection.cursor() as cursor:
        cursor.execute(rows.insert(JournalEntry), [rows.document(lines)])


def columns(entry: JournalEntry) -> dict:
    return {field.attname: getattr(entry, field.attname) for field in JournalEntry._meta.concrete_fields}


def test_every_column_comes_back(db):
    said = {"text": ODD, "none": None, "list": [1, 2.5, True, ODD], "nested": {"键": ["值"]}, "empty": ""}
    written = [line(payload=said), line(payload={}, project_id=uuid7(), by_id=UUID(int=1), cause_id=UUID(int=2**128 - 1))]
    insert(*written)
    for one in written:
        assert columns(JournalEntry.objects.unscoped("tests").get(pk=one.pk)) == columns(one)


def test_a_moment_is_the_same_moment_in_any_zone(db):
    entry = line(happened_at=AT.astimezone(timezone(timedelta(hours=8))), recorded_at=AT)
    insert(entry)
    assert JournalEntry.objects.unscoped("tests").get(pk=entry.pk).happened_at == AT


def test_keys_that_the_database_counts_are_left_to_it(db):
    entry = line()
    insert(entry)
    with connection.cursor() as cursor:
        about = [JournalAbout(entry=entry, company_id=entry.company_id, kind="desk.case", subject_id=uuid7(), happened_at=AT) for _ in "12"]
        cursor.execute(rows.insert(JournalAbout), [rows.document(about)])
    assert entry.abouts.count() == len(set(entry.abouts.values_list("pk", flat=True))) == 2


def test_what_does_not_fit_is_refused(db):
    with pytest.raises(DataError):
        insert(line(via="x" * 17))
