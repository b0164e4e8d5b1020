"""Codes by which somebody proves a second time who he is: of a generator (RFC 6238), and of a sheet in a drawer."""

import secrets
from datetime import datetime
from hashlib import sha256

import pyotp

ISSUER = "管家"
PERIOD = 30  # seconds a code is shown
DRIFT = 1  # periods a phone's clock may be off, either way
RECOVERY_CODES = 10
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is taken for another


def new_secret() -> str:
    """A secret for a code generator, in base32."""
    return pyotp.random_base32()


def address_of(secret: str, login: str) -> str:
    """What a generator's camera reads (otpauth://…)."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def step_of(secret: str, code: str, at: datetime, *, after: int = 0) -> int | None:
    """The period that a code belongs to, if it is right now and later than the period `after`; else None."""
    code = "".join(code.split())
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        return None
    generator, now = pyotp.TOTP(secret), int(at.timestamp()) // PERIOD
    for step in range(now - DRIFT, now + DRIFT + 1):
        if step > after and secrets.compare_digest(generator.generate_otp(step), code):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Ten codes like "k7mq-3xvw-p9fh", each good once."""
    return ["-".join("".join(secrets.choice(SIGNS) for _sign in range(4)) for _part in range(3)) for _code in range(RECOVERY_CODES)]


def digest_of(code: str) -> str:
    """What is kept of a recovery code. Its sixty bits need no slow hash."""
    plain = "".join(sign for sign in code.lower() if sign in SIGNS)
    return sha256(f"guanjia recovery {plain}".encode()).hexdigest()


def new_password() -> str:
    """A password to be told on the telephone and changed at once: three groups of four."""
    return "-".join("".join(secrets.choice(SIGNS) for _sign in range(4)) for _part in range(3))
