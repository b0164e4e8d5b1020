from django.apps import AppConfig


class EstateConfig(AppConfig):
    name = "guanjia.estate"
    label = "estate"
    verbose_name = "房产"
