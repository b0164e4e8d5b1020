"""What we say of a customer: tags that sort, and flags that change how he is served. Staff see them, the customer never does."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal, personal
from guanjia.org.scope import CompanyScoped, Scoped

from ..states import BAD_CUSTOMER, FLAG, FLAGS, LIFTED, PROPOSED, SET, VULNERABLE
from .consents import Consent
from .people import Customer


class Tag(CompanyScoped):
    """A word by which a company sorts its customers; it begins with the handbook's five (CUS-024)."""

    code = models.CharField(_("代码"), max_length=24)
    name = models.CharField(_("标签"), max_length=40)

    privacy = internal("name")

    class Meta(CompanyScoped.Meta):
        verbose_name = verbose_name_plural = _("客户标签")
        ordering = ["code"]
        constraints = [
            UniqueConstraint(fields=["company", "code"], name="customers_tag_code_once", violation_error_message=_("这个代码已被使用。")),
            UniqueConstraint(fields=["company", "name"], name="customers_tag_name_once", violation_error_message=_("已有这个标签。")),
        ]

    def __str__(self) -> str:
        return self.name


class Tagging(Scoped):
    """A customer wears a tag."""

    customer = models.ForeignKey(Customer, models.CASCADE, db_index=False, related_name="taggings", verbose_name=_("客户"))
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="taggings", verbose_name=_("标签"))

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("客户标签")
        constraints = [
            UniqueConstraint(fields=["customer", "tag"], name="customers_tagged_once", violation_error_message=_("已有这个标签。"))
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.tag}"


class Flag(Scoped):
    """标识: proposed with a reason, set, looked at again on a day, lifted (CUS-026, 034, 035)."""

    customer = models.ForeignKey(Customer, models.PROTECT, db_index=False, related_name="flags", verbose_name=_("客户"))
    kind = models.CharField(_("标识"), max_length=16, choices=list(FLAGS.items()))
    state = models.CharField(_("状态"), max_length=10, choices=FLAG.choices, default=PROPOSED)
    reason = models.CharField(_("理由"), max_length=400)
    review_on = models.DateField(_("复核日期"), null=True, blank=True)
    consent = models.ForeignKey(Consent, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("同意"))
    set_at = models.DateTimeField(_("生效时间"), null=True, blank=True, editable=False)
    lifted_at = models.DateTimeField(_("解除时间"), null=True, blank=True, editable=False)

    privacy = personal("reason") | internal("review_on")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("客户标识")
        ordering = ["-created_at"]
        constraints = [
            FLAG.constraint("customers_flag_state"),
            CheckConstraint(condition=Q(kind__in=list(FLAGS)), name="customers_flag_kind"),
            UniqueConstraint(
                fields=["customer", "kind"],
                condition=~Q(state=LIFTED),
                name="customers_flag_once",
                violation_error_message=_("此客户已有这个标识。"),
            ),
            CheckConstraint(
                condition=~Q(kind=BAD_CUSTOMER) | Q(review_on__isnull=False),
                name="customers_bad_mark_is_looked_at_again",
                violation_error_message=_("劣质客户标识须写明复核日期。"),
            ),
            CheckConstraint(
                condition=~Q(state=SET, kind__in=list(VULNERABLE)) | Q(consent__isnull=False),
                name="customers_care_by_consent",
                violation_error_message=_("老弱病残幼标识须经本人或监护人同意。"),
            ),
        ]
        indexes = [Index(fields=["project", "kind", "state"], name="customers_flag_by_kind")]

    def __str__(self) -> str:
        return f"{self.customer} · {self.get_kind_display()}"
