"""How people prove who they are: passwords, code generators, passkeys, recovery codes; and where they are signed in.

What somebody does here he does for himself; only `reset_sign_in` is another's.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, NotAllowed, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.rows import check_fields, keep
from guanjia.kernel.usecase import usecase
from guanjia.kernel.vault import given, opened

from .. import facts, proofs, selectors
from ..models import Authenticator, Company, Device, IdentityProvider, Person, RecoveryCode

AUTHENTICATORS_MAX = 10


# -- passwords -----------------------------------------------------------------------------------
@usecase("org.sign_in.change_password")
def change_own_password(person: Person, *, current: str, new: str, act: Act) -> Person:
    """Another password for oneself; every other sign-in ends with the old one. BadInput with every reason against it."""
    _himself(person, act)
    reasons = []
    if not person.check_password(current):
        reasons.append(Reason(_("现在的密码不对。"), field="current"))
    reasons += _against(new, person)
    if reasons:
        raise BadInput(reasons)
    person.set_password(new)
    person.must_change_password = False
    person.save(update_fields=["password", "must_change_password"])
    record(person, facts.PersonChanged(changed=["password"]), act=act)
    return person


@usecase("org.person.reset_sign_in")
def reset_sign_in(person: Person, *, reason: str, act: Act) -> str:
    """Somebody has lost password, phone or key: all proofs and sign-ins end, and a password that he must change is returned.

    It is shown this once. Nobody does it for himself, nor for somebody who does not stand below him: the password would be a
    way up. BadInput without a reason.
    """
    if person.pk == act.person_id:
        raise NotAllowed([Reason(_("不能重设自己的登录，请由别人办理。"))])
    if not selectors.is_below(person, act):
        raise NotAllowed([Reason(_("只能为级别低于自己、在自己管理范围内的人重设登录；其他人请找系统管理员。"))])
    if not reason.strip():
        raise BadInput([Reason(_("请写明怎样确认是本人。"), field="reason")])
    password = proofs.new_password()
    person.set_password(password)
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    person.authenticators.all().delete()
    person.recovery_codes.all().delete()
    ended = _end(Device.objects.unscoped("login").filter(person=person), act.at)
    record(person, facts.SignInReset(devices=ended, reason=reason.strip()), act=act)
    return password


# -- second proofs -------------------------------------------------------------------------------
@usecase("org.sign_in.add_generator")
def add_generator(person: Person, *, secret: str, code: str, label: str = "", act: Act) -> Authenticator:
    """A code generator of one's own, once a code of it is right. BadInput for a wrong code, or too many proofs."""
    _himself(person, act)
    step = proofs.step_of(secret, code, act.at)
    reasons = _too_many(person)
    if step is None:
        reasons.append(Reason(_("验证码不对，或已过时，请输入验证器现在显示的六位数字。"), field="code"))
    if reasons:
        raise BadInput(reasons)
    return _added(Authenticator(kind="totp", label=label.strip()[:40] or _("验证器"), secret=secret, last_step=step), person, act)


@usecase("org.sign_in.add_passkey")
def add_passkey(person: Person, *, credential_id: str, public_key: bytes, sign_count: int, label: str = "", act: Act) -> Authenticator:
    """A passkey of one's own, as its device has just made it. Conflict if it is there already."""
    _himself(person, act)
    if reasons := _too_many(person):
        raise BadInput(reasons)
    made = Authenticator(
        kind="passkey",
        label=label.strip()[:40] or _("通行密钥"),
        credential_id=credential_id,
        public_key=public_key,
        sign_count=sign_count,
    )
    return _added(made, person, act)


@usecase("org.sign_in.remove_proof")
def remove_proof(authenticator: Authenticator, *, act: Act) -> Person:
    """A generator or passkey counts no longer. Recovery codes go with the last of them."""
    _himself(authenticator.person, act)
    person = authenticator.person
    record(person, facts.ProofRemoved(kind=authenticator.kind, label=authenticator.label), act=act)
    authenticator.delete()
    if not person.authenticators.exists():
        person.recovery_codes.all().delete()
    return person


@usecase("org.sign_in.new_recovery_codes")
def new_recovery_codes(person: Person, *, act: Act) -> list[str]:
    """Ten fresh codes, shown this once; the old ones count no longer. BadInput without any other second proof."""
    _himself(person, act)
    if not person.authenticators.exists():
        raise BadInput([Reason(_("请先添加验证器或通行密钥。"))])
    codes = proofs.new_recovery_codes()
    person.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(person=person, digest=proofs.digest_of(code)) for code in codes)
    record(person, facts.RecoveryCodesMade(codes=len(codes)), act=act)
    return codes


@usecase("org.sign_in.prove")
def prove(person: Person, *, code: str, act: Act) -> str:
    """Which second proof a code is ("totp" or "recovery"), and that it counts no more; "" if it is none."""
    _himself(person, act)
    for generator in person.authenticators.filter(kind="totp").select_for_update():
        step = proofs.step_of(opened(generator, "secret", "compare"), code, act.at, after=generator.last_step)
        if step is not None:
            Authenticator.objects.unscoped("login").filter(pk=generator.pk).update(last_step=step, used_at=act.at)
            return "totp"
    left = person.recovery_codes.filter(digest=proofs.digest_of(code), used_at__isnull=True)
    if left.update(used_at=act.at):
        record(person, facts.RecoveryCodeUsed(left=person.recovery_codes.filter(used_at__isnull=True).count()), act=act)
        return "recovery"
    return ""


# -- sign-ins ------------------------------------------------------------------------------------
@usecase("org.sign_in.begin")
def begin_sign_in(person: Person, *, face: str, way: str, session_key: str, agent: str = "", address: str = "", act: Act) -> Device:
    """Somebody is signed in on a device, on one face."""
    _himself(person, act)
    device = Device.objects.create(
        company_id=person.company_id,
        person=person,
        face=face,
        way=way,
        session_key=session_key,
        agent=agent[:120],
        address=address,
        seen_at=act.at,
        created_at=act.at,
    )
    record(person, facts.SignedIn(face=face, way=way), act=act)
    return device


@usecase("org.sign_in.end")
def end_sign_in(device: Device, *, act: Act) -> Device:
    """A device is signed out, at once. One's own only."""
    _himself(device.person, act)
    if _end(Device.objects.unscoped("login").filter(pk=device.pk), act.at):
        record(device.person, facts.SignedOut(face=device.face), act=act)
    device.refresh_from_db()
    return device


@usecase("org.sign_in.end_others")
def end_other_sign_ins(person: Person, *, but: str = "", act: Act) -> int:
    """Every device of one's own is signed out but the one with this key; returns how many."""
    _himself(person, act)
    ended = _end(Device.objects.unscoped("login").filter(person=person).exclude(session_key=but), act.at)
    if ended:
        record(person, facts.SignedOut(face="", devices=ended), act=act)
    return ended


# -- other houses' sign-ins ----------------------------------------------------------------------
@usecase("org.identity_provider.register")
def register_identity_provider(
    *,
    project: Company,
    name: str,
    issuer: str,
    client_id: str,
    client_secret: str = "",
    claim: str = "preferred_username",
    for_group: bool = False,
    is_active: bool = True,
    act: Act,
) -> IdentityProvider:
    """Another house's sign-in that ours trusts from now on. BadInput with every reason; its secret is kept sealed."""
    made = IdentityProvider(company_id=project.company_id, created_at=act.at)
    _describe(
        made,
        act,
        name=name,
        issuer=issuer,
        client_id=client_id,
        client_secret=client_secret,
        claim=claim,
        for_group=for_group,
        is_active=is_active,
    )
    record(made, facts.IdentityProviderSet(name=made.name, issuer=made.issuer, is_active=is_active), act=act)
    return made


@usecase("org.identity_provider.change")
def change_identity_provider(provider: IdentityProvider, *, act: Act, **values: Any) -> IdentityProvider:
    """Other particulars of it, or no longer offered (`is_active`); what is None stays."""
    provider.version += 1
    _describe(provider, act, **{name: value for name, value in values.items() if value is not None})
    record(provider, facts.IdentityProviderSet(name=provider.name, issuer=provider.issuer, is_active=provider.is_active), act=act)
    return provider


def _describe(provider: IdentityProvider, act: Act, **values: Any) -> None:
    secret = given(provider, "client_secret", values.pop("client_secret", None))
    for name, value in values.items():
        setattr(provider, name, value.strip() if isinstance(value, str) else value)
    if secret:
        provider.client_secret = secret
    reasons = []
    if provider.for_group and Company.objects.get(pk=provider.company_id).group_id is None:
        reasons.append(Reason(_("本公司不属于任何集团，不能集团共用。"), field="for_group"))
    check_fields(provider, reasons)
    keep(provider)


def _himself(person: Person, act: Act) -> None:
    if act.person_id != person.pk:
        raise NotAllowed([Reason(_("这里只能改自己的。"))])


def _against(password: str, person: Person) -> list[Reason]:
    try:
        validate_password(password, person)
    except ValidationError as errors:
        return [Reason(message, field="new") for message in errors.messages]
    return []


def _too_many(person: Person) -> list[Reason]:
    if person.authenticators.count() < AUTHENTICATORS_MAX:
        return []
    return [Reason(_("已有 %(most)d 个，请先删去不用的。") % {"most": AUTHENTICATORS_MAX})]


def _added(made: Authenticator, person: Person, act: Act) -> Authenticator:
    made.company_id, made.person, made.created_at = person.company_id, person, act.at
    keep(made)
    record(person, facts.ProofAdded(kind=made.kind, label=made.label), act=act)
    return made


def _end(devices: Any, at: datetime) -> int:
    """End these sign-ins now: their sessions are gone with the same commit."""
    open_ones = list(devices.filter(ended_at__isnull=True).values_list("pk", "session_key"))
    Session.objects.filter(session_key__in=[key for _pk, key in open_ones]).delete()
    return Device.objects.unscoped("login").filter(pk__in=[pk for pk, _key in open_ones]).update(ended_at=at)
