"""Asking for a backtest, and no longer waiting for it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, NotFound, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Company, Project
from guanjia.rulebook import bounds, facts, reckoning, registry
from guanjia.rulebook.catalogue import load
from guanjia.rulebook.models import Backtest
from guanjia.rulebook.rule import Duty

DAYS_MAX = 3 * 366
LIVING_MAX = 3  # in a company at a time: each takes whole processors


@usecase("rulebook.backtest.ask")
def ask_backtest(
    *,
    project: Company,
    projects: Sequence[Project],
    since: date,
    until: date,
    changes: Sequence[tuple[str, str, Any]] = (),
    everything: bool = False,
    act: Act,
) -> Backtest:
    """Queue a backtest of the days from `since` up to, not including, `until`, in these projects of a company.

    `changes` are (rule, key, value); the key "on" with True or False switches a clause. BadInput with every reason;
    NotFound for a project in which the act may not ask.
    """
    if any(one.company_id != project.pk or not act.may("rulebook.backtest.ask", on=one) for one in projects):
        raise NotFound()
    reasons = _wrong_days(since, until, timezone.localtime(act.at).date())
    if not projects:
        reasons.append(Reason(_("请至少选一个项目。"), field="projects"))
    if not changes and not everything:
        reasons.append(Reason(_("请至少改一个数，或勾选「全部条款」。"), field="changes"))
    for nth, (rule, key, value) in enumerate(changes):
        reasons += [Reason(one.message, field=f"{one.field}_{nth}") for one in _wrong_change(rule, key, value)]
    if Backtest.objects.unscoped("link").filter(company=project, state__in=Backtest.LIVING).count() >= LIVING_MAX:
        reasons.append(Reason(_("已有 %(count)d 次回测在计算，请等其中一次算完，或取消一次。") % {"count": LIVING_MAX}))
    if reasons:
        raise BadInput(reasons)
    row = Backtest.objects.create(
        company=project,
        by_id=act.person_id,
        since=since,
        until=until,
        projects=[str(one.pk) for one in projects],
        changes=[list(change) for change in changes],
        everything=everything,
        created_at=act.at,
    )
    row.job_id = reckoning.reckon.later(backtest_id=str(row.pk))
    row.save(update_fields=["job_id"])
    rules = sorted({rule for rule, _key, _value in changes})
    record(row, facts.BacktestAsked(since=str(since), until=str(until), projects=len(projects), rules=rules), act=act)
    return row


def _wrong_days(since: date, until: date, today: date) -> list[Reason]:
    if since >= until:
        return [Reason(_("结束日须晚于开始日。"), field="until")]
    if until > today + timedelta(days=1):
        return [Reason(_("只能回测已过去的日子。"), field="until")]
    if (until - since).days > DAYS_MAX:
        return [Reason(_("一次最多回测三年。"), field="since")]
    return []


def _wrong_change(rule: str, key: str, value: Any) -> list[Reason]:
    clause = load().get(rule)
    if clause is None:
        return [Reason(_("没有编号为 %(rule)s 的条款。") % {"rule": rule}, field="rule")]
    if not any(isinstance(binding, Duty) for binding in registry.of_rule(rule)):
        return [Reason(_("条款 %(rule)s 不产生应办事项，回测看不出变化。") % {"rule": rule}, field="rule")]
    if key != "on" and key not in clause.params and key not in registry.params_of(rule):
        known = "、".join(clause.params) or _("无")
        return [
            Reason(_("条款 %(rule)s 没有参数「%(key)s」，可改的有：%(known)s。") % {"rule": rule, "key": key, "known": known}, field="key")
        ]
    given = clause.params.get(key, registry.params_of(rule).get(key, True))
    wrong = bounds.wrong_sort(key, given, value)  # what lies beyond the bounds may be tried: trying decides nothing
    return [Reason(wrong, field="value")] if wrong else []


@usecase("rulebook.backtest.cancel")
def cancel_backtest(row: Backtest, *, act: Act) -> Backtest:
    """Nobody waits any more; whoever reckons notices within a second. IllegalMove if it is over."""
    if not row.is_living:
        raise IllegalMove([Reason(_("这次回测已经结束。"))])
    return reckoning.ended(row, Backtest.CANCELLED, act)
