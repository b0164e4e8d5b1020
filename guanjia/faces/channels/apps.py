from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChannelsConfig(AppConfig):
    """How we talk to systems outside: one module for each."""

    name = "guanjia.faces.channels"
    label = "channels"
    verbose_name = _("渠道")

    def ready(self) -> None:
        from . import wiring  # noqa: F401  (installs the adapters)
