from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "guanjia.web"
    label = "web"
    verbose_name = _("页面")

    def ready(self) -> None:
        from . import checks  # noqa: F401  (a check is there once its module is loaded)

        user_logged_in.connect(_note_company)


def _note_company(request: Any, user: Any, **_kwargs: object) -> None:
    """Django's own moment of signing in, whoever calls it: the session says whose rows its person may see."""
    from .middleware import COMPANY

    request.session[COMPANY] = str(user.company_id)
