from django.apps import AppConfig


class DemoConfig(AppConfig):
    """A living project to look at: invented people and places, and a year that kept the rules, mostly."""

    name = "guanjia.faces.demo"
    label = "demo"
    verbose_name = "演示"
