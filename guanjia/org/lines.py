"""Who reports to whom (ORG-007): a post may have several superiors, in the chain of command and in the matter."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from .models import Person, Post, Project, ReportingLine, Role
from .roles import ALSO_TO
from .selectors import holdings_at, people_in_posts, post_of


@dataclass(frozen=True)
class Superior:
    """A post that another reports to: in the chain of command ("administrative") or in the matter ("functional")."""

    post: Post
    kind: str


def superiors_of(post: Post, at: datetime, project_id: UUID | None = None) -> list[Superior]:
    """Every post that this post reports to at that moment, the chain of command first.

    The lines drawn for the post speak; where none was drawn, those of its role: the role above it, and whom the role
    reports to besides. A role that nobody holds is answered for by the one above it; the project says where to look for
    a post that serves the whole company.
    """
    day = timezone.localtime(at).date()
    running = Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gt=day))
    drawn = ReportingLine.objects.unscoped("rights").filter(running, post=post).select_related("superior__role", "superior__project")
    lines = [Superior(line.superior, line.kind) for line in drawn.order_by("kind", "starts_on", "pk")]
    place = post.project_id or project_id
    if lines or place is None:
        return lines
    role = Role.objects.get(pk=post.role_id)
    above = [(role.superior_id, "administrative"), *((code, "functional") for code in ALSO_TO.get(role.code, ()))]
    found: dict[UUID, Superior] = {}
    for code, kind in above:
        answering = post_of(code, place, at) if code else None
        if answering is not None and answering.pk != post.pk:
            found.setdefault(answering.pk, Superior(answering, kind))
    return list(found.values())


def posts_above(person: Person, project: Project, at: datetime) -> list[Post]:
    """Every post that a person reports to by the posts he holds in the project, each once; those he holds himself left out."""
    held = list(holdings_at(at).filter(person=person).filter(Q(post__project=project) | Q(post__project__isnull=True)))
    own = {holding.post_id for holding in held}
    found = {one.post.pk: one.post for holding in held for one in superiors_of(holding.post, at, project.pk)}
    return [post for pk, post in found.items() if pk not in own]


def people_above(person: Person, project: Project, at: datetime) -> list[Person]:
    """Who holds the posts that a person reports to: of each its holders, or its deputies while it has none."""
    return [one for one in people_in_posts([post.pk for post in posts_above(person, project, at)], at) if one != person]
