"""The demo: a load that was killed half-way is begun anew at the next start, a whole one is kept."""

import os
import signal
import subprocess
import sys

import psycopg
import pytest

from guanjia.kernel import environment
from guanjia.kernel.embedded import EmbeddedPostgres
from guanjia.kernel.environment import CHECKOUT
from tests.kernel.test_embedded import remove

pytestmark = pytest.mark.faults
SMALL = ("--buildings", "1", "--cases", "8", "--days", "12")


@pytest.fixture
def home(tmp_path):
    yield tmp_path
    database = EmbeddedPostgres(tmp_path / "postgres")
    database.stop()
    remove(database)


@pytest.fixture
def variables(home):
    # The embedded database is brought up by the command itself, and its small bed would otherwise be the tests' own.
    given = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "GUANJIA_OWNER_URL", "PYTEST_XDIST_WORKER")}
    return given | {"GUANJIA_HOME": str(home), "GUANJIA_MOVABLE_CLOCK": "1", "GUANJIA_LOG_LEVEL": "ERROR"}


def manage(variables, *arguments):
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.Popen(command, cwd=CHECKOUT, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1)


def said_by(process):
    said = process.communicate(timeout=600)[0]
    assert process.returncode == 0, said[-3000:]
    return said


def test_a_load_that_was_killed_is_begun_anew_and_a_whole_one_is_kept(home, variables):
    said_by(manage(variables, "migrate", "-v0"))
    loading = manage(variables, "load_demo", *SMALL)
    for line in loading.stdout:  # into the days, which are kept one by one
        if "日常" in line:
            break
    loading.send_signal(signal.SIGKILL)
    loading.communicate()
    assert "从头再来" in said_by(manage(variables, "load_demo", *SMALL))
    url = environment.url_of(EmbeddedPostgres(home / "postgres").as_admin())
    with psycopg.connect(url) as database:
        assert database.execute("SELECT count(*) FROM desk_contact").fetchone() == (8,)
        assert database.execute("SELECT count(*) FROM org_company").fetchone() == (1,)
    assert "保留不动" in said_by(manage(variables, "load_demo", *SMALL))
    assert "完好" in said_by(manage(variables, "journal", "verify"))
