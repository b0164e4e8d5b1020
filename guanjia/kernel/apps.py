from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "guanjia.kernel"
    label = "kernel"
    verbose_name = "内核"

    def ready(self) -> None:
        from . import checks, facts, messaging, records  # noqa: F401  (they register what they declare)
