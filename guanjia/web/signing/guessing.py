"""Guessing gets slower and slower.

Failures are counted per account and per address, in rows, so that every web process sees them. While an account
has to wait, not even the right password is looked at: the wait tells nothing about what was typed.
"""

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanjia.kernel import clock
from guanjia.org.models import LoginFailure, Person

from ..keyset import storable

FREE_TRIES_ACCOUNT = 5
FREE_TRIES_ADDRESS = 20  # an office shares one address
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=2)


def tried(request: HttpRequest, name: str, password: str) -> tuple[Person | None, timedelta]:
    """The person, if name and password are right and nobody has to wait; else None, and how long to wait (zero: not at all).

    One at a time for an account and for an address, so that a thousand guesses at once are still a thousand guesses.
    """
    at = clock.now()
    name = name.strip().lower()
    if not storable(name + password):
        return None, timedelta(0)
    keys = {f"account:{name}": FREE_TRIES_ACCOUNT, f"address:{address_of(request)}": FREE_TRIES_ADDRESS}
    with transaction.atomic():
        counted = locked(keys, at)
        wait = max(wait_of(row, keys[row.key], at) for row in counted)
        if wait:
            return None, wait
        person = authenticate(request, username=name, password=password)
        if person is None:
            LoginFailure.objects.filter(key__in=keys).update(failures=F("failures") + 1, last_at=at)
            return None, timedelta(0)
        LoginFailure.objects.filter(key=f"account:{name}").delete()
    return person, timedelta(0)


def locked(keys: dict[str, int], at: datetime) -> list[LoginFailure]:
    """The counters of these keys, held until the transaction ends; old ones begin anew."""
    LoginFailure.objects.bulk_create([LoginFailure(key=key, last_at=at) for key in sorted(keys)], ignore_conflicts=True)
    rows = list(LoginFailure.objects.select_for_update().filter(key__in=keys).order_by("key"))
    for row in rows:
        if row.failures and at - row.last_at > FORGOTTEN_AFTER:
            LoginFailure.objects.filter(pk=row.pk).update(failures=0)
            row.failures = 0
    return rows


def wait_of(row: LoginFailure, free: int, at: datetime) -> timedelta:
    """How long after the last failure the next try must still wait: 15 s after the free ones, then twice as long each time."""
    if row.failures < free:
        return timedelta(0)
    whole = min(FIRST_WAIT * 2 ** min(row.failures - free, 10), LONGEST_WAIT)
    return max(row.last_at + whole - at, timedelta(0))


def slow_down(wait: timedelta) -> str:
    seconds = math.ceil(wait.total_seconds())
    if seconds < 60:
        return _("试得太多了，请过 %(seconds)d 秒再试。忘了密码请找主管重设。") % {"seconds": seconds}
    minutes = math.ceil(seconds / 60)
    return ngettext(
        "试得太多了，请过 %(minutes)d 分钟再试。忘了密码请找主管重设。",
        "试得太多了，请过 %(minutes)d 分钟再试。忘了密码请找主管重设。",
        minutes,
    ) % {"minutes": minutes}


def address_of(request: HttpRequest) -> str:
    """The visitor's address. Behind a proxy of ours it is the last one the proxy noted; what a visitor claims is not believed."""
    noted = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return (noted.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))[:45]
