"""Django's own, and at its end every table stands behind the wall, those that came with this migration too."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from guanjia.kernel import policies


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            policies.keep(connections[options["database"]])
