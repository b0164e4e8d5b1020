from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "guanjia.org"
    label = "org"
    verbose_name = "组织"
