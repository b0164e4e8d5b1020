"""The story of an obligation in sentences: why it is owed, by when, and what met it."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel.journal import FACTS
from guanjia.kernel.models import JournalEntry

from . import when
from .clauses import clause_of
from .models import Evidence, Obligation


def explain(obligation: Obligation) -> list[str]:
    """Sentences: opened by what, due when and by which words, owed by whom, met or late or voided by what."""
    clause = clause_of(obligation.rule, obligation.company_id)
    ids = [obligation.opened_by, *Evidence.objects.filter(obligation=obligation).values_list("entry_id", flat=True)]
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
    said.append(
        _("应于 %(when)s 前办妥（%(words)s），责任人：%(owner)s。")
        % {"when": moment(obligation.due_at), "words": due_words(obligation), "owner": owner_name(obligation)}
    )
    if obligation.met_at:
        met = entries.get(ids[1]) if len(ids) > 1 else None
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
