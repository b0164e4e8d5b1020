"""Act: who does something, when, through which face, and on whose authority.

Built once per request or job by the face and passed by keyword. It is the only clock and the only
current user a room knows. Rights are a plain value handed in from above, so that the kernel can ask
"may he?" without knowing what a post is.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from .errors import NotAllowed, Reason


@dataclass(frozen=True)
class Actor:
    """Who acts: a person of the company, a customer, a token of another system, or the system itself."""

    kind: str
    id: UUID | None = None
    name: str = ""


SYSTEM = Actor("system", None, "系统")


@lru_cache(maxsize=20_000)
def _matches(patterns: frozenset[str], permission: str) -> bool:
    """`desk.case.*` grants, `!desk.case.merge` takes back."""
    if any(p[0] == "!" and fnmatchcase(permission, p[1:]) for p in patterns):
        return False
    return any(p[0] != "!" and fnmatchcase(permission, p) for p in patterns)


@dataclass(frozen=True)
class Grant:
    """One post's permissions in one project; `own` limits them to what names the person."""

    project_id: UUID
    permissions: frozenset[str]
    own: bool = False
    role: str = ""
    post: UUID | None = None

    def allows(self, permission: str) -> bool:
        return _matches(self.permissions, permission)


@dataclass(frozen=True)
class Rights:
    """What somebody may do and see: the union of grants, nothing else. No deny rules, no per-object rows."""

    company_id: UUID | None = None
    grants: tuple[Grant, ...] = ()
    everywhere: bool = False  # the system, inside its company (or in all, if none is named)
    subjects: frozenset[UUID] | None = None  # residents: exactly these
    permissions: frozenset[str] = frozenset()  # with `subjects` or for tokens

    def may(self, permission: str, project_id: UUID | None, *, subject: Any = None, person_id: UUID | None = None) -> bool:
        """True if some grant covers `permission` in that project (any project if None) and, for own reach, that subject."""
        if self.everywhere:
            return True
        if self.subjects is not None:
            return _matches(self.permissions, permission) and (subject is None or subject.pk in self.subjects)
        return any(
            grant.allows(permission)
            and (project_id is None or grant.project_id == project_id)
            and (not grant.own or subject is None or subject.pk == project_id or subject.is_owned_by(person_id))
            for grant in self.grants
        )

    def projects(self, permission: str | None = None) -> frozenset[UUID]:
        """Projects seen as a whole (not only one's own rows), optionally those where `permission` holds."""
        return frozenset(g.project_id for g in self.grants if not g.own and (permission is None or g.allows(permission)))

    def any_projects(self) -> frozenset[UUID]:
        return frozenset(g.project_id for g in self.grants)

    def posts(self) -> frozenset[UUID]:
        """The posts that give these rights."""
        return frozenset(g.post for g in self.grants if g.post is not None)

    def condition(self, model: Any, person_id: UUID | None) -> Q:
        """The filter that leaves the rows of `model` this actor may see."""
        if self.everywhere:
            return Q(company_id=self.company_id) if self.company_id else Q()
        if self.subjects is not None:
            return Q(pk__in=self.subjects)
        if not model.is_project_scoped():
            return Q(company_id=self.company_id)
        wide = self.projects()
        seen = Q(project_id__in=wide)
        own = self.any_projects() - wide
        if own and person_id:
            mine = Q()
            for lookup in model.owned_by:
                mine |= Q(**{lookup: person_id})
            if model.owned_by:
                seen |= Q(project_id__in=own) & mine
        return seen


NOBODY = Rights()


@dataclass(frozen=True)
class Act:
    """Who, when, through what. `act.at` is now."""

    by: Actor
    at: datetime
    via: str
    rights: Rights = field(default=NOBODY, repr=False)
    cause: UUID | None = None

    @property
    def person_id(self) -> UUID | None:
        return self.by.id if self.by.kind == "person" else None

    @property
    def company_id(self) -> UUID | None:
        return self.rights.company_id

    @property
    def companies(self) -> frozenset[UUID] | None:
        """The companies whose rows this act may touch at all; None where it names none (the system at work for everybody)."""
        return frozenset({self.company_id}) if self.company_id else None

    @property
    def is_import(self) -> bool:
        """Imported history computes obligations but sends, escalates and reacts to nothing."""
        return self.via == "import"

    @property
    def is_history(self) -> bool:
        """What is told after the fact, imported or loaded for a demo: nobody is sent a message about it."""
        return self.via in ("import", "demo")

    def may(self, permission: str, on: Any = None) -> bool:
        """True if this act may run `permission` on a subject, in a project, or (None) anywhere at all."""
        if on is None:
            return self.rights.may(permission, None)
        if hasattr(on, "is_project_scoped"):
            project_id = on.project_id if on.is_project_scoped() else None
            if on.company_id != self.company_id and self.company_id is not None:
                return False
            return self.rights.may(permission, project_id, subject=on, person_id=self.person_id)
        if getattr(on, "company_id", self.company_id) != self.company_id and self.company_id is not None:
            return False
        return self.rights.may(permission, None if on.pk == self.company_id else on.pk)

    def require(self, permission: str, on: Any = None) -> None:
        """Raise NotAllowed unless `may`."""
        if not self.may(permission, on):
            raise NotAllowed([Reason(_("您的岗位不能执行此操作：%(name)s") % {"name": permission})])

    def because(self, entry: Any) -> "Act":
        """The system's act for a reaction: same moment, same company, the cause noted."""
        via = self.via if self.is_history else "system"
        return Act(by=SYSTEM, at=self.at, via=via, cause=entry.id, rights=Rights(company_id=entry.company_id, everywhere=True))

    def at_moment(self, at: datetime) -> "Act":
        return replace(self, at=at)


def system_act(at: datetime, *, company_id: UUID | None = None, via: str = "system") -> Act:
    """The system's own act: ticks, jobs, loading."""
    return Act(by=SYSTEM, at=at, via=via, rights=Rights(company_id=company_id, everywhere=True))
