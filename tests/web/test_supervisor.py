"""The family of processes lives and dies together, and a dead member comes back."""

import os
import signal
import subprocess
import sys
import time

import pytest

from guanjia.kernel.embedded import EmbeddedPostgres
from guanjia.kernel.environment import CHECKOUT
from tests.kernel.test_embedded import postmaster_pid, remove

pytestmark = pytest.mark.faults

CHILD = """
import os, signal, sys, time
if "stubborn" in sys.argv[1]:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "a").write(f"{os.getpid()} ")
time.sleep(600)
"""

FAMILY = """
import sys
from pathlib import Path
from guanjia.kernel.embedded import EmbeddedPostgres
from guanjia.web.supervisor import Child, Supervisor

folder, program = Path(sys.argv[1]), sys.argv[2]
database = EmbeddedPostgres(folder / "pg") if "database" in sys.argv else None
if database:
    database.ensure_running()
names = [folder / "obedient", folder / "stubborn"]
children = [Child(name.name, [sys.executable, "-c", program, str(name)]) for name in names]
family = Supervisor(children, database=database, stop_seconds_max=1)
family.run(answers=lambda: all(name.exists() for name in names), announce=lambda: print("ready", flush=True))
print("stopped", flush=True)
"""


@pytest.fixture
def family(tmp_path):
    started = []

    def start(*arguments):
        command = [sys.executable, "-c", FAMILY, str(tmp_path), CHILD, *arguments]
        process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        started.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        process.terminate()
        process.wait()
        process.stdout.close()


def pids(path):
    return [int(pid) for pid in path.read_text().split()] if path.exists() else []


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(claim, seconds=90):
    deadline = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_all_stop_together_even_the_stubborn(family, tmp_path, number):
    parent = family()
    children = [*pids(tmp_path / "obedient"), *pids(tmp_path / "stubborn")]
    assert len(children) == 2
    parent.send_signal(number)
    assert parent.stdout.readline() == "stopped\n"
    assert not any(is_alive(pid) for pid in children)


def test_a_dead_child_comes_back(family, tmp_path):
    family()
    eventually(lambda: pids(tmp_path / "obedient"))
    os.kill(pids(tmp_path / "obedient")[0], signal.SIGKILL)
    eventually(lambda: len(pids(tmp_path / "obedient")) == 2)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent died")
def test_children_do_not_outlive_a_killed_supervisor(family, tmp_path):
    parent = family()
    eventually(lambda: pids(tmp_path / "obedient"))
    parent.kill()
    eventually(lambda: not is_alive(pids(tmp_path / "obedient")[0]))
    os.kill(pids(tmp_path / "stubborn")[0], signal.SIGKILL)


def test_a_killed_database_is_brought_up_again_and_stops_with_the_family(family, tmp_path):
    database = EmbeddedPostgres(tmp_path / "pg")
    try:
        parent = family("database")
        first = postmaster_pid(database)
        os.kill(first, signal.SIGKILL)
        eventually(lambda: database.is_running() and postmaster_pid(database) != first)
        parent.terminate()
        assert parent.stdout.readline() == "stopped\n"
        assert not database.is_running()
    finally:
        database.stop()
        remove(database)
