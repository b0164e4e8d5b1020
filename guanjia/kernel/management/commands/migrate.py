"""Django's own, done by the role that owns the tables; and at its end every table stands behind the wall, those that came with this migration too."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from guanjia.kernel import policies
from guanjia.kernel.postgres.owner import as_owner


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        with as_owner(connection) as application:
            super().handle(*args, **options)
            if not (options["plan"] or options["check_unapplied"]):
                policies.keep(connection, application)
