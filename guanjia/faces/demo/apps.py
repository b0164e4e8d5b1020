from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """A living project to look at: invented people and places, and a year that kept the rules, mostly."""

    name = "guanjia.faces.demo"
    label = "demo"
    verbose_name = _("演示")
