"""The doors beside the password: the second proof after it, a passkey instead of it, another house's sign-in.

Between password and second proof nobody is signed in: the session holds who was right so far, for ten minutes.
"""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanjia.org import selectors as organisation
from guanjia.org import services as org
from guanjia.org.models import LoginFailure, Person

from .. import navigation
from ..once import may_repeat
from ..partials import page
from . import elsewhere, passkeys
from .guessing import FREE_TRIES_ACCOUNT, locked, slow_down, wait_of
from .onward import wanted
from .sessions import enter, on_oneself

HALF_WAY = "half_way"
HALF_WAY_LASTS = timedelta(minutes=10)


class SecondForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("验证码"),
        max_length=20,
        help_text=gettext_lazy("验证器上现在的六位数字；手机不在身边，用一个恢复码。"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "inputmode": "text"}),
    )


# -- after the password --------------------------------------------------------------------------
def through(request: HttpRequest, person: Person, onward: str) -> HttpResponse:
    """The password was right: on to the second proof if there is one, else in."""
    if person.authenticators.exists():
        request.session[HALF_WAY] = [str(person.pk), request.act.at.timestamp(), onward]
        return HttpResponseRedirect(reverse("login-second"))
    return entered(request, person, "password", onward)


def entered(request: HttpRequest, person: Person, way: str, onward: str) -> HttpResponse:
    """Signed in; on to where one wanted to go, or first to what one still owes."""
    at = request.act.at
    if onward == "/":
        onward = navigation.start_of(organisation.act_of(person, at, "console"))
    request.session.pop(HALF_WAY, None)
    enter(request, person, way=way, onward=onward, at=at)
    if way == "password" and organisation.needs_second_factor(person, at):
        request.session["must_prove"] = True
    return HttpResponseRedirect(onward)


@login_not_required
@may_repeat
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """Asks for the second proof of whoever gave the right password."""
    person, onward = half_way(request)
    if person is None:
        return HttpResponseRedirect(settings.LOGIN_URL)
    form, status = SecondForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            way, wait = proved(person, form.cleaned_data["code"], request.act.at)
            if way:
                if way == "recovery":
                    left = person.recovery_codes.filter(used_at__isnull=True).count()
                    messages.warning(request, _("用掉了一个恢复码，还剩 %(left)d 个。") % {"left": left})
                return entered(request, person, way, onward)
            status = 429 if wait else 422
            form.add_error("code", slow_down(wait) if wait else _("验证码不对，或已用过，请等下一个再试。"))
    has_passkey = person.authenticators.filter(kind="passkey").exists()
    return page(request, "web/auth/second.html", status=status, form=form, has_passkey=has_passkey, next=onward)


def half_way(request: HttpRequest) -> tuple[Person | None, str]:
    """Who gave the right password a moment ago, and where he wanted to go."""
    key, since, onward = request.session.get(HALF_WAY) or ("", 0, "/")
    fresh = 0 <= request.act.at.timestamp() - since <= HALF_WAY_LASTS.total_seconds()
    person = Person.objects.unscoped("login").filter(pk=key, is_active=True).first() if key and fresh else None
    return person, onward


def proved(person: Person, code: str, at: datetime) -> tuple[str, timedelta]:
    """Which proof the code is ("" for none), and how long to wait before another try; guesses are counted as those of passwords."""
    keys = {f"second:{person.pk}": FREE_TRIES_ACCOUNT}
    with transaction.atomic():
        [row] = locked(keys, at)
        if wait := wait_of(row, FREE_TRIES_ACCOUNT, at):
            return "", wait
        way = org.prove(person, code=code, act=on_oneself(person, at, "console"))
        if way:
            LoginFailure.objects.filter(key__in=keys).delete()
        else:
            LoginFailure.objects.filter(key__in=keys).update(failures=F("failures") + 1, last_at=at)
    return way, timedelta(0)


# -- passkeys ------------------------------------------------------------------------------------
@login_not_required
@may_repeat
@require_POST
def passkey_wanted(request: HttpRequest) -> HttpResponse:
    """What the browser needs to show a passkey."""
    person, _onward = half_way(request)
    return HttpResponse(passkeys.wanted_to_sign_in(request, person), content_type="application/json")


@login_not_required
@may_repeat
@require_POST
def passkey_shown(request: HttpRequest) -> HttpResponse:
    """The passkey's answer: {"url": …} leads on, 422 with words otherwise."""
    credential_id = text_of(request, "id")
    with transaction.atomic():
        passkey = passkeys.shown(request, request.body.decode(errors="replace"), credential_id)
    if passkey is None:
        return JsonResponse({"words": _("这个通行密钥不认得，或没有通过验证，请换一种方式登录。")}, status=422)
    person, onward = half_way(request)
    onward = onward if person == passkey.person else wanted(request)
    return JsonResponse({"url": entered(request, passkey.person, "passkey", onward)["Location"]})


def text_of(request: HttpRequest, name: str) -> str:
    try:
        said: Any = json.loads(request.body)
    except ValueError:
        return ""
    value = said.get(name) if isinstance(said, dict) else ""
    return value if isinstance(value, str) and "\0" not in value else ""


# -- another house's sign-in ---------------------------------------------------------------------
@login_not_required
@require_GET
def elsewhere_to(request: HttpRequest, key: UUID) -> HttpResponse:
    """Off to the other house."""
    of = elsewhere.provider(key)
    if of is None:
        raise Http404
    request.session["elsewhere_next"] = wanted(request)
    answer = elsewhere.sent(request, of, request.build_absolute_uri(reverse("login-elsewhere-back", args=[of.pk])))
    if answer is None:
        messages.error(request, _("「%(name)s」现在连不上，请稍后再试，或用密码登录。") % {"name": of.name})
        return HttpResponseRedirect(settings.LOGIN_URL)
    return answer


@login_not_required
@require_GET
def elsewhere_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Back from the other house: in, if it is one of ours."""
    of = elsewhere.provider(key)
    if of is None:
        raise Http404
    person = elsewhere.person_behind(request, of)
    if person is None:
        messages.error(request, _("没能用「%(name)s」登录：对方没有认可，或这里没有对应的账号。") % {"name": of.name})
        return HttpResponseRedirect(settings.LOGIN_URL)
    return entered(request, person, "oidc", request.session.pop("elsewhere_next", "/"))
