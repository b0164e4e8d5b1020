"""A form acts once, however often it is sent.

Every unsafe form carries a key of its own (`{% once_key %}`). The whole answer to a POST is one transaction whose
first line is the key: a double click, a reload or a retry after a lost connection waits for it and gets the same
answer. What was refused rolls back, and its key is free for the corrected form.
"""

import hashlib
import secrets
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guanjia.kernel import once
from guanjia.kernel.errors import Refusal

from . import refusals

FIELD = "form_key"
HEADER = "X-Form-Key"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
KEY_LENGTH_MAX = 64
#: headers of an answer that a repeated request gets again
KEPT_HEADERS = (
    "Location",
    "Content-Type",
    "HX-Redirect",
    "HX-Location",
    "HX-Trigger",
    "HX-Push-Url",
    "HX-Retarget",
    "HX-Reswap",
    "HX-Refresh",
)
BODY_MAX = 512 * 1024


class FormKey:
    """A new key each time it is written into a page; `{{ form_key }}` and `{% once_key %}` both write it."""

    def __str__(self) -> str:
        return secrets.token_urlsafe(18)


class _NothingDone(Exception):
    """Carries an answer that acknowledges nothing out of the transaction, which is rolled back."""

    def __init__(self, response: HttpResponse):
        self.response = response


def may_repeat(view: Callable) -> Callable:
    """Mark a view whose POST may safely run twice, or that keeps its own count (sign-in, choosing a language)."""
    view.may_repeat = True
    return view


def perform(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of `view` to this request, or the answer it gave the first time this form was sent."""
    key = request.POST.get(FIELD) or request.headers.get(HEADER, "")
    if not key or len(key) > KEY_LENGTH_MAX or "\x00" in key:
        return render(request, "web/refusals/no_key.html", status=400)
    kept: list[HttpResponse] = []

    def whole() -> dict[str, Any]:
        for uploaded in (one for _name, several in request.FILES.lists() for one in several):
            uploaded.seek(0)
        response = view()
        if hasattr(response, "render") and not getattr(response, "is_rendered", True):
            response.render()
        if response.status_code >= 400:
            raise _NothingDone(response)
        kept[:] = [response]
        return written(response)

    try:
        answer, replayed = once.perform(actor_of(request), key, digest_of(request), whole)
    except _NothingDone as nothing:
        return nothing.response
    except Refusal as refusal:
        return refusals.answer(request, refusal)
    except IntegrityError as error:
        refusal = refusals.of_broken_constraint(error)
        if refusal is None:
            raise
        return refusals.answer(request, refusal)
    return read(answer) if replayed else kept[0]


def actor_of(request: HttpRequest) -> str:
    """Whose keys these are: the person's, else the browser session's."""
    if request.user.is_authenticated:
        return f"person:{request.user.pk}"
    return f"visitor:{hashlib.sha256(request.META.get('CSRF_COOKIE', '').encode()).hexdigest()[:32]}"


def digest_of(request: HttpRequest) -> str:
    """What is asked: method, address and every value and file, whatever the browser called the boundary between them."""
    said = hashlib.sha256(f"{request.method}\0{request.get_full_path()}".encode())
    for name in sorted(request.POST):
        if name not in (FIELD, "csrfmiddlewaretoken"):
            for value in request.POST.getlist(name):
                said.update(f"\0{name}\0{value}".encode(errors="surrogatepass"))
    for name in sorted(request.FILES):
        for uploaded in request.FILES.getlist(name):
            said.update(f"\0{name}\0{uploaded.name}".encode(errors="surrogatepass"))
            for chunk in uploaded.chunks():
                said.update(hashlib.sha256(chunk).digest())
    if not request.POST and not request.FILES and request.content_type == "application/json":
        said.update(request.body)
    return said.hexdigest()


def written(response: HttpResponse) -> dict[str, Any]:
    """An answer as plain values to keep. What is too long to keep is told as "done" with the page to look at."""
    body = "" if response.streaming else response.content.decode(response.charset or "utf-8", errors="replace")
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return {"status": response.status_code, "headers": headers, "body": body if len(body) <= BODY_MAX else ""}


def read(answer: dict[str, Any]) -> HttpResponse:
    response = HttpResponse(answer["body"], status=answer["status"])
    for name, value in answer["headers"].items():
        response.headers[name] = value
    return response
