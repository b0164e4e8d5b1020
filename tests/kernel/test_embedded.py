"""The embedded database keeps what it was given, whoever starts it and however it died."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from guanjia.kernel.embedded import SOCKET_PATH_MAX, EmbeddedPostgres, EmbeddedPostgresError


@pytest.fixture
def cluster(tmp_path):
    """Durable, because a crash is what it must survive."""
    server = EmbeddedPostgres(tmp_path / "pg")
    yield server
    server.stop()
    remove(server)


def remove(server):
    """pytest's own folder is closed to other users, so that as root the data may lie elsewhere."""
    if (server.home / "cluster").exists():
        shutil.rmtree(server.cluster)


def query(conninfo, sql):
    with psycopg.connect(**conninfo, autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else None


def postmaster_pid(server):
    return int((server.data / "postmaster.pid").read_text().split()[0])


def test_it_starts_stops_and_keeps_its_data(cluster):
    assert not cluster.is_running()
    conninfo = cluster.ensure_running()
    query(conninfo, "CREATE TABLE kept AS SELECT 41 AS number")
    assert cluster.ensure_running() == conninfo
    cluster.stop()
    assert not cluster.is_running()
    assert query(cluster.ensure_running(), "SELECT number FROM kept") == [(41,)]


def test_data_survives_a_killed_postmaster(cluster):
    conninfo = cluster.ensure_running()
    query(conninfo, "CREATE TABLE acknowledged AS SELECT generate_series(1, 500) AS number")
    with psycopg.connect(**conninfo) as busy:  # its backend lives on for a moment and must not be joined by a second server
        os.kill(postmaster_pid(cluster), signal.SIGKILL)
        again = cluster.ensure_running()
        with pytest.raises(psycopg.OperationalError):
            busy.execute("SELECT 1")
    assert query(again, "SELECT count(*) FROM acknowledged") == [(500,)]


def test_a_postmaster_that_dies_while_it_is_asked_to_go_is_simply_gone(cluster):
    conninfo = cluster.ensure_running()
    query(conninfo, "CREATE TABLE kept AS SELECT 3 AS number")
    pid = postmaster_pid(cluster)
    os.kill(pid, signal.SIGSTOP)  # silent but alive, as a killed one is until its memory is freed
    death = threading.Timer(8, os.kill, (pid, signal.SIGKILL))  # the question whether it answers takes five of the seconds
    death.start()
    assert query(cluster.ensure_running(), "SELECT number FROM kept") == [(3,)]
    death.join()


def test_a_pid_that_belongs_to_another_program_by_now_does_not_keep_it_down(cluster):
    conninfo = cluster.ensure_running()
    query(conninfo, "CREATE TABLE kept AS SELECT 7 AS number")
    lines = (cluster.data / "postmaster.pid").read_text().splitlines(keepends=True)
    cluster.stop()
    account = cluster.data.stat()
    stranger = subprocess.Popen(["sleep", "60"], user=account.st_uid if os.getuid() == 0 else None)
    try:
        (cluster.data / "postmaster.pid").write_text("".join([f"{stranger.pid}\n", *lines[1:]]))
        assert query(cluster.ensure_running(), "SELECT number FROM kept") == [(7,)]
    finally:
        stranger.kill()
        stranger.wait()


def test_a_swept_socket_is_made_again(cluster):
    conninfo = cluster.ensure_running()
    for name in cluster.socket_directory.iterdir():
        name.unlink()
    assert query(cluster.ensure_running(), "SELECT 1") == [(1,)]
    assert cluster.ensure_running() == conninfo


def test_an_interrupted_first_start_is_begun_anew(cluster):
    cluster.ensure_running()
    cluster.stop()
    cluster.data.rename(cluster.data.with_name("data.new"))
    assert query(cluster.ensure_running(), "SELECT 1") == [(1,)]


def test_several_starters_at_once_get_one_server(cluster):
    program = (
        "import sys; from pathlib import Path; from guanjia.kernel.embedded import EmbeddedPostgres;"
        "EmbeddedPostgres(Path(sys.argv[1])).ensure_running()"
    )
    starters = [subprocess.Popen([sys.executable, "-c", program, str(cluster.home)]) for _ in range(4)]
    assert [starter.wait(120) for starter in starters] == [0, 0, 0, 0]
    first = postmaster_pid(cluster)
    cluster.ensure_running()
    assert postmaster_pid(cluster) == first


def test_the_only_door_is_a_socket_with_a_password(cluster):
    conninfo = cluster.ensure_running()
    assert query(conninfo, "SHOW listen_addresses") == [("",)]
    with pytest.raises(psycopg.OperationalError, match="password"):
        query(conninfo | {"password": "guess"}, "SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="password"):
        query(conninfo | {"user": "postgres"}, "SELECT 1")
    assert query(conninfo, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(False,)]
    assert stat.S_IMODE((cluster.home / "password").stat().st_mode) == 0o600
    assert stat.S_IMODE(cluster.data.stat().st_mode) == 0o700
    assert cluster.data.stat().st_uid != 0


def test_text_sorts_and_folds_the_same_on_every_machine(cluster):
    conninfo = cluster.ensure_running()
    assert query(
        conninfo, "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'guanjia'"
    ) == [("b", "C.UTF-8", "UTF8")]
    assert query(conninfo, "SELECT lower('ÄRGER'), '中' < '阿'") == [("ärger", True)]


def test_settings_hold_from_the_next_start(cluster):
    cluster.ensure_running()
    cluster.stop()
    changed = EmbeddedPostgres(cluster.home, settings={"work_mem": "7MB"}, durable=False)
    conninfo = changed.ensure_running()
    assert query(conninfo, "SHOW work_mem") == [("7MB",)]
    assert query(conninfo, "SHOW fsync") == [("off",)]


def test_a_deep_home_gets_a_short_private_socket_path(tmp_path):
    server = EmbeddedPostgres(tmp_path / ("很深的文件夹" * 4) / ("a" * 60))
    try:
        conninfo = server.ensure_running()
        assert len(f"{conninfo['host']}/.s.PGSQL.5432".encode()) <= SOCKET_PATH_MAX
        assert query(conninfo, "SELECT 1") == [(1,)]
        assert Path(conninfo["host"]).stat().st_mode & 0o022 == 0
    finally:
        server.stop()
        remove(server)


def test_a_failure_says_what_the_server_said(cluster):
    broken = EmbeddedPostgres(cluster.home, settings={"shared_buffers": "a lot"})
    with pytest.raises(EmbeddedPostgresError, match="shared_buffers"):
        broken.ensure_running()


def test_threads_may_start_it_too(cluster):
    with ThreadPoolExecutor(3) as pool:
        assert len({tuple(found.items()) for found in pool.map(lambda _: cluster.ensure_running(), range(3))}) == 1


def test_the_application_is_a_role_of_its_own_that_cannot_become_the_owner(cluster):
    owner = cluster.ensure_running()
    application = cluster.as_application()
    query(owner, "CREATE TABLE kept AS SELECT 1 AS number")
    assert query(application, "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user") == [
        (False, False, False, False)
    ]
    for statement in ("SET ROLE guanjia", "SET SESSION AUTHORIZATION guanjia", "SELECT * FROM kept", "DROP TABLE kept"):
        with pytest.raises(psycopg.Error, match=r"permission denied|must be owner"):
            query(application, statement)
    assert stat.S_IMODE((cluster.home / "app-password").stat().st_mode) == 0o600
