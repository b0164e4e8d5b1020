"""What would be refused, asked before anything is written: for whoever shows a thousand houses before he registers them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from guanjia.kernel.act import Act
from guanjia.org.models import Project

from . import gates


@dataclass(frozen=True, slots=True)
class NewHouse:
    """A house as a table tells it: levels in the form of `addresses.normal`. With `use` it is handed over and used so from a day on."""

    building: str
    entrance: str
    floor: int | None
    number: str
    area_m2: Decimal
    layout: str = ""
    kind: str = "flat"
    is_handed_over: bool = False
    use: str = ""
    use_from: date | None = None


def gate_of(project: Project, house: NewHouse, act: Act) -> gates.RegisterHouse:
    """The question at the gate for a house that is to be registered, its building perhaps with it."""
    return gates.RegisterHouse(
        **gates.RegisterHouse.common(project, act),
        district=project.district.strip(),
        community=project.name.strip(),
        building=house.building,
        entrance_or_floor=house.entrance or ("" if house.floor is None else str(house.floor)),
        room=house.number,
    )
