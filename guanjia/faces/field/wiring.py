"""What this face tells the machinery: who starts his day here, and which buttons cure what on its pages."""

from functools import partial

from guanjia.web import navigation, refusals

from . import orders
from .moves import CURES

for use_case in CURES:
    refusals.cures(use_case)(partial(orders.cure, use_case))
navigation.starts_at("field", open_to=lambda act: bool(act.rights.any_projects()) and not act.rights.projects())
