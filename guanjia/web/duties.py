"""Obligations in the shape the duty component shows: the clause's words, who, by when, what met it, what cures it."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.encoding import force_str
from django.utils.translation import gettext

from guanjia.rulebook import selectors as rulebook
from guanjia.rulebook.clauses import clause_of
from guanjia.rulebook.engine import key_of
from guanjia.rulebook.inforce import LIVE

from . import addresses, refusals, timeline


def items(obligations: Iterable[Any], request: HttpRequest | None = None) -> list[dict[str, Any]]:
    """For `{% duties %}`. One query for the evidence of all of them."""
    obligations = list(obligations)
    evidence = rulebook.evidence_of(obligations) if any(one.met_at for one in obligations) else {}
    return [item(one, evidence.get(one.pk), request) for one in obligations]


def owner_of(obligation: Any) -> str:
    """The person, or the post, whose name is the handbook's and so in every language."""
    if obligation.assignee is not None:
        return obligation.assignee.name
    return gettext(obligation.owner_post.name) if obligation.owner_post is not None else ""


def item(obligation: Any, evidence: Any = None, request: HttpRequest | None = None) -> dict[str, Any]:
    clause = clause_of(obligation.rule, obligation.company_id)
    binding = LIVE.duty(key_of(obligation), obligation.company_id)
    said = timeline.said(evidence.entry) if evidence is not None else {}
    use_case = getattr(binding, "cure", "") or ""
    return {
        "clause": force_str(clause.title) if clause is not None else obligation.rule,
        "rule": obligation.rule,
        "rule_url": addresses.of_rule(obligation.rule),
        "owner": owner_of(obligation),
        "opened_at": obligation.opened_at,
        "starts_at": obligation.starts_at,
        "due_at": obligation.due_at,
        "met_at": obligation.met_at,
        "voided_at": obligation.voided_at,
        "paused_at": obligation.paused_at,
        "runs_on_at": obligation.runs_on_at,
        "is_watched": obligation.is_watched,
        "evidence": " ".join(filter(None, (said.get("who"), said.get("sentence")))),
        "evidence_url": "",
        "button": refusals.cure(use_case, request) if request is not None and obligation.is_open else None,
    }
