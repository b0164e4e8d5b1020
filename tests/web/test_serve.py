"""`manage.py serve` on a free port, as an installation runs it."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from guanjia.kernel.environment import CHECKOUT
from tests.web.test_supervisor import eventually, is_alive

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def manage(*arguments, port, home=None, **options):
    # A folder of its own: what is collected there must not become the other tests' static files.
    environment = os.environ | {"PORT": str(port)} | ({"GUANJIA_HOME": str(home)} if home else {})
    return subprocess.Popen([sys.executable, "manage.py", *arguments], cwd=CHECKOUT, env=environment, text=True, **options)


def answers(port) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.read() == b"ok"
    except OSError:
        return False


def children(pid) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(child) for child in found.stdout.split()]


@pytest.fixture
def served(tmp_path):
    """A served installation: the supervisor's process and its port."""
    port = free_port()
    process = manage("serve", port=port, home=tmp_path, stdout=subprocess.PIPE)
    yield process, port
    process.terminate()
    process.wait(60)
    process.stdout.close()


def test_it_says_where_and_stops_when_told(served):
    process, port = served
    assert str(port) in process.stdout.readline()
    assert answers(port)
    family = children(process.pid)
    assert len(family) == 2
    process.terminate()
    assert process.wait(60) == 0
    assert not answers(port)
    assert not any(is_alive(pid) for pid in family)


def test_killed_web_processes_come_back(served):
    process, port = served
    process.stdout.readline()
    web = children(process.pid)[0]
    for worker in children(web):
        os.kill(worker, signal.SIGKILL)
    eventually(lambda: answers(port))
    workers = children(web)
    os.kill(web, signal.SIGKILL)
    eventually(lambda: web not in children(process.pid))
    eventually(lambda: not any(is_alive(pid) for pid in workers))
    eventually(lambda: answers(port))
    assert process.poll() is None
    assert children(process.pid)[0] != web


def test_a_taken_port_is_named_before_any_work(served):
    _, port = served
    eventually(lambda: answers(port))
    second = manage("serve", port=port, stderr=subprocess.PIPE)
    said = second.communicate()[1]
    assert second.returncode == 1
    assert f"PORT={port + 1}" in said
