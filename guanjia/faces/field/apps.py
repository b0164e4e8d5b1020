from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FieldConfig(AppConfig):
    """What a technician carries: a phone, one thumb, and not always a network."""

    name = "guanjia.faces.field"
    label = "field"
    verbose_name = _("现场")

    def ready(self) -> None:
        from . import wiring  # noqa: F401  (where technicians land, and which buttons cure what)
