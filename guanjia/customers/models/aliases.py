"""Other names under which a customer is looked for."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import personal
from guanjia.org.scope import Scoped

from ..states import ALIASES
from .people import Customer


class Alias(Scoped):
    """别名: what people call him, a company's short name, or how a surname of two sounds is read by those who do not know."""

    customer = models.ForeignKey(Customer, models.CASCADE, db_index=False, related_name="aliases", verbose_name=_("客户"))
    kind = models.CharField(_("类别"), max_length=8, choices=list(ALIASES.items()))
    name = models.CharField(_("别名"), max_length=80)
    name_pinyin = models.CharField(_("拼音"), max_length=240, blank=True, editable=False)
    name_initials = models.CharField(_("首字母"), max_length=80, blank=True, editable=False)

    privacy = personal("name", "name_pinyin", "name_initials")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("别名")
        ordering = ["customer", "kind", "name"]
        constraints = [
            UniqueConstraint(fields=["customer", "kind", "name"], name="customers_alias_once", violation_error_message=_("已有这个别名。")),
            CheckConstraint(condition=Q(kind__in=list(ALIASES)), name="customers_alias_kind"),
        ]
        indexes = [
            Index(fields=["project", "name"], opclasses=["uuid_ops", "varchar_pattern_ops"], name="customers_alias_by_name"),
            Index(fields=["project", "name_pinyin"], opclasses=["uuid_ops", "varchar_pattern_ops"], name="customers_alias_by_pinyin"),
            Index(fields=["project", "name_initials"], opclasses=["uuid_ops", "varchar_pattern_ops"], name="customers_alias_by_initials"),
        ]

    def __str__(self) -> str:
        return self.name
