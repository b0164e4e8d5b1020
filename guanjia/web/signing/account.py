"""Signing in, as one keeps it for oneself: password, second proofs, recovery codes, devices."""

from typing import Any
from uuid import UUID

import segno
from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanjia.kernel.errors import NotFound, Refusal
from guanjia.org import proofs
from guanjia.org import selectors as organisation
from guanjia.org import services as org
from guanjia.org.models import Authenticator, Device

from ..forms import UseCaseForm
from ..once import may_repeat
from ..partials import page
from ..views import tried
from . import passkeys
from .doors import text_of
from .sessions import named, on_oneself

NEW_SECRET = "new_generator"
DEVICES_SHOWN = 20
PASSWORD_MAX = 256
FACE_NAMES = {"console": gettext_lazy("工作台"), "field": gettext_lazy("手机端")}


class PasswordForm(UseCaseForm):
    current = forms.CharField(
        label=gettext_lazy("现在的密码"),
        max_length=PASSWORD_MAX,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=gettext_lazy("新密码"),
        max_length=PASSWORD_MAX,
        strip=False,
        help_text=gettext_lazy("至少 10 位，可以是一句话；不必有大小写和符号，也不用定期更换。常见的密码、与姓名账号相近的不行。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class GeneratorForm(UseCaseForm):
    code = forms.CharField(
        label=gettext_lazy("验证器显示的六位数字"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    label = forms.CharField(label=gettext_lazy("给它起个名字"), max_length=40, required=False, initial=gettext_lazy("手机验证器"))


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Everything about one's own signing in."""
    return shown(request, PasswordForm())


def shown(request: HttpRequest, form: PasswordForm, status: int = 200, **more: Any) -> HttpResponse:
    person = request.user
    codes = person.recovery_codes.filter(used_at__isnull=True).count()
    held = Device.objects.unscoped("login").filter(person=person)
    devices = held.filter(ended_at__isnull=True)[:DEVICES_SHOWN]
    return page(
        request,
        "web/account/overview.html",
        status=status,
        form=form,
        proofs=list(person.authenticators.all()),
        codes=codes,
        devices=[{"row": one, "face": FACE_NAMES.get(one.face, one.face), "here": is_here(request, one)} for one in devices],
        must_change=person.must_change_password,
        must_prove=bool(request.session.get("must_prove")),
        needed=organisation.needs_second_factor(person, request.act.at),
        **more,
    )


def is_here(request: HttpRequest, device: Device) -> bool:
    return device.session_key == request.session.session_key


def oneself(request: HttpRequest) -> Any:
    return on_oneself(request.user, request.act.at, request.act.via)


@sensitive_post_parameters("current", "new")
@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """Change one's password; the other devices are signed out."""
    form = PasswordForm(request.POST)
    if form.is_valid():
        person = tried(form, lambda: org.change_own_password(request.user, **form.values(), act=oneself(request)))
        if person is not None:
            update_session_auth_hash(request, person)
            org.end_other_sign_ins(person, but=_moved(request, person), act=oneself(request))
            messages.success(request, _("密码已更换，其他设备已退出"))
            return HttpResponseRedirect(reverse("account"))
    return shown(request, form, status=422)


def _moved(request: HttpRequest, person: Any) -> str:
    """The session has a new key with the new password; this device goes with it."""
    before = request.COOKIES.get("sessionid", "")
    request.session.save()
    after = request.session.session_key
    Device.objects.unscoped("login").filter(person=person, session_key=before, ended_at__isnull=True).update(session_key=after)
    return after


@require_http_methods(["GET", "POST"])
def generator(request: HttpRequest) -> HttpResponse:
    """Add a code generator: show its picture, and take its first code."""
    secret = request.session.get(NEW_SECRET)
    if request.method == "GET" or not secret:
        secret = request.session[NEW_SECRET] = proofs.new_secret()
    form, status = GeneratorForm(request.POST if request.method == "POST" else None), 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            made = tried(form, lambda: org.add_generator(request.user, secret=secret, **form.values(), act=oneself(request)))
            if made is not None:
                request.session.pop(NEW_SECRET, None)
                return added(request)
    code = segno.make(proofs.address_of(secret, request.user.login), error="m")
    return page(
        request,
        "web/account/generator.html",
        status=status,
        form=form,
        picture=code.svg_data_uri(scale=5, border=2),
        secret=" ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
    )


def added(request: HttpRequest) -> HttpResponse:
    """A second proof is there: on to the recovery codes, if there are none yet."""
    request.session.pop("must_prove", None)
    if request.user.recovery_codes.filter(used_at__isnull=True).exists():
        messages.success(request, _("已添加"))
        return HttpResponseRedirect(reverse("account"))
    codes = org.new_recovery_codes(request.user, act=oneself(request))
    return page(request, "web/account/codes.html", codes=codes)


@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten fresh recovery codes, shown this once."""
    codes = org.new_recovery_codes(request.user, act=oneself(request))
    return page(request, "web/account/codes.html", codes=codes)


@may_repeat
@require_POST
def passkey_wanted(request: HttpRequest) -> HttpResponse:
    """What the browser needs to make a passkey."""
    return HttpResponse(passkeys.wanted_of_new(request, request.user), content_type="application/json")


@may_repeat
@require_POST
def passkey_made(request: HttpRequest) -> HttpResponse:
    """The passkey that the browser has made: {"url": …} leads on, 422 with words otherwise."""
    try:
        made = passkeys.made(request, request.body.decode(errors="replace"))
        org.add_passkey(
            request.user, **made, label=text_of(request, "label") or named(request.headers.get("User-Agent", "")), act=oneself(request)
        )
    except Refusal as no:
        return JsonResponse({"words": "；".join(str(reason) for reason in no.reasons)}, status=422)
    request.session.pop("must_prove", None)
    messages.success(request, _("通行密钥已添加"))
    return JsonResponse({"url": reverse("account")})


@require_POST
def removal(request: HttpRequest, id: UUID) -> HttpResponse:
    """One of one's own second proofs counts no longer."""
    proof = Authenticator.objects.unscoped("login").filter(pk=id, person=request.user).first()
    if proof is None:
        raise NotFound()
    org.remove_proof(proof, act=oneself(request))
    messages.success(request, _("已删去"))
    return HttpResponseRedirect(reverse("account"))


@require_POST
def device_end(request: HttpRequest, id: UUID) -> HttpResponse:
    """One of one's own devices is signed out."""
    device = Device.objects.unscoped("login").filter(pk=id, person=request.user).first()
    if device is None:
        raise NotFound()
    org.end_sign_in(device, act=oneself(request))
    messages.success(request, _("已退出"))
    return HttpResponseRedirect(reverse("account"))


@require_POST
def devices_end(request: HttpRequest) -> HttpResponse:
    """Every device but this one is signed out."""
    ended = org.end_other_sign_ins(request.user, but=request.session.session_key or "", act=oneself(request))
    messages.success(request, _("已退出其他 %(number)d 台设备") % {"number": ended})
    return HttpResponseRedirect(reverse("account"))
