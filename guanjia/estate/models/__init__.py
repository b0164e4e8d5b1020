"""Places and what is known of them: buildings, houses and their uses, parking, facilities, meters, drawings."""

from .changes import HouseChange, HouseChangePart
from .drawings import Drawing
from .facilities import Facility, Insurance, Warranty
from .houses import House, HouseUse
from .meters import Meter, MeterReading
from .parking import ParkingSpace, ParkingUse
from .places import Building, CommonArea, Entrance

__all__ = [
    "Building",
    "CommonArea",
    "Drawing",
    "Entrance",
    "Facility",
    "House",
    "HouseChange",
    "HouseChangePart",
    "HouseUse",
    "Insurance",
    "Meter",
    "MeterReading",
    "ParkingSpace",
    "ParkingUse",
    "Warranty",
]
