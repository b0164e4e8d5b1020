"""A system that calls with somebody's token."""

import json

import pytest
from django.core.cache import cache

from guanjia.faces.api import tokens
from guanjia.kernel import clock
from tests.conftest import moment


class Caller:
    """`caller.get("/api/…")`, `caller.post("/api/…", {…})`, with a token and, for posts, a fresh key each time."""

    def __init__(self, client, token):
        self.client, self.token, self.count = client, token, 0

    def get(self, path, **params):
        return self.client.get(path, params, headers={"Authorization": f"Bearer {self.token}"})

    def post(self, path, body=None, *, key=None, **extra):
        self.count += 1
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key or f"key-{id(self)}-{self.count}"}
        content = body if isinstance(body, str) else json.dumps(body or {})
        return self.client.post(path, content, content_type="application/json", headers=headers, **extra)


@pytest.fixture(autouse=True)
def nobody_has_called_yet():
    cache.clear()


@pytest.fixture
def at_ten():
    with clock.travelling(moment("10:00")):
        yield


@pytest.fixture
def caller(world, client, at_ten):
    """`caller("desk_agent")` speaks in the name of the world's holder of that post."""

    def build(role="desk_agent", world=world, days=30):
        _row, key = tokens.issue(world.people[role], name="测试", at=clock.now(), days=days)
        return Caller(client, key)

    return build
