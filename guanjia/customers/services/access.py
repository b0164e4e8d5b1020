"""Leave to look people up: asked by anybody, given by the supervisor's yes, ended by time or by hand (CUS-008)."""

from datetime import timedelta

from django.utils.translation import gettext as _

from guanjia.estate.models import House
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, NotAllowed, NotFound, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.rows import keep
from guanjia.kernel.states import LEGAL, SERVING
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Person, Project
from guanjia.rulebook import services as rulebook

from .. import facts, gates
from ..models import AccessRequest, Customer
from ..states import ACCESS

DAYS_MAX = 31


@usecase("customers.access.request")
def request_access(
    *,
    project: Project,
    purpose: str,
    reason: str,
    days: int,
    house: House | None = None,
    customer: Customer | None = None,
    act: Act,
) -> AccessRequest:
    """Ask to look up one customer, those of one house, or those of the project, and send it to who gives leave.

    BadInput with everything that is missing; also where nobody but the asker could give leave, or the project lives by a
    clause under which nobody else may look at all (CUS-009).
    """
    reasons = []
    if purpose not in (SERVING, LEGAL):
        reasons.append(Reason(_("查阅只用于服务住户或依法提供。"), field="purpose"))
    if len(reason.strip()) < 4:
        reasons.append(Reason(_("请写明为什么要查阅。"), field="reason"))
    if not 1 <= days <= DAYS_MAX:
        reasons.append(Reason(_("期限为 1 至 %(days)d 天。") % {"days": DAYS_MAX}, field="days"))
    if act.person_id is None:
        raise NotAllowed([Reason(_("只有登录的人员可以申请。"))])
    if any(thing is not None and thing.project_id != project.pk for thing in (house, customer)):
        raise NotFound()
    if reasons:
        raise BadInput(reasons)
    row = keep(
        AccessRequest(
            project=project,
            asker=Person.objects.visible_to(act).get(pk=act.person_id),
            purpose=purpose,
            scope="customer" if customer else "house" if house else "project",
            house=None if customer else house,
            customer=customer,
            reason=reason.strip(),
            days=days,
            asked_at=act.at,
            created_at=act.at,
        )
    )
    record(row, facts.AccessRequested(purpose=purpose, scope=row.scope, days=days), act=act, about=(customer, house))
    rulebook.ask_at_gate(
        gates.GrantAccess.of(row, act=act), title=_("查阅客户资料：%(scope)s") % {"scope": row.get_scope_display()}, act=act
    )
    return row


@usecase("customers.access.grant", gate=gates.GrantAccess)
def grant_access(row: AccessRequest, *, act: Act) -> AccessRequest:
    """Let the asker look within the scope, from now on for the days asked. GateClosed without the supervisor's yes."""
    ends_at = act.at + timedelta(days=row.days)
    row = ACCESS.move(row, "grant", act=act, granted_at=act.at, ends_at=ends_at)
    record(row, facts.AccessGranted(scope=row.scope, until=ends_at), act=act, about=(row.customer, row.house))
    return row


@usecase("customers.access.end")
def end_access(row: AccessRequest, *, act: Act) -> AccessRequest:
    """Give it back, or take it back, before its time. NotAllowed for whoever neither asked nor gives leave."""
    if act.person_id not in (None, row.asker_id) and not act.may("customers.access.grant", on=row):
        raise NotAllowed([Reason(_("只有申请人和批准人可以结束查阅。"))])
    row = ACCESS.move(row, "end", act=act, ends_at=act.at if row.granted_at and act.at > row.granted_at else row.ends_at)
    record(row, facts.AccessEnded(), act=act, about=(row.customer, row.house))
    return row
