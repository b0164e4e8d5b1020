"""Alarms about reading: raised by the system the moment it happens, judged by somebody who is not the reader."""

from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from . import facts
from .act import Act
from .errors import BadInput, IllegalMove, NotAllowed, Reason
from .ids import Ref
from .journal import record
from .models import Alarm
from .states import ALARMS
from .usecase import usecase


@usecase("kernel.alarm.raise")
def raise_alarm(*, kind: str, subject: Ref, project_id: UUID | None, reader_id: UUID, reader_name: str, words: str = "", act: Act) -> Alarm:
    """Say at once that somebody must look at who looked."""
    alarm = Alarm(
        company_id=act.company_id,
        project_id=project_id,
        kind=kind,
        subject_kind=subject.kind,
        subject_id=subject.id,
        reader_id=reader_id,
        reader_name=reader_name,
        words=words,
        raised_at=act.at,
        created_at=act.at,
    )
    alarm.save(force_insert=True)
    record(alarm, facts.AlarmRaised(kind=kind, label=str(ALARMS[kind]), reader=reader_name), act=act, about=(subject,))
    return alarm


@usecase("kernel.alarm.review")
def review_alarm(alarm: Alarm, *, justified: bool, finding: str, act: Act) -> Alarm:
    """Say whether the reading was justified, and why. NotAllowed for the reader himself, IllegalMove once it was judged."""
    if act.person_id == alarm.reader_id:
        raise NotAllowed([Reason(_("不能复核自己的查阅，请由他人复核。"))])
    if alarm.reviewed_at is not None:
        raise IllegalMove(Reason(_("已由%(name)s复核。") % {"name": alarm.reviewer_name}))
    if not finding.strip():
        raise BadInput(Reason(_("请写明复核意见：为什么正当，或者怎样处理。"), field="finding"))
    alarm.reviewed_at, alarm.reviewer_id, alarm.reviewer_name = act.at, act.person_id, act.by.name
    alarm.is_justified, alarm.finding = justified, finding.strip()
    alarm.version += 1
    alarm.save(update_fields=["reviewed_at", "reviewer_id", "reviewer_name", "is_justified", "finding", "version"])
    record(
        alarm,
        facts.AlarmReviewed(kind=alarm.kind, justified=justified, verdict=_("正当") if justified else _("不正当")),
        act=act,
        about=(alarm.subject,),
    )
    return alarm


def alarms(act: Act) -> Any:
    """The alarms this act may see, those to be judged first."""
    act.require("kernel.alarm.see")
    return Alarm.objects.visible_to(act).order_by(F("reviewed_at").desc(nulls_first=True), "-raised_at")
