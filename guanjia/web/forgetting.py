"""Staged lines are full of personal values: what is forgotten of them, and when.

A line that was taken is forgotten in the transaction that takes it; what is not refused, when the run ends. Refused lines are
kept for their file, to be corrected, and for a week. Which lines there were, and what became of each and why, stays.
"""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from guanjia.kernel import fixed

from .models import ImportRow, ImportRun

#: so long somebody may fetch the refused lines of a run that has ended
REFUSED_KEPT_FOR = timedelta(days=7)
#: a run that nobody went on with ends after so long
ABANDONED_AFTER = timedelta(days=30)


def still_staged(run: ImportRun) -> QuerySet:
    """The lines of a run of which nothing was forgotten yet."""
    return run.rows.exclude(cells=[])


def forget_taken(run: ImportRun, *, first: int, last: int) -> None:
    """Forget the lines from `first` to `last` that were taken; in the transaction that took them."""
    fixed.run(f"{_FORGET} AND line BETWEEN %s AND %s AND verdict IN ('added', 'changed')", [[run.pk], first, last])


def forget_all_but_refused(run: ImportRun) -> None:
    """Forget what a run that ends need not show again; in the transaction that ends it."""
    fixed.run(f"{_FORGET} AND verdict <> 'refused' AND cells <> '[]'", [[run.pk]])


def end_abandoned(at: datetime) -> int:
    """Cancel the runs with which nobody went on; returns how many. What they have staged goes with them."""
    left = ImportRun.objects.unscoped("job").filter(created_at__lt=at - ABANDONED_AFTER).exclude(state__in=ImportRun.OVER)
    ended = list(left.select_for_update(of=("self",)))
    for run in ended:
        ImportRun.objects.unscoped("job").filter(pk=run.pk).update(state=ImportRun.CANCELLED, finished_at=at)
        forget_all_but_refused(run)
    return len(ended)


def forget_ended(at: datetime) -> int:
    """Forget what is still staged of the runs that ended a week ago, and the values that reasons cite; returns how many lines."""
    ended = ImportRun.objects.unscoped("job").filter(state__in=ImportRun.OVER, finished_at__lt=at - REFUSED_KEPT_FOR)
    keys = list(ended.filter(Exists(ImportRow.objects.filter(run=OuterRef("pk")).exclude(cells=[]))).values_list("pk", flat=True))
    return len(fixed.run(f"{_FORGET_REFUSED} RETURNING 1", [keys])) if keys else 0


_FORGET = """
UPDATE web_importrow SET name = '', key = '', cells = '[]', changes = '[]', notes = '[]' WHERE run_id = ANY(%s)
"""
#: reasons cite values in brackets, and numbers
_FORGET_REFUSED = """
UPDATE web_importrow AS r SET name = '', key = '', cells = '[]', changes = '[]', notes = '[]', reasons = COALESCE((
    SELECT jsonb_agg(
        jsonb_build_array(one -> 0, one -> 1, regexp_replace(one ->> 2, '「[^」]*」|“[^”]*”|[0-9]{5,}[0-9Xx]?', '「…」', 'g')) ORDER BY place)
    FROM jsonb_array_elements(r.reasons) WITH ORDINALITY AS told(one, place)), '[]')
WHERE run_id = ANY(%s) AND cells <> '[]'
"""
