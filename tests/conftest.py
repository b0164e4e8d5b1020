"""What every test may ask for: a world, acts at any moment by anybody in it, and no memory between tests."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client

from guanjia.kernel import memo
from guanjia.web.signing.sessions import cookie_of
from tests import make

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 2)


def moment(said: str | datetime) -> datetime:
    """ "10:00" on Monday 2 March 2026, "03-05 10:00" in that year, or a datetime as it is; Shanghai time."""
    if isinstance(said, datetime):
        return said
    day, _, clock = said.rpartition(" ")
    on = date.fromisoformat(f"2026-{day}") if day else MONDAY
    return datetime.combine(on, time.fromisoformat(clock), SHANGHAI).astimezone(UTC)


@pytest.fixture(autouse=True)
def nothing_is_remembered(settings):
    settings.GUANJIA_MEMO_SECONDS = 0
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    memo.forget_all()


@pytest.fixture
def world(db) -> make.World:
    return make.world()


@pytest.fixture
def act(world):
    """`act("10:00")` by the desk agent, `act("03-05 09:00", by="technician")`."""

    def build(said: str | datetime = "10:00", by: str = "desk_agent", via: str = "console"):
        return world.act(moment(said), by, via)

    return build


@pytest.fixture(autouse=True)
def signed_in_on_every_face(monkeypatch):
    """`force_login` stands for a visitor with a session on each face; signing in by the door gives one of a single face."""
    log_in = Client._login

    def everywhere(client, *args, **kwargs):
        log_in(client, *args, **kwargs)
        client.cookies[cookie_of("field")] = client.cookies[settings.SESSION_COOKIE_NAME].value

    monkeypatch.setattr(Client, "_login", everywhere)
