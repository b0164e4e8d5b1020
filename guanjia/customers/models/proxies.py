"""Who may act for whom, in what, and until when."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q
from django.utils.translation import gettext_lazy as _

from guanjia.estate.spells import Spell, SpellQuerySet, apart, forwards

from ..states import PROXIES, SCOPES
from .people import Customer


class Proxy(Spell):
    """委托: an agent acts for a principal within a scope. The signed paper hangs on it as a file."""

    family = "customers.proxy"

    principal = models.ForeignKey(Customer, models.PROTECT, related_name="proxies_given", verbose_name=_("委托人"))
    agent = models.ForeignKey(Customer, models.PROTECT, related_name="proxies_held", verbose_name=_("代办人"))
    kind = models.CharField(_("关系"), max_length=12, choices=list(PROXIES.items()))
    scope = models.CharField(_("委托事项"), max_length=12, choices=list(SCOPES.items()))

    objects = SpellQuerySet.as_manager()

    class Meta(Spell.Meta):
        verbose_name = verbose_name_plural = _("委托")
        ordering = ["principal", "-starts_on"]
        constraints = [
            apart("customers_proxy_once_at_a_time", "principal", "agent", "scope", message=_("这段时间内已有同样的委托。")),
            forwards("customers_proxy_forwards"),
            CheckConstraint(
                condition=~Q(principal=F("agent")), name="customers_proxy_of_two", violation_error_message=_("委托人和代办人不能是同一人。")
            ),
            CheckConstraint(condition=Q(kind__in=list(PROXIES), scope__in=list(SCOPES)), name="customers_proxy_known"),
        ]
        indexes = [Index(fields=["project", "principal"], name="customers_proxy_of_principal")]

    def __str__(self) -> str:
        return f"{self.principal} → {self.agent}（{self.get_scope_display()}）"
