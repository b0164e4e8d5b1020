"""Short sentences for the desk's tests: what is owed, and work that gets done."""

from datetime import timedelta

from guanjia.kernel.models import JournalAbout
from guanjia.rulebook.models import Obligation
from guanjia.work import services as work
from tests import make
from tests.conftest import SHANGHAI, moment


def owed(thing) -> dict[str, Obligation]:
    """Open obligations about it, by "RULE" or "RULE/stage"."""
    rows = Obligation.objects.unscoped("tests").open().about(thing).order_by("due_at")
    return {f"{o.rule}/{o.stage}" if o.stage else o.rule: o for o in rows}


def met(thing) -> set[str]:
    rows = Obligation.objects.unscoped("tests").about(thing).filter(met_at__isnull=False)
    return {f"{o.rule}/{o.stage}" if o.stage else o.rule for o in rows}


def due(thing, key: str) -> str:
    """When it is due, as "03-02 10:05"; the midnight that ends a day is the next day's 00:00."""
    return owed(thing)[key].due_at.astimezone(SHANGHAI).strftime("%m-%d %H:%M")


def told(thing) -> list[str]:
    """Names of the facts about it, in the order in which they happened."""
    rows = JournalAbout.objects.filter(subject_id=thing.pk).select_related("entry").order_by("entry__seq")
    return [row.entry.fact for row in rows]


def repair(order, at: str, *, until: str = "completed"):
    """The technician of the newest world takes the order from its opening to `until`, a minute a step."""
    world, start = make.newest(), moment(at)
    technician = world.people["technician"]

    def doing(minutes):
        return world.act(start + timedelta(minutes=minutes), "technician", "field")

    order = work.assign_order(order, technician=technician, act=world.act(start, "foreman"))
    order = work.accept_order(order, act=doing(1))
    order = work.arrive_order(order, act=doing(2))
    order = work.start_order(order, act=doing(3))
    if until == "working":
        return order
    if until == "paused":
        return work.pause_order(order, reason="parts", note="缺角阀", act=doing(4))
    order = work.finish_order(order, result="更换角阀，不再渗漏", act=doing(4))
    order = work.sign_order(order, signer_name="王小明", capacity="owner", image=make.glass(), act=doing(5))
    return work.complete_order(order, act=doing(6))
