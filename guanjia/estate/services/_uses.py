"""How a spell of use begins: what handing over, changing a use and splitting a house share."""

from datetime import date

from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.rows import keep

from .. import facts
from ..models import House, HouseUse
from ..states import DECORATING, USES


def begin_use(house: House, use: str, starts_on: date, ends_on: date | None, act: Act) -> HouseUse:
    """The spell of `change_use`, for those who have made sure of the house."""
    if use not in USES:
        raise BadInput(Reason(_("没有「%(use)s」这种用途。") % {"use": use}, field="use"))
    if ends_on is not None and ends_on <= starts_on:
        raise BadInput(Reason(_("止期须晚于起期。"), field="ends_on"))
    overlay = use == DECORATING
    running = list(house.uses.on(starts_on))
    before = next((spell.use for spell in running if spell.use != DECORATING), "")
    decorated = not overlay and any(spell.use == DECORATING for spell in running)
    for spell in running:
        if spell.starts_on < starts_on and (spell.use == DECORATING or not overlay):
            spell.ends_on = starts_on
            keep(spell, only=["ends_on"])
    begun_today = (s for s in running if s.starts_on == starts_on and (s.use == DECORATING) == overlay)
    spell = next(begun_today, None) or HouseUse(project=house.project, house=house, starts_on=starts_on, created_at=act.at)
    spell.use, spell.ends_on = use, ends_on
    keep(spell)
    told = facts.HouseUseChanged(use=use, label=str(USES[use]), starts_on=starts_on, ends_on=ends_on, before=before, decorated=decorated)
    record(house, told, act=act)
    return spell
