"""What every use case of the room makes sure of: rows of other projects are as good as none."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from guanjia.kernel.errors import BadInput, IllegalMove, NotFound, Reason
from guanjia.org.models import Project

from .models import Building, Entrance, House


def of_project(project: Project, row: Any) -> Any:
    """The row, if it is the project's own; a foreign one is as good as none."""
    if row is not None and row.project_id != project.pk:
        raise NotFound()
    return row


def belongs(entrance: Entrance | None, building: Building) -> None:
    if entrance is not None and entrance.building_id != building.pk:
        raise BadInput(
            Reason(_("「%(entrance)s」不是「%(building)s」的单元。") % {"entrance": entrance, "building": building}, field="entrance")
        )


def still_there(house: House, until: date | None = None) -> None:
    """Raise IllegalMove if a split or merge ended the house before `until` (None: for ever): what is new happens to its successors."""
    if house.closed_on is not None and (until is None or until > house.closed_on):
        raise IllegalMove(
            Reason(_("%(house)s 已于 %(day)s 因拆分或合并注销，请选变更后的房屋。") % {"house": house.path, "day": house.closed_on})
        )
