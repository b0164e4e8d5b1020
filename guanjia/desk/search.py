"""Finding Chinese words in a million cases: two steps, measured, exact.

Common words are found among the newest cases by reading them; rare ones by an index over pairs of neighbouring signs.
`desk_plain` and `desk_bigrams` are SQL functions (migration 0001): one spelling of a text for storing and for asking.
`desk_cases_saying` (migration 0005) asks the index in spite of the wall, and stays behind it.
"""

from typing import Any
from uuid import UUID

from django.db import connection

from guanjia.kernel.act import Act

from .reach import Reach, reach_of

NEWEST = 10_000

SAYS = "c.search_text LIKE '%%' || desk_plain(%(text)s) || '%%'"
_SCOPED = "SELECT c.id, c.opened_at, c.search_text FROM desk_case c WHERE c.project_id = {project} {own}"
_ORDERED = "ORDER BY c.opened_at DESC, c.id DESC"
# Of a few projects each has its own sorted run, and PostgreSQL merges them; of many it reads the run of all.
_MERGED = "SELECT c.* FROM ({runs}) c ORDER BY c.opened_at DESC, c.id DESC LIMIT %(newest)s"
_NEWEST = f"""
WITH newest AS MATERIALIZED ({{newest}}) SELECT c.id FROM newest c WHERE {SAYS} {_ORDERED} LIMIT %(limit)s
"""
_INDEXED = f"""
WITH hits AS MATERIALIZED (SELECT * FROM desk_cases_saying(%(text)s))
SELECT c.id FROM hits c WHERE c.project_id = ANY(%(projects)s) {{own}} {_ORDERED} LIMIT %(limit)s
"""


def text_ids(text: str, act: Act, limit: int) -> list[UUID]:
    """Ids of the newest cases whose words contain `text`, whatever its case, width and punctuation; [] for a text without signs.

    A single sign is looked for among the newest ten thousand only.
    """
    wanted, reach = plain(text), reach_of(act)
    if not wanted or not reach.projects:
        return []
    values = reach.values | {"text": wanted, "limit": limit}
    found = among_the_newest(reach, values, NEWEST if len(wanted) < 2 else NEWEST // 2)  # the rest is the index's
    if len(found) >= limit or len(wanted) < 2:
        return found
    return _ids(_INDEXED.format(own=reach.sql), values)


def among_the_newest(reach: Reach, values: dict[str, Any], newest_max: int) -> list[UUID]:
    """Ids of those of the newest cases within reach whose words contain `values["text"]`, at most `values["limit"]`, the newest first."""
    if reach.is_few:
        names = {f"p{n}": project for n, project in enumerate(reach.projects)}
        runs = " UNION ALL ".join(f"({_SCOPED.format(project=f'%({name})s', own=reach.sql)} {_ORDERED})" for name in names)
        newest = _MERGED.format(runs=runs)
    else:
        names = {}
        newest = f"{_SCOPED.format(project='ANY(%(projects)s)', own=reach.sql)} {_ORDERED} LIMIT %(newest)s"
    return _ids(_NEWEST.format(newest=newest), values | names | {"newest": newest_max})


def storable(text: str) -> str:
    """Without the signs that PostgreSQL cannot hold: no stored text has them either."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def plain(text: str) -> str:
    """The one spelling: lower case, half width, without punctuation; as the stored text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT desk_plain(%s)", [storable(text)])
        return cursor.fetchone()[0]


def _ids(sql: str, values: dict[str, Any]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]
