"""What ladders told: to whom, about which duty, and what nobody was there to hear."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.org import selectors as org
from guanjia.org.presence import Presence

from . import ladders
from .climbing import owners
from .inforce import LIVE
from .models import OPEN, Acknowledgement, Escalation, Notice, Obligation

SHOWN_MOST = 200
_OF_OPEN = Q(obligation__met_at__isnull=True, obligation__voided_at__isnull=True)


# -- to me ---------------------------------------------------------------------------------------
def notices_of(act: Act, *, past: bool = False) -> list[Notice]:
    """What this person was told, the newest of each duty, newest first: of open duties, or (`past`) of closed ones.

    Each carries `acknowledged_at` (None until he said that he knows).
    """
    rows = (
        Notice.objects.unscoped("link")
        .filter(~_OF_OPEN if past else _OF_OPEN, person_id=act.person_id, company_id=act.company_id)
        .select_related("obligation__owner_post", "obligation__assignee", "obligation__project", "rung")
        .order_by("-told_at", "-pk")[:SHOWN_MOST]
    )
    newest = list({notice.obligation_id: notice for notice in reversed(rows)}.values())[::-1]
    newest.sort(key=lambda notice: notice.told_at, reverse=True)
    said = Acknowledgement.objects.filter(person_id=act.person_id, obligation_id__in=[notice.obligation_id for notice in newest])
    known = dict(said.values_list("obligation_id", "acknowledged_at"))
    for notice in newest:
        notice.acknowledged_at = known.get(notice.obligation_id)
    return newest


def unseen(act: Act) -> tuple[int, bool]:
    """(how many open duties this person was told of and has not looked at, whether one was escalated to him)."""
    if act.person_id is None:
        return 0, False
    rows = Notice.objects.unscoped("link").filter(_OF_OPEN, person_id=act.person_id, seen_at__isnull=True)
    found = list(rows.values_list("obligation_id", "does")[:SHOWN_MOST])
    return len({duty for duty, _does in found}), any(does == ladders.ESCALATE for _duty, does in found)


def duty_told_to(act: Act, id: UUID) -> Obligation | None:
    """The duty with this key, if this person was told of it."""
    mine = Notice.objects.unscoped("link").filter(person_id=act.person_id, company_id=act.company_id, obligation_id=id)
    if act.person_id is None or not mine.exists():
        return None
    return Obligation.objects.unscoped("link").select_related("project", "owner_post", "assignee").get(pk=id)


def say_notice(notice: Notice) -> str:
    """Why somebody was told, in a sentence without the clause's words."""
    return {
        ladders.WARN: _("时限将到，请尽快办理。"),
        ladders.REMIND: _("已到时限，尚未办妥。"),
        ladders.ESCALATE: _("逾期未办，已上报给您。"),
    }[notice.does]


def concerns(obligation: Obligation, act: Act) -> bool:
    """True for whoever owes it or was told of it: he may say that he knows."""
    if act.person_id is None:
        return False
    if obligation.assignee_id == act.person_id or obligation.owner_post_id in act.rights.posts():
        return True
    return Notice.objects.unscoped("link").filter(person_id=act.person_id, obligation=obligation).exists()


# -- about one duty ------------------------------------------------------------------------------
@dataclass(frozen=True)
class RungTold:
    """A rung as people read it. `state` is done, passed (missed and passed over), nobody, next, later or dropped (closed before)."""

    words: str
    whom: str
    state: str
    at: datetime | None
    names: tuple[str, ...] = ()
    loud: bool = False


def ladder_of(obligation: Obligation) -> list[RungTold]:
    """The ladder of an obligation: what was climbed with whom and when, what comes next and when."""
    ladder = ladders.ladder_of(obligation.rule, obligation.stage, obligation.project_id, obligation.opened_at)
    climbed = {row.step: row for row in obligation.escalations.prefetch_related("notices__person")}
    told = []
    for rung in ladders.rungs_of(obligation, ladder):
        words = f"{ladders.say_when(rung)} · {ladders.say_deed(rung.does)}"
        whom = ladders.say_whom(rung, org.role_name)
        row = climbed.get(rung.step)
        if row is not None:
            names = tuple(notice.person.name for notice in row.notices.all())
            state = "passed" if row.passed_over else "nobody" if row.found_nobody else "done"
            told.append(RungTold(words, whom, state, row.climbed_at, names, rung.loud))
        elif obligation.is_open and obligation.next_rung_at is not None:
            moment = ladders.moment_of(rung, obligation, lambda: LIVE.calendar(obligation.project_id))
            if rung.waits:
                moment = ladders.quiet_hours(obligation.project_id, moment).over(moment)
            told.append(RungTold(words, whom, "later", moment, (), rung.loud))
        else:
            told.append(RungTold(words, whom, "dropped", None, (), rung.loud))
    coming = [one.at for one in told if one.state == "later" and one.at]
    if coming:
        first = next(nth for nth, one in enumerate(told) if one.state == "later" and one.at == min(coming))
        told[first] = RungTold(told[first].words, told[first].whom, "next", told[first].at, (), told[first].loud)
    return told


def ladder_name(obligation: Obligation) -> str:
    """What the ladder of an obligation is called."""
    return ladders.name_of(ladders.ladder_of(obligation.rule, obligation.stage, obligation.project_id, obligation.opened_at))


def acknowledgements_of(obligation: Obligation) -> list[Acknowledgement]:
    """Who said that he knows, the first one first."""
    return list(obligation.acknowledgements.select_related("person").order_by("acknowledged_at"))


# -- of nobody -----------------------------------------------------------------------------------
def unowned(act: Act, most: int = SHOWN_MOST) -> list[Obligation]:
    """Open duties in the projects one sees that nobody who is there owes, up to the very top; the soonest due first."""
    nobody = Exists(Escalation.objects.filter(obligation=OuterRef("pk"), found_nobody=True))
    rows = (
        Obligation.objects.visible_to(act)
        .filter(OPEN)
        .awake(act.at)
        .filter(nobody | Q(owner_post__isnull=True, assignee__isnull=True))
        .select_related("owner_post", "assignee", "project")
        .order_by("due_at", "pk")[:most]
    )
    presences: dict[Any, Presence] = {}
    found = []
    for row in rows:
        presence = presences.get(row.company_id)
        if presence is None:
            presence = presences[row.company_id] = Presence.of(row.company_id, act.at)
        if not owners(row, presence):
            found.append(row)
    return found
