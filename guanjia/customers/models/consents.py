"""What customers agree to: a ledger, the latest word counts."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q
from django.utils.translation import gettext_lazy as _

from guanjia.org.scope import Scoped

from ..states import CHANNELS, PURPOSES
from .people import Customer


class Consent(Scoped):
    """Given or withdrawn, for a purpose and a channel; never changed, the latest word counts."""

    customer = models.ForeignKey(Customer, models.PROTECT, db_index=False, related_name="consents", verbose_name=_("客户"))
    purpose = models.CharField(_("用途"), max_length=16, choices=list(PURPOSES.items()))
    channel = models.CharField(_("方式"), max_length=8, choices=list(CHANNELS.items()), default="any")
    given = models.BooleanField(_("同意"))
    at = models.DateTimeField(_("时间"))

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("同意")
        ordering = ["-at", "-id"]
        constraints = [
            CheckConstraint(condition=Q(purpose__in=list(PURPOSES), channel__in=list(CHANNELS)), name="customers_consent_known"),
        ]
        indexes = [Index(fields=["customer", "purpose", "-at"], name="customers_consent_latest")]
