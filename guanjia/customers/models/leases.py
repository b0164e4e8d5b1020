"""Who rents which house from whom, and until when."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.estate.models import House
from guanjia.estate.spells import Spell, SpellQuerySet, apart, forwards
from guanjia.kernel.privacy import personal

from .people import Customer


class Lease(Spell):
    """租约: a tenant, a house, a landlord, a span of days. Rooms of one house may be let to several tenants at once.

    The handbook wants five things of it (EST-009); the telephone is the tenant's own, on file with him. `completed_at` is the moment
    from which none was missing.
    """

    family = "customers.lease"

    house = models.ForeignKey(House, models.PROTECT, related_name="leases", verbose_name=_("房屋"))
    landlord = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="let_out", verbose_name=_("业主"))
    tenant = models.ForeignKey(Customer, models.PROTECT, related_name="rented", verbose_name=_("租户"))
    note = models.CharField(_("备注"), max_length=400, blank=True)
    completed_at = models.DateTimeField(_("资料齐全时间"), null=True, blank=True, editable=False)

    privacy = personal("note")

    objects = SpellQuerySet.as_manager()

    class Meta(Spell.Meta):
        verbose_name = verbose_name_plural = _("租约")
        ordering = ["house", "-starts_on"]
        constraints = [
            UniqueConstraint(fields=["project", "number"], name="customers_lease_number_once"),
            apart("customers_lease_once_a_tenant", "house", "tenant", message=_("这段时间内此租户在本房屋已有租约。")),
            forwards("customers_lease_forwards"),
            CheckConstraint(
                condition=~Q(tenant=F("landlord")),
                name="customers_lease_of_two",
                violation_error_message=_("业主和租户不能是同一人。"),
            ),
        ]
        indexes = [
            Index(fields=["project", "house", "starts_on"], name="customers_lease_of_house"),
            Index(fields=["tenant"], name="customers_lease_incomplete", condition=Q(completed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.house.path}"
