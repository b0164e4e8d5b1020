"""Customers and how to reach them. Names, numbers and birthdays are personal; lists show them masked, the journal does not repeat them."""

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.disclosing import Disclosed
from guanjia.kernel.privacy import personal, reach, sensitive
from guanjia.kernel.vault import SealedDateField, SealedField, blind_index, only_sealed, opened
from guanjia.org.scope import Scoped

from .. import phones
from ..states import CAPACITIES, KINDS, ORGANISATION, PHONE, SEXES, WAYS


class Customer(Scoped):
    """A person or organisation that is served."""

    family = "customers.customer"

    kind = models.CharField(_("类别"), max_length=12, choices=list(KINDS.items()), default="person")
    name = models.CharField(_("姓名"), max_length=80)
    name_pinyin = models.CharField(_("姓名拼音"), max_length=240, blank=True, editable=False)
    name_initials = models.CharField(_("姓名首字母"), max_length=80, blank=True, editable=False)
    sex = models.CharField(_("性别"), max_length=6, blank=True, choices=list(SEXES.items()))
    birth_date = SealedDateField(_("出生日期"), null=True, blank=True)
    id_no = SealedField(_("证件号"), mask="id_no", length=30, blank=True)
    id_no_blind = blind_index("id_no")
    forgotten_at = models.DateTimeField(_("资料删除时间"), null=True, blank=True, editable=False)
    capacity = models.CharField(_("行为能力"), max_length=8, blank=True, choices=list(CAPACITIES.items()))
    note = models.CharField(_("备注"), max_length=400, blank=True)
    #: the same person's other file, into which this one was merged: never one that is merged itself (decision 0022)
    kept = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, db_index=False, related_name="merged", verbose_name=_("并入档案")
    )

    disclosed = {
        "phones": Disclosed(_("电话"), lambda one: one.phones),
        "id_no": Disclosed(_("证件号"), lambda one: opened(one, "id_no", "reveal"), sensitive=True),
        "birth_date": Disclosed(_("出生日期"), lambda one: str(opened(one, "birth_date", "reveal") or ""), sensitive=True),
    }
    privacy = personal("name", "name_pinyin", "name_initials", "note") | sensitive("id_no", "birth_date")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("客户")
        ordering = ["name_pinyin", "id"]
        constraints = [
            UniqueConstraint(
                fields=["project", "number"],
                condition=~Q(number=""),
                name="customers_number_once_per_project",
                violation_error_message=_("这个客户编号已被使用。"),
            ),
            CheckConstraint(condition=Q(kind__in=list(KINDS)), name="customers_customer_kind"),
            CheckConstraint(
                condition=~Q(kind=ORGANISATION) | Q(sex="", birth_date=None),
                name="customers_organisation_has_no_birthday",
                violation_error_message=_("单位没有性别和出生日期。"),
            ),
            CheckConstraint(
                condition=~Q(kept=F("id")), name="customers_not_merged_into_itself", violation_error_message=_("档案不能并入自身。")
            ),
            only_sealed("id_no", name="customers_id_no_sealed"),
            only_sealed("birth_date", name="customers_birth_date_sealed"),
        ]
        indexes = [
            Index(fields=["kept"], name="customers_merged_into", condition=~Q(kept=None)),
            # Prefix searches: the operator class makes LIKE 「王%」 use the index under any collation.
            Index(fields=["project", "name"], opclasses=["uuid_ops", "varchar_pattern_ops"], name="customers_by_name"),
            Index(fields=["project", "name_pinyin"], opclasses=["uuid_ops", "varchar_pattern_ops"], name="customers_by_pinyin"),
            Index(fields=["project", "name_initials"], opclasses=["uuid_ops", "varchar_pattern_ops"], name="customers_by_initials"),
            Index(fields=["project", "id_no_blind"], name="customers_by_id_no", condition=~Q(id_no="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def person(self) -> "Customer":
        """The file that speaks for this person: the one it was merged into, else itself."""
        return self.kept or self

    @property
    def person_id(self) -> Any:
        """The key of `person`, without looking it up."""
        return self.kept_id or self.pk

    @property
    def phones(self) -> str:
        """The telephone numbers as people read them, the one to call first first."""
        return "、".join(str(point) for point in self.contact_points.all() if point.kind == PHONE)

    def numbers(self) -> list[str]:
        """The telephone numbers in E.164, the one to call first first."""
        return list(self.contact_points.filter(kind=PHONE).order_by("-is_primary", "id").values_list("value", flat=True))


class ContactPoint(Scoped):
    """One way to reach a customer. Phone numbers are kept in E.164, with their last digits apart for the tail search."""

    family = "customers.customer"

    customer = models.ForeignKey(Customer, models.CASCADE, db_index=False, related_name="contact_points", verbose_name=_("客户"))
    kind = models.CharField(_("方式"), max_length=8, choices=list(WAYS.items()), default=PHONE)
    value = models.CharField(_("号码"), max_length=120)
    tail = models.CharField(_("尾号"), max_length=phones.TAIL, blank=True, editable=False)
    is_primary = models.BooleanField(_("首选"), default=False)
    note = models.CharField(_("备注"), max_length=60, blank=True)

    privacy = reach("value", "tail") | personal("note")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("联系方式")
        ordering = ["customer", "-is_primary", "id"]
        constraints = [
            UniqueConstraint(
                fields=["customer", "kind", "value"], name="customers_contact_once", violation_error_message=_("这个客户已有这条联系方式。")
            ),
            UniqueConstraint(
                fields=["customer", "kind"],
                condition=Q(is_primary=True),
                name="customers_one_primary_contact",
                violation_error_message=_("每种联系方式只有一个首选。"),
            ),
            CheckConstraint(
                condition=~Q(kind=PHONE) | Q(value="") | Q(value__regex=r"^\+[1-9]\d{5,14}$"),
                name="customers_phone_in_e164",
                violation_error_message=_("电话号码须按国际格式保存。"),
            ),
            CheckConstraint(condition=Q(kind__in=list(WAYS)), name="customers_contact_kind"),
        ]
        indexes = [
            Index(fields=["project", "value"], name="customers_contact_by_value"),
            Index(fields=["project", "tail"], name="customers_contact_by_tail", condition=Q(kind=PHONE)),
        ]

    def __str__(self) -> str:
        return self.as_read

    @property
    def as_read(self) -> str:
        """The number as people here read it; other ways as they are."""
        return phones.spoken(self.value) if self.kind == PHONE else self.value
