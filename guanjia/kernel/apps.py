from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    name = "guanjia.kernel"
    label = "kernel"
    verbose_name = _("内核")

    def ready(self) -> None:
        from . import about, checks, exporting, facts, messaging, reading, records, reveals  # noqa: F401  (they register what they declare)

        about.load()
