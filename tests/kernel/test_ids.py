import threading
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from types import SimpleNamespace
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.kernel import ids
from guanjia.kernel.ids import Ref, uuid7
from guanjia.kernel.models import JournalAbout


def moment_of(key: UUID) -> datetime:
    return ids.EPOCH + timedelta(milliseconds=key.int >> 80)


def test_a_key_is_a_version_7_uuid_of_this_moment():
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    key = uuid7()
    assert (key.version, key.variant) == (7, RFC_4122)
    assert before <= moment_of(key) <= datetime.now(UTC) + timedelta(seconds=1)


def test_keys_ascend_even_inside_one_millisecond():
    keys = [uuid7() for _ in range(20_000)]
    assert len({key.int >> 80 for key in keys}) < len(keys)
    assert all(a < b for a, b in pairwise(keys))


def test_keys_ascend_when_the_machine_steps_back():
    ahead = ids._Keys()
    first = ahead.next(2_000, ascending=True)
    second = ahead.next(1_000, ascending=True)
    assert first < second


def test_a_full_millisecond_borrows_the_next_one():
    keys = ids._Keys()
    first = keys.next(5, ascending=True)
    keys._tail = (1 << 74) - 1
    second = keys.next(5, ascending=True)
    assert first < second
    assert second.int >> 80 == 6


def test_threads_never_share_a_key():
    made: list[list[UUID]] = [[] for _ in range(8)]

    def make(own: list[UUID]) -> None:
        own.extend(uuid7() for _ in range(2_000))

    threads = [threading.Thread(target=make, args=(own,)) for own in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({key for own in made for key in own}) == 16_000
    assert all(own == sorted(own) for own in made)


def test_a_forked_worker_starts_its_own_run():
    inherited = ids._now_keys
    ids._start_afresh()
    assert ids._now_keys is not inherited


@given(st.datetimes(datetime(1970, 1, 2), datetime(2199, 1, 1)), st.integers(-12, 12))
def test_a_key_for_a_past_moment_carries_it_in_any_zone(naive, hours):
    at = naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    first, second = uuid7(at), uuid7(at)
    assert timedelta(0) <= at - moment_of(first) < timedelta(milliseconds=1)
    assert first < second
    assert first.version == 7


def test_a_past_moment_does_not_hold_back_the_present():
    uuid7(datetime(2190, 1, 1, tzinfo=UTC))
    assert moment_of(uuid7()) < datetime(2190, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("at", [datetime(2026, 3, 2), datetime(1969, 12, 31, tzinfo=UTC)])
def test_a_moment_that_cannot_be_carried_is_refused(at):
    with pytest.raises(ValueError):
        uuid7(at)


def test_a_reference_reads_back_what_it_wrote():
    ref = Ref("desk.case", uuid7())
    assert str(ref) == f"desk.case:{ref.id}"
    assert Ref.parse(str(ref)) == ref
    assert len({ref, Ref.parse(str(ref))}) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "desk.case",
        "desk.case:",
        "desk.case:17",
        "case:0198a6a0-0000-7000-8000-000000000000",
        "Desk.Case:0198a6a0-0000-7000-8000-000000000000",
        ":0198a6a0-0000-7000-8000-000000000000",
    ],
)
def test_what_is_not_a_reference_is_refused(text):
    with pytest.raises(ValueError):
        Ref.parse(text)


def test_a_reference_to_an_instance_uses_its_label():
    key = uuid7()
    case = SimpleNamespace(_meta=SimpleNamespace(label_lower="desk.case"), pk=key)
    assert Ref.to(case) == Ref("desk.case", key)


def test_a_reference_through_a_foreign_key_reads_nothing():
    key = uuid7()
    line = JournalAbout(entry_id=key)
    assert Ref.through(line, "entry") == Ref("kernel.journalentry", key)
    assert Ref.through(JournalAbout(), "entry") is None


def test_a_reference_needs_a_uuid():
    with pytest.raises(TypeError):
        Ref("auth.group", 3)
