"""Sanctions: draft, propose, drop; decided by an approval; appeal, uphold, lift. No use case here touches money."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, NotAllowed, Reason
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import record
from guanjia.kernel.numbering import next_number
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Person, Project
from guanjia.rulebook import Step, approving
from guanjia.rulebook import services as rulebook
from guanjia.rulebook.catalogue import load
from guanjia.rulebook.models import ApprovalDecision, ApprovalRequest

from . import facts, gates, selectors
from .models import Sanction
from .states import DRAFTED, KINDS, MATTER, PENALTY, SANCTION

APPROVE_WITHIN = "3 days"


@usecase("workforce.sanction.draft")
def draft_sanction(
    *, project: Project, person: Person, rule: str, level: str, kind: str = PENALTY, source: Any = None, act: Act
) -> Sanction:
    """What a clause suggests, for somebody above to look at. It binds nobody and is shown to nobody it speaks of."""
    sanction = _new(project, person, rule=rule, level=level, kind=kind, source=source, act=act)
    record(sanction, facts.SanctionDrafted(kind=kind, level=level, rule=rule), act=act)
    return sanction


@usecase("workforce.sanction.propose", gate=gates.SubmitSanction)
def propose_sanction(
    *,
    project: Project,
    person: Person,
    rule: str,
    level: str,
    reason: str,
    kind: str = PENALTY,
    amount_fen: int | None = None,
    source: Any = None,
    act: Act,
) -> Sanction:
    """Propose a reward or a penalty and ask for its approval.

    GateClosed with what the clause still misses; BadInput for a level the clause has not, for oneself, or where nobody
    could approve it but the proposer.
    """
    sanction = _new(project, person, rule=rule, level=level, kind=kind, source=source, amount_fen=amount_fen, act=act)
    return _submit(sanction, reason, act)


@usecase("workforce.sanction.submit", gate=gates.SubmitSanction)
def submit_sanction(sanction: Sanction, *, level: str, reason: str, act: Act) -> Sanction:
    """Take up a suggestion: choose the level, write down what happened, ask for its approval."""
    SANCTION.require(sanction, "submit")
    _check(sanction.person, sanction.project, sanction.rule, level, sanction.kind, act)
    sanction.level = level
    return _submit(sanction, reason, act)


@usecase("workforce.sanction.drop")
def drop_sanction(sanction: Sanction, *, reason: str, act: Act) -> Sanction:
    """Do not take up a suggestion, and say why not."""
    _not_about_oneself(sanction, act)
    _require(reason=(reason, _("请写明为什么不采纳。")))
    sanction = SANCTION.move(sanction, "drop", act=act, conclusion=reason.strip())
    record(sanction, facts.SanctionDropped(reason=sanction.conclusion), act=act)
    return sanction


# -- what the approval decides ---------------------------------------------------------------------
@usecase("workforce.sanction.approve")
def approve_sanction(sanction: Sanction, *, request: ApprovalRequest, act: Act) -> Sanction:
    """Put into force what others have approved. IllegalMove where something else was approved, or by the person himself."""
    by = _decider(sanction, request, "approved", yes=True)
    sanction = SANCTION.move(sanction, "approve", act=act, decided_by_id=by, decided_at=act.at)
    record(sanction, facts.SanctionApproved(kind=sanction.kind, level=sanction.level, rule=sanction.rule), act=act)
    return sanction


@usecase("workforce.sanction.refuse")
def refuse_sanction(sanction: Sanction, *, request: ApprovalRequest, act: Act) -> Sanction:
    """Note that others have refused it."""
    by = _decider(sanction, request, "refused", yes=False)
    sanction = SANCTION.move(sanction, "refuse", act=act, decided_by_id=by, decided_at=act.at)
    record(sanction, facts.SanctionRefused(kind=sanction.kind, level=sanction.level, rule=sanction.rule), act=act)
    return sanction


@usecase("workforce.sanction.return")
def return_sanction(sanction: Sanction, *, reason: str = "", act: Act) -> Sanction:
    """The proposer took it back: it is a draft again."""
    sanction = SANCTION.move(sanction, "return", act=act)
    record(sanction, facts.SanctionReturned(reason=reason), act=act)
    return sanction


# -- what the person may do, and what becomes of it --------------------------------------------------
@usecase("workforce.sanction.appeal", gate=gates.AppealSanction)
def appeal_sanction(sanction: Sanction, *, appeal: str, act: Act) -> Sanction:
    """The person says why it is wrong. NotAllowed for anybody else; BadInput once the time for it has run out."""
    if act.person_id != sanction.person_id:
        raise NotAllowed([Reason(_("只有当事人可以申诉。"))])
    SANCTION.require(sanction, "appeal")
    _require(appeal=(appeal, _("请写明申诉理由。")))
    until = selectors.appeal_until(sanction)
    if until is not None and act.at > until:
        raise BadInput([Reason(_("申诉期已于 %(day)s 届满。") % {"day": f"{until:%Y-%m-%d}"}, rule=sanction.rule, field="appeal")])
    sanction = SANCTION.move(sanction, "appeal", act=act, appeal=appeal.strip(), appealed_at=act.at)
    record(sanction, facts.SanctionAppealed(words=sanction.appeal), act=act)
    return sanction


@usecase("workforce.sanction.uphold")
def uphold_sanction(sanction: Sanction, *, conclusion: str, act: Act) -> Sanction:
    """After an appeal: it stays, and here is why."""
    return _close(sanction, "uphold", conclusion, facts.SanctionUpheld, act)


@usecase("workforce.sanction.lift")
def lift_sanction(sanction: Sanction, *, conclusion: str, act: Act) -> Sanction:
    """It is taken back, after an appeal or without one."""
    return _close(sanction, "lift", conclusion, facts.SanctionLifted, act)


# -- what they share -------------------------------------------------------------------------------
def _new(
    project: Project, person: Person, *, rule: str, level: str, kind: str, source: Any, amount_fen: int | None = None, act: Act
) -> Sanction:
    _check(person, project, rule, level, kind, act)
    if amount_fen is not None and amount_fen <= 0:
        raise BadInput([Reason(_("金额须大于 0。"), field="amount_fen")])
    ref = source if source is None or isinstance(source, Ref) else Ref.to(source)
    return Sanction.objects.create(
        project=project,
        number=next_number("JL", project, act.at),
        person=person,
        kind=kind,
        level=level,
        rule=rule,
        amount_fen=amount_fen,
        source_kind=ref.kind if ref else "",
        source_id=ref.id if ref else None,
        state=DRAFTED,
        created_at=act.at,
    )


def _check(person: Person, project: Project, rule: str, level: str, kind: str, act: Act) -> None:
    reasons = []
    if person.company_id != project.company_id:
        reasons.append(Reason(_("找不到此人员。"), field="person"))
    if act.person_id is not None and act.person_id == person.pk:
        reasons.append(Reason(_("不能为自己提出奖惩。"), field="person"))
    if rule not in load():
        reasons.append(Reason(_("没有这个条款：%(rule)s") % {"rule": rule}, field="rule"))
    if kind not in KINDS:
        reasons.append(Reason(_("请选择奖励或处罚。"), field="kind"))
    elif level not in (levels := selectors.levels_of(rule, kind)):
        listed = "、".join(str(label) for label in levels.values()) or _("无")
        reasons.append(Reason(_("条款没有这个档次，可选：%(levels)s。") % {"levels": listed}, rule=rule, field="level"))
    if reasons:
        raise BadInput(reasons)


def _submit(sanction: Sanction, reason: str, act: Act) -> Sanction:
    if act.person_id is None:
        raise BadInput([Reason(_("奖惩须由人提出。"))])
    _require(reason=(reason, _("请写明事由。")))
    sanction = SANCTION.move(
        sanction, "submit", act=act, level=sanction.level, reason=reason.strip(), proposed_by_id=act.person_id, proposed_at=act.at
    )
    rulebook.request_approval(
        project=sanction.project,
        about=sanction,
        matter=MATTER,
        title=_("奖惩审批 %(number)s") % {"number": sanction.number},
        steps=(Step(role=selectors.approver_role(sanction.person, act.person_id, sanction.project, act.at), within=APPROVE_WITHIN),),
        content=selectors.content_of(sanction),
        act=act,
    )
    record(sanction, facts.SanctionProposed(kind=sanction.kind, level=sanction.level, rule=sanction.rule), act=act)
    return sanction


def _decider(sanction: Sanction, request: ApprovalRequest, state: str, *, yes: bool) -> UUID:
    SANCTION.require(sanction, "approve" if yes else "refuse")
    said = ApprovalDecision.objects.filter(step__request=request, yes=yes).order_by("-decided_at", "-pk").first()
    everybody = set(ApprovalDecision.objects.filter(step__request=request).values_list("person_id", flat=True))
    fits = request.about_id == sanction.pk and request.matter == MATTER and request.state == state
    if said is None or not fits or request.digest != approving.digest_of(selectors.content_of(sanction)):
        raise IllegalMove([Reason(_("批准的不是这一份奖惩，请重新送审。"))])
    if everybody & {sanction.person_id, sanction.proposed_by_id}:
        raise IllegalMove([Reason(_("审批人不能是当事人或提出人，请重新送审。"))])
    return said.person_id


def _close(sanction: Sanction, verb: str, conclusion: str, fact: Any, act: Act) -> Sanction:
    SANCTION.require(sanction, verb)
    _not_about_oneself(sanction, act)
    if act.person_id is not None and act.person_id == sanction.proposed_by_id:
        raise NotAllowed([Reason(_("提出人不能复核自己提出的奖惩。"))])
    _require(conclusion=(conclusion, _("请写明复核结论。")))
    sanction = SANCTION.move(sanction, verb, act=act, conclusion=conclusion.strip(), closed_by_id=act.person_id, closed_at=act.at)
    record(sanction, fact(words=sanction.conclusion), act=act)
    return sanction


def _not_about_oneself(sanction: Sanction, act: Act) -> None:
    if act.person_id is not None and act.person_id == sanction.person_id:
        raise NotAllowed([Reason(_("不能处理自己的奖惩。"))])


def _require(**texts: tuple[str, Any]) -> None:
    missing = [Reason(message, field=field) for field, (text, message) in texts.items() if not text.strip()]
    if missing:
        raise BadInput(missing)
