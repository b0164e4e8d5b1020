"""How complete a file is, what is missing, and who can fill it in. Pure; the weights are data and come to a hundred."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .states import ORGANISATION

DESK, VISIT, RESIDENT = _("来电时由客服补"), _("管家上门或办理时核对证件"), _("请本人在住户端或当面确认")


@dataclass(frozen=True)
class Item:
    """Something that a file should say: its name, its weight, and who can fill it in."""

    key: str
    label: Any
    weight: int
    who: Any


PERSON_ITEMS = (
    Item("name", _("姓名"), 15, DESK),
    Item("phone", _("联系电话"), 25, DESK),
    Item("house", _("房屋与身份"), 20, VISIT),
    Item("id_no", _("证件号"), 15, VISIT),
    Item("sex", _("性别"), 5, DESK),
    Item("birth_date", _("出生日期"), 5, VISIT),
    Item("consent", _("服务通知的同意"), 10, RESIDENT),
    Item("preference", _("服务偏好"), 5, DESK),
)
ORGANISATION_ITEMS = (
    Item("name", _("单位名称"), 15, DESK),
    Item("phone", _("联系电话"), 25, DESK),
    Item("house", _("房屋与身份"), 20, VISIT),
    Item("id_no", _("统一社会信用代码"), 25, VISIT),
    Item("consent", _("服务通知的同意"), 10, RESIDENT),
    Item("preference", _("服务偏好"), 5, DESK),
)


@dataclass(frozen=True)
class Completeness:
    """Out of a hundred, and what is missing, the weightiest first."""

    score: int
    missing: tuple[Item, ...]

    @property
    def is_whole(self) -> bool:
        return not self.missing


def of_file(kind: str, there: Mapping[str, Any]) -> Completeness:
    """How complete a file of this kind is, by what is there (truthy) for each item."""
    items = ORGANISATION_ITEMS if kind == ORGANISATION else PERSON_ITEMS
    missing = tuple(sorted((item for item in items if not there.get(item.key)), key=lambda item: -item.weight))
    return Completeness(100 - sum(item.weight for item in missing), missing)


def of_household(files: Iterable[Completeness]) -> int:
    """A household is as complete as the files of those who answer for it are on average; 0 where nobody does."""
    scores = [one.score for one in files]
    return round(sum(scores) / len(scores)) if scores else 0
