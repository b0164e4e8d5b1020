"""A session for each face: a lost phone opens no console, and signing out of one leaves the other alone.

Each face with sessions has a cookie of its own. Django's session machinery knows one name; `FaceCookies` gives it the cookie
of the face that was asked, and takes its answer back under that name. Addresses that all faces share (files, language,
signing out) go with the face they are asked from.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from guanjia.kernel.act import Act, Actor, Rights
from guanjia.org import services as org
from guanjia.org.models import Device, Person

from ..faces import CONSOLE, Face, face_of
from ..middleware import COMPANY

OPEN_TO_DEBTORS = ("/login/", "/logout/", "/language/", "/account/")  # also to whoever owes a new password or a second proof
SHARED = (*OPEN_TO_DEBTORS, "/files/")
LIVES = {"console": timedelta(hours=12), "field": timedelta(days=30)}  # a shift at a desk; a phone in a pocket
SEEN_EVERY = timedelta(minutes=5)
BACKEND = "guanjia.web.auth.Backend"


class FaceCookies:
    """Stands outside of Django's session middleware, and changes cookie names on the way in and out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.session_face = face_asked(request).name
        name = cookie_of(request.session_face)
        plain = settings.SESSION_COOKIE_NAME
        if name != plain:
            request.COOKIES.pop(plain, None)
            if name in request.COOKIES:
                request.COOKIES[plain] = request.COOKIES[name]
        response = self.get_response(request)
        name = cookie_of(request.session_face)  # signing in may have turned to another face
        if name != plain and plain in response.cookies:
            morsel = response.cookies.pop(plain)
            response.cookies[name] = morsel.value
            for key, value in morsel.items():
                response.cookies[name][key] = value
        return response


def cookie_of(face: str) -> str:
    return settings.SESSION_COOKIE_NAME if face == CONSOLE.name else f"{settings.SESSION_COOKIE_NAME}_{face}"


def face_asked(request: HttpRequest) -> Face:
    """The face whose session this request goes with."""
    if request.path.startswith(SHARED):
        here = urlsplit(request.headers.get("Referer", ""))
        if here.netloc == request.get_host() and not here.path.startswith("/login/"):
            return face_of(here.path)
        return face_of(request.GET.get("next", "") or "/")
    return face_of(request.path)


def enter(request: HttpRequest, person: Person, *, way: str, onward: str, at: datetime) -> None:
    """Sign a person in on the face that `onward` lies in, on a session that begins now."""
    face = face_of(onward).name
    if request.session_face != face:
        request.session, request.session_face = SessionStore(), face
    login(request, person, backend=BACKEND)
    request.session.set_expiry(LIVES.get(face, LIVES["console"]))
    request.session[COMPANY] = str(person.company_id)
    request.session["seen"] = at.timestamp()
    request.session.save()
    org.begin_sign_in(
        person,
        face=face,
        way=way,
        session_key=request.session.session_key,
        agent=named(request.headers.get("User-Agent", "")),
        address=request.META.get("REMOTE_ADDR", ""),
        act=on_oneself(person, at, face),
    )


def on_oneself(person: Person, at: datetime, via: str) -> Act:
    """The act of somebody in his own matter of signing in, whatever post he holds, or none."""
    return Act(by=Actor("person", person.pk, person.name), at=at, via=via, rights=Rights(company_id=person.company_id, everywhere=True))


class Devices:
    """Notes now and then that a device is in use; whoever must change his password, or add a second proof, does that first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        person = request.user
        if not person.is_authenticated or face_of(request.path).own_door:
            return None
        at = request.act.at
        seen = request.session.get("seen")
        if seen is not None and abs(at.timestamp() - seen) > SEEN_EVERY.total_seconds():
            request.session["seen"] = at.timestamp()
            Device.objects.unscoped("login").filter(session_key=request.session.session_key, ended_at__isnull=True).update(seen_at=at)
        owes = person.must_change_password or request.session.get("must_prove")
        if owes and not request.path.startswith(OPEN_TO_DEBTORS):
            return HttpResponseRedirect(reverse("account"))
        return None


AGENTS = (("MicroMessenger", "WeChat"), ("Edg/", "Edge"), ("Chrome/", "Chrome"), ("Firefox/", "Firefox"), ("Safari/", "Safari"))
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))


def named(agent: str) -> str:
    """What a browser calls itself, in two words: 「Chrome · Windows」."""
    words = [next((name for sign, name in known if sign in agent), "") for known in (AGENTS, SYSTEMS)]
    return " · ".join(word for word in words if word) or agent[:40]
