"""What people may do about duties: waive with a reason, hand over, say why late."""

from uuid import UUID

from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, NotFound, Reason
from guanjia.kernel.journal import Place, record
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Person, Project
from guanjia.rulebook import adoption, facts
from guanjia.rulebook.clauses import clause_of
from guanjia.rulebook.models import Obligation


@usecase("rulebook.duty.waive")
def waive_duty(*, project: Project, obligation_id: UUID, reason: str, act: Act) -> Obligation:
    """Take a duty away with a reason. Never the owner himself, never what the law asks; IllegalMove if it is no longer open."""
    obligation = _open(project, obligation_id)
    reasons = []
    if not reason.strip():
        reasons.append(Reason(_("请写明豁免理由。"), field="reason"))
    if obligation.assignee_id and obligation.assignee_id == act.person_id:
        reasons.append(Reason(_("不能豁免自己的应办事项，请由上级办理。")))
    if adoption.is_firm(obligation.rule, obligation.project_id, obligation.opened_at):
        clause = clause_of(obligation.rule, obligation.company_id)
        reasons.append(Reason(_("法律要求的条款不能豁免。"), rule=obligation.rule, clause=clause.title if clause else ""))
    if reasons:
        raise BadInput(reasons)
    record(
        obligation.subject,
        facts.DutyWaived(rule=obligation.rule, obligation_id=str(obligation.id), reason=reason.strip()),
        act=act,
        project=Place(obligation.company_id, obligation.project_id),
    )
    return obligation


@usecase("rulebook.duty.reassign")
def reassign_duty(*, project: Project, obligation_id: UUID, person: Person, act: Act) -> Obligation:
    """Name who does it; the post stays responsible."""
    obligation = _open(project, obligation_id)
    if person.company_id != project.company_id:
        raise NotFound()
    obligation.assignee = person
    obligation.save(update_fields=["assignee"])
    record(
        obligation.subject,
        facts.DutyReassigned(rule=obligation.rule, obligation_id=str(obligation.id), person_id=str(person.pk)),
        act=act,
        about=(person,),
        project=Place(obligation.company_id, obligation.project_id),
    )
    return obligation


@usecase("rulebook.duty.explain_late")
def explain_late(*, project: Project, obligation_id: UUID, reason: str, act: Act) -> Obligation:
    """Say why a duty was or is late; the journal keeps it beside the breach."""
    obligation = Obligation.objects.unscoped("link").filter(pk=obligation_id, project=project).first()
    if obligation is None:
        raise NotFound()
    if not reason.strip():
        raise BadInput([Reason(_("请写明逾期原因。"), field="reason")])
    record(
        obligation.subject,
        facts.LateExplained(rule=obligation.rule, obligation_id=str(obligation.id), reason=reason.strip()),
        act=act,
        project=Place(obligation.company_id, obligation.project_id),
    )
    return obligation


def _open(project: Project, obligation_id: UUID) -> Obligation:
    obligation = Obligation.objects.unscoped("link").filter(pk=obligation_id, project=project).select_for_update().first()
    if obligation is None:
        raise NotFound()
    if not obligation.is_open:
        raise IllegalMove([Reason(_("此事项已办结或已取消。"))])
    return obligation
