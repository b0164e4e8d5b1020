from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "guanjia.desk"
    label = "desk"
    verbose_name = "客服台"
