"""The link by which a resident follows a case: signed, so that nobody can guess the next one's."""

from uuid import UUID

from django.conf import settings
from django.core import signing

from guanjia.kernel.errors import NotFound

_SALT = "desk.case.follow"


def token_of(case_id: UUID) -> str:
    """The resident's key to one case."""
    return signing.Signer(salt=_SALT).sign(case_id.hex)


def case_id_of(token: str) -> UUID:
    """The case that a token opens; NotFound for a forged or mangled one."""
    try:
        return UUID(hex=signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        raise NotFound() from None


def link_to(case_id: UUID) -> str:
    """Where the resident follows the case: the portal's address (GUANJIA_PORTAL_URL) with the key in it."""
    return f"{getattr(settings, 'GUANJIA_PORTAL_URL', '')}/c/{token_of(case_id)}"
