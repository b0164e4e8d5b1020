from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "guanjia.desk"
    label = "desk"
    verbose_name = _("客服台")
