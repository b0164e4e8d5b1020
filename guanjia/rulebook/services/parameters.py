"""A clause's number is proposed by one and approved by another; only then it counts, from a day that has not begun."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel import memo
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, Reason
from guanjia.kernel.journal import plain, record
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project
from guanjia.rulebook import adopting, approving, bounds, facts, ladders, parameters
from guanjia.rulebook.approving import Step
from guanjia.rulebook.authoring.compiling import OWN
from guanjia.rulebook.clauses import clause_of
from guanjia.rulebook.models import ApprovalRequest, Parameter, ParameterProposal
from guanjia.rulebook.states import APPROVED, PROPOSAL, PROPOSED

from .approvals import mark_applied, request_approval

MATTER = "rulebook.parameter"
#: never the proposer himself: where only he holds the post, the one above it decides
STEPS = (Step("service_manager", within="2 days"),)


@usecase("rulebook.parameter.propose")
def propose_parameter(*, project: Project, rule: str, key: str, value: Any, starts_on: date, reason: str, act: Act) -> ParameterProposal:
    """Propose another number for a clause in a project from a day on; the service manager (never oneself) approves it.

    BadInput with every reason: an unknown clause or key, a value of another sort or out of bounds, a day in the past,
    nothing said why, the same number being proposed already, or nobody who could approve.
    """
    reasons = _faults_of(project, rule, key, value, act)
    if starts_on < timezone.localtime(act.at).date():
        reasons.append(Reason(_("起始日不能早于今天：已产生的应办事项不追改。"), field="starts_on"))
    if not reason.strip():
        reasons.append(Reason(_("请写明为何调整。"), field="reason"))
    waiting = ParameterProposal.objects.unscoped("uniqueness").filter(project=project, rule=rule, key=key, state=PROPOSED)
    if waiting.exists():
        reasons.append(Reason(_("这项参数已有提议在等审批，请等结果或先撤回。"), field="key"))
    if reasons:
        raise BadInput(reasons)
    proposal = ParameterProposal.objects.create(
        project=project,
        rule=rule,
        key=key,
        value=value,
        before=plain(parameters.value(rule, key, project.pk, act.at)),
        starts_on=starts_on,
        reason=reason.strip(),
        proposed_by_id=act.person_id,
        proposed_at=act.at,
    )
    record(
        proposal,
        facts.ParameterProposed(rule=rule, key=key, value=str(value), before=str(proposal.before), starts_on=str(starts_on)),
        act=act,
    )
    request_approval(
        project=project,
        matter=MATTER,
        title=_title(project, rule, key, value, act),
        steps=STEPS,
        content=proposal.content,
        about=proposal,
        reason=reason,
        act=act,
    )
    return proposal


@usecase("rulebook.parameter.set")
def set_parameter(proposal: ParameterProposal, *, request: ApprovalRequest, act: Act) -> Parameter | None:
    """Put an approved proposal into force: from its day, or, if that has begun meanwhile, from the next. What was opened
    before keeps the number it was opened with.

    None, and the proposal is rejected with the reasons, where the number may no longer stand (another handbook was taken
    into use meanwhile); IllegalMove for whatever was not approved as it stands.
    """
    approved = request.state == APPROVED and request.about_id == proposal.pk and request.applied_at is None
    if not approved or approving.digest_of(proposal.content) != request.digest:
        raise IllegalMove([Reason(_("这份提议没有照此获批。"))])
    faults = _faults_of(proposal.project, proposal.rule, proposal.key, proposal.value, act)
    if faults:
        settle_proposal(proposal, verb="reject", words="".join(str(one.message) for one in faults), act=act)
        return None
    today = timezone.localtime(act.at).date()
    day = proposal.starts_on if proposal.starts_on > today else today + timedelta(days=1)
    asker = proposal.proposed_by.name if proposal.proposed_by is not None else act.by.name
    row, _created = Parameter.objects.unscoped("uniqueness").update_or_create(
        project_id=proposal.project_id,
        rule=proposal.rule,
        key=proposal.key,
        starts_on=day,
        defaults={"company_id": proposal.company_id, "value": proposal.value, "set_by": asker},
    )
    PROPOSAL.move(proposal, "set", act=act, settled_at=act.at, parameter=row)
    said = {"rule": row.rule, "key": row.key, "value": str(row.value), "before": str(proposal.before), "starts_on": str(day)}
    record(row, facts.ParameterSet(**said), act=act, about=(proposal,))
    mark_applied(request, act=act)
    memo.forget_all()
    return row


@usecase("rulebook.parameter.settle")
def settle_proposal(proposal: ParameterProposal, *, verb: str, words: str = "", act: Act) -> ParameterProposal:
    """Note that a proposal was refused ("reject") or taken back ("drop"), and why."""
    return PROPOSAL.move(proposal, verb, act=act, settled_at=act.at, settled_words=words)


# -- what is wrong with a value --------------------------------------------------------------------
def _title(project: Project, rule: str, key: str, value: Any, act: Act) -> str:
    """What the approver reads in his inbox: 「投诉办结三天内回访」（FUP-001）：3 天 → 2 天."""
    clause = clause_of(rule, project.company_id)
    before = bounds.say(parameters.value(rule, key, project.pk, act.at))
    return _("「%(what)s」（%(rule)s）：%(before)s → %(after)s") % {
        "what": clause.title if clause else rule,
        "rule": rule,
        "before": before or _("未定"),
        "after": bounds.say(value),
    }


def _faults_of(project: Project, rule: str, key: str, value: Any, act: Act) -> list[Reason]:
    """Everything that is wrong with a number for a clause, or for a setting of the project itself."""
    clause = clause_of(rule, project.company_id)
    known = parameters.SETTINGS.get(rule, {}) if clause is None else bounds.numbers(clause)
    if clause is not None and clause.module == OWN:
        known = {}  # an own rule changes by editions
    if key not in known and (clause is None or key not in ("on", ladders.KEY)):
        return [Reason(_("没有这项参数：%(rule)s %(key)s。") % {"rule": rule, "key": key}, field="key")]
    if key == ladders.KEY:
        return _wrong_ladder(value)
    if clause is None:
        return _wrong_setting(key, value)
    return adopting.faults_of_parameter(clause, key, value, project=project, at=act.at)


def _wrong_ladder(value: Any) -> list[Reason]:
    try:
        if isinstance(value, str):
            if value not in ladders.ladders():
                names = "、".join(ladders.ladders())
                return [Reason(_("没有这个阶梯；可选：%(names)s，或逐级写明。") % {"names": names}, field="value")]
        else:
            ladders.parse(value)
    except ValueError as no:
        return [Reason(str(no), field="value")]
    return []


def _wrong_setting(key: str, value: Any) -> list[Reason]:
    if key == "quiet_hours":
        try:
            ladders.QuietHours.parse(value if isinstance(value, str) else "?")
        except ValueError:
            return [Reason(_("静默时段写作「21:00-08:00」，不要则留空。"), field="value")]
        return []
    return [] if isinstance(value, bool) else [Reason(_("请选择启用或停用。"), field="value")]
