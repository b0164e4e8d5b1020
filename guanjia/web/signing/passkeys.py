"""Passkeys (WebAuthn): what the browser is asked for, and whether its answer is true."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.translation import gettext as _
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from guanjia.kernel.errors import BadInput, Reason
from guanjia.org.models import Authenticator, Person

CHALLENGE = "passkey_challenge"
NAME = "管家"


def wanted_of_new(request: HttpRequest, person: Person) -> str:
    """What the browser needs to make a passkey for a person, as JSON; the challenge is remembered in the session."""
    options = generate_registration_options(
        rp_id=_host(request),
        rp_name=NAME,
        user_id=person.pk.bytes,
        user_name=person.login,
        user_display_name=person.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[_descriptor(one) for one in person.authenticators.filter(kind="passkey")],
    )
    request.session[CHALLENGE] = bytes_to_base64url(options.challenge)
    return options_to_json(options)


def made(request: HttpRequest, answer: str) -> dict[str, Any]:
    """The passkey that the browser has made: {credential_id, public_key, sign_count}. BadInput if it is not what was asked for."""
    try:
        found = verify_registration_response(
            credential=answer,
            expected_challenge=_challenge(request),
            expected_rp_id=_host(request),
            expected_origin=_origin(request),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise BadInput([Reason(_("通行密钥没有建成，请再试一次。"))]) from None
    return {
        "credential_id": bytes_to_base64url(found.credential_id),
        "public_key": found.credential_public_key,
        "sign_count": found.sign_count,
    }


def wanted_to_sign_in(request: HttpRequest, person: Person | None = None) -> str:
    """What the browser needs to show a passkey, of that person or of anybody, as JSON."""
    known = list(person.authenticators.filter(kind="passkey")) if person is not None else []
    options = generate_authentication_options(
        rp_id=_host(request),
        allow_credentials=[_descriptor(one) for one in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    request.session[CHALLENGE] = bytes_to_base64url(options.challenge)
    return options_to_json(options)


def shown(request: HttpRequest, answer: str, credential_id: str) -> Authenticator | None:
    """The passkey that was shown, its owner still here; None if it is unknown, or its answer is not true."""
    challenge = _challenge(request)
    held = Authenticator.objects.unscoped("login").select_related("person").select_for_update(of=("self",))
    passkey = held.filter(kind="passkey", credential_id=credential_id, person__is_active=True).first()
    if passkey is None:
        return None
    try:
        found = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_host(request),
            expected_origin=_origin(request),
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    used = {"sign_count": found.new_sign_count, "used_at": request.act.at}
    Authenticator.objects.unscoped("login").filter(pk=passkey.pk).update(**used)
    return passkey


def _challenge(request: HttpRequest) -> bytes:
    """Each challenge is answered once."""
    return base64url_to_bytes(request.session.pop(CHALLENGE, "") or "bm9uZQ")


def _host(request: HttpRequest) -> str:
    return urlsplit(f"//{request.get_host()}").hostname or ""


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _descriptor(passkey: Authenticator) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.credential_id))
