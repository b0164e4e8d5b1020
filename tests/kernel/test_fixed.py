"""What is written as one document reads back as it was."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext

from guanjia.desk.models import Case
from guanjia.kernel import fixed
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
    fixed.run(fixed.insert(JournalEntry), [fixed.document(lines)])


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
    about = [JournalAbout(entry=entry, company_id=entry.company_id, kind="desk.case", subject_id=uuid7(), happened_at=AT) for _ in "12"]
    fixed.run(fixed.insert(JournalAbout), [fixed.document(about)])
    assert entry.abouts.count() == len(set(entry.abouts.values_list("pk", flat=True))) == 2


def test_what_does_not_fit_is_refused(db):
    with pytest.raises(DataError):
        insert(line(via="x" * 17))


def test_rows_are_read_as_a_queryset_reads_them(db):
    entry = line(payload={"键": ["值", 1, None]})
    insert(entry)
    (found,) = fixed.read(JournalEntry, "WHERE id = %s", [entry.pk])
    assert columns(found) == columns(JournalEntry.objects.unscoped("tests").get(pk=entry.pk))
    assert (found._state.adding, found._state.db) == (False, "default")
    assert fixed.read(JournalEntry, "WHERE id = %s", [uuid7()]) == []


def test_a_stored_row_knows_what_the_database_worked_out(world):
    said = {"type": "consultation", "content": ODD, "title": "标题", "customer_phone": "+8613800138000", "entry": {"part": ODD}}
    closed = {"state": "closed", "opened_at": AT, "created_at": AT, "resolved_at": AT, "closed_at": AT}
    case = Case(project=world.project, number="CS-1", **said, **closed)
    fixed.store(case)
    stored = Case.objects.unscoped("tests").get(pk=case.pk)
    assert {field.attname: getattr(case, field.attname) for field in Case._meta.concrete_fields} == {
        field.attname: getattr(stored, field.attname) for field in Case._meta.concrete_fields
    }
    assert stored.phone_tail == "8000"
    assert not case._state.adding


def test_a_fixed_statement_is_counted_and_prepared(db):
    with CaptureQueriesContext(connection) as queries:
        assert fixed.run("SELECT %s::int + 1 AS one_more_than", [1]) == fixed.run("SELECT %s::int + 1 AS one_more_than", [1]) == [(2,)]
    assert [query["sql"] for query in queries] == ["SELECT %s::int + 1 AS one_more_than"] * 2
    prepared = fixed.run("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%one_more_than"])
    assert prepared == [(1,)]
