from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Where a resident follows his case, by a link and without an account."""

    name = "guanjia.faces.portal"
    label = "portal"
    verbose_name = _("业主端")

    def ready(self) -> None:
        from . import wiring  # noqa: F401  (tells the rooms below who makes links, and the logs what not to write)
