"""Keeping the rollups: days are closed, counted, and counted again when something about them changes.

A closed day is a function of the obligations that fell due on it. The trigger of `StaleDay` notes every later change,
whoever makes it; the tick counts the day anew. Until it has, `compliance` reads that day from the obligations, so what
a page shows is right at any moment, with or without a tick.

A transaction that changed an obligation just before the day was closed did not know that it had to leave a note. So
days are counted only when every transaction that ran beside the closing has ended.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from guanjia.kernel import journal, schedule
from guanjia.kernel.act import Act, system_act
from guanjia.kernel.usecase import usecase, whole
from guanjia.org.models import Project

from . import facts
from .compliance import BIN, KINDS, SECONDS, ZONE, rules_in_use

DAYS_AT_ONCE = 2000  # project days counted in one transaction
BATCHES_PER_TICK = 3  # a first count of many years takes several beats; ladders must not wait for it
MONTHS_LOOKED_BACK = 3
_LOCK = 0x67756172


def keep(at: datetime) -> dict[str, int]:
    """Close the days before today, count what is to be counted, announce the months that are complete."""
    today = timezone.localtime(at).date()
    closed = whole(lambda: close(today))
    counted = 0
    for _batch in range(BATCHES_PER_TICK):
        done = whole(lambda: count_stale())
        counted += done
        if done < DAYS_AT_ONCE:
            break
    return {"days": counted, "months": announce(at) if closed or counted else 0}


def close(today: date) -> bool:
    """From now on changes to days before today leave a note; what fell due on them is noted to be counted. True if any was closed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT closed_until FROM rulebook_rollupmark")
        row = cursor.fetchone()
        if row is not None and row[0] >= today:
            return False
        cursor.execute(
            "INSERT INTO rulebook_rollupmark (id, closed_until, closed_by) VALUES (1, %s, pg_current_xact_id()::text::bigint)"
            " ON CONFLICT (id) DO UPDATE SET closed_until = excluded.closed_until, closed_by = excluded.closed_by",
            [today],
        )
        since = (
            ""
            if row is None
            else " AND due_at >= %(since)s::timestamp AT TIME ZONE %(zone)s AND rule = ANY(%(rules)s)"
            + (" AND project_id = ANY(ARRAY(SELECT id FROM org_project))")
        )
        cursor.execute(
            "INSERT INTO rulebook_staleday (project_id, day) SELECT DISTINCT project_id, (due_at AT TIME ZONE %(zone)s)::date"
            f" FROM rulebook_obligation WHERE due_at < %(today)s::timestamp AT TIME ZONE %(zone)s{since} ORDER BY 2, 1",
            {"today": today, "since": row[0] if row else None, "zone": ZONE, "rules": rules_in_use()},
        )
        return True


def count_stale() -> int:
    """Count a batch of noted days again; returns how many notes were worked off. 0 while a transaction beside the closing still runs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint > closed_by"
            " OR closed_by = pg_current_xact_id_if_assigned()::text::bigint FROM rulebook_rollupmark"
        )
        row = cursor.fetchone()
        if row is None or not row[0]:
            return 0
        cursor.execute(
            "DELETE FROM rulebook_staleday WHERE id IN (SELECT id FROM rulebook_staleday ORDER BY id LIMIT %s) RETURNING project_id, day",
            [DAYS_AT_ONCE],
        )
        notes = cursor.fetchall()
        if notes:
            count_days(cursor, sorted(set(notes)))
        return len(notes)


_KEYS = "company_id, project_id, rule, stage, handbook, owner_post_id, is_outside"
_FIGURES = "owed, in_time, late, lapsed, waived, voided, open, seconds_sum"
_NUMBERS = ", ".join(f"count(*) FILTER (WHERE {KINDS[name]}) AS {name}" for name in ("in_time", "late", "lapsed", "waived", "voided"))
COUNT_DAYS = f"""
WITH wanted AS (SELECT * FROM unnest(%(projects)s::uuid[], %(days)s::date[]) w(project, day)),
rows AS (
    SELECT o.company_id, o.project_id, w.day, o.rule, o.stage, o.handbook, o.owner_post_id, o.assignee_id,
           o.owed_by <> '' AS is_outside, CASE WHEN met_at IS NOT NULL THEN {BIN} END AS bin,
           count(*) AS owed, {_NUMBERS}, count(*) FILTER (WHERE met_at IS NULL AND voided_at IS NULL) AS open,
           coalesce(sum({SECONDS}) FILTER (WHERE met_at IS NOT NULL), 0) AS seconds_sum
    FROM wanted w JOIN rulebook_obligation o ON o.project_id = w.project AND o.rule = ANY(%(rules)s)
     AND o.due_at >= w.day::timestamp AT TIME ZONE '{ZONE}' AND o.due_at < (w.day + 1)::timestamp AT TIME ZONE '{ZONE}'
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
)
INSERT INTO rulebook_rollupday ({_KEYS}, day, assignee_id, {_FIGURES}, bins, bin_counts)
SELECT {_KEYS}, day, assignee_id, {", ".join(f"sum({name})" for name in _FIGURES.split(", "))},
       coalesce(array_agg(bin ORDER BY bin) FILTER (WHERE bin IS NOT NULL), '{{}}'),
       coalesce(array_agg(owed ORDER BY bin) FILTER (WHERE bin IS NOT NULL), '{{}}')
FROM rows GROUP BY {_KEYS}, day, assignee_id
"""
COUNT_MONTHS = f"""
WITH wanted AS (SELECT * FROM unnest(%(projects)s::uuid[], %(months)s::date[]) w(project, month)),
mine AS (
    SELECT d.*, w.month FROM wanted w JOIN rulebook_rollupday d
    ON d.project_id = w.project AND d.day >= w.month AND d.day < (w.month + interval '1 month')::date
),
figures AS (SELECT {_KEYS}, month, {", ".join(f"sum({name}) AS {name}" for name in _FIGURES.split(", "))} FROM mine GROUP BY {_KEYS}, month),
spread AS (
    SELECT {_KEYS}, month, array_agg(bin ORDER BY bin) AS bins, array_agg(n ORDER BY bin) AS bin_counts
    FROM (SELECT {_KEYS}, month, b.bin, sum(b.n) AS n FROM mine CROSS JOIN LATERAL unnest(bins, bin_counts) b(bin, n) GROUP BY {_KEYS}, month, b.bin) s
    GROUP BY {_KEYS}, month
)
INSERT INTO rulebook_rollupmonth ({_KEYS}, month, {_FIGURES}, bins, bin_counts)
SELECT {", ".join(f"f.{name}" for name in _KEYS.split(", "))}, f.month, {", ".join(f"f.{name}" for name in _FIGURES.split(", "))},
       coalesce(s.bins, '{{}}'), coalesce(s.bin_counts, '{{}}')
FROM figures f LEFT JOIN spread s ON (f.project_id, f.rule, f.stage, f.handbook, f.is_outside, f.month)
   = (s.project_id, s.rule, s.stage, s.handbook, s.is_outside, s.month) AND f.owner_post_id IS NOT DISTINCT FROM s.owner_post_id
"""


def count_days(cursor: Any, days: list[tuple[Any, date]]) -> None:
    """Count these days of these projects again, and the months they lie in."""
    values = {"projects": [project for project, _day in days], "days": [day for _project, day in days], "rules": rules_in_use()}
    cursor.execute(
        "DELETE FROM rulebook_rollupday d USING unnest(%(projects)s::uuid[], %(days)s::date[]) w(project, day)"
        " WHERE d.project_id = w.project AND d.day = w.day",
        values,
    )
    cursor.execute(COUNT_DAYS, values)
    months = sorted({(project, day.replace(day=1)) for project, day in days})
    values = {"projects": [project for project, _month in months], "months": [month for _project, month in months]}
    cursor.execute(
        "DELETE FROM rulebook_rollupmonth d USING unnest(%(projects)s::uuid[], %(months)s::date[]) w(project, month)"
        " WHERE d.project_id = w.project AND d.month = w.month",
        values,
    )
    cursor.execute(COUNT_MONTHS, values)


# -- a month is complete ---------------------------------------------------------------------------
def announce(at: datetime) -> int:
    """Say once of every project and month that all its days are counted; whoever reports over months listens."""
    today = timezone.localtime(at).date()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT m.project_id, m.month FROM rulebook_rollupmonth m"
            " WHERE m.month >= %(since)s AND (m.month + interval '1 month')::date <= %(today)s"
            " AND NOT EXISTS (SELECT 1 FROM rulebook_staleday s WHERE s.project_id = m.project_id"
            "                 AND s.day >= m.month AND s.day < (m.month + interval '1 month')::date)"
            " AND NOT EXISTS (SELECT 1 FROM kernel_schedulerun r"
            "                 WHERE r.kind = 'month:' || replace(m.project_id::text, '-', '') AND r.period = to_char(m.month, 'YYYY-MM'))"
            " ORDER BY 2, 1 LIMIT 50",
            {"since": (today.replace(day=1) - timedelta(days=27 * MONTHS_LOOKED_BACK)).replace(day=1), "today": today},
        )
        complete = cursor.fetchall()
    return sum(_announce_once(project, f"{month:%Y-%m}", at) for project, month in complete)


def _announce_once(project_id: Any, period: str, at: datetime) -> bool:
    project = Project.objects.unscoped("engine").get(pk=project_id)
    act = system_act(at, company_id=project.company_id)
    return whole(lambda: schedule.claim(f"month:{project.pk.hex}", period, at) and end_month(project=project, period=period, act=act))


@usecase("rulebook.month.end")
def end_month(*, project: Project, period: str, act: Act) -> bool:
    """Record that a month of a project is over and counted."""
    journal.record(project, facts.MonthEnded(period=period), act=act)
    return True
