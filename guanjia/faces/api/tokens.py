"""Tokens: given once in plain text, kept as a hash, good for a person until a day, taken back at any time."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from guanjia.kernel import wall
from guanjia.org.models import Person

from .models import ApiToken

PREFIX = "gj_"
KEY_BYTES = 32
DAYS = 365


def issue(person: Person, *, name: str, at: datetime, days: int = DAYS) -> tuple[ApiToken, str]:
    """(the token's row, the token itself). The latter is shown this once and cannot be had again."""
    key = PREFIX + secrets.token_urlsafe(KEY_BYTES)
    row = ApiToken(
        company_id=person.company_id, person=person, name=name, key_hash=hashed(key), created_at=at, expires_at=at + timedelta(days=days)
    )
    row.save(force_insert=True)
    return row, key


def good_one(key: str, at: datetime) -> ApiToken | None:
    """The token with this key, if it and its person still count."""
    if not key.startswith(PREFIX):
        return None
    with wall.everyone("login"):
        token = ApiToken.objects.unscoped("login").select_related("person").filter(key_hash=hashed(key)).first()
    return token if token is not None and token.is_good(at) and token.person.is_active else None


def revoke(person: Person, at: datetime, *, name: str = "") -> int:
    """Take back this person's tokens (of that name); returns how many."""
    held = ApiToken.objects.unscoped("login").filter(person=person, revoked_at__isnull=True)
    return (held.filter(name=name) if name else held).update(revoked_at=at)


def hashed(key: str) -> str:
    return sha256(key.encode(errors="surrogatepass")).hexdigest()
