"""The test bed itself: each process has its own database, and no test sees another's rows."""

import subprocess
import sys

import pytest
from django.db import connection


def rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        return cursor.fetchone()[0]


def add_row() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_session VALUES (md5(random()::text), '', now())")


@pytest.mark.django_db
@pytest.mark.parametrize("turn", [1, 2])
def test_rows_of_one_test_are_gone_in_the_next(turn):
    assert rows() == 0
    add_row()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_committed_rows_are_gone_too_and_seeds_stay(turn):
    assert rows() == 0
    add_row()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        assert cursor.fetchone()[0] > 0


@pytest.mark.django_db(transaction=True)
def test_a_started_process_lands_in_the_same_database():
    add_row()
    program = "import django; django.setup(); from tests.test_bed import rows; print(rows())"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "1"
