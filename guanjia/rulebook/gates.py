"""The one question: what is still missing before this may happen? Asked with a typed context, answered with every reason."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act, system_act
from guanjia.kernel.errors import Reason
from guanjia.kernel.gates import Gate
from guanjia.kernel.journal import settle_accounts
from guanjia.kernel.models import JournalAbout
from guanjia.org.selectors import ROUND_THE_CLOCK

from . import keeping, registry, services, when
from .catalogue import load
from .inforce import LIVE
from .limits import Cap, Window, hours_of, say_hours
from .models import Obligation
from .rule import Fields, Need, holds


def unmet(context: Gate) -> list[Reason]:
    """Every reason that keeps this gate shut now, in the order of the clauses; [] when it stands open."""
    return unmet_by_each([context])[0]


def unmet_by_each(contexts: Sequence[Gate]) -> list[list[Reason]]:
    """The same for each of many: which clauses speak is looked up once for all that share gate, project and moment."""
    awake: dict[tuple, tuple[list, list]] = {}
    answers = []
    for context in contexts:
        shared = (context.name, context.company_id, context.project_id, context.at)
        if shared not in awake:
            awake[shared] = (
                [one for one in LIVE.needs(context.name, context.company_id) if _is_lived_by(one, context)],
                [one for one in LIVE.approvals(context.name, context.company_id) if _is_lived_by(one, context)],
            )
        answers.append(_unmet(context, *awake[shared]))
    return answers


def _unmet(context: Gate, needs: Iterable[Any], approvals: Iterable[Any]) -> list[Reason]:
    reasons: list[Reason] = []
    for need in needs:
        if _speaks_of(need, context):
            reasons += next(ask for kind, ask in ASKED.items() if isinstance(need, kind))(need, context)
    reasons += [one.reason(context) for one in approvals if _speaks_of(one, context) and one.is_missing(context)]
    reasons += _open_duties(context)
    if context.name == "kernel.record.destroy":
        reasons += _kept(context)
    return reasons


def passed(context: Gate, act: Act) -> None:
    """A move went through this gate: the approvals that opened it are used up."""
    for one in _approvals(context):
        request = one.granted(context)
        if request is not None:
            services.mark_applied(request, act=system_act(act.at, company_id=request.company_id))


def _approvals(context: Gate) -> list[Any]:
    return [one for one in LIVE.approvals(context.name, context.company_id) if applies(one, context)]


def forecast(context: Gate, *, passing: Iterable[str]) -> list[Reason]:
    """What will be owed on the way to this gate: duties that shut it, suit the context and have not been opened yet.

    `passing` names the facts that must still happen before the gate: a duty that opens on something else may never come.
    """
    passing = frozenset(passing)
    coming = [duty for duty in LIVE.blocking(context.name, context.company_id) if _may_still_open(duty, context, passing)]
    if not coming or context.subject is None:
        return [_reason(duty) for duty in coming]
    settle_accounts()
    had = set(Obligation.objects.unscoped("engine").about(context.subject).values_list("rule", "stage"))
    return [_reason(duty) for duty in coming if (duty.rule, duty.stage) not in had]


def applies(binding: Any, context: Gate) -> bool:
    """True if the clause speaks about this context and the project lives by it."""
    return _speaks_of(binding, context) and _is_lived_by(binding, context)


def _speaks_of(binding: Any, context: Gate) -> bool:
    return all(
        _value(context, key) in wanted if isinstance(wanted, tuple) else _value(context, key) == wanted for key, wanted in binding.where
    )


def _is_lived_by(binding: Any, context: Gate) -> bool:
    return context.project_id is None or LIVE.is_awake(binding, context.project_id, context.at)


def _missing(need: Need, context: Gate) -> list[Reason]:
    found = need.missing(context)
    if not found:
        return []
    sentences: Iterable[Any] = [found] if isinstance(found, str | Reason) or not isinstance(found, Iterable) else found
    return [
        one if isinstance(one, Reason) else Reason(str(one), rule=need.rule, cure=need.cure, clause=need.clause.title) for one in sentences
    ]


def _missing_fields(binding: Fields, context: Gate) -> list[Reason]:
    clause = binding.clause
    return [
        Reason(
            _("请填写%(label)s。") % {"label": clause.field_label(key)},
            rule=binding.rule,
            cure=binding.cure,
            field=attribute,
            clause=clause.title,
        )
        for key, attribute in binding.fields.items()
        if is_blank(_value(context, attribute))
    ]


def _outside_hours(window: Window, context: Gate) -> list[Reason]:
    hours = LIVE.resolve(window.hours, window.rule, context.project_id, context.at)
    open_hours = hours_of(hours)
    local = timezone.localtime(context.at)
    working = window.days == "working"
    if working and context.project_id and not LIVE.calendar(context.project_id).is_workday(local.date()):
        said = _("今天不是工作日，只在工作日 %(hours)s 进行。")
    elif any(start <= local.hour * 60 + local.minute < end for start, end in open_hours):
        return []
    else:
        said = _("现在 %(now)s，只在工作日 %(hours)s 进行。") if working else _("现在 %(now)s，只在 %(hours)s 进行。")
    words = said % {"now": f"{local:%H:%M}", "hours": say_hours(open_hours)}
    return [Reason(words, rule=window.rule, cure=window.cure, clause=window.clause.title)]


def _full(cap: Cap, context: Gate) -> list[Reason]:
    at_most = LIVE.resolve(cap.at_most, cap.rule, context.project_id, context.at)
    count = cap.count(context)
    if count < float(at_most):
        return []
    words = _("已有 %(count)s，最多 %(at_most)s。") % {"count": f"{count:g}", "at_most": at_most}
    return [Reason(words, rule=cap.rule, cure=cap.cure, clause=cap.clause.title)]


ASKED = {Need: _missing, Fields: _missing_fields, Window: _outside_hours, Cap: _full}


def is_blank(value: Any) -> bool:
    """True for nothing at all; `False` and 0 are answers."""
    return value is None or (isinstance(value, str) and not value.strip()) or (isinstance(value, list | dict | tuple) and not value)


def _value(context: Gate, path: str) -> Any:
    value: Any = context
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else getattr(value, step, None)
    return value


def _open_duties(context: Gate) -> list[Reason]:
    duties = LIVE.blocking(context.name, context.company_id)
    if not duties or context.subject is None:
        return []
    settle_accounts()
    rows = Obligation.objects.unscoped("engine").open().about(context.subject)
    still_open = list(rows.only("rule", "stage", "company_id", "project_id", "opened_at"))
    return [
        _reason(duty)
        for duty in duties
        if any((row.rule, row.stage) == (duty.rule, duty.stage) and LIVE.as_opened(duty, row) is duty for row in still_open)
    ]


def _reason(duty: Any) -> Reason:
    return Reason(_("尚未完成：%(clause)s") % {"clause": duty.clause.title}, rule=duty.rule, cure=duty.cure, clause=duty.clause.title)


def _may_still_open(duty: Any, context: Gate, passing: frozenset[str]) -> bool:
    known = type(context).field_names()
    values = {key: getattr(context, key) for key in known}
    return any(one.fact in passing and holds([(k, v) for k, v in one.where if k in known], values) for one in duty.opens_on) and (
        context.project_id is None or LIVE.is_awake(duty, context.project_id, context.at)
    )


def _kept(context: Gate) -> list[Reason]:
    """Why a record may not be destroyed yet: the clauses about its kind, then the retention table (KB-021) where it keeps longer."""
    reasons, latest = [], None
    for retention in registry.retentions.get(context.subject.kind, ()):
        since = _last(context, retention.since)
        length = when.parse_span(str(LIVE.resolve(retention.keep, retention.rule, context.project_id, context.at)))
        until = keep_until(since, length) if since else None
        latest = max(filter(None, (latest, until)), default=None)
        if until is None:
            reasons.append(Reason(_("尚未办结，不能销毁。"), rule=retention.rule, clause=retention.clause.title))
        elif context.at < until:
            reasons.append(Reason(_("须保存至 %(day)s。") % {"day": until.date()}, rule=retention.rule, clause=retention.clause.title))
    if not reasons or latest is not None:
        reasons += _kept_by_table(context, latest)
    return reasons


def _kept_by_table(context: Gate, already: Any) -> list[Reason]:
    """The table counts from the fact that a clause about the kind counts from; where there is none, from the last line about it."""
    sinces = [_last(context, one.since) for one in registry.retentions.get(context.subject.kind, ())]
    since = max(filter(None, sinces), default=None) or _last(context)
    if since is None:
        return []
    until = keep_until(since, keeping.length_of(context.subject.kind, context.company_id, context.at, context.project_id))
    if context.at >= until or (already is not None and already >= until):
        return []
    clause = load()[keeping.CLAUSE].title
    return [Reason(_("须保存至 %(day)s。") % {"day": until.date()}, rule=keeping.CLAUSE, clause=clause)]


def _last(context: Gate, fact: str = "") -> Any:
    """When the subject was last spoken of, by this fact or by any."""
    lines = JournalAbout.objects.filter(subject_id=context.subject.id)
    if fact:
        lines = lines.filter(entry__fact=fact)
    return lines.order_by("-happened_at").values_list("happened_at", flat=True).first()


def keep_until(since: Any, length: when.Length) -> Any:
    """The first moment at which a record kept for `length` after `since` may be destroyed."""
    return when.due(since, length, when.CalendarKind.CALENDAR, ROUND_THE_CLOCK)
