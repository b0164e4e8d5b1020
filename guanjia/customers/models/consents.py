"""What customers agree to: a ledger that PostgreSQL lets nobody change; the latest word counts."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.ids import Ref
from guanjia.kernel.privacy import internal, staff
from guanjia.org.scope import Scoped

from ..states import CHANNELS, PURPOSES
from .people import Customer


class Consent(Scoped):
    """Given or withdrawn, for a purpose and a channel; never changed, the latest word counts.

    What proves it is a file of the row (a signed sheet), or what it was said in: a call, a case.
    """

    files_are_secret = True

    customer = models.ForeignKey(Customer, models.PROTECT, db_index=False, related_name="consents", verbose_name=_("客户"))
    purpose = models.CharField(_("用途"), max_length=16, choices=list(PURPOSES.items()))
    channel = models.CharField(_("方式"), max_length=8, choices=list(CHANNELS.items()), default="any")
    given = models.BooleanField(_("同意"))
    at = models.DateTimeField(_("时间"))
    edition = models.CharField(_("告知文本"), max_length=24, blank=True)
    said_in_kind = models.CharField(max_length=40, blank=True)
    said_in_id = models.UUIDField(null=True, blank=True)
    taken_by = models.CharField(_("登记人"), max_length=60, blank=True)

    privacy = staff("taken_by") | internal("edition", "said_in_kind")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("同意")
        ordering = ["-at", "-id"]
        constraints = [
            CheckConstraint(condition=Q(purpose__in=list(PURPOSES), channel__in=list(CHANNELS)), name="customers_consent_known"),
            CheckConstraint(
                condition=Q(said_in_kind="", said_in_id=None) | (~Q(said_in_kind="") & Q(said_in_id__isnull=False)),
                name="customers_consent_said_somewhere",
                violation_error_message=_("凭据须说明是哪一件。"),
            ),
        ]
        indexes = [Index(fields=["customer", "purpose", "-at"], name="customers_consent_latest")]

    @property
    def said_in(self) -> Ref | None:
        """The call or case in which it was said, where that is known."""
        return Ref(self.said_in_kind, self.said_in_id) if self.said_in_id else None
