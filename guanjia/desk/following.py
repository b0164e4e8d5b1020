"""Who follows a case, and when it is looked at again: no case without an owner and a next due time (DESK-007, DESK-008)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Reason
from guanjia.kernel.ids import Ref
from guanjia.kernel.worktime import WorkCalendar
from guanjia.org import selectors as org
from guanjia.org.models import Post, Project

DESK_ROLES = ("desk_agent", "steward", "administrator", "desk_supervisor", "office_manager")


def next_look(calendar: WorkCalendar, at: datetime, promised_at: datetime | None = None) -> datetime:
    """The promised time if it lies ahead, else the end of service on the next working day after `at`."""
    if promised_at is not None and promised_at > at:
        return promised_at
    day = calendar.add_working_days(at.astimezone(calendar.tz).date(), 1)
    return calendar.end_of_service(day) or at + timedelta(days=1)


def look_at(project_id: UUID, act: Act, promised_at: datetime | None = None) -> datetime:
    """`next_look` by the working time of the project."""
    return next_look(org.calendar_of(project_id), act.at, promised_at)


def first_receiver(project: Project, act: Act) -> tuple[UUID | None, Post | None]:
    """(person, post) who answers for what comes in now: whoever took it, or the desk's post where a machine did (DESK-008)."""
    roles = org.roles_of(act, project) if act.person_id else frozenset()
    role = next((role for role in DESK_ROLES if role in roles), next(iter(sorted(roles)), DESK_ROLES[0]))
    return act.person_id, org.post_of(role, project.pk, act.at)


def responsible(case: Any, act: Act) -> UUID:
    """The owner; where there is none yet, whoever acts, or the first of the desk. BadInput if the desk is unmanned."""
    if case.owner_id or act.person_id:
        return case.owner_id or act.person_id
    return on_the_desk(case.project, act)


def on_the_desk(project: Project, act: Act) -> UUID:
    """Somebody of the desk: an agent, else whoever stands nearest. BadInput if nobody holds such a post."""
    for role in DESK_ROLES:
        holders = org.holders_of(role, project, act.at)
        if holders:
            return holders[0].pk
    raise BadInput([Reason(_("项目没有客服岗位在任人员，诉求无人负责。"), field="owner")])


def about(case: Any, *others: Any) -> tuple[Any, ...]:
    """Whom a line about the case also concerns."""
    return (*others, Ref.through(case, "customer"), Ref.through(case, "house"))
