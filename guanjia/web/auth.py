"""Signing in with a password, and out. Wrong names and wrong passwords get one answer; what comes after the password, and instead
of it, stands in `signing`."""

from contextlib import nullcontext
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from guanjia.kernel import clock, fixed, wall
from guanjia.org.models import Device, Person

from .faces import face_of
from .middleware import KNOWN_LANGUAGES
from .once import may_repeat
from .partials import page
from .signing import doors, elsewhere
from .signing.guessing import slow_down, tried
from .signing.onward import wanted

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
    if request.user.is_authenticated and request.session_face == face_of(onward).name:
        return HttpResponseRedirect(onward)
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            person, wait = tried(request, form.cleaned_data["login"], form.cleaned_data["password"])
            if person is not None:
                return doors.through(request, person, onward)
            status = 429 if wait else 422
            form.add_error(None, slow_down(wait) if wait else _("账号或密码不对，请核对后再试。"))
    return page(request, "web/auth/login.html", status=status, form=form, next=onward, elsewhere=elsewhere.providers())


@may_repeat
@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and everything it knew."""
    Device.objects.unscoped("login").filter(session_key=request.session.session_key or "", ended_at__isnull=True).update(
        ended_at=clock.now()
    )
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
