"""Whom a step asks: the holders of a role, or of the posts named; never the asker; deputies while the holder is away."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from guanjia.kernel.errors import BadInput, Reason
from guanjia.kernel.journal import plain
from guanjia.org import lines
from guanjia.org import selectors as org
from guanjia.org.models import Person, Project

from .models.approvals import ApprovalRequest, ApprovalStep
from .states import APPROVED


@dataclass(frozen=True)
class Step:
    """A step of a chain as it is asked for: a role (or posts), any or all of them, within a length of the handbook."""

    role: str = ""
    posts: tuple[UUID, ...] = ()
    mode: str = "any"
    within: str = "2 days"


def all_superiors(person: Person, project: Project, at: datetime, *, within: str = "2 days") -> Step:
    """The step in which everyone that a person reports to must say yes (ORG-007). BadInput where he has no superior."""
    posts = lines.posts_above(person, project, at)
    if not posts:
        raise BadInput([Reason(_("「%(name)s」没有上级岗位，请先登记汇报线。") % {"name": person.name}, rule="ORG-007")])
    return Step(posts=tuple(post.pk for post in posts), mode="all", within=within)


def digest_of(content: Any) -> str:
    """The fingerprint of what is approved: a changed content is another content."""
    return hashlib.sha256(json.dumps(plain(content), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def is_approved(row: Any, matter: str) -> bool:
    """Whether the newest request about a row in a matter was approved: what puts the row into force asks this first."""
    asked = ApprovalRequest.objects.unscoped("engine").filter(about_id=row.pk, matter=matter)
    return asked.order_by("-asked_at", "-pk").values_list("state", flat=True).first() == APPROVED


def approvers_of(step: ApprovalStep, request: ApprovalRequest, at: datetime) -> list[Person]:
    """Who may decide a step at that moment, in order; [] when nobody is left but the asker.

    Where the step is late, or nobody of its role is there but the asker, the superior role may decide as well.
    """
    asked = _holders(step, request, at)
    found = [person for person in asked if person.pk != request.asker_id]
    if step.role and (not found or step.overdue_at is not None):
        for role in org.superiors_of(step.role):
            above = [p for p in org.people_in_role(role, request.company_id, request.project_id, at) if p.pk != request.asker_id]
            found += [person for person in above if person not in found]
            if above:
                break
    return found


def _holders(step: ApprovalStep, request: ApprovalRequest, at: datetime) -> list[Person]:
    if step.posts:
        return org.people_in_posts(step.post_ids, at)
    return org.people_in_role(step.role, request.company_id, request.project_id, at)


def still_needed(step: ApprovalStep, request: ApprovalRequest, said_yes: Iterable[UUID], at: datetime) -> list[Person]:
    """Whose yes is missing: one of them for `any`, each of them for `all`; [] when the step is through."""
    yes = set(said_yes)
    if step.mode == "any":
        return [] if yes else approvers_of(step, request, at)
    return [person for person in _holders(step, request, at) if person.pk not in yes and person.pk != request.asker_id]
