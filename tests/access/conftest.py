"""The bed in which cells are tried: made once for each file of tests, thrown away afterwards."""

import logging
import os
from zlib import crc32

import pytest
from django.template import Template
from django.test import TransactionTestCase
from django.test.utils import _TestState

from guanjia.kernel import clock

from . import inventory, marks, oracle, world

#: `make matrix` tries every actor; the ordinary run some, chosen by the name of the route, so that each is tried somewhere
WHOLE = os.environ.get("GUANJIA_MATRIX") == "whole"
#: files that need minutes: `make matrix` runs them
LONG = ("test_console", "test_register", "test_phones", "test_positions", "test_nets")
ALWAYS = ("office_manager", "two-posts", "anonymous")


def pytest_collection_modifyitems(items):
    if "GUANJIA_MATRIX" not in os.environ:
        for item in items:
            if item.path.parent.name == "access" and item.path.name.startswith(LONG):
                item.add_marker(pytest.mark.skip(reason="make matrix"))


@pytest.fixture(scope="module")
def bed(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), clock.travelling(world.NOW), pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.PASSWORD_HASHERS", ["django.contrib.auth.hashers.MD5PasswordHasher"])
        built = world.build()
    yield built
    with django_db_blocker.unblock():
        TransactionTestCase._fixture_teardown(None)  # tests/database.py: a fresh copy


@pytest.fixture(autouse=True)
def at_half_past_ten():
    with clock.travelling(world.NOW):
        yield


@pytest.fixture(autouse=True)
def pages_are_drawn_and_not_kept(monkeypatch):
    """Under test Django keeps every template with all its variables, a page in hundreds of copies; nobody here looks at them."""
    monkeypatch.setattr(Template, "_render", _TestState.saved_data.template_render)


class Heard(logging.Handler):
    """Everything that was logged."""

    def __init__(self):
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()}{record.exc_text or ''}")


@pytest.fixture(autouse=True)
def nothing_of_anybody_is_logged(request):
    """Logs name requests and keys, never what people wrote or how to reach them."""
    heard, root = Heard(), logging.getLogger()
    root.addHandler(heard)
    yield
    root.removeHandler(heard)
    if "bed" in request.fixturenames:
        logged = "\n".join(heard.lines)
        assert not marks.MARK.search(logged)
        assert not marks.PHONE.search(logged)


@pytest.fixture
def actors(request) -> list[str]:
    """Who knocks at this route."""
    return actors_for(request.node.callspec.params["route"].key)


EVERYBODY = sorted({*world.ROLES, *world.FORMER})


def actors_for(key: str) -> list[str]:
    return [*EVERYBODY, "anonymous"] if WHOLE else some_of(key)


def some_of(key: str) -> list[str]:
    """Those always worth a try; one who may come in and one who may not, chosen by the name of the route so that each has his turn."""
    line, start = oracle.approved(key), crc32(key.encode())
    welcome = [one for one in EVERYBODY if any(line.expects(one, method, "", oracle.OWN) == {oracle.IN} for method in line.methods)]
    pools = (welcome, [one for one in EVERYBODY if one not in welcome])
    return list(dict.fromkeys([*ALWAYS, *(pool[start % len(pool)] for pool in pools if pool)]))


def pairs(*prefixes: str, nth: int = 0, of: int = 1) -> list:
    """Every (route, method) of the routes with these beginnings; the nth part of them, so that several processes share the work."""
    chosen = [route for key, route in inventory.routes().items() if belongs(key) in prefixes and oracle.approved(key) is not None]
    return [pytest.param(route, method, id=f"{method}-{route.key}") for route in chosen[nth::of] for method in route.methods]


def belongs(key: str) -> str:
    """The face of a route."""
    return next((face for face in ("api", "field", "portal", "register") if key.removeprefix("/").startswith(face)), "console")
