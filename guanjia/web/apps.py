from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "guanjia.web"
    label = "web"
    verbose_name = _("页面")

    def ready(self) -> None:
        from . import checks  # noqa: F401  (a check is there once its module is loaded)
