"""What people may do about duties: waive with a reason, hand over, say why late."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, NotFound, Reason
from guanjia.kernel.journal import Place, record, settle_accounts
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Person, Project
from guanjia.rulebook import adoption, facts, when
from guanjia.rulebook.clauses import clause_of
from guanjia.rulebook.explain import moment
from guanjia.rulebook.inforce import LIVE
from guanjia.rulebook.models import Obligation

EXTENSION_MAX = "5 days"  # where neither clause nor project says another


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
    """Name who does it; the post stays responsible. The engine hears it and writes the name."""
    obligation = _open(project, obligation_id)
    if person.company_id != project.company_id:
        raise NotFound()
    record(
        obligation.subject,
        facts.DutyReassigned(rule=obligation.rule, obligation_id=str(obligation.id), person_id=str(person.pk)),
        act=act,
        about=(person,),
        project=Place(obligation.company_id, obligation.project_id),
    )
    obligation.assignee = person
    return obligation


@usecase("rulebook.duty.extend")
def extend_duty(*, project: Project, obligation_id: UUID, until: datetime, reason: str, act: Act) -> Obligation:
    """Give more time, until a moment, with a reason. What is paid for by waiting stays visible: the old time is kept beside the new.

    BadInput, with every reason, without a reason, for one's own duty, after its time, for a moment not after its time, and for
    one further off than the clause's `extension_max` allows, counted from the time it was first due.
    """
    obligation = _open(project, obligation_id)
    first_due = obligation.changes.order_by("pk").values_list("from_due", flat=True).first() or obligation.due_at
    furthest = first_due + timedelta(days=_extension_days(obligation))
    reasons = []
    if not reason.strip():
        reasons.append(Reason(_("请写明延期理由。"), field="reason"))
    if obligation.is_owed_by(act):
        reasons.append(Reason(_("不能给自己的应办事项延期，请由上级办理。")))
    if obligation.due_at < act.at:
        reasons.append(Reason(_("已逾期的事项不能延期，请说明逾期原因。"), field="until"))
    elif until <= obligation.due_at:
        reasons.append(Reason(_("新时限须晚于原时限 %(due)s。") % {"due": moment(obligation.due_at)}, field="until"))
    elif until > furthest:
        reasons.append(Reason(_("最多只能延至 %(furthest)s。") % {"furthest": moment(furthest)}, field="until"))
    if reasons:
        raise BadInput(reasons)
    record(
        obligation.subject,
        facts.DutyExtended(rule=obligation.rule, obligation_id=str(obligation.id), until=until, reason=reason.strip()),
        act=act,
        project=Place(obligation.company_id, obligation.project_id),
    )
    settle_accounts()
    obligation.refresh_from_db()
    return obligation


def _extension_days(obligation: Obligation) -> int:
    given = LIVE.value(obligation.rule, "extension_max", obligation.project_id, obligation.opened_at, EXTENSION_MAX)
    return when.parse_days(str(given))


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
