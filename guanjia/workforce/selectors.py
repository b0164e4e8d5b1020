"""Sanctions as they may be seen, and until when one may appeal."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from guanjia.kernel.act import Act
from guanjia.org import selectors as org
from guanjia.org.models import Person, Project
from guanjia.rulebook import approving, parameters, when
from guanjia.rulebook.catalogue import load

from .models import Sanction, SanctionQuerySet
from .states import APPROVERS, DRAFTED, LEVELS, PROMISE

APPEAL_WITHIN = "7 days"


def mine(act: Act) -> SanctionQuerySet:
    """What speaks of the person himself, the newest first."""
    return Sanction.objects.visible_to(act).of_person(act.person_id).select_related("project", "decided_by", "closed_by")


def waiting(act: Act) -> SanctionQuerySet:
    """Suggestions that somebody above must look at."""
    return Sanction.objects.visible_to(act).filter(state=DRAFTED).exclude(person_id=act.person_id).select_related("person")


def levels_of(rule: str, kind: str) -> dict[str, Any]:
    """The levels that a clause allows, by code: those of its list, or all where it lists none."""
    clause = load().get(rule)
    listed = clause.params.get("levels") if clause is not None else None
    known = LEVELS.get(kind, {})
    return {code: label for code, label in known.items() if not listed or code in listed}


def appeal_until(sanction: Sanction) -> datetime | None:
    """The moment up to which the person may appeal; None before it is decided.

    The clause's own parameter speaks, else that of the clause on broken promises.
    """
    if sanction.decided_at is None:
        return None
    usual = parameters.value(PROMISE, "appeal_within", sanction.project_id, sanction.decided_at, APPEAL_WITHIN)
    within = parameters.value(sanction.rule, "appeal_within", sanction.project_id, sanction.decided_at, usual)
    return when.due(sanction.decided_at, when.parse_span(str(within)), when.CalendarKind.CALENDAR, org.ROUND_THE_CLOCK)


def approver_role(person: Person, proposer_id: UUID, project: Project, at: datetime) -> str:
    """The lowest role that approves, is held by somebody else than the proposer, and not by the person it speaks of.

    The highest where there is none: the approval then says that nobody is there to decide.
    """
    for role in APPROVERS:
        holders = org.people_in_role(role, project.company_id, project.pk, at)
        if person not in holders and any(one.pk != proposer_id for one in holders):
            return role
    return APPROVERS[-1]


def sanction_for(act: Act, key: UUID | str) -> Sanction:
    """One sanction; NotFound for whoever may not see it."""
    return Sanction.objects.select_related("person", "proposed_by", "decided_by", "closed_by", "project").find(act, key)


def says_of_clause(sanction: Sanction) -> str:
    """The clause's own words: what is shown instead of a bill."""
    clause = load().get(sanction.rule)
    return clause.title if clause else gettext("（条款已不在目录）")


def content_of(sanction: Sanction) -> dict[str, Any]:
    """What is approved. The names and the reason are in the fingerprint and not in the text: whoever may, opens the row."""
    secret = {"person": str(sanction.person_id), "reason": sanction.reason, "amount_fen": sanction.amount_fen}
    return {
        "number": sanction.number,
        "kind": sanction.kind,
        "level": sanction.level,
        "rule": sanction.rule,
        "fingerprint": approving.digest_of(secret),
    }
