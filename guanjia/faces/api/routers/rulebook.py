"""The handbook as it runs: clauses, what one owes, and why."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from guanjia.kernel.errors import NotFound
from guanjia.rulebook import explain, selectors
from guanjia.rulebook.models import Obligation

from .. import schemas, telling

router = Router(tags=["rulebook"])
SHOWN_MAX = 100


@router.get("/clauses/{rule}", response=schemas.ClauseTold, operation_id="rulebook.clause.see")
def clause(request: HttpRequest, rule: str) -> dict[str, Any]:
    """One clause: its words, its numbers, where it comes from."""
    found = selectors.entry(rule.upper())
    if found is None:
        raise NotFound()
    clause = found.clause
    return {
        "rule": clause.id,
        "title": clause.title,
        "kind": clause.kind,
        "params": _plain(clause.params),
        "sources": [source.title for source in clause.sources],
        "is_realised": found.is_realised,
    }


@router.get("/duties", response=list[schemas.DutyTold], operation_id="rulebook.duty.mine")
def my_duties(request: HttpRequest) -> list[dict[str, Any]]:
    """The next hundred things that I owe, soonest first."""
    return [telling.duty(duty, request.act) for duty in selectors.my_duties(request.act)[:SHOWN_MAX]]


@router.get("/duties/{id}", response=schemas.DutyStory, operation_id="rulebook.duty.explain")
def story(request: HttpRequest, id: str) -> dict[str, Any]:
    """Why something is owed, by when, by whom, and what met it."""
    duty = Obligation.objects.find(request.act, id)
    return telling.duty(duty, request.act) | {"story": explain.explain(duty)}


def _plain(value: Any) -> Any:
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
