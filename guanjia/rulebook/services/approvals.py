"""Asking leave and giving it: request, decide, withdraw; and what happens when a step is late."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, NotAllowed, Reason
from guanjia.kernel.gates import Gate
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import Place, plain, record
from guanjia.kernel.numbering import next_number
from guanjia.kernel.usecase import usecase
from guanjia.org import selectors as org
from guanjia.org.models import Company, Person, Project
from guanjia.rulebook import approving, facts, when
from guanjia.rulebook.approving import Step
from guanjia.rulebook.inforce import LIVE
from guanjia.rulebook.models import ApprovalDecision, ApprovalRequest, ApprovalStep
from guanjia.rulebook.states import APPROVAL, REQUESTED


@usecase("rulebook.approval.request")
def request_approval(
    *,
    project: Project | Company,
    matter: str,
    title: str,
    steps: Iterable[Step],
    content: dict[str, Any],
    about: Any = None,
    reason: str = "",
    act: Act,
) -> ApprovalRequest:
    """Ask leave for a matter of a project (or of the company): `content` is what is approved, `about` the row it concerns.

    The first step opens at once. BadInput where a step would find nobody but the asker, with the step named, or where the
    same is asked already.
    """
    steps = list(steps)
    of_project = project if isinstance(project, Project) else None
    ref = about if about is None or isinstance(about, Ref) else Ref.to(about)
    request = ApprovalRequest(
        company_id=project.company_id,
        project=of_project,
        matter=matter,
        title=title.strip()[:200],
        reason=reason.strip(),
        about_kind=ref.kind if ref else "",
        about_id=ref.id if ref else None,
        content=plain(content),
        digest=approving.digest_of(content),
        asker_id=act.person_id,
        asked_at=act.at,
        created_at=act.at,
    )
    rows = [
        ApprovalStep(request=request, nth=nth, role=s.role, posts=[str(p) for p in s.posts], mode=s.mode, within=s.within)
        for nth, s in enumerate(steps, start=1)
    ]
    reasons = [
        Reason(_("「%(role)s」一级除申请人外无人可审批，请先任命。") % {"role": _role_name(row)}, field="steps")
        for row in rows
        if not approving.approvers_of(row, request, act.at)
    ]
    asked = ApprovalRequest.objects.unscoped("uniqueness").filter(about_id=request.about_id, matter=matter, state=REQUESTED)
    if ref is not None and asked.exists():
        reasons.append(Reason(_("同一事项已在审批中，请等候结果或先撤回。")))
    if reasons:
        raise BadInput(reasons)
    request.number = next_number("SP", project, act.at)
    request.save(force_insert=True)
    ApprovalStep.objects.bulk_create(rows)
    _record(request, facts.ApprovalRequested(matter=matter, title=request.title, digest=request.digest), act)
    _open(rows[0], request, act)
    return request


@usecase("rulebook.approval.decide")
def decide_approval(request: ApprovalRequest, *, yes: bool, words: str = "", act: Act) -> ApprovalRequest:
    """Say yes or no to the step that is open. A no ends it and needs words; the last yes approves it.

    NotAllowed for whoever is not asked, and always for the asker; IllegalMove once it is settled.
    """
    APPROVAL.require(request, "approve" if yes else "refuse")
    step = request.steps.select_for_update().get(state="open")
    approvers = approving.approvers_of(step, request, act.at)
    person = next((one for one in approvers if one.pk == act.person_id), None)
    if person is None or act.person_id == request.asker_id:
        raise NotAllowed([Reason(_("这一步不由您审批。"))])
    if not yes and not words.strip():
        raise BadInput([Reason(_("请写明不批准的理由。"), field="words")])
    if step.decisions.filter(person=person).exists():
        raise BadInput([Reason(_("您已审批过这一步，正等候其他人。"))])
    ApprovalDecision.objects.create(
        step=step, person=person, yes=yes, words=words.strip(), instead_of=_instead_of(step, request, person, act.at), decided_at=act.at
    )
    if not yes:
        _settle_step(step, "refused", act)
        request = APPROVAL.move(request, "refuse", act=act, settled_at=act.at)
        _record(request, facts.ApprovalRefused(matter=request.matter, nth=step.nth, words=words.strip()), act)
        return request
    _record(request, facts.ApprovalStepApproved(matter=request.matter, nth=step.nth, words=words.strip()), act)
    said_yes = step.decisions.filter(yes=True).values_list("person_id", flat=True)
    if approving.still_needed(step, request, said_yes, act.at):
        return request
    _settle_step(step, "approved", act)
    following = request.steps.filter(nth__gt=step.nth).first()
    if following is not None:
        _open(following, request, act)
        return request
    request = APPROVAL.move(request, "approve", act=act, settled_at=act.at)
    _record(request, facts.ApprovalApproved(matter=request.matter, digest=request.digest), act)
    return request


@usecase("rulebook.approval.withdraw")
def withdraw_approval(request: ApprovalRequest, *, reason: str = "", act: Act) -> ApprovalRequest:
    """The asker takes it back while nobody has settled it."""
    if act.person_id is not None and act.person_id != request.asker_id:
        raise NotAllowed([Reason(_("只有申请人可以撤回。"))])
    request = APPROVAL.move(request, "withdraw", act=act, settled_at=act.at)
    request.steps.filter(state="open").update(state="waiting")
    _record(request, facts.ApprovalWithdrawn(matter=request.matter, reason=reason.strip()), act)
    return request


@usecase("rulebook.approval.apply")
def mark_applied(request: ApprovalRequest, *, act: Act) -> ApprovalRequest:
    """Note that what was approved has been done: an approval serves once."""
    request.applied_at = act.at
    request.save(update_fields=["applied_at"])
    _record(request, facts.ApprovalApplied(matter=request.matter, digest=request.digest), act)
    return request


@usecase("rulebook.approval.lapse")
def note_late_step(request: ApprovalRequest, *, nth: int, act: Act) -> ApprovalRequest:
    """A step is past its time: it is written down, and from now on the superior role may decide it as well."""
    step = request.steps.select_for_update().get(nth=nth)
    if step.state == "open" and step.overdue_at is None:
        step.overdue_at = act.at
        step.save(update_fields=["overdue_at"])
        _record(request, facts.ApprovalOverdue(matter=request.matter, nth=nth, role=step.role), act)
    return request


def ask_at_gate(context: Gate, *, title: str = "", act: Act) -> list[ApprovalRequest]:
    """Ask for every approval that keeps this gate shut, with the move as it was tried. BadInput if none does."""
    wanted = [one for one in LIVE.approvals(context.name, context.company_id) if one.is_missing(context)]
    if not wanted:
        raise BadInput([Reason(_("这里没有需要审批的事项。"))])
    place = _place(context)
    return [
        request_approval(
            project=place,
            matter=one.key,
            title=title or one.clause.title,
            steps=one.steps_for(context),
            content=one.content(context),
            about=context.subject,
            act=act,
        )
        for one in wanted
    ]


ask_at_gate.not_a_usecase = "asks through request_approval, which is one"


def _place(context: Gate) -> Project | Company:
    if context.project_id is not None:
        return Project.objects.unscoped("link").get(pk=context.project_id)
    return Company.objects.get(pk=context.company_id)


def _open(step: ApprovalStep, request: ApprovalRequest, act: Act) -> None:
    step.state, step.opened_at = "open", act.at
    if step.within:
        calendar = org.calendar_of(request.project_id) if request.project_id else org.ROUND_THE_CLOCK
        step.due_at = when.due(act.at, when.parse_span(step.within), None, calendar)
    step.save(update_fields=["state", "opened_at", "due_at"])
    due_at = step.due_at.isoformat() if step.due_at else ""
    _record(request, facts.ApprovalStepOpened(matter=request.matter, nth=step.nth, role=step.role, due_at=due_at), act)


def _settle_step(step: ApprovalStep, state: str, act: Act) -> None:
    step.state, step.decided_at = state, act.at
    step.save(update_fields=["state", "decided_at"])


def _instead_of(step: ApprovalStep, request: ApprovalRequest, person: Person, at: datetime) -> Person | None:
    """Whom a deputy or a superior stands in for."""
    return org.stood_in_for(person, step.role, request.company_id, request.project_id, at) if step.role else None


def _role_name(step: ApprovalStep) -> str:
    return org.role_name(step.role) if step.role else _("指定岗位")


def _record(request: ApprovalRequest, fact: Any, act: Act) -> None:
    record(request, fact, act=act, about=(request.about,), project=Place(request.company_id, request.project_id))
