from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Where the desk, the supervisors and the managers work."""

    name = "guanjia.faces.console"
    label = "console"
    verbose_name = "客服台"

    def ready(self) -> None:
        from . import wiring  # noqa: F401  (tells the machinery which pages this face has)
