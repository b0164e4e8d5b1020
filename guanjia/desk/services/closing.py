"""Closing: the matter is settled, the customer agrees, and only then is it over."""

from django.utils.translation import gettext as _

from guanjia.desk import facts, gates, states
from guanjia.desk.following import about, look_at
from guanjia.desk.inputs import check, filled, known, only_if
from guanjia.desk.models import Case
from guanjia.desk.states import CASE, SATISFIED_FROM
from guanjia.kernel.act import Act
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase


@usecase("desk.case.resolve", gate=gates.ResolveCase)
def resolve_case(case: Case, *, result: str, cause: str = "", process: str = "", act: Act) -> Case:
    """The matter is settled, as far as we can see; now the customer has the word.

    Raises GateClosed while work is open, a question unanswered, a complaint ungraded or harm going on (DESK-007, 020, 028, 040).
    """
    CASE.require(case, "resolve")
    check(filled(result, _("处理结果"), "result"))
    case = CASE.move(
        case,
        "resolve",
        act=act,
        resolved_at=act.at,
        confirmed_at=None,
        denied_at=None,
        result=result,
        cause=cause or case.cause,
        process=process or case.process,
    )
    record(
        case,
        facts.CaseResolved(
            type=case.type,
            category=case.category.code if case.category else "",
            place=case.place,
            result=result,
            cause=cause,
            owner_id=str(case.owner_id),
            look_at=look_at(case.project_id, act),
        ),
        act=act,
        about=about(case),
    )
    return case


@usecase("desk.case.confirm")
def confirm_case(case: Case, *, satisfaction: int | None = None, feedback: str = "", way: str = "", act: Act) -> Case:
    """The customer agrees (by tap, call or visit), with 3 to 5 of 5 if he says how much. Who is not satisfied denies instead."""
    CASE.require(case, "confirm")
    check(
        known(satisfaction, (None, 1, 2, 3, 4, 5), "satisfaction"),
        only_if(
            satisfaction in range(1, SATISFIED_FROM), _("客户不满意，请改为登记「客户不认可」，继续办理。"), "satisfaction", "DESK-084"
        ),
    )
    case = CASE.move(case, "confirm", act=act, confirmed_at=act.at, satisfaction=satisfaction, feedback=feedback or case.feedback)
    record(case, facts.CaseConfirmed(satisfaction=satisfaction, way=way), act=act, about=about(case))
    return case


@usecase("desk.case.deny")
def deny_case(case: Case, *, reason: str, satisfaction: int | None = None, act: Act) -> Case:
    """The customer does not agree: it is open again (DESK-084)."""
    CASE.require(case, "deny")
    check(filled(reason, _("客户的意见"), "reason"), known(satisfaction, (None, 1, 2, 3, 4, 5), "satisfaction"))
    case = CASE.move(
        case,
        "deny",
        act=act,
        denied_at=act.at,
        confirmed_at=None,
        resolved_at=None,
        satisfaction=satisfaction,
        feedback=reason,
        reopened_count=case.reopened_count + 1,
    )
    record(
        case,
        facts.CaseDenied(reason=reason, owner_id=str(case.owner_id), look_at=look_at(case.project_id, act)),
        act=act,
        about=about(case),
    )
    return case


@usecase("desk.case.close", gate=gates.CloseCase)
def close_case(case: Case, *, outcome: str, process: str = "", feedback: str = "", manager_reason: str = "", act: Act) -> Case:
    """Close a resolved case.

    Raises GateClosed with everything still missing (the customer's word or a manager's reason, DESK-084; what a complaint must
    tell, DESK-031; a transfer is no end, DESK-008; open duties such as the return visit, FUP-001), IllegalMove unless it is resolved.
    """
    CASE.require(case, "close")
    check(known(outcome, states.OUTCOMES, "outcome"))
    case = CASE.move(
        case,
        "close",
        act=act,
        closed_at=act.at,
        outcome=outcome,
        process=process or case.process,
        feedback=feedback or case.feedback,
        manager_reason=manager_reason,
    )
    case.transfers.filter(accepted_at=None, recalled_at=None).update(recalled_at=act.at)
    record(case, facts.CaseClosed(type=case.type, outcome=outcome, by_manager=bool(manager_reason)), act=act, about=about(case))
    return case


@usecase("desk.case.reopen")
def reopen_case(case: Case, *, reason: str, act: Act) -> Case:
    """It was not over after all."""
    CASE.require(case, "reopen")
    check(filled(reason, _("重新办理的理由"), "reason"))
    case = CASE.move(
        case,
        "reopen",
        act=act,
        resolved_at=None,
        closed_at=None,
        confirmed_at=None,
        outcome="",
        manager_reason="",
        reopened_count=case.reopened_count + 1,
    )
    record(
        case,
        facts.CaseReopened(reason=reason, owner_id=str(case.owner_id), look_at=look_at(case.project_id, act)),
        act=act,
        about=about(case),
    )
    return case


@usecase("desk.case.withdraw", gate=gates.WithdrawCase)
def withdraw_case(case: Case, *, reason: str, act: Act) -> Case:
    """The customer takes it back. GateClosed while work is still open: it is cancelled first."""
    CASE.require(case, "withdraw")
    check(filled(reason, _("撤回的理由"), "reason"))
    case = CASE.move(case, "withdraw", act=act)
    record(case, facts.CaseWithdrawn(reason=reason), act=act, about=about(case))
    return case
