"""Act: who does something, when, through which face, and on whose authority.

Built once per request or job by the face and passed by keyword. It is the only clock and the only
current user a room knows. Rights are a plain value handed in from above, so that the kernel can ask
"may he?" without knowing what a post is.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
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
RESIDENT = "住户"  # residents act without their name: the journal is never changed, and they may wish to be forgotten


@lru_cache(maxsize=20_000)
def matches(patterns: frozenset[str], permission: str) -> bool:
    """`desk.case.*` grants, `!desk.case.merge` takes back."""
    if any(p[0] == "!" and fnmatchcase(permission, p[1:]) for p in patterns):
        return False
    return any(p[0] != "!" and fnmatchcase(permission, p) for p in patterns)


@lru_cache(maxsize=20_000)
def _opens(patterns: frozenset[str], family: str) -> bool:
    """Whether one may look at rows about which these use cases are: by `<family>.see`, or by being given one of the family."""
    return matches(patterns, f"{family}.see") or any(p.startswith(f"{family}.") and "*" not in p and matches(patterns, p) for p in patterns)


#: what of a project a grant opens: everything, what names the person as its handler or subject, or only what is about himself
WIDE, ASSIGNED, SELF = "wide", "assigned", "self"


@dataclass(frozen=True)
class Grant:
    """One post's permissions in one project, or (without a project) in what belongs to its company as a whole."""

    project_id: UUID | None
    permissions: frozenset[str]
    reach: str = WIDE
    role: str = ""
    post: UUID | None = None
    company_id: UUID | None = None
    holder: UUID | None = None  # whose post it is: the person himself, or the absent one he stands in for

    def allows(self, permission: str) -> bool:
        return matches(self.permissions, permission)

    def opens(self, family: str) -> bool:
        """True if rows of that family of use cases may be looked at; the empty family is open to everybody who works there."""
        return not family or _opens(self.permissions, family)

    def covers(self, subject: Any, person_id: UUID | None) -> bool:
        """True if the reach goes as far as this row."""
        if self.reach == WIDE or subject is None or subject.pk == self.project_id:
            return True
        return subject.is_owned_by(self.holder or person_id, about=self.reach == SELF)


@dataclass(frozen=True)
class Rights:
    """What somebody may do and see: the union of grants, nothing else. No deny rules, no per-object rows."""

    company_id: UUID | None = None
    grants: tuple[Grant, ...] = ()
    everywhere: bool = False  # the system, inside its company (or in all, if none is named)
    subjects: frozenset[UUID] | None = None  # residents: exactly these
    permissions: frozenset[str] = frozenset()  # with `subjects` or for tokens

    @cached_property
    def companies(self) -> frozenset[UUID]:
        """The companies that these rights reach into: one's own, and with a group's reach its sisters. Empty: no wall at all."""
        return frozenset(c for c in (self.company_id, *(grant.company_id for grant in self.grants)) if c is not None)

    def may(
        self,
        permission: str,
        project_id: UUID | None,
        *,
        company_id: UUID | None = None,
        subject: Any = None,
        person_id: UUID | None = None,
    ) -> bool:
        """True if some grant covers `permission` in that project and company (any where None) and reaches as far as that subject."""
        if self.everywhere:
            return True
        if self.subjects is not None:
            return matches(self.permissions, permission) and (subject is None or subject.pk in self.subjects)
        return any(
            grant.allows(permission)
            and (project_id is None or grant.project_id == project_id)
            and (company_id is None or grant.company_id in (None, company_id))
            and grant.covers(subject, person_id)
            for grant in self.grants
        )

    def projects(self, permission: str | None = None) -> frozenset[UUID]:
        """Projects seen as a whole (not only one's own rows), optionally those where `permission` holds."""
        return frozenset(
            g.project_id
            for g in self.grants
            if g.project_id is not None and g.reach == WIDE and (permission is None or g.allows(permission))
        )

    def any_projects(self) -> frozenset[UUID]:
        return frozenset(g.project_id for g in self.grants if g.project_id is not None)

    def seeing(self, model: Any) -> "Rights":
        """What of these rights lets one look at rows of `model`: the posts that have to do with them."""
        family = getattr(model, "family", "")
        return replace(self, grants=tuple(grant for grant in self.grants if grant.opens(family))) if family else self

    def where(self, permission: str) -> "Rights":
        """What of these rights holds in the projects in which `permission` does."""
        there = {grant.project_id for grant in self.grants if grant.allows(permission)}
        return replace(self, grants=tuple(grant for grant in self.grants if grant.project_id in there))

    def within(self, project_id: UUID) -> "Rights":
        """What of these rights holds in one project."""
        return replace(self, grants=tuple(grant for grant in self.grants if grant.project_id == project_id))

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
            return Q(company_id=self.company_id) if len(self.companies) < 2 else Q(company_id__in=self.companies)
        wide = self.seeing(model).projects()
        seen = Q(project_id__in=wide)
        for reach, lookups in ((ASSIGNED, model.owned_by), (SELF, getattr(model, "about_person", ()))):
            # whoever a row names sees it, also where his post has nothing to do with others of its kind
            narrow = [
                g
                for g in self.grants
                if g.project_id is not None and g.project_id not in wide and (g.reach == reach or (g.reach == WIDE and reach == ASSIGNED))
            ]
            holders = {g.holder or person_id for g in narrow} - {None}
            if narrow and holders and lookups:
                mine = Q()
                for lookup in lookups:
                    mine |= Q(**{f"{lookup}__in": holders}) if len(holders) > 1 else Q(**{lookup: next(iter(holders))})
                seen |= Q(project_id__in={g.project_id for g in narrow}) & mine
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
    request_id: str = ""  # the name of the request in logs and answers; kept with what was read

    @property
    def person_id(self) -> UUID | None:
        return self.by.id if self.by.kind == "person" else None

    @property
    def company_id(self) -> UUID | None:
        return self.rights.company_id

    @property
    def companies(self) -> frozenset[UUID]:
        """The companies whose rows this act may touch at all; none for nobody, and for the system where it works for everybody."""
        return self.rights.companies

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
            if self.company_id is not None and on.company_id not in self.rights.companies:
                return False
            return self.rights.may(permission, project_id, company_id=on.company_id, subject=on, person_id=self.person_id)
        if self.company_id is not None and on.company_id not in self.rights.companies:
            return False
        return self.rights.may(permission, None if on.pk == on.company_id else on.pk, company_id=on.company_id)

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
