"""The departments of a project, and who belongs to which."""

from datetime import datetime
from uuid import UUID

from .models import Post, Project, Unit
from .selectors import holdings_at


def departments_of(project: Project) -> list[Unit]:
    """The departments and teams that work in this project and no other: below its unit, or with posts in it alone; by name."""
    units = list(Unit.objects.unscoped("rights").filter(company_id=project.company_id, kind__in=("department", "team")).order_by("name"))
    places: dict[UUID, set[UUID | None]] = {}
    for unit_id, project_id in Post.objects.unscoped("rights").filter(unit__in=units).values_list("unit_id", "project_id"):
        places.setdefault(unit_id, set()).add(project_id)
    own = _below(project, units)
    return [unit for unit in units if places.get(unit.pk, {project.pk} if unit.pk in own else None) == {project.pk}]


def _below(project: Project, units: list[Unit]) -> set[UUID]:
    """The units under the project's own, unless that unit serves other projects too."""
    if project.unit_id is None or Project.objects.unscoped("rights").filter(unit_id=project.unit_id).exclude(pk=project.pk).exists():
        return set()
    own, grown = {project.unit_id}, True
    while grown:
        below = {unit.pk for unit in units if unit.parent_id in own} - own
        own, grown = own | below, bool(below)
    return own


def units_of(person_id: UUID, at: datetime) -> frozenset[UUID]:
    """The units in which a person holds a post at that moment."""
    return frozenset(holdings_at(at).filter(person_id=person_id, post__unit__isnull=False).values_list("post__unit_id", flat=True))
