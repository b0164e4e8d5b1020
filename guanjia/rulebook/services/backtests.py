"""Asking for a backtest, and no longer waiting for it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, NotFound, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Company, Project
from guanjia.rulebook import bounds, facts, reckoning, registry
from guanjia.rulebook.authoring import definition, own
from guanjia.rulebook.catalogue import load
from guanjia.rulebook.clauses import clause_of
from guanjia.rulebook.models import AuthoredEdition, Backtest
from guanjia.rulebook.reckoning import DRAFT
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

    `changes` are (rule, key, value). The key "on" with True or False switches a clause; the key "draft" puts the words of an own
    rule that are not in force yet in the place of those that are, as they stand at this moment. BadInput with every reason;
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
        wrong = _wrong_draft(rule, project.pk) if key == DRAFT else _wrong_change(rule, key, value, project.pk)
        reasons += [Reason(one.message, field=f"{one.field}_{nth}") for one in wrong]
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
        changes=[[rule, key, _drafted(rule, project.pk) if key == DRAFT else value] for rule, key, value in changes],
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


def _wrong_change(rule: str, key: str, value: Any, company_id: UUID) -> list[Reason]:
    clause = clause_of(rule, company_id)
    if clause is None:
        return [Reason(_("没有编号为 %(rule)s 的条款。") % {"rule": rule}, field="rule")]
    if not any(isinstance(binding, Duty) for binding in (*registry.of_rule(rule), *own.book(company_id).bindings) if binding.rule == rule):
        return [Reason(_("条款 %(rule)s 不产生应办事项，回测看不出变化。") % {"rule": rule}, field="rule")]
    if rule not in load() and key != "on":
        return [Reason(_("本公司规则的数写在条文里：请先起草新的一版，再试草稿。"), field="key")]
    if key != "on" and key not in clause.params and key not in registry.params_of(rule):
        known = "、".join(clause.params) or _("无")
        return [
            Reason(_("条款 %(rule)s 没有参数「%(key)s」，可改的有：%(known)s。") % {"rule": rule, "key": key, "known": known}, field="key")
        ]
    given = clause.params.get(key, registry.params_of(rule).get(key, True))
    wrong = bounds.wrong_sort(key, given, value)  # what lies beyond the bounds may be tried: trying decides nothing
    return [Reason(wrong, field="value")] if wrong else []


def _wrong_draft(rule: str, company_id: UUID) -> list[Reason]:
    drafted = _drafted(rule, company_id)
    if drafted is None:
        return [Reason(_("%(rule)s 没有正在起草的一版。") % {"rule": rule}, field="rule")]
    if drafted["definition"].get("mechanism") != "duty" or definition.read(drafted["definition"], company_id)[1]:
        return [Reason(_("%(rule)s 的草稿还没写完，或不产生应办事项。") % {"rule": rule}, field="rule")]
    return []


def _drafted(rule: str, company_id: UUID) -> dict[str, Any] | None:
    """What is being drafted under a number, to be kept with the question: a draft is rewritten while one waits."""
    editions = AuthoredEdition.objects.unscoped("link").unfinished().filter(company_id=company_id, rule__number=rule)
    return editions.values("title", "definition").first()


@usecase("rulebook.backtest.cancel")
def cancel_backtest(row: Backtest, *, act: Act) -> Backtest:
    """Nobody waits any more; whoever reckons notices within a second. IllegalMove if it is over."""
    if not row.is_living:
        raise IllegalMove([Reason(_("这次回测已经结束。"))])
    return reckoning.ended(row, Backtest.CANCELLED, act)
