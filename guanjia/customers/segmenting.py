"""Into which class a customer falls, and why. Pure: what is known in, a letter and its reason out.

The letters say how much attention somebody gets, never how well he is served: the promises of the handbook are the same for all.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

HOUSES_OF_B, YEARS_OF_B = 2, 10  # several houses, or somebody who has lived here for long


@dataclass(frozen=True)
class Standing:
    """What the rule looks at."""

    is_key_account: bool = False
    is_bad_customer: bool = False
    houses_owned: int = 0
    years_here: int = 0
    lives_here: bool = False


def letter_of(one: Standing) -> tuple[str, str]:
    """The letter, and the sentence that says why; the first line that fits decides."""
    if one.is_bad_customer:
        return "D", _("有经批准的劣质客户标识")
    if one.is_key_account:
        return "A", _("有大客户标识")
    if one.houses_owned >= HOUSES_OF_B:
        return "B", _("名下有 %(n)d 套房屋") % {"n": one.houses_owned}
    if one.years_here >= YEARS_OF_B:
        return "B", _("在此居住 %(n)d 年") % {"n": one.years_here}
    if one.lives_here:
        return "C", _("在住客户")
    return "D", _("目前没有房屋")
