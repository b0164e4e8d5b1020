"""How long a company keeps a kind of record, where it says so itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanjia.kernel.privacy import internal, staff
from guanjia.org.models import OfCompany


class RetentionClass(OfCompany):
    """保存期限: a line of the retention table as a company has set it, from a day on. The newest day that has come speaks.

    `kind` names the records ("desk.case"), and is empty where they are still kept on paper.
    """

    code = models.CharField(_("代号"), max_length=40)
    name = models.CharField(_("资料"), max_length=60)
    kind = models.CharField(_("系统记录"), max_length=40, blank=True)
    keep = models.CharField(
        pgettext_lazy("多久", "保存"), max_length=24, blank=True, help_text=_("如 2 years、6 months；留空则按默认期限。")
    )
    source = models.CharField(_("依据"), max_length=200)
    starts_on = models.DateField(_("自"))
    set_by = models.CharField(_("设定人"), max_length=60, editable=False)

    privacy = internal("name", "keep", "source") | staff("set_by")

    class Meta:
        verbose_name = verbose_name_plural = _("保存期限")
        ordering = ["code", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "code", "starts_on"],
                name="retention_once_a_day",
                violation_error_message=_("这一天已为此类资料设定过期限。"),
            )
        ]

    def __str__(self) -> str:
        return self.name
