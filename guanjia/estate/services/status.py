"""Signing a month's 房屋情况统计表: the steward signs, the cashier receives (EST-002)."""

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel import documents, periods
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Conflict, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.org import selectors as org
from guanjia.org.models import Project
from guanjia.quality import services as quality
from guanjia.quality.models import Signoff

from .. import facts, status


@usecase("estate.house_status.sign")
def sign_house_status(*, project: Project, period: str, digest: str, act: Act) -> Signoff:
    """Sign exactly the table that was looked at: its paper is set now and stays.

    BadInput unless the period is a month that is over; Conflict if a house changed since (`digest` is of what was shown), or
    if the month was signed already.
    """
    try:
        is_month = periods.kind_of(period) == "month"
    except ValueError:
        is_month = False
    if not is_month or periods.bounds(period).end > act.at:
        raise BadInput(Reason(_("请选择已经结束的月份，月底后再签认。"), field="period"))
    content = status.compose(project, period, act)
    if digest != documents.digest(content):
        raise Conflict(Reason(_("房屋情况刚刚有变动，请看过新的统计表再签认。")))
    signature = {
        "name": act.by.name,
        "as": "、".join(org.role_names(org.roles_of(act, project))),
        "at": f"{timezone.localtime(act.at):%Y-%m-%d %H:%M}",
        "digest": digest,
    }
    signoff = quality.sign_off(
        project=project,
        register=status.REGISTER,
        period=period,
        title=f"{project.name} {content['title']}",
        pdf=status.paper_of(content, at=act.at, signed=signature),
        content=content,
        act=act,
    )
    record(signoff, facts.HouseStatusSigned(period=period, digest=digest), act=act, about=(project,))
    return signoff
