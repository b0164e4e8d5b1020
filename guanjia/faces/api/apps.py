from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    """Where other systems come in, with a token of a person."""

    name = "guanjia.faces.api"
    label = "api"
    verbose_name = _("接口")
