"""Taking note that somebody acts for somebody else."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, NotFound, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.rows import keep
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from .. import dates, facts, gates
from ..models import Customer, Proxy
from ..states import PROXIES, SCOPES


@usecase("customers.proxy.accept", gate=gates.AcceptProxy)
def accept_proxy(
    *,
    project: Project,
    principal: Customer,
    agent: Customer,
    kind: str,
    scope: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
    act: Act,
) -> Proxy:
    """From `starts_on` (today) the agent acts for the principal in `scope`. Raises BadInput, NotFound, Conflict if he does already."""
    starts_on = starts_on or timezone.localdate(act.at)
    if {principal.project_id, agent.project_id} != {project.pk}:
        raise NotFound()
    odd = dates.odd_beginning(starts_on, timezone.localdate(act.at))
    if odd:
        raise BadInput(odd)
    proxy = keep(
        Proxy(
            project=project,
            principal=principal,
            agent=agent,
            kind=kind,
            scope=scope,
            starts_on=starts_on,
            ends_on=ends_on,
            created_at=act.at,
        )
    )
    said = facts.ProxyAccepted(kind=kind, scope=scope, label=f"{PROXIES[kind]} · {SCOPES[scope]}", starts_on=starts_on, ends_on=ends_on)
    record(proxy, said, act=act, about=(principal, agent))
    return proxy


@usecase("customers.proxy.end")
def end_proxy(proxy: Proxy, *, ends_on: date | None = None, act: Act) -> Proxy:
    """`ends_on` (today) is the first day on which nobody acts by it any more."""
    ends_on = ends_on or timezone.localdate(act.at)
    if proxy.ends_on is not None and proxy.ends_on <= ends_on:
        raise IllegalMove(Reason(_("委托已于 %(day)s 终止。") % {"day": proxy.ends_on}))
    if ends_on <= proxy.starts_on:
        raise BadInput(Reason(_("终止日须晚于起始日 %(day)s。") % {"day": proxy.starts_on}, field="ends_on"))
    proxy.ends_on = ends_on
    keep(proxy, only=["ends_on"])
    record(
        proxy,
        facts.ProxyEnded(scope=proxy.scope, label=str(SCOPES[proxy.scope]), ends_on=ends_on),
        act=act,
        about=(proxy.principal, proxy.agent),
    )
    return proxy
