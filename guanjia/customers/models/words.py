"""What customers say they need, and how they like to be served."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import personal
from guanjia.org.scope import Scoped

from ..states import CHANNELS, NOTE_CHANNELS, NOTE_KINDS
from .people import Customer


class Note(Scoped):
    """需求意见: a need, an opinion or a suggestion, and how it reached us (CUS-002)."""

    customer = models.ForeignKey(Customer, models.PROTECT, db_index=False, related_name="notes", verbose_name=_("客户"))
    kind = models.CharField(_("类别"), max_length=12, choices=list(NOTE_KINDS.items()))
    channel = models.CharField(_("来源"), max_length=16, choices=list(NOTE_CHANNELS.items()))
    text = models.TextField(_("内容"), max_length=2000)
    at = models.DateTimeField(_("时间"))

    privacy = personal("text")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("需求意见")
        ordering = ["-at", "-id"]
        constraints = [
            CheckConstraint(condition=Q(kind__in=list(NOTE_KINDS), channel__in=list(NOTE_CHANNELS)), name="customers_note_known")
        ]
        indexes = [Index(fields=["customer", "-at"], name="customers_note_of_customer")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.customer}"


class Preference(Scoped):
    """服务偏好: what is expected, how, with which habits, when it suits (CUS-033). Never changed, the latest word counts."""

    customer = models.ForeignKey(Customer, models.PROTECT, db_index=False, related_name="preferences", verbose_name=_("客户"))
    expectation = models.CharField(_("服务预期"), max_length=400, blank=True)
    preferred_channel = models.CharField(_("偏好方式"), max_length=8, blank=True, choices=list(CHANNELS.items()))
    habit = models.CharField(_("消费习惯"), max_length=400, blank=True)
    convenient_time = models.CharField(_("方便时间"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"))

    privacy = personal("expectation", "habit", "convenient_time")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("服务偏好")
        ordering = ["-at", "-id"]
        constraints = [
            CheckConstraint(condition=Q(preferred_channel__in=["", *CHANNELS]), name="customers_preferred_channel"),
            CheckConstraint(
                condition=~Q(expectation="", preferred_channel="", habit="", convenient_time=""),
                name="customers_preference_says_something",
                violation_error_message=_("请至少填写一项。"),
            ),
        ]
        indexes = [Index(fields=["customer", "-at"], name="customers_preference_of")]

    def __str__(self) -> str:
        return f"{self.customer} {self.at:%Y-%m-%d}"
