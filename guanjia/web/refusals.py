"""A "no" made helpful: what did not happen, every reason, and the button that cures each.

The middleware answers every `Refusal` with `answer()`; pages may show `reasons()` themselves.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.encoding import force_str

from guanjia.kernel.errors import BadInput, Conflict, IllegalMove, NotAllowed, NotFound, Reason, Refusal

from . import addresses
from .partials import wants_fragment

_CURES: dict[str, list[Callable[[HttpRequest], dict[str, Any] | None]]] = {}

STATUS = ((NotAllowed, 403), (NotFound, 404), (IllegalMove, 409), (Conflict, 409))


def cures(*use_cases: str) -> Callable:
    """A face says which button runs a use case from the page one is on.

    `f(request)` returns what the cure component takes ({"label", "url", "method", "icon", "dialog"}), or None where it
    has no such button; `request.resolver_match` tells the page. Several faces may each have a button of their own.
    """

    def register(fn: Callable) -> Callable:
        for use_case in use_cases:
            _CURES.setdefault(use_case, []).append(fn)
        return fn

    return register


def cure(use_case: str, request: HttpRequest) -> dict[str, Any] | None:
    """The button that runs this use case here, if a face has one and the person may press it."""
    act = getattr(request, "act", None)
    if not use_case or use_case not in _CURES or (act is not None and not act.may(use_case)):
        return None
    return next((button for has_one in _CURES[use_case] if (button := has_one(request)) is not None), None)


def status_of(refusal: Refusal) -> int:
    return next((status for kind, status in STATUS if isinstance(refusal, kind)), 422)


def reasons(refusal: Refusal, request: HttpRequest, *, fields: Any = ()) -> list[dict[str, Any]]:
    """The reasons for the refusal component; those about a field of the page lead to it.

    The request keeps the refusal, for the button that asks others for leave: what they approve is the move as it was tried.
    """
    request.refusal = refusal
    return [
        {
            "message": force_str(reason.message),
            "rule": reason.rule,
            "rule_url": addresses.of_rule(reason.rule),
            "clause": force_str(reason.clause),
            "field": f"id_{reason.field}" if reason.field in fields else "",
            "button": cure(reason.cure, request),
        }
        for reason in refusal.reasons
    ]


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The panel for htmx, the page for everybody else; nothing has happened."""
    status = status_of(refusal)
    context = {"title": force_str(refusal.headline), "reasons": reasons(refusal, request), "status": status, "refusal": refusal}
    if wants_fragment(request):
        response = render(request, "web/refusals/panel.html", context, status=status)
        response.headers["HX-Retarget"] = "#refusals"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    if status in (403, 404):
        return render(request, f"web/errors/{status}.html", context | {"request_id": getattr(request, "id", "")}, status=status)
    return render(request, "web/refusals/page.html", context | {"back": back_of(request)}, status=status)


def back_of(request: HttpRequest) -> str:
    """The page one came from, if it is one of ours; else the start."""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc == request.get_host():
        return came.path + (f"?{came.query}" if came.query else "")
    return "/"


def of_broken_constraint(error: IntegrityError) -> Refusal | None:
    """What a broken constraint means, in its own words; None for one without words of its own: that is a bug and stays loud."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            words = constraint.violation_error_message
            if constraint.name == name and words != constraint.default_violation_error_message:
                fields = getattr(constraint, "fields", ()) or ("",)
                return BadInput([Reason(force_str(words), field=fields[-1])])
    return None
