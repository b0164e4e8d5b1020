"""What may be done with buildings, houses and places, and with what stands in them."""

from .buildings import correct_area, correct_building, register_area, register_building, register_entrance
from .changes import Part, merge_houses, split_house
from .facilities import (
    correct_facility,
    correct_insurance,
    fail_facility,
    publish_drawing,
    register_facility,
    register_insurance,
    register_warranty,
    restore_facility,
)
from .houses import change_use, correct_house, describe_use, hand_over_house, register_house, sell_house, take_back_house
from .meters import install_meter, read_meter, replace_meter, sign_reading
from .parking import assign_space, correct_space, register_space, release_space
from .status import sign_house_status
from .taking_in import take_in_houses

__all__ = [
    "Part",
    "assign_space",
    "change_use",
    "correct_area",
    "correct_building",
    "correct_facility",
    "correct_house",
    "correct_insurance",
    "correct_space",
    "describe_use",
    "fail_facility",
    "hand_over_house",
    "install_meter",
    "merge_houses",
    "publish_drawing",
    "read_meter",
    "register_area",
    "register_building",
    "register_entrance",
    "register_facility",
    "register_house",
    "register_insurance",
    "register_space",
    "register_warranty",
    "release_space",
    "replace_meter",
    "restore_facility",
    "sell_house",
    "sign_house_status",
    "sign_reading",
    "split_house",
    "take_back_house",
    "take_in_houses",
]
