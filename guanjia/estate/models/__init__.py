"""Buildings, entrances, houses, common areas, and what each house is used for."""

from .houses import House, HouseUse
from .places import Building, CommonArea, Entrance

__all__ = ["Building", "CommonArea", "Entrance", "House", "HouseUse"]
