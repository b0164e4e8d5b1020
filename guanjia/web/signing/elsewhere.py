"""Signing in with another house's account (OpenID Connect, code flow with PKCE): for groups that have one of their own.

Nobody is made here: an account that answers must be one of ours, in that company, or for a group's provider in one of its
companies. What the other house says is verified by its keys; state, nonce and verifier are checked by the library.
"""

import logging
from uuid import UUID

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.http import HttpRequest
from joserfc.errors import JoseError
from requests import RequestException

from guanjia.kernel.vault import opened
from guanjia.org.models import Company, IdentityProvider, Person

logger = logging.getLogger(__name__)


def providers() -> list[IdentityProvider]:
    """The sign-ins of other houses that are offered, by name."""
    return list(IdentityProvider.objects.unscoped("login").filter(is_active=True).order_by("name"))


def provider(key: UUID) -> IdentityProvider | None:
    return IdentityProvider.objects.unscoped("login").filter(pk=key, is_active=True).first()


def sent(request: HttpRequest, of: IdentityProvider, back: str):
    """The answer that sends the browser to the other house; None where that cannot be reached."""
    try:
        return _client(of).authorize_redirect(request, back)
    except (AuthlibBaseError, RequestException, ValueError) as error:
        logger.warning("sign-in of %s cannot be reached: %s", of.pk, type(error).__name__)
        return None


def person_behind(request: HttpRequest, of: IdentityProvider) -> Person | None:
    """Whom the other house says it is, if that is one of ours; None for anybody else, and for an answer that is not true."""
    try:
        said = _client(of).authorize_access_token(request).get("userinfo") or {}
    except (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError) as error:
        logger.warning("sign-in of %s failed: %s", of.pk, type(error).__name__)
        return None
    login = str(said.get(of.claim) or "").strip().lower()
    if not login:
        return None
    companies = {of.company_id}
    if of.for_group and of.company.group_id:
        companies |= set(Company.objects.filter(group_id=of.company.group_id).values_list("pk", flat=True))
    return Person.objects.unscoped("login").filter(login=login, company_id__in=companies, is_active=True).first()


def _client(of: IdentityProvider):
    return OAuth().register(
        name=str(of.pk),
        client_id=of.client_id,
        client_secret=opened(of, "client_secret", "compare") or None,
        server_metadata_url=f"{of.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256", "timeout": 10},
    )
