from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "guanjia.customers"
    label = "customers"
    verbose_name = "客户"
