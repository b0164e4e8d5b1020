"""Setting a clause's number for a project from a day on."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel import memo
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project
from guanjia.rulebook import adopting, facts, parameters, registry
from guanjia.rulebook.authoring.compiling import OWN
from guanjia.rulebook.clauses import clause_of
from guanjia.rulebook.models import Parameter


@usecase("rulebook.parameter.set")
def set_parameter(*, project: Project, rule: str, key: str, value: Any, starts_on: date, act: Act) -> Parameter:
    """Override a clause's number in a project from a day on; what was opened before keeps the number it was opened with.

    BadInput for an unknown clause or key, a day in the past, or a value of another sort than the handbook's.
    """
    clause = clause_of(rule, project.company_id)
    reasons = []
    known = registry.params_of(rule) | dict(clause.params) if clause else {}
    if clause is None or (key != "on" and (key not in known or clause.module == OWN)):  # an own rule changes by editions
        reasons.append(Reason(_("没有这项参数：%(rule)s %(key)s。") % {"rule": rule, "key": key}, field="key"))
    else:
        reasons += adopting.faults_of_parameter(clause, key, value, project=project, at=act.at)
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
