"""Parking spaces: put on file, given to houses, taken back."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.rows import differences, keep
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from .. import facts
from ..belonging import of_project, still_there
from ..models import CommonArea, House, ParkingSpace, ParkingUse
from ..states import RIGHTS


@usecase("estate.parking.register")
def register_space(
    *,
    project: Project,
    code: str,
    kind: str = "standard",
    area: CommonArea | None = None,
    area_m2: Decimal | None = None,
    state: str = "usable",
    act: Act,
) -> ParkingSpace:
    """A space of the project. Raises Conflict for a code that is taken."""
    space = ParkingSpace(
        project=project, code=code.strip(), kind=kind, area=of_project(project, area), area_m2=area_m2, state=state, created_at=act.at
    )
    keep(space)
    record(space, facts.SpaceRegistered(code=space.code, kind=kind), act=act, about=(area,))
    return space


@usecase("estate.parking.correct")
def correct_space(
    space: ParkingSpace, *, kind: str, area: CommonArea | None = None, area_m2: Decimal | None = None, state: str = "usable", act: Act
) -> ParkingSpace:
    """Put a space's particulars right."""
    changes = differences(space, kind=kind, area=of_project(space.project, area), area_m2=area_m2, state=state)
    if changes:
        keep(space, only=changes)
        record(space, facts.SpaceCorrected(changes=changes), act=act)
    return space


@usecase("estate.parking.assign")
def assign_space(
    *, project: Project, space: ParkingSpace, house: House, right: str, starts_on: date, ends_on: date | None = None, act: Act
) -> ParkingUse:
    """From `starts_on` (until `ends_on`, if known) a house has the space, by title or by lease.

    Raises Conflict while another house has it by the same right, IllegalMove for a space that is closed.
    """
    space, house = of_project(project, space), of_project(project, house)
    if space.state != "usable":
        raise IllegalMove(Reason(_("车位 %(code)s 已停用，恢复可用后才能分配。") % {"code": space.code}, field="space"))
    still_there(house, ends_on)
    if ends_on is not None and ends_on <= starts_on:
        raise BadInput(Reason(_("止期须晚于起期。"), field="ends_on"))
    use = keep(ParkingUse(project=project, space=space, house=house, right=right, starts_on=starts_on, ends_on=ends_on, created_at=act.at))
    fact = facts.SpaceAssigned(
        code=space.code, right=right, label=str(RIGHTS[right]), house=house.path, starts_on=starts_on, ends_on=ends_on
    )
    record(use, fact, act=act, about=(space, house))
    return use


@usecase("estate.parking.release")
def release_space(use: ParkingUse, *, ends_on: date, act: Act) -> ParkingUse:
    """`ends_on` is the first day on which the house no longer has the space."""
    if use.ends_on is not None and use.ends_on <= ends_on:
        raise IllegalMove(Reason(_("已于 %(day)s 收回。") % {"day": use.ends_on}))
    if ends_on <= use.starts_on:
        raise BadInput(Reason(_("收回日期须晚于 %(day)s。") % {"day": use.starts_on}, field="ends_on"))
    use.ends_on = ends_on
    keep(use, only=["ends_on"])
    record(use, facts.SpaceReleased(code=use.space.code, ends_on=ends_on), act=act, about=(use.space, use.house))
    return use
