"""Finding Chinese words in a million cases: two steps, measured, exact.

Common words are found among the newest cases by reading them; rare ones by an index over pairs of neighbouring signs.
`desk_plain` and `desk_bigrams` are SQL functions (migration 0001): one spelling of a text for storing and for asking.
"""

from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection

from guanjia.kernel.act import Act

from .models import Case

NEWEST = 10_000

_NEWEST = """
WITH newest AS MATERIALIZED ({visible})
SELECT id FROM newest WHERE search_text LIKE '%%' || desk_plain(%s) || '%%' LIMIT %s
"""
_INDEXED = """
WITH hits AS MATERIALIZED (
    SELECT id FROM desk_case WHERE desk_bigrams(search_text) @> desk_bigrams(desk_plain(%s))
    AND search_text LIKE '%%' || desk_plain(%s) || '%%')
SELECT id FROM ({visible}) seen WHERE id IN (SELECT id FROM hits) LIMIT %s
"""


def text_ids(text: str, act: Act, limit: int) -> list[UUID]:
    """Ids of the newest cases whose words contain `text`, whatever its case, width and punctuation; [] for a text without signs.

    A single sign is looked for among the newest ten thousand only.
    """
    text = storable(text)
    wanted = plain(text)
    if not wanted:
        return []
    visible = Case.objects.visible_to(act).order_by("-opened_at", "-id")
    found = _ids(_NEWEST, visible.values("id", "search_text")[:NEWEST], [], [text, limit])
    if len(found) >= limit or len(wanted) < 2:
        return found
    return _ids(_INDEXED, visible.values("id"), [text, text], [limit])


def storable(text: str) -> str:
    """Without the signs that PostgreSQL cannot hold: no stored text has them either."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def plain(text: str) -> str:
    """The one spelling: lower case, half width, without punctuation; as the stored text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT desk_plain(%s)", [text])
        return cursor.fetchone()[0]


def _ids(sql: str, visible: Any, before: list[Any], after: list[Any]) -> list[UUID]:
    """The ids that `sql` finds among the visible rows, whose own parameters stand between the others."""
    try:
        inner, params = visible.query.sql_with_params()
    except EmptyResultSet:  # somebody who sees nothing
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql.format(visible=inner), [*before, *params, *after])
        return [row[0] for row in cursor.fetchall()]
