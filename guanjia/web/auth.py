"""Signing in and out. Wrong names and wrong passwords get one answer; guessing gets slower and slower.

Failures are counted per account and per address, in rows, so that every web process sees them. While an account
has to wait, not even the right password is looked at: the wait tells nothing about what was typed.
"""

import math
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from guanjia.kernel import clock, fixed, wall
from guanjia.org.models import LoginFailure, Person
from guanjia.org.selectors import act_of

from . import navigation
from .keyset import storable
from .middleware import COMPANY, KNOWN_LANGUAGES
from .once import may_repeat
from .partials import page

FREE_TRIES_ACCOUNT = 5
FREE_TRIES_ADDRESS = 20  # an office shares one address
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=2)
LANGUAGE_KEPT_SECONDS = 365 * 24 * 3600


class Backend(ModelBackend):
    """Django's own, with the door through which a signed-in person is found again."""

    def get_user(self, user_id: Any) -> Person | None:
        with wall.everyone("login") if wall.seen() == wall.NOTHING else nullcontext():  # a session may be older than the wall
            found = fixed.read(Person, "WHERE id = %s", [user_id])  # every request asks it
        return found[0] if found and self.user_can_authenticate(found[0]) else None


class SignInForm(forms.Form):
    login = forms.CharField(
        label=gettext_lazy("账号"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    password = forms.CharField(
        label=gettext_lazy("密码"), max_length=256, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


@sensitive_post_parameters("password")
@login_not_required
@may_repeat
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in sheet; leads on to where one wanted to go."""
    onward = wanted(request)
    if request.user.is_authenticated:
        return HttpResponseRedirect(onward)
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            person, wait = tried(request, form.cleaned_data["login"], form.cleaned_data["password"])
            if person is not None:
                wall.enter([person.company_id])
                login(request, person)
                request.session[COMPANY] = str(person.company_id)
                return HttpResponseRedirect(onward if onward != "/" else navigation.start_of(act_of(person, clock.now(), "console")))
            status = 429 if wait else 422
            form.add_error(None, slow_down(wait) if wait else _("账号或密码不对，请核对后再试。"))
    return page(request, "web/auth/login.html", status=status, form=form, next=onward)


@may_repeat
@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and everything it knew."""
    logout(request)
    return HttpResponseRedirect(settings.LOGIN_URL)


@may_repeat
@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language of this browser."""
    response = HttpResponseRedirect(wanted(request))
    language = request.POST.get("language", "")
    if language in KNOWN_LANGUAGES:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=LANGUAGE_KEPT_SECONDS,
            samesite="Lax",
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def tried(request: HttpRequest, name: str, password: str) -> tuple[Person | None, timedelta]:
    """The person, if name and password are right and nobody has to wait; else None, and how long to wait (zero: not at all).

    One at a time for an account and for an address, so that a thousand guesses at once are still a thousand guesses.
    """
    at = clock.now()
    name = name.strip().lower()
    if not storable(name + password):
        return None, timedelta(0)
    keys = {f"account:{name}": FREE_TRIES_ACCOUNT, f"address:{address_of(request)}": FREE_TRIES_ADDRESS}
    with transaction.atomic():
        counted = locked(keys, at)
        wait = max(wait_of(row, keys[row.key], at) for row in counted)
        if wait:
            return None, wait
        with wall.everyone("login"):
            person = authenticate(request, username=name, password=password)
        if person is None:
            LoginFailure.objects.filter(key__in=keys).update(failures=F("failures") + 1, last_at=at)
            return None, timedelta(0)
        LoginFailure.objects.filter(key=f"account:{name}").delete()
    return person, timedelta(0)


def locked(keys: dict[str, int], at: datetime) -> list[LoginFailure]:
    """The counters of these keys, held until the transaction ends; old ones begin anew."""
    LoginFailure.objects.bulk_create([LoginFailure(key=key, last_at=at) for key in sorted(keys)], ignore_conflicts=True)
    rows = list(LoginFailure.objects.select_for_update().filter(key__in=keys).order_by("key"))
    for row in rows:
        if row.failures and at - row.last_at > FORGOTTEN_AFTER:
            LoginFailure.objects.filter(pk=row.pk).update(failures=0)
            row.failures = 0
    return rows


def wait_of(row: LoginFailure, free: int, at: datetime) -> timedelta:
    """How long after the last failure the next try must still wait: 15 s after the free ones, then twice as long each time."""
    if row.failures < free:
        return timedelta(0)
    whole = min(FIRST_WAIT * 2 ** min(row.failures - free, 10), LONGEST_WAIT)
    return max(row.last_at + whole - at, timedelta(0))


def slow_down(wait: timedelta) -> str:
    seconds = math.ceil(wait.total_seconds())
    if seconds < 60:
        return _("试得太多了，请过 %(seconds)d 秒再试。忘了密码请找主管重设。") % {"seconds": seconds}
    minutes = math.ceil(seconds / 60)
    return ngettext(
        "试得太多了，请过 %(minutes)d 分钟再试。忘了密码请找主管重设。",
        "试得太多了，请过 %(minutes)d 分钟再试。忘了密码请找主管重设。",
        minutes,
    ) % {"minutes": minutes}


def address_of(request: HttpRequest) -> str:
    """The visitor's address. Behind a proxy of ours it is the last one the proxy noted; what a visitor claims is not believed."""
    noted = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return (noted.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))[:45]


def wanted(request: HttpRequest) -> str:
    """Where to go on to: an address of ours, never anybody else's."""
    asked = request.POST.get("next") or request.GET.get("next") or "/"
    fine = url_has_allowed_host_and_scheme(asked, allowed_hosts=None, require_https=request.is_secure()) and asked.startswith("/")
    return asked if fine and storable(asked) else "/"
