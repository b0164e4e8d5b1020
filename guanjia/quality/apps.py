from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "guanjia.quality"
    label = "quality"
    verbose_name = "质量"
