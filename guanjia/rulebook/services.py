"""What people may do about duties and numbers: waive with a reason, hand over, say why late, set a parameter from a day on."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel import memo
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, NotFound, Reason
from guanjia.kernel.journal import Place, record
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Person, Project

from . import facts, parameters, when
from .catalogue import load
from .models import Obligation, Parameter


@usecase("rulebook.duty.waive")
def waive_duty(*, project: Project, obligation_id: UUID, reason: str, act: Act) -> Obligation:
    """Take a duty away with a reason. Never the owner himself; IllegalMove if it is no longer open."""
    obligation = _open(project, obligation_id)
    reasons = []
    if not reason.strip():
        reasons.append(Reason(_("请写明豁免理由。"), field="reason"))
    if obligation.assignee_id and obligation.assignee_id == act.person_id:
        reasons.append(Reason(_("不能豁免自己的应办事项，请由上级办理。")))
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


@usecase("rulebook.parameter.set")
def set_parameter(*, project: Project, rule: str, key: str, value: Any, starts_on: date, act: Act) -> Parameter:
    """Override a clause's number in a project from a day on; what was opened before keeps the number it was opened with.

    BadInput for an unknown clause or key, a day in the past, or a value of another sort than the handbook's.
    """
    clause = load().get(rule)
    reasons = []
    if clause is None or (key != "on" and key not in clause.params):
        reasons.append(Reason(_("没有这项参数：%(rule)s %(key)s。") % {"rule": rule, "key": key}, field="key"))
    else:
        reasons += _wrong_value(clause.params.get(key), key, value)
    if starts_on < timezone.localtime(act.at).date():
        reasons.append(Reason(_("起始日不能早于今天：已产生的应办事项不追改。"), field="starts_on"))
    if reasons:
        raise BadInput(reasons)
    before = parameters.value(rule, key, project.pk, act.at)
    row, _created = Parameter.objects.unscoped("uniqueness").update_or_create(
        project=project,
        rule=rule,
        key=key,
        starts_on=starts_on,
        defaults={"company_id": project.company_id, "value": value, "set_by": act.by.name},
    )
    record(row, facts.ParameterSet(rule=rule, key=key, value=str(value), before=str(before), starts_on=str(starts_on)), act=act)
    memo.forget_all()
    return row


def _wrong_value(given: Any, key: str, value: Any) -> list[Reason]:
    if key == "on":
        return [] if isinstance(value, bool) else [Reason(_("请选择启用或停用。"), field="value")]
    if isinstance(given, str) and when.is_parsable(given) and not (isinstance(value, str) and when.is_parsable(value)):
        return [Reason(_("时限须写作「3 days」「2 hours」「same day」等形式。"), field="value")]
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    if is_number and (isinstance(value, bool) or not isinstance(value, int | float) or value < 0 or (given <= 1 < value)):
        return [Reason(_("须为不小于 0 的数；比率不超过 1。"), field="value")]
    return []


def _open(project: Project, obligation_id: UUID) -> Obligation:
    obligation = Obligation.objects.unscoped("link").filter(pk=obligation_id, project=project).select_for_update().first()
    if obligation is None:
        raise NotFound()
    if not obligation.is_open:
        raise IllegalMove([Reason(_("此事项已办结或已取消。"))])
    return obligation
