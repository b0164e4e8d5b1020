"""A clause's numbers, as a project has set them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal, staff
from guanjia.org.scope import Scoped


class Parameter(Scoped):
    """A clause's number, overridden for a project from a day on. The newest day that has come wins."""

    rule = models.CharField(_("条款"), max_length=12)
    key = models.CharField(_("参数"), max_length=40)
    value = models.JSONField(_("值"))
    starts_on = models.DateField(_("自"))
    set_by = models.CharField(_("设定人"), max_length=60)

    privacy = internal("value") | staff("set_by")

    class Meta:
        verbose_name = _("规则参数")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "rule", "key", "starts_on"],
                name="parameter_once_a_day",
                violation_error_message=_("这一天已设定过此参数。"),
            )
        ]
