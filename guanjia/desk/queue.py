"""The queue: unfinished cases by what is due next, fifty at a time.

Rules keep each case's next due time on the rulebook's clock; the queue walks that clock. Static SQL with parameters, in
two shapes: where most cases qualify the clock leads and cases are skipped; where few do they lead and are sorted.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Reason

from . import states
from .models import Case
from .reach import Reach, reach_of
from .search import SAYS, among_the_newest, plain

PAGE = 50
COUNT_MAX = 1_000
SAMPLE, COMMON = 2_000, 40  # a word in so many of the newest cases is found by walking

_UNFINISHED = f"c.state IN ({', '.join(repr(state) for state in states.UNFINISHED)})"
_AFTER = " AND (k.next_due_at, k.subject_id) > (%(after_at)s, %(after_id)s)"
_PAGE = "ORDER BY k.next_due_at, k.subject_id LIMIT %(size)s"
# A question to each clock in turn and no join: a planner that misjudges how many qualify would read them all to sort fifty.
_WALK = f"""
SELECT k.subject_id, k.next_due_at FROM rulebook_subjectclock k
WHERE k.subject_kind = 'desk.case' AND k.project_id = {{project}} {{clock}}
AND (SELECT true FROM desk_case c WHERE c.id = k.subject_id AND c.project_id = k.project_id AND {_UNFINISHED} {{case}}) {_PAGE}
"""
_WALK_FEW = "SELECT k.* FROM unnest(%(projects)s::uuid[]) AS p(id) CROSS JOIN LATERAL ({walk}) k " + _PAGE
_SORT = f"""
WITH wanted AS MATERIALIZED (SELECT c.id FROM desk_case c WHERE c.project_id = ANY(%(projects)s) AND {_UNFINISHED} {{case}})
SELECT k.subject_id, k.next_due_at FROM wanted JOIN rulebook_subjectclock k ON k.subject_id = wanted.id WHERE true {{clock}} {_PAGE}
"""
_SORT_RARE_WORDS = f"""
WITH hits AS MATERIALIZED (SELECT id FROM desk_cases_saying(%(text)s)),
wanted AS MATERIALIZED (SELECT c.id FROM hits JOIN desk_case c USING (id) WHERE c.project_id = ANY(%(projects)s) AND {_UNFINISHED} {{case}})
SELECT k.subject_id, k.next_due_at FROM wanted JOIN rulebook_subjectclock k ON k.subject_id = wanted.id WHERE true {{clock}} {_PAGE}
"""
# Counted no further than people read; each state by its name, so that the partial index answers.
_COUNT = " UNION ALL ".join(
    f"SELECT '{state}', count(*) FROM"
    f" (SELECT 1 FROM desk_case c WHERE c.project_id = ANY(%(projects)s) AND c.state = '{state}' {{case}} LIMIT %(most)s) found"
    for state in states.UNFINISHED
)


@dataclass(frozen=True)
class QueueFilter:
    """What of the queue is wanted; empty means all unfinished cases."""

    state: str = ""
    type: str = ""
    mine: bool = False
    overdue: bool = False
    category: UUID | None = None
    priority: int | None = None
    text: str = ""
    project: UUID | None = None


@dataclass(frozen=True)
class QueueRow:
    """One case as the queue shows it; `address` is the house, or the words for a public place, `owner` a name or ""."""

    id: UUID
    number: str
    type: str
    title: str
    state: str
    priority: int | None
    address: str
    owner: str
    due_at: datetime
    is_overdue: bool


@dataclass(frozen=True)
class QueuePage:
    """Fifty cases, whose next duty is due soonest first; `next` is the cursor of the page after, "" on the last."""

    rows: list[QueueRow]
    next: str = ""


def queue(act: Act, filters: QueueFilter | None = None, after: str = "", size: int = PAGE) -> QueuePage:
    """One page of unfinished cases by next due time. `after` is the cursor of the page before; BadInput for a mangled one."""
    keys = _keys(act, filters or QueueFilter(), _position(after) if after else None, size + 1)
    more, keys = len(keys) > size, keys[:size]
    seen = _lines(act, [pk for pk, _due in keys])
    rows = [QueueRow(pk, *seen[pk], due_at=due, is_overdue=due < act.at) for pk, due in keys if pk in seen]
    return QueuePage(rows, _cursor(keys[-1]) if more else "")


def _lines(act: Act, ids: list[UUID]) -> dict[UUID, tuple]:
    """What the queue shows of these cases, of those that the act may see. Plain values: fifty cases whole would cost more than the queue."""
    columns = (
        "pk",
        "number",
        "type",
        "title",
        "state",
        "priority",
        Coalesce("house__path", "area_text"),
        Coalesce("owner__name", Value("")),
    )
    return {pk: values for pk, *values in Case.objects.visible_to(act).filter(pk__in=ids).values_list(*columns)}


def queue_counts(act: Act) -> dict[str, int]:
    """How many unfinished cases there are in each state, counted to COUNT_MAX."""
    reach = reach_of(act)
    if not reach.projects:
        return dict.fromkeys(states.UNFINISHED, 0)
    return dict(_rows(_COUNT.format(case=reach.sql), reach.values | {"most": COUNT_MAX}))


def _keys(act: Act, filters: QueueFilter, after: tuple[datetime, UUID] | None, size: int) -> list[tuple[UUID, datetime]]:
    """(case, next due time) of one page."""
    reach = reach_of(act, filters.project)
    if not reach.projects:
        return []
    values = reach.values | {"size": size, "now": act.at, "me": act.person_id}
    case, shape = reach.sql + _conditions(filters, values), _shape(filters)
    clock = " AND k.next_due_at < %(now)s" if filters.overdue else ""
    if after is not None:
        clock, values = clock + _AFTER, values | {"after_at": after[0], "after_id": after[1]}
    if filters.text.strip():
        values["text"] = plain(filters.text)
        if not values["text"]:
            return []
        if _is_common(reach, values):
            shape, case = _WALK, f"{case} AND {SAYS}"
        elif len(values["text"]) > 1:
            shape = _SORT_RARE_WORDS
        else:
            shape, case = _SORT, f"{case} AND {SAYS}"
    if shape is not _WALK:
        sql = shape.format(case=case, clock=clock)
    elif reach.is_few:
        sql = _WALK_FEW.format(walk=_WALK.format(project="p.id", case=case, clock=clock))
    else:
        sql = _WALK.format(project="ANY(%(projects)s)", case=case, clock=clock)
    return _rows(sql, values)


def _conditions(filters: QueueFilter, values: dict[str, Any]) -> str:
    """What is asked of the case, beyond its project."""
    asked = {"state": filters.state, "type": filters.type, "category_id": filters.category, "priority": filters.priority}
    named = {column: value for column, value in asked.items() if value}
    values |= named
    return "".join(f" AND c.{column} = %({column})s" for column in named) + (" AND c.owner_id = %(me)s" if filters.mine else "")


def _shape(filters: QueueFilter) -> str:
    """Walk the clock where most cases qualify, sort where few do."""
    few = filters.mine or filters.category or filters.priority == 1 or filters.state not in ("", states.OPEN)
    return _SORT if few else _WALK


def _is_common(reach: Reach, values: dict[str, Any]) -> bool:
    return len(among_the_newest(reach, values | {"limit": COMMON}, SAMPLE)) == COMMON


def _cursor(key: tuple[UUID, datetime]) -> str:
    return base64.urlsafe_b64encode(json.dumps([key[1].isoformat(), str(key[0])]).encode()).decode().rstrip("=")


def _position(cursor: str) -> tuple[datetime, UUID]:
    try:
        at, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return datetime.fromisoformat(at), UUID(pk)
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise BadInput([Reason(_("翻页位置无效，请回到第一页。"), field="after")]) from None


def _rows(sql: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
