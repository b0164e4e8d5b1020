"""Each of the two nets taken away, to see what the other one holds alone.

with nets.only_the_wall():          # the application shows everybody everything: PostgreSQL stands alone
with nets.only_the_application():   # PostgreSQL shows everything: `visible_to`, rights and resolvers stand alone
"""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.db import connection
from django.db.models import Q

from guanjia.kernel import wall
from guanjia.kernel.act import Act, Rights


@contextmanager
def only_the_wall() -> Iterator[None]:
    """`visible_to` and `find` leave all rows, every permission is given, in every company."""
    with (
        mock.patch.object(Rights, "condition", return_value=Q()),
        mock.patch.object(Rights, "may", return_value=True),
        mock.patch.object(Act, "may", return_value=True),
    ):
        yield


@contextmanager
def owner() -> Iterator[None]:
    """The rights of the role that owns the tables, on the test's own connection: for what the application may not do at all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (before,) = cursor.fetchone()
        cursor.execute("RESET ROLE")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f'SET ROLE "{before}"')


@contextmanager
def only_the_application() -> Iterator[None]:
    """Whoever looks holds a pass for all companies, requests and use cases included."""
    with mock.patch.object(wall, "seen", return_value=wall.EVERYONE):
        yield
