"""What holds for every request: who acts, what a refusal looks like, that a form acts once, and what browsers may do."""

import re
import secrets
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware, get_user
from django.db import IntegrityError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from guanjia.kernel import clock, wall
from guanjia.kernel.act import Act, Actor
from guanjia.kernel.errors import NotFound, Refusal
from guanjia.org.selectors import act_of

from . import once, refusals
from .faces import face_of
from .partials import wants_fragment

Answer = Callable[[HttpRequest], HttpResponse]

NOBODY = Actor("nobody")
COMPANY = "company"  # in the session: whose rows its person may see, so that he himself is found behind the wall
CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Wall:
    """A request sees no company's rows until it is known who asks; what is read after the answer sees what the request saw."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with wall.inside(()):
            response = self.get_response(request)
            if response.streaming and not isinstance(response, FileResponse):
                response.streaming_content = wall.carried(response.streaming_content)
        return response


class RequestId:
    """A name for every request, told in the answer and on error pages, so that people and logs speak of the same one."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        came = request.headers.get("X-Request-ID", "")
        request.id = came if REQUEST_ID.fullmatch(came) else secrets.token_hex(8)
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request.id
        return response


class SecurityHeaders:
    """What browsers may do with our pages. Pages of somebody signed in are kept by no cache."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response


class Language:
    """The language of the cookie, else of the person, else simplified Chinese. What a browser prefers is not asked:
    the handbooks' words are the authoritative ones, and who wants another language says so once."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        user = getattr(request, "user", None)
        if chosen not in KNOWN_LANGUAGES and user is not None and user.is_authenticated:
            chosen = getattr(user, "language", "")
        language = chosen if chosen in KNOWN_LANGUAGES else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie"])
        return response


KNOWN_LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


class Acts:
    """`request.act`: who acts, when, through which face, with the rights of that moment. Built once."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        at, via = clock.now(), face_of(request.path).name
        if company := request.session.get(COMPANY):
            wall.enter([company])
        user = request.user = get_user(request)  # itself instead of a promise of it: use cases take it as a subject
        act = Act(by=NOBODY, at=at, via=via)
        if user.is_authenticated:
            wall.enter([user.company_id])
            act = act_of(user, at, via)
            wall.enter(act.companies)
        request.act = replace(act, request_id=request.id)
        finding_out = not user.is_authenticated and request.path.startswith(settings.LOGIN_URL)  # whose company it is
        with wall.everyone("login") if finding_out else nullcontext():
            return self.get_response(request)


class SignInFirst(LoginRequiredMiddleware):
    """Nobody but those who signed in, except where a view says `login_not_required` or the face has a door of its own."""

    def process_view(self, request: HttpRequest, view: Callable, args: Any, kwargs: Any) -> HttpResponse | None:
        return None if face_of(request.path).own_door else super().process_view(request, view, args, kwargs)

    def handle_no_permission(self, request: HttpRequest, view: Callable) -> HttpResponse:
        response = super().handle_no_permission(request, view)
        if not wants_fragment(request):
            return response
        return HttpResponse(status=204, headers={"HX-Redirect": response.headers["Location"]})


class Refusals:
    """Turns a `Refusal` into a helpful answer, in one place. Below it, POSTs of forms act once.

    It stands last: forgery protection and sign-in have spoken before a form's key is looked at.
    """

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.method in once.SAFE_METHODS or not face_of(request.path).forms or getattr(view, "may_repeat", False):
            return None
        return once.perform(request, lambda: view(request, *args, **kwargs))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, IntegrityError):
            exception = refusals.of_broken_constraint(exception)
        if isinstance(exception, Refusal) and face_of(request.path).forms:
            return refusals.answer(request, exception)
        return None


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for an address that leads nowhere: the same as for a row one may not see."""
    return refusals.answer(request, NotFound())
