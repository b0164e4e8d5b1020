"""Preventive measures: what may lead to a complaint, and what is done before it does (DESK-081)."""

from datetime import date

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.numbering import next_number
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Person, Project
from guanjia.quality import facts, gates
from guanjia.quality.models import Rectification
from guanjia.quality.states import PLANNED, PREVENTIVE, RECTIFICATION


@usecase("quality.prevention.register", gate=gates.RegisterPrevention)
def register_prevention(
    *, project: Project, matter: str, preventive: str, responsible: Person | None, due_on: date | None, act: Act
) -> Rectification:
    """A risk with its measure, who takes it and by when. It is verified, as every rectification, by somebody else."""
    _check(matter, preventive, responsible, due_on, project.company_id, act)
    measure = Rectification.objects.create(
        project=project,
        number=next_number("ZG", project, act.at),
        kind=PREVENTIVE,
        state=PLANNED,
        matter=matter.strip(),
        preventive=preventive.strip(),
        opinion=preventive.strip(),
        responsible=responsible,
        due_on=due_on,
        created_at=act.at,
    )
    record(measure, facts.RectificationOpened(kind=PREVENTIVE, matter=measure.matter), act=act)
    _record_plan(measure, act)
    return measure


@usecase("quality.prevention.correct")
def correct_prevention(
    measure: Rectification, *, matter: str, preventive: str, responsible: Person | None, due_on: date | None, act: Act
) -> Rectification:
    """Another wording, person or day, while nobody has reported it done."""
    if measure.kind != PREVENTIVE:
        raise IllegalMove([Reason(_("这不是预防措施。"))])
    RECTIFICATION.require(measure, "correct")
    _check(matter, preventive, responsible, due_on if due_on != measure.due_on else None, measure.company_id, act, required=due_on)
    measure = RECTIFICATION.move(
        measure,
        "correct",
        act=act,
        matter=matter.strip(),
        preventive=preventive.strip(),
        opinion=preventive.strip(),
        responsible=responsible,
        due_on=due_on,
    )
    _record_plan(measure, act)
    return measure


def _check(
    matter: str,
    preventive: str,
    responsible: Person | None,
    due_on: date | None,
    company_id: object,
    act: Act,
    *,
    required: date | None = None,
) -> None:
    """BadInput with everything missing; a new day lies ahead, one that stays may have passed (`required`)."""
    reasons = []
    if not matter.strip():
        reasons.append(Reason(_("请写明隐患。"), field="matter"))
    if not preventive.strip():
        reasons.append(Reason(_("请写明预防措施。"), field="preventive"))
    if responsible is None or responsible.company_id != company_id:
        reasons.append(Reason(_("请选择责任人。"), field="responsible"))
    if due_on is None and required is None:
        reasons.append(Reason(_("请填写期限。"), field="due_on"))
    elif due_on is not None and due_on < localtime(act.at).date():
        reasons.append(Reason(_("期限不能早于今天。"), field="due_on"))
    if reasons:
        raise BadInput(reasons)


def _record_plan(measure: Rectification, act: Act) -> None:
    record(
        measure,
        facts.RectificationPlanned(
            kind=PREVENTIVE, person_id=str(measure.responsible_id), person=measure.responsible.name, due_on=measure.due_on
        ),
        act=act,
    )
