from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowupConfig(AppConfig):
    name = "guanjia.followup"
    label = "followup"
    verbose_name = _("回访与检查")
