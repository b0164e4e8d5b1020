from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    name = "guanjia.kernel"
    label = "kernel"
    verbose_name = _("内核")

    def ready(self) -> None:
        from . import checks, facts, messaging, records  # noqa: F401  (they register what they declare)

        post_migrate.connect(_keep_the_wall, sender=self)


def _keep_the_wall(using: str, **_kwargs: object) -> None:
    """Once after all migrations of all rooms: tables that came with them go behind the wall."""
    from . import policies

    policies.keep(connections[using])
