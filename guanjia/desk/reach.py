"""Which projects a question looks into, as SQL with parameters: for lists that must stay fast over a million cases.

It narrows; it does not decide. Rows that are shown are fetched by `visible_to(act)` all the same.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guanjia.kernel.act import Act
from guanjia.org.models import Project

from .models import Case

FEW = 10


@dataclass(frozen=True)
class Reach:
    """Projects that are seen whole, and projects in which only one's own cases are."""

    whole: tuple[UUID, ...] = ()
    own: tuple[UUID, ...] = ()
    me: UUID | None = None

    @property
    def projects(self) -> list[UUID]:
        return [*self.whole, *self.own]

    @property
    def is_few(self) -> bool:
        return len(self.projects) <= FEW

    @property
    def values(self) -> dict[str, Any]:
        return {"projects": self.projects, "own": list(self.own), "me": self.me}

    @property
    def sql(self) -> str:
        """A condition on the case `c` beyond its project, "" if there is none."""
        return " AND (c.owner_id = %(me)s OR c.project_id <> ALL(%(own)s))" if self.own else ""


def reach_of(act: Act, project: UUID | None = None) -> Reach:
    """The reach of an act, or the part of it that lies in one project. Residents reach no list."""
    rights = act.rights
    if rights.subjects is not None:
        return Reach()
    if rights.everywhere:
        whole, own = set(Project.objects.visible_to(act).values_list("pk", flat=True)), set()
    else:
        whole = set(rights.seeing(Case).projects())
        own = set(rights.any_projects()) - whole if act.person_id else set()
    if project is not None:
        whole, own = whole & {project}, own & {project}
    return Reach(tuple(sorted(whole)), tuple(sorted(own)), act.person_id)
