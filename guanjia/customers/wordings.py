"""The words that a customer is shown before he agrees, edition by edition.

A row of the ledger names its edition, so it can always be said to what exactly somebody agreed. An edition is never changed: new words
are a new edition, added in front.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from .states import CARE, PURPOSES, SENSITIVE


class Wording(NamedTuple):
    """One edition: its key (`marketing-1`) and what was shown."""

    key: str
    words: str


_EDITIONS: dict[str, tuple[str, ...]] = {  # newest first
    "service_notice": (_("我同意物业服务中心用所选方式通知我房屋、缴费、停水停电等服务事项。可随时撤回，撤回不影响正在办理的事项。"),),
    "return_visit": (_("我同意物业服务中心就已办结的服务联系我回访。可随时撤回。"),),
    "survey": (_("我同意物业服务中心邀请我参加满意度调查，答卷只用于改进服务。可随时撤回。"),),
    "marketing": (_("我同意物业服务中心用所选方式向我介绍有偿服务和优惠活动。不同意不影响物业服务，可随时撤回。"),),
    "sharing": (_("我同意物业服务中心把办理所需的姓名、电话和房号提供给为我服务的合作单位，仅限该次服务。可随时撤回。"),),
    CARE: (_("我（或作为监护人）同意物业服务中心记录年老、疾病、残障或年幼的情况，只用于优先照顾。可随时撤回，撤回即删除。"),),
    SENSITIVE: (_("我单独同意物业服务中心留存所列敏感个人信息，已被告知用途、保存期限和对我的影响。可随时撤回，撤回即不再使用。"),),
}


def editions(purpose: str) -> Iterator[Wording]:
    """Every edition for a purpose, the one that is shown today first."""
    words = _EDITIONS[purpose]
    for place, one in enumerate(words):
        yield Wording(f"{purpose}-{len(words) - place}", one)


def shown_today(purpose: str) -> Wording:
    return next(editions(purpose))


def wording(key: str) -> Wording | None:
    """The edition with this key; None for words that were never ours."""
    return next((one for purpose in PURPOSES for one in editions(purpose) if one.key == key), None)
