"""Thirty times something is killed with -9 while people work: web, worker or database.

What was acknowledged is there exactly once; what was not can be sent again with the same key. The test is its own
supervisor, so that it knows whom it killed and when.
"""

import http.client
import http.cookiejar
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import psycopg
import pytest
from django.conf import settings

from guanjia.kernel import environment
from guanjia.kernel.embedded import EmbeddedPostgres
from guanjia.kernel.environment import CHECKOUT
from tests.kernel.test_embedded import postmaster_pid, remove

pytestmark = pytest.mark.faults
ROUNDS = 30
PASSWORD = "kill-and-see-1"
HIDDEN = re.compile(r'<input type="hidden" name="(csrfmiddlewaretoken|form_key)" value="([^"]+)"')
SEED = f"""
import django; django.setup()
from guanjia.kernel import wall; wall.stand_open("tests")
from tests import make
from guanjia.kernel import clock
world = make.world()
person = world.people["desk_agent"]
person.set_password({PASSWORD!r}); person.save(update_fields=["password"])
make.house(project=world.project)
for nth in range(4):
    make.case(project=world.project, at=clock.now(), customer_phone="+8613800138000")
print(person.login)
"""


class Site:
    """A database, a web server and a worker of its own, each of which may be killed and started again."""

    def __init__(self, home):
        self.home = home
        self.database = EmbeddedPostgres(home / "postgres")
        owner = environment.url_of(self.database.ensure_running())
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = os.environ | {
            "DATABASE_URL": environment.url_of(self.database.as_application()) if settings.GUANJIA_WALL else owner,
            "GUANJIA_OWNER_URL": owner,
            "GUANJIA_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "guanjia.settings",
            "GUANJIA_LOG_LEVEL": "ERROR",
            "PYTHONPATH": str(CHECKOUT),
            "PORT": str(self.port),
        }
        self.environment.pop("PYTEST_XDIST_WORKER", None)
        self.children: dict[str, subprocess.Popen] = {}

    def run(self, *arguments: str) -> str:
        done = subprocess.run([sys.executable, *arguments], cwd=CHECKOUT, env=self.environment, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def start(self, name: str) -> None:
        command = {
            "web": [
                "-m",
                "granian",
                "--interface",
                "wsgi",
                "--port",
                str(self.port),
                "--workers",
                "1",
                "--blocking-threads",
                "4",
                "guanjia.wsgi:application",
            ],
            "worker": ["manage.py", "worker"],
        }[name]
        self.children[name] = subprocess.Popen(
            [sys.executable, *command],
            cwd=CHECKOUT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self, name: str) -> None:
        if name == "database":
            os.kill(postmaster_pid(self.database), signal.SIGKILL)
            self.database.ensure_running()
        else:
            os.killpg(self.children[name].pid, signal.SIGKILL)
            self.children[name].wait()
            self.start(name)

    def close(self) -> None:
        for child in self.children.values():
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        self.database.stop()


class Browser:
    """A person at the desk who sends a form until it is answered, always with the same key."""

    def __init__(self, site: Site, stop: threading.Event):
        self.base, self.stop = f"http://127.0.0.1:{site.port}", stop
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), StayHere())

    def get(self, path: str) -> str:
        while True:
            try:
                with self.open.open(self.base + path, timeout=20) as answer:
                    return answer.read().decode()
            except (OSError, http.client.HTTPException):  # the answer may break off in the middle
                time.sleep(0.2)

    def post(self, path: str, given: dict[str, str]) -> int:
        """Send until acknowledged; returns the status of the acknowledgement."""
        body = urllib.parse.urlencode(given).encode()
        while True:
            request = urllib.request.Request(self.base + path, body, {"Referer": self.base + path})
            try:
                with self.open.open(request, timeout=20) as answer:
                    return answer.status
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    return error.code
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.2)

    def form(self, path: str) -> dict[str, str]:
        return dict(HIDDEN.findall(self.get(path)))

    def sign_in(self, login: str) -> None:
        self.post("/login/", self.form("/login/") | {"login": login, "password": PASSWORD})


class StayHere(urllib.request.HTTPRedirectHandler):
    """A redirect is the acknowledgement; nobody follows it."""

    def http_error_302(self, request, answer, code, message, headers):
        return answer

    http_error_303 = http_error_302


@pytest.fixture
def site(tmp_path_factory):
    home = tmp_path_factory.mktemp("killed")
    site = Site(home)
    yield site
    site.close()
    remove(site.database)


def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice(site):
    site.run("manage.py", "migrate", "-v0")
    login = site.run("-c", SEED).strip().splitlines()[-1]
    site.start("web")
    site.start("worker")
    stop, calls, notices = threading.Event(), [], []
    with psycopg.connect(environment.url_of(site.database.as_admin())) as database:
        cases = [number for (number,) in database.execute("SELECT number FROM desk_case ORDER BY number")]

    def work(nth: int) -> None:
        browser = Browser(site, stop)
        browser.sign_in(login)
        done = 0
        while not stop.is_set():
            done += 1
            number = f"0591{nth}{done:06d}"
            if browser.post("/call/", browser.form("/") | {"number": number}) in (302, 303):
                calls.append(number)
            path, text = f"/cases/{cases[nth]}/notices/", f"进展 {nth}-{done}"
            if browser.post(path, browser.form(path) | {"text": text, "way": "sms"}) in (302, 303):
                notices.append(text)

    people = [threading.Thread(target=work, args=(nth,), daemon=True) for nth in range(3)]
    for person in people:
        person.start()
    rng = random.Random(30)
    for nth in range(ROUNDS):
        seen = len(calls)
        until = time.monotonic() + 60
        while len(calls) < seen + 2 and time.monotonic() < until:
            time.sleep(0.1)
        assert len(calls) > seen, f"round {nth}: nobody was served any more"
        time.sleep(rng.random() * 0.3)
        site.kill(("web", "database", "worker")[nth % 3])
    stop.set()
    for person in people:
        person.join(timeout=90)
        assert not person.is_alive()

    with psycopg.connect(environment.url_of(site.database.as_admin())) as database:
        stored = [row[0] for row in database.execute("SELECT number_from FROM desk_contact WHERE number_from LIKE '0591%'")]
        assert sorted(calls) == sorted(stored), "each acknowledged call is one contact, and there is no other"
        told = [row[0] for row in database.execute("SELECT payload->>'text' FROM kernel_journalentry WHERE fact = 'desk.case.notified'")]
        assert sorted(notices) == sorted(text for text in told if text.startswith("进展"))
        until = time.monotonic() + 120
        waiting = "SELECT count(*) FROM kernel_outboundmessage WHERE state IN ('queued', 'sending')"
        while database.execute(waiting).fetchone()[0] and time.monotonic() < until:
            database.rollback()
            time.sleep(0.5)
        states = dict(database.execute("SELECT state, count(*) FROM kernel_outboundmessage GROUP BY 1").fetchall())
        assert set(states) <= {"sent", "unknown"}, states
        assert sum(states.values()) == len(notices)
        files = list((site.home / "outbox").glob("*.txt"))
        assert states.get("sent", 0) <= len(files) <= len(notices)
        twice = database.execute(
            "SELECT payload->>'message_id', count(*) FROM kernel_journalentry WHERE fact = 'kernel.message.sent' GROUP BY 1 HAVING count(*) > 1"
        ).fetchall()
        assert twice == []
    assert "0 differences" in site.run("manage.py", "rulebook", "replay")
    assert "完好" in site.run("manage.py", "journal", "verify")
