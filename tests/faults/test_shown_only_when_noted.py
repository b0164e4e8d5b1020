"""Killed with -9 around the line of the read log: whatever was shown has its line; a line may stand for what nobody saw.

The server kills itself at one of three moments: before the line is written, before it is committed, and when it is committed
and no byte has left. Each is tried on every way in which personal data is read: a page, a secret file, a value in full.
"""

import contextlib
import http.client
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import psycopg
import pytest

from guanjia.kernel.environment import CHECKOUT
from tests.faults.test_kill import PASSWORD, Browser, Site
from tests.kernel.test_embedded import remove

pytestmark = pytest.mark.faults
NAME, ID_NO = "尉迟静姝", "110101199003070097"
SEED = f"""
import django; django.setup()
from tests import make
from guanjia.kernel import clock, reveals
world = make.world()
person = world.people["steward"]
person.set_password({PASSWORD!r}); person.save(update_fields=["password"])
customer = make.customer(name={NAME!r}, id_no={ID_NO!r})
glass = reveals.break_glass(customer, fields=["id_no"], reason="燃气泄漏", act=world.act(clock.now(), "steward"))
print(person.login, customer.pk, make.archive_item().attachment_id, glass.pk)
"""
SERVER = """
import os, signal, sys
from wsgiref.simple_server import make_server
from guanjia.wsgi import application
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.backends.utils import CursorWrapper

moment, port = sys.argv[1], int(sys.argv[2])
execute, commit = CursorWrapper.execute, DatabaseWrapper._commit
written = []

def die_at(now):
    if moment == now:
        os.kill(os.getpid(), signal.SIGKILL)

def executing(self, sql, params=None):
    if "kernel_readlog" not in str(sql) or "INSERT" not in str(sql):
        return execute(self, sql, params)
    die_at("before")
    done = execute(self, sql, params)
    if self.db.get_autocommit():
        die_at("committed")
    else:
        written.append(1)
        die_at("written")
    return done

def committing(self):
    commit(self)
    if written:
        written.clear()
        die_at("committed")

CursorWrapper.execute, DatabaseWrapper._commit = executing, committing
make_server("127.0.0.1", port, application).serve_forever()
"""


class DyingSite(Site):
    """A site whose web server dies at a moment of its own choosing."""

    def serve(self, moment: str) -> None:
        self.stop_serving()
        self.children["web"] = subprocess.Popen(
            [sys.executable, "-c", SERVER, moment, str(self.port)],
            cwd=CHECKOUT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=20):
                return
            time.sleep(0.2)
        raise AssertionError("the server did not come up")

    def stop_serving(self) -> None:
        child = self.children.pop("web", None)
        if child is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, 9)
            child.wait()


@pytest.fixture
def site(tmp_path_factory):
    site = DyingSite(tmp_path_factory.mktemp("shown"))
    yield site
    site.close()
    remove(site.database)


def bytes_from(browser: Browser, path: str, given: dict[str, str] | None) -> bytes:
    """Whatever came out of the server, however far it got."""
    body = None if given is None else urllib.parse.urlencode(given).encode()
    request = urllib.request.Request(browser.base + path, body, {"Referer": browser.base + path})
    try:
        with browser.open.open(request, timeout=30) as answer:
            return answer.read()
    except http.client.IncompleteRead as broken:
        return broken.partial
    except (OSError, http.client.HTTPException):
        return b""


def test_nothing_is_shown_without_its_line(site):
    site.run("manage.py", "migrate", "-v0")
    login, customer, paper, glass = site.run("-c", SEED).strip().splitlines()[-1].split()
    browser = Browser(site, None)
    site.serve("never")
    browser.sign_in(login)
    token = {"csrfmiddlewaretoken": browser.form(f"/customers/{customer}/consents/")["csrfmiddlewaretoken"]}
    ways = {
        "page": (f"/customers/{customer}/", None, NAME.encode()),
        "file": (f"/files/{paper}", None, b"%PDF"),
        "value": (f"/reveals/{glass}/values/", token, ID_NO.encode()),
    }
    with psycopg.connect(site.environment["GUANJIA_OWNER_URL"], autocommit=True) as database:

        def lines() -> int:
            return database.execute("SELECT count(*) FROM kernel_readlog").fetchone()[0]

        for way, (path, given, shown) in ways.items():
            before = lines()
            assert shown in bytes_from(browser, path, given), f"{way}: undisturbed, it is shown"
            assert lines() > before, f"{way}: undisturbed, it is noted"
        for moment in ("before", "written", "committed"):
            for way, (path, given, shown) in ways.items():
                if way == "page" and moment == "written":
                    continue  # one statement is its own transaction
                site.serve(moment)
                before = lines()
                assert shown not in bytes_from(browser, path, given), f"{way}: shown by a server that died ({moment})"
                assert site.children["web"].wait(timeout=30) == -9, f"{way}: the server did not die ({moment})"
                assert (lines() > before) is (moment == "committed"), f"{way}: {moment}"
        site.serve("never")
        for way, (path, given, shown) in ways.items():
            before = lines()
            assert shown in bytes_from(browser, path, given), f"{way}: afterwards it is shown again"
            assert lines() > before
