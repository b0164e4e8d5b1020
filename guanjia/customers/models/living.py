"""A customer's dated place in a house. Who lived where is a question about a day, so nothing is overwritten when people move: spells end."""

from decimal import Decimal

from django.db import models
from django.db.models import CheckConstraint, Index, Q
from django.utils.translation import gettext_lazy as _

from guanjia.estate.models import House
from guanjia.estate.spells import Spell, SpellQuerySet, apart, forwards

from ..states import HOUSEHOLDS, OWNERS_OF_TITLE, ROLES
from .people import Customer


class Household(Spell):
    """The people of one side of a house, over a span of days: the owner's household, or the tenant's."""

    family = "customers.occupancy"

    house = models.ForeignKey(House, models.PROTECT, related_name="households", verbose_name=_("房屋"))
    kind = models.CharField(_("类别"), max_length=8, choices=list(HOUSEHOLDS.items()))

    objects = SpellQuerySet.as_manager()

    class Meta(Spell.Meta):
        verbose_name = verbose_name_plural = _("住户")
        ordering = ["house", "-starts_on"]
        constraints = [
            apart("customers_one_household_a_side", "house", "kind", message=_("这段时间内房屋已有住户。")),
            forwards("customers_household_forwards"),
            CheckConstraint(condition=Q(kind__in=list(HOUSEHOLDS)), name="customers_household_kind"),
        ]
        indexes = [Index(fields=["project", "house"], name="customers_household_of_house")]

    def __str__(self) -> str:
        return f"{self.house.path} {self.get_kind_display()}"


class Occupancy(Spell):
    """What a customer was to a house, from when to when: owner, tenant, family, nanny … (EST-020)."""

    family = "customers.occupancy"

    household = models.ForeignKey(Household, models.PROTECT, related_name="occupancies", verbose_name=_("住户"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="occupancies", verbose_name=_("客户"))
    house = models.ForeignKey(House, models.PROTECT, related_name="occupancies", verbose_name=_("房屋"))
    role = models.CharField(_("身份"), max_length=8, choices=list(ROLES.items()))
    #: what the title deed says, in per cent; None where nobody has looked. A trigger keeps a house's shares of any one day within 100.
    share = models.DecimalField(_("产权份额（%）"), max_digits=5, decimal_places=2, null=True, blank=True)

    objects = SpellQuerySet.as_manager()

    class Meta(Spell.Meta):
        verbose_name = verbose_name_plural = _("入住关系")
        ordering = ["house", "-starts_on"]
        constraints = [
            apart("customers_role_once_at_a_time", "house", "customer", "role", message=_("这段时间内此人在本房屋已有同样的身份。")),
            forwards("customers_occupancy_forwards"),
            CheckConstraint(condition=Q(role__in=list(ROLES)), name="customers_occupancy_role"),
            CheckConstraint(
                condition=Q(share=None) | Q(share__gt=0, share__lte=Decimal(100), role__in=OWNERS_OF_TITLE),
                name="customers_share_of_owners",
                violation_error_message=_("只有业主和共有人有产权份额，须大于 0、不超过 100。"),
            ),
        ]
        indexes = [
            Index(fields=["project", "house", "starts_on"], name="customers_occupancy_of_house"),
            Index(fields=["project", "customer"], name="customers_occupancy_of_one"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.get_role_display()}"
