"""Making a report, and signing it."""

from django.utils.translation import gettext as _

from guanjia.kernel import documents, periods
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Conflict, IllegalMove, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.org import selectors as org
from guanjia.org.models import Project
from guanjia.quality import services as quality

from . import facts, monthly
from .models import Snapshot


@usecase("insight.snapshot.take")
def take_snapshot(*, project: Project, period: str, act: Act) -> Snapshot:
    """Make the compliance report of a month, or make the draft again with what is known now.

    BadInput unless `period` is a month that has begun; IllegalMove once it is signed: later changes are its supplement.
    """
    try:
        is_month = periods.kind_of(period) == "month"
    except ValueError:
        is_month = False
    if not is_month or periods.bounds(period).start > act.at:
        raise BadInput([Reason(_("请选择已经开始的月份。"), field="period")])
    draft = (
        Snapshot.objects.unscoped("uniqueness").select_for_update().filter(project=project, report=monthly.REPORT, period=period).first()
    )
    if draft is not None and draft.signoff_id is not None:
        raise IllegalMove([Reason(_("这份月报已签认，不再改动；以后的变化见补充。"))])
    content = monthly.compose(project, period, act)
    values = {"content": content, "digest": documents.digest(content), "made_at": act.at, "made_by": act.by.name}
    if draft is None:
        draft = Snapshot.objects.create(project=project, report=monthly.REPORT, period=period, created_at=act.at, **values)
    else:
        for name, value in values.items():
            setattr(draft, name, value)
        draft.save(update_fields=list(values))
    record(draft, facts.SnapshotTaken(report=monthly.REPORT, period=period, digest=draft.digest), act=act)
    return draft


@usecase("insight.snapshot.sign")
def sign_snapshot(snapshot: Snapshot, *, digest: str, act: Act) -> Snapshot:
    """Sign exactly the figures that were looked at: the paper is set now, and from now on nothing of it changes.

    BadInput while the month is not over; Conflict if the draft was made again since (`digest` is of what was shown);
    IllegalMove if it is signed.
    """
    if snapshot.signoff_id is not None:
        raise IllegalMove([Reason(_("这份月报已签认。"))])
    if periods.bounds(snapshot.period).end > act.at:
        raise BadInput([Reason(_("月份还没有结束，月底后再签认。"))])
    if digest != snapshot.digest:
        raise Conflict([Reason(_("月报刚刚重新生成过，请看过新的数字再签认。"))])
    signature = {
        "name": act.by.name,
        "as": "、".join(org.role_names(org.roles_of(act, snapshot.project))),
        "at": monthly.said(act.at),
        "digest": snapshot.digest,
    }
    pdf = monthly.paper_of(snapshot.content, at=act.at, signed=signature)
    snapshot.signoff = quality.sign_off(
        project=snapshot.project,
        register=monthly.REPORT,
        period=snapshot.period,
        title=f"{snapshot.project.name} {snapshot.content['title']}",
        pdf=pdf,
        content=snapshot.content,
        act=act,
    )
    snapshot.save(update_fields=["signoff"])
    return snapshot
