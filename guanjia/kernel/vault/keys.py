"""Data keys: made when something of a person is first sealed, fetched when something is opened."""

import hashlib
import os
from collections.abc import Iterable
from functools import partial
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import transaction
from django.utils.translation import gettext as _

from .. import fixed
from ..errors import Refusal
from . import ledger, master

NONCE = 12


class KeyGone(Refusal):
    """The person's key was destroyed: what was sealed with it can be read by nobody any more."""

    @property
    def headline(self) -> str:
        return _("密钥已销毁，内容无法恢复")


def encrypt(key: bytes, text: bytes, bound_to: bytes) -> bytes:
    """AES-256-GCM under a fresh nonce. What it is `bound_to` must be said again to open it."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, bound_to)


def decrypt(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """What `encrypt` sealed; InvalidTag for another key, another place, or a changed byte."""
    return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)


def fingerprint(key: bytes) -> str:
    """Names a key without telling it."""
    return hashlib.sha256(b"guanjia data key\0" + key).hexdigest()


def of(subject_id: UUID) -> bytes:
    """The key of one person; KeyGone if it was destroyed (or never made)."""
    try:
        return of_all([subject_id])[subject_id]
    except KeyError:
        raise KeyGone() from None


def of_all(subject_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """The keys of these persons, one query; those whose key was destroyed are missing, whatever the database says."""
    rows = fixed.run(_FIND, [list(subject_ids)])
    gone = ledger.destroyed() if rows else frozenset()
    found: dict[UUID, bytes] = {}
    for subject_id, company_id, wrapped, company_wrapped in rows:
        if subject_id not in gone:
            company_key = _unwrap_company(company_id, bytes(company_wrapped))
            found[subject_id] = decrypt(company_key, bytes(wrapped), subject_id.bytes)
    return found


def made_for(subject_id: UUID, company_id: UUID, kind: str) -> bytes:
    """The key of one person, made if there is none yet."""
    company_key = of_company(company_id)
    fresh = os.urandom(master.BYTES)
    values = [subject_id, company_id, kind, encrypt(company_key, fresh, subject_id.bytes)]
    if fixed.run(_MAKE, values):
        return fresh
    return of(subject_id)


def of_company(company_id: UUID) -> bytes:
    """The key of a company, made if there is none yet."""
    if company_id not in _companies:
        found = fixed.run(_FIND_COMPANY, [company_id])
        if not found:
            made = encrypt(master.known()[0], os.urandom(master.BYTES), company_id.bytes)
            found = fixed.run(_MAKE_COMPANY, [company_id, made]) or fixed.run(_FIND_COMPANY, [company_id])
        key = _unwrap_company(company_id, bytes(found[0][0]))
        # Remembered only once it is surely kept: one of a transaction that fails must not seal anything later.
        transaction.on_commit(partial(_companies.__setitem__, company_id, key))
        return key
    return _companies[company_id]


def derived(company_id: UUID, purpose: str) -> bytes:
    """A key of the company for one purpose: blind indexes."""
    return HKDF(SHA256(), master.BYTES, salt=None, info=purpose.encode()).derive(of_company(company_id))


def rewrap_companies() -> int:
    """Wrap the companies' keys with the newest master key; returns how many."""
    rows = fixed.run("SELECT company_id, wrapped FROM kernel_companykey ORDER BY company_id FOR UPDATE", [])
    for company_id, wrapped in rows:
        again = encrypt(master.known()[0], _unwrap_company(company_id, bytes(wrapped)), company_id.bytes)
        fixed.run("UPDATE kernel_companykey SET wrapped = %s WHERE company_id = %s", [again, company_id])
    return len(rows)


def _unwrap_company(company_id: UUID, wrapped: bytes) -> bytes:
    for key in master.known():
        try:
            return decrypt(key, wrapped, company_id.bytes)
        except InvalidTag:
            continue
    raise master.MasterKeyError("The master key is not the one that the companies' keys were wrapped with.")


_companies: dict[UUID, bytes] = {}

_FIND = """
SELECT d.subject_id, d.company_id, d.wrapped, c.wrapped
FROM kernel_datakey d JOIN kernel_companykey c ON c.company_id = d.company_id WHERE d.subject_id = ANY(%s)
"""
_MAKE = """
INSERT INTO kernel_datakey (subject_id, company_id, kind, wrapped) VALUES (%s, %s, %s, %s)
ON CONFLICT (subject_id) DO NOTHING RETURNING 1
"""
_FIND_COMPANY = "SELECT wrapped FROM kernel_companykey WHERE company_id = %s"
_MAKE_COMPANY = "INSERT INTO kernel_companykey (company_id, wrapped) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING wrapped"
