"""The story of an obligation in sentences: why it is owed, by when, and what met it."""

from datetime import datetime
from functools import lru_cache
from string import Formatter
from typing import Any

from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from guanjia.kernel.journal import FACTS
from guanjia.kernel.models import JournalEntry

from . import adoption, clocks, timeline, when
from .clauses import clause_of
from .models import DueChange, Evidence, Obligation


def explain(obligation: Obligation) -> list[str]:
    """Sentences: opened by what, due when and by which words, how its clock ran and why it was moved, owed by whom, met or voided by what."""
    clause = clause_of(obligation.rule, obligation.company_id)
    changes = changes_of(obligation)
    ids = [obligation.opened_by, *Evidence.objects.filter(obligation=obligation).values_list("entry_id", flat=True)]
    ids += [change.entry_id for change in changes]
    entries = JournalEntry.objects.unscoped("link").in_bulk(ids)
    opened = entries.get(obligation.opened_by)
    said = [
        _("依据 %(rule)s「%(clause)s」，来源：%(source)s。")
        % {"rule": obligation.rule, "clause": clause.title, "source": "；".join(s.title for s in clause.sources[:2]) or _("本公司")}
    ]
    if opened is not None:
        said.append(
            _("%(when)s 因「%(what)s」产生（%(who)s）。")
            % {"when": moment(obligation.opened_at), "what": say_fact(opened.fact), "who": opened.by_name}
        )
    if obligation.starts_at > obligation.opened_at:
        said.append(_("自 %(when)s 起算。") % {"when": moment(obligation.starts_at)})
    if obligation.handbook:
        said.append(_("按《%(handbook)s》执行。") % {"handbook": adoption.say(obligation.company_id, obligation.handbook)})
    said.append(
        _("应于 %(when)s 前办妥（%(words)s），责任人：%(owner)s。")
        % {"when": moment(obligation.due_at), "words": due_words(obligation), "owner": owner_name(obligation)}
    )
    said += [change_words(change, entries.get(change.entry_id)) for change in changes]
    trace = trace_of(obligation, changes)
    if trace is not None:
        said += timeline.explain_zh(trace)[1:-1]  # how it began and ends was said
    if obligation.met_at:
        met = next((entry for key, entry in entries.items() if key in ids[1 : len(ids) - len(changes)]), None)
        late = obligation.met_at > obligation.due_at
        said.append(
            (_("%(when)s 由 %(who)s 以「%(what)s」办妥，已逾期。") if late else _("%(when)s 由 %(who)s 以「%(what)s」按时办妥。"))
            % {"when": moment(obligation.met_at), "who": met.by_name if met else "", "what": say_fact(met.fact) if met else ""}
        )
    elif obligation.voided_at:
        said.append(_("%(when)s 取消：%(why)s。") % {"when": moment(obligation.voided_at), "why": say_fact(obligation.void_reason)})
    elif obligation.overdue_at:
        said.append(_("%(when)s 记为逾期，尚未办。") % {"when": moment(obligation.overdue_at)})
    else:
        said.append(_("尚未办。"))
    return said


def changes_of(obligation: Obligation) -> list[DueChange]:
    """How its due time moved, in the order in which it was heard."""
    return list(DueChange.objects.filter(obligation=obligation).order_by("pk"))


def trace_of(obligation: Obligation, changes: list[DueChange]) -> timeline.Trace | None:
    """What its clock did, by the calendar that counted; None for an agreed moment, and where the terms were not kept."""
    if not obligation.length:
        return None
    recorded = JournalEntry.objects.unscoped("link").filter(pk=obligation.opened_by).values_list("recorded_at", flat=True).first()
    trace = clocks.trace_of(obligation, changes, recorded or obligation.opened_at)
    return trace if trace is not None and trace.due_at == obligation.due_at else None


def change_words(change: DueChange, entry: JournalEntry | None) -> str:
    """One step by which a due time moved: when, why, by whom, from when to when."""
    why = "：".join(filter(None, (say_fact(entry.fact), detail_of(entry)))) if entry is not None else ""
    if change.kind == DueChange.EXTEND and entry is not None:
        why = detail_of(entry)
    sentence = {
        DueChange.PAUSE: _("%(when)s 因「%(why)s」暂停计时（%(who)s）"),
        DueChange.RESUME: _("%(when)s 因「%(why)s」恢复计时（%(who)s）"),
        DueChange.EXTEND: _("%(when)s 延期（%(who)s）：%(why)s"),
        DueChange.RECOMPUTE: _("%(when)s 日历调整，重新计时"),
    }[change.kind] % {"when": moment(change.at), "why": why, "who": entry.by_name if entry is not None else ""}
    if change.to_due == change.from_due:
        return _("%(step)s，时限不变。") % {"step": sentence}
    return _("%(step)s，时限由 %(old)s 改为 %(new)s。") % {"step": sentence, "old": moment(change.from_due), "new": moment(change.to_due)}


def detail_of(entry: JournalEntry) -> str:
    """What the fact says of its own values; "" if it says nothing, or if an old line lacks a value."""
    fact = FACTS.get(entry.fact)
    pattern = force_str(fact.says) if fact is not None else ""
    if not pattern:
        return ""
    values = {key: _plain(value) for key, value in entry.payload.items()}
    names = _names_in(pattern)
    if any(name not in values for name in names) or not any(values[name] for name in names):
        return ""
    return _(pattern).format(**values)


@lru_cache(1024)
def _names_in(pattern: str) -> tuple[str, ...]:
    """The values that a sentence speaks of."""
    return tuple(name for _literal, name, _spec, _conversion in Formatter().parse(pattern) if name)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "" if value is None else str(value)


def due_words(obligation: Obligation) -> str:
    """The words of the time it was opened with: 「3 天，按自然日」, or that a moment was agreed."""
    if not obligation.length:
        return _("约定时间")
    return f"{when.parse_span(obligation.length).say()}，{when.say_calendar(when.CalendarKind(obligation.calendar))}"


def owner_name(obligation: Obligation) -> str:
    """Whom to ask: the person, else the post, else the role."""
    if obligation.assignee_id:
        return obligation.assignee.name
    if obligation.owner_post_id:
        return obligation.owner_post.name
    return obligation.owner_role or _("待定")


def say_fact(name: str) -> str:
    """The fact in words; its name where nobody declared one."""
    fact = FACTS.get(name)
    return _(str(fact.zh)) if fact and fact.zh else name


def moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
