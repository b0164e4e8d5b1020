"""What every test may ask for: a world, acts at any moment by anybody in it, and no memory between tests."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from guanjia.kernel import memo
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
