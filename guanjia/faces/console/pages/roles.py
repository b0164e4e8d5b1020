"""Roles as a manager reads them: who holds each, how far it reaches, what it may do, and what this company changed about it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from guanjia.kernel.act import Act, matches
from guanjia.kernel.errors import NotFound
from guanjia.org import selectors as organisation
from guanjia.org import services as org
from guanjia.org.models import Company, DutyCard, Role, RoleSetting
from guanjia.org.roles import EVERYBODY
from guanjia.org.states import REACHES
from guanjia.web import addresses
from guanjia.web.forms import UseCaseForm
from guanjia.web.partials import page
from guanjia.web.views import tried

from . import permissions

SEE = "org.role.see"
CHANGE = "org.role.change"


class RoleForm(UseCaseForm):
    title = forms.CharField(label=gettext_lazy("本公司的叫法"), max_length=40, required=False)
    reach = forms.ChoiceField(label=gettext_lazy("范围"), required=False)
    second_factor = forms.BooleanField(label=gettext_lazy("登录须两步验证"), required=False)
    reason = forms.CharField(label=gettext_lazy("为什么调整"), max_length=200)

    def __init__(self, data: Any = None, *, role: Role, setting: RoleSetting | None):
        said = {"title": setting.title, "reach": setting.reach, "second_factor": setting.second_factor} if setting else {}
        super().__init__(data, initial=said)
        usual = _("随角色（%(reach)s）") % {"reach": REACHES[role.reach]}
        self.fields["reach"].choices = [("", usual), *REACHES.items()]


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every role of the closed list, those that somebody holds first."""
    act = request.act
    act.require(SEE)
    holders = organisation.holders_by_role(act)
    settings = settings_of(act)
    roles = sorted(Role.objects.all(), key=lambda role: (role.code not in holders, -role.rank, role.code))
    return page(
        request,
        "console/roles.html",
        columns=[
            {"label": _("角色"), "kind": "lead"},
            {"label": _("谁在担任"), "kind": "wide"},
            {"label": _("范围")},
            {"label": _("可办的事"), "kind": "number"},
            {"label": _("本公司调整")},
        ],
        rows=[
            {
                "cells": [
                    name_of(role, settings.get(role.code)),
                    "、".join(holders.get(role.code, ())) or "—",
                    REACHES[reach_of(role, settings.get(role.code))],
                    sum(allowed(role, settings.get(role.code), name) for names in permissions.families().values() for name in names),
                    said_of(settings.get(role.code)),
                ],
                "url": reverse("role", args=[role.code]),
                "tone": "" if role.code in holders else "muted",
            }
            for role in roles
        ],
    )


@require_http_methods(["GET", "POST"])
def role_page(request: HttpRequest, code: str) -> HttpResponse:
    """One role: its holders, its card of duties, and every move with whether it may; whoever may change roles does it here."""
    act = request.act
    act.require(SEE)
    role = Role.objects.select_related("superior").filter(code=code).first()
    if role is None:
        raise NotFound()
    setting = settings_of(act).get(code)
    form, status = RoleForm(request.POST if request.method == "POST" else None, role=role, setting=setting), 200
    if request.method == "POST":
        act.require(CHANGE)
        status = 422
        if form.is_valid():
            given, taken = differences(role, request.POST.getlist("may"))
            company = Company.objects.get(pk=act.company_id)
            done = tried(
                form, lambda: org.change_role(project=company, role=code, given=given, taken=taken, **form.values(), act=act), beside=True
            )
            if done is not None:
                messages.success(request, _("「%(role)s」已调整，即刻生效") % {"role": name_of(role, done)})
                return HttpResponseRedirect(reverse("role", args=[code]))
    card = DutyCard.objects.visible_to(act).filter(role=role, in_use=True).first()
    return page(
        request,
        "console/role.html",
        status=status,
        role=role,
        title=name_of(role, setting),
        facts=facts_of(role, setting, act),
        card=card,
        duties=card.lines if card else [],
        rooms=rooms_of(role, setting, request.POST.getlist("may") if request.method == "POST" else None),
        form=form if act.may(CHANGE) and code not in organisation.roles_of(act) else None,
        is_own=act.may(CHANGE) and code in organisation.roles_of(act),
    )


def settings_of(act: Act) -> dict[str, RoleSetting]:
    return {row.role_id: row for row in RoleSetting.objects.visible_to(act).filter(company_id=act.company_id)}


def name_of(role: Role, setting: RoleSetting | None) -> str:
    """What the company calls the role."""
    return setting.title if setting and setting.title else force_str(_(role.name))


def reach_of(role: Role, setting: RoleSetting | None) -> str:
    return setting.reach if setting and setting.reach else role.reach


def facts_of(role: Role, setting: RoleSetting | None, act: Act) -> list[tuple[Any, Any]]:
    holders = organisation.holders_by_role(act).get(role.code, ())
    return [
        (_("谁在担任"), "、".join(holders) or _("无人")),
        (_("上级角色"), force_str(_(role.superior.name)) if role.superior else "—"),
        (_("范围"), REACHES[reach_of(role, setting)]),
        (_("登录"), _("须两步验证") if setting and setting.second_factor else _("密码即可")),
        (_("本公司调整"), said_of(setting)),
    ]


def said_of(setting: RoleSetting | None) -> str:
    """「多 2 项，少 1 项」."""
    if setting is None:
        return "—"
    said = []
    if setting.given:
        said.append(_("多 %(number)d 项") % {"number": len(setting.given)})
    if setting.taken:
        said.append(_("少 %(number)d 项") % {"number": len(setting.taken)})
    if setting.reach:
        said.append(_("范围"))
    if setting.second_factor:
        said.append(_("两步验证"))
    return "，".join(said) or "—"


def allowed(role: Role, setting: RoleSetting | None, name: str) -> bool:
    """True if whoever holds the role in this company may run it; who may do anything about a subject sees it too."""
    held = organisation.permissions_of(role.permissions, *((setting.given, setting.taken) if setting else ((), ())))
    family, _dot, verb = name.rpartition(".")
    wanted = permissions.families()[family] if verb == permissions.SEE else [name]
    return any(matches(held, one) for one in wanted)


def differences(role: Role, wanted: Iterable[str]) -> tuple[list[str], list[str]]:
    """(what is given beyond the role, what is taken from it) so that exactly the wanted moves are allowed."""
    wanted = set(wanted)
    every = {name for names in permissions.families().values() for name in names}
    usual = {name for name in every if allowed(role, None, name)}
    for_all = {name for name in every if matches(frozenset(EVERYBODY), name)}
    done = {name.rpartition(".")[0] for name in wanted if not name.endswith(f".{permissions.SEE}")}
    follows = {f"{family}.{permissions.SEE}" for family in done}  # who may do something about a subject sees it
    return sorted(wanted & every - usual), sorted(usual - wanted - for_all - follows)


def rooms_of(role: Role, setting: RoleSetting | None, ticked: list[str] | None) -> list[dict[str, Any]]:
    """Room by room, subject by subject: each move with its words, whether it may, and how that differs from the closed list."""
    rooms: dict[str, dict[str, Any]] = {}
    for family, names in permissions.families().items():
        room = family.partition(".")[0]
        moves = []
        for name in names:
            usual, now = allowed(role, None, name), allowed(role, setting, name)
            moves.append(
                {
                    "name": name,
                    "words": permissions.name_of(name),
                    "may": now,
                    "ticked": now if ticked is None else name in ticked,
                    "changed": "given" if now and not usual else "taken" if usual and not now else "",
                    "for_all": matches(frozenset(EVERYBODY), name),
                }
            )
        shown = rooms.setdefault(room, {"name": force_str(permissions.ROOMS.get(room, room)), "subjects": [], "may": 0, "of": 0})
        shown["subjects"].append({"name": permissions.subject_of(family), "moves": moves, "any": any(move["may"] for move in moves)})
        shown["may"] += sum(move["may"] for move in moves)
        shown["of"] += len(moves)
    return list(rooms.values())


addresses.page_of(RoleSetting, lambda setting: addresses.to("role", setting.role_id))
