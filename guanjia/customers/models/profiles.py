"""What is known of a customer beyond the particulars: one answer a blank and a time, nothing overwritten."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal, personal, sensitive
from guanjia.kernel.vault import SealedField, only_sealed
from guanjia.org.models import Person
from guanjia.org.scope import Scoped

from ..profiles import SHEETS, SOURCES
from .people import Customer


class Profile(Scoped):
    """Who looks after the relation with a customer: only they and the supervisor see what is sensitive (CUS-022)."""

    owned_by = ("keeper_id",)

    customer = models.OneToOneField(Customer, models.PROTECT, related_name="profile", verbose_name=_("客户"))
    keeper = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("关系负责人"))

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("客户画像")

    def __str__(self) -> str:
        return str(self.customer)


class ProfileAnswer(Scoped):
    """What one blank said from a moment on: value, where it came from, since when. A blank value takes the answer back."""

    customer = models.ForeignKey(Customer, models.PROTECT, db_index=False, related_name="profile_answers", verbose_name=_("客户"))
    sheet = models.CharField(_("表"), max_length=8, choices=list(SHEETS.items()))
    item = models.CharField(_("项目"), max_length=48)
    is_sensitive = models.BooleanField(_("敏感"), default=False)
    value = models.CharField(_("内容"), max_length=400, blank=True)
    #: of a sensitive item, what it says: sealed with the key of the person it is about
    sealed = SealedField(_("敏感内容"), mask="all", owner="customer", length=400, blank=True)
    source = models.CharField(_("来源"), max_length=8, choices=list(SOURCES.items()))
    learnt_on = models.DateField(_("得知日期"))
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("填写人"))
    answered_at = models.DateTimeField(_("填写时间"))

    privacy = internal("item") | personal("value") | sensitive("sealed")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("画像项")
        ordering = ["-answered_at", "-id"]
        constraints = [
            CheckConstraint(condition=Q(sheet__in=list(SHEETS), source__in=list(SOURCES)), name="customers_answer_known"),
            CheckConstraint(
                condition=Q(is_sensitive=True, value="") | Q(is_sensitive=False, sealed=""), name="customers_answer_where_it_belongs"
            ),
            only_sealed("sealed", name="customers_answer_sealed"),
        ]
        indexes = [Index(fields=["customer", "sheet", "item", "-answered_at"], name="customers_answer_latest")]

    def __str__(self) -> str:
        return self.item

    @property
    def says_something(self) -> bool:
        """False where the answer was taken back."""
        return bool(self.value or self.sealed)
