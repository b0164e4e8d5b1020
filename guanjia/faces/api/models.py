"""The keys to the API. A face holds no subject; a token only says in whose name somebody speaks."""

from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal
from guanjia.org.models import Person
from guanjia.org.scope import CompanyScoped


class ApiToken(CompanyScoped):
    """One token of a person: its SHA-256, and how long it is good. The token itself is nowhere."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="api_tokens", verbose_name=_("人员"))
    name = models.CharField(_("用途"), max_length=80)
    key_hash = models.CharField(max_length=64, editable=False)
    expires_at = models.DateTimeField(_("有效期至"))
    revoked_at = models.DateTimeField(_("作废时间"), null=True, blank=True)

    privacy = internal("name")

    class Meta:
        verbose_name = verbose_name_plural = _("接口令牌")
        constraints = [
            UniqueConstraint(fields=["key_hash"], name="api_token_key_once"),
            CheckConstraint(condition=Q(key_hash__regex=r"^[0-9a-f]{64}$"), name="api_token_key_is_hashed"),
            CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="api_token_expires_later"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.person.name}）"

    def is_good(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at
