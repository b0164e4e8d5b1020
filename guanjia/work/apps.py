from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "guanjia.work"
    label = "work"
    verbose_name = "工单"
