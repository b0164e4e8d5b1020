"""What happened to something, read from the journal and said in sentences. The history view and every timeline use it."""

from collections.abc import Iterable
from typing import Any

from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import FACTS
from guanjia.kernel.models import JournalAbout, JournalEntry
from guanjia.rulebook.explain import detail_of

from .keyset import Order

#: how a line came in, in people's words
FACES = {
    "console": gettext_lazy("客服台"),
    "field": gettext_lazy("现场"),
    "portal": gettext_lazy("业主端"),
    "api": gettext_lazy("接口"),
    "phone": gettext_lazy("电话"),
    "wechat": gettext_lazy("微信"),
    "sms": gettext_lazy("短信"),
    "import": gettext_lazy("导入"),
    "job": gettext_lazy("后台"),
    "system": "",
    "demo": gettext_lazy("演示"),
}


def entries(row: Any, act: Any) -> Any:
    """The journal lines that speak of a row the caller already holds, within the projects this act works in."""
    ref = row if isinstance(row, Ref) else Ref.to(row)
    return _within(JournalEntry.objects.unscoped("link").filter(abouts__subject_id=ref.id, abouts__kind=ref.kind), act)


def of_all(rows: Iterable[Any], act: Any, *, most: int = 30) -> tuple[list[dict[str, Any]], bool]:
    """As `of`, for several rows of one kind that are read as one: each line once."""
    ids = [row.pk for row in rows]
    kind = Ref.to(next(iter(rows))).kind
    speaking = JournalAbout.objects.filter(subject_id__in=ids, kind=kind).values("entry_id")
    lines = list(_within(JournalEntry.objects.unscoped("link").filter(pk__in=speaking), act).order_by("-happened_at", "-seq")[: most + 1])
    return [said(entry) for entry in lines[:most]], len(lines) > most


def _within(lines: Any, act: Any) -> Any:
    if act.company_id:
        lines = lines.filter(company_id=act.company_id)
    if not act.rights.everywhere and act.rights.subjects is None:
        mine = act.rights.any_projects()
        lines = lines.filter(project_id__in=mine) | lines.filter(project_id__isnull=True)
    return lines


def of(row: Any, act: Any, *, most: int = 30) -> tuple[list[dict[str, Any]], bool]:
    """The newest lines for the timeline component, and whether there are older ones. One query."""
    page = page_of(row, act, size=most)
    return [said(entry) for entry in page.rows], bool(page.next)


def page_of(row: Any, act: Any, *, size: int = 50, after: str = "", before: str = "") -> Any:
    """A keyset page of a row's lines, newest first."""
    return Order(JournalEntry, ["-happened_at", "-seq"]).page(entries(row, act), size, after=after, before=before)


def said(entry: JournalEntry) -> dict[str, Any]:
    """A line for the timeline component: who, when, through what, and the sentence."""
    fact = FACTS.get(entry.fact)
    words = _(force_str(fact.zh)) if fact is not None and fact.zh else entry.fact
    detail = detail_of(entry)
    return {
        "at": entry.happened_at,
        "who": entry.by_name if entry.by_kind != "system" else "",
        "face": force_str(FACES.get(entry.via, entry.via)),
        "sentence": words,
        "text": detail,
        "icon": "",
        "tone": "warn" if entry.fact.endswith((".refused", ".overdue", ".failed")) else "",
        "rule": force_str(entry.payload.get("rule", "")),
        "late": (entry.recorded_at - entry.happened_at).total_seconds() > 3600,
        "recorded_at": entry.recorded_at,
        "id": entry.pk,
    }
