"""What an import has staged is forgotten: what was taken at once, what was refused a week later, and never the count of it."""

from datetime import timedelta

import pytest
from django.db import connection

from guanjia.kernel import clock, schedule
from guanjia.web.models import ImportRow, ImportRun

from .test_import_roll import confirm, manager, table, upload  # noqa: F401  (a fixture is there once it is imported)

TAKEN = ["3-2-1801", "89.5", "司马不留", "13811112222", "11010519491231002X", "", "", "2019-03-05"]
REFUSED = ["3-2-1802", "90", "诸葛暂留", "13833334444x9", "110105194912310021", "", "", "2019-03-05"]
CANARIES = ["司马不留", "13811112222", "11010519491231002X", "诸葛暂留", "13833334444", "110105194912310021"]


def staged() -> str:
    """Everything that stands in the staging table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(string_agg(r::text, ' '), '') FROM web_importrow r")
        return cursor.fetchone()[0]


def there() -> list[str]:
    text = staged()
    return [canary for canary in CANARIES if canary in text]


@pytest.fixture
def run(manager) -> ImportRun:  # noqa: F811
    run = upload(manager, table([TAKEN, REFUSED]))
    confirm(manager, run)
    assert sorted(run.rows.values_list("verdict", flat=True)) == ["added", "refused"]
    assert there() == CANARIES
    return run


def test_a_line_that_was_taken_is_forgotten_at_once(manager, run):  # noqa: F811
    manager.post(f"/imports/{run.pk}/commit")
    run.refresh_from_db()
    assert run.state == ImportRun.DONE
    assert there() == CANARIES[3:]
    page = manager.get(f"/imports/{run.pk}/").content.decode()
    assert "已写入 1 行" in page
    assert "司马不留" not in page


def test_the_refused_lines_can_be_fetched_for_a_week_and_are_forgotten_then(manager, run):  # noqa: F811
    manager.post(f"/imports/{run.pk}/commit")
    reasons = ImportRow.objects.get(run=run, verdict="refused").reasons
    ended = ImportRun.objects.unscoped("tests").get(pk=run.pk).finished_at
    schedule.keep_days(ended + timedelta(days=6, hours=23))
    assert "诸葛暂留" in b"".join(manager.get(f"/imports/{run.pk}/refused.csv").streaming_content).decode("utf-8-sig")
    schedule.keep_days(ended + timedelta(days=8))
    assert there() == []
    row = ImportRow.objects.get(run=run, verdict="refused")
    assert [one[:2] for one in row.reasons] == [one[:2] for one in reasons]  # which cells, and why, though not what stood there
    assert all(why for _letter, _header, why in row.reasons)
    assert manager.get(f"/imports/{run.pk}/refused.csv").status_code == 404
    assert "诸葛暂留" not in manager.get(f"/imports/{run.pk}/").content.decode()


def test_what_is_cancelled_is_forgotten_but_for_the_refused(manager, run):  # noqa: F811
    manager.post(f"/imports/{run.pk}/cancel")
    assert there() == CANARIES[3:]


def test_a_run_with_which_nobody_went_on_ends(manager, run):  # noqa: F811
    schedule.keep_days(clock.now() + timedelta(days=29))
    run.refresh_from_db()
    assert run.state == ImportRun.READY
    schedule.keep_days(clock.now() + timedelta(days=31))
    run.refresh_from_db()
    assert run.state == ImportRun.CANCELLED
    schedule.keep_days(clock.now() + timedelta(days=40))
    assert there() == []


def test_a_day_is_kept_once():
    done: list = []
    schedule.DAILY["tests.daily"] = done.append
    try:
        at = clock.now()
        schedule.keep_days(at)
        schedule.keep_days(at)
        schedule.keep_days(at + timedelta(days=1))
    finally:
        del schedule.DAILY["tests.daily"]
    assert len(done) == 2
