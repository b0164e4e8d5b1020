"""The keys to the portal. A face holds no subject; a key is none: it is proof of having been told."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.models import OfSubject


class PortalLink(OfSubject):
    """One link that was sent: the SHA-256 of its key, bound to one subject. The key itself is nowhere."""

    key_hash = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("业主端链接")
        constraints = [
            UniqueConstraint(fields=["key_hash"], name="portal_link_key_once"),
            CheckConstraint(condition=Q(key_hash__regex=r"^[0-9a-f]{64}$"), name="portal_link_key_is_hashed"),
        ]
        indexes = [Index(fields=["subject_id"], name="portal_link_of_subject")]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.created_at:%Y-%m-%d %H:%M}"
