from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    """Loads every module beside this one: declaring a register is enough to have it."""

    name = "guanjia.registers"
    label = "registers"
    verbose_name = _("台账")

    def ready(self) -> None:
        package = import_module(self.name)
        for module in sorted(found.name for found in iter_modules(package.__path__)):
            if module != "apps":
                import_module(f"{self.name}.{module}")
