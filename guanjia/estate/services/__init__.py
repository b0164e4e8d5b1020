"""What may be done with buildings, houses and common areas."""

from .buildings import correct_building, register_area, register_building, register_entrance
from .houses import change_use, correct_house, hand_over_house, register_house, sell_house, take_back_house
from .taking_in import NewHouse, take_in_houses

__all__ = [
    "NewHouse",
    "change_use",
    "correct_building",
    "correct_house",
    "hand_over_house",
    "register_area",
    "register_building",
    "register_entrance",
    "register_house",
    "sell_house",
    "take_back_house",
    "take_in_houses",
]
