from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    """Where the desk, the supervisors and the managers work."""

    name = "guanjia.faces.console"
    label = "console"
    verbose_name = _("客服台")

    def ready(self) -> None:
        from . import wiring  # noqa: F401  (tells the machinery which pages this face has)
