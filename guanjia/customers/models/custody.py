"""Custody 托管: an owner leaves his house in our keeping for a time, with its keys, and the meters are read before and after."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.estate.models import House, MeterReading
from guanjia.estate.spells import Spell, SpellQuerySet, apart, forwards
from guanjia.kernel.privacy import internal
from guanjia.org.scope import Scoped

from ..states import CUSTODY_MOMENTS
from .people import Customer


class Custody(Spell):
    """托管协议: the house is in our keeping from `starts_on` on, until it is ended."""

    house = models.ForeignKey(House, models.PROTECT, related_name="custodies", verbose_name=_("房屋"))
    owner = models.ForeignKey(Customer, models.PROTECT, related_name="custodies", verbose_name=_("业主"))
    terms = models.TextField(_("约定"))
    keys_left = models.PositiveSmallIntegerField(_("留存钥匙（把）"))
    ended_at = models.DateTimeField(_("终止时间"), null=True, blank=True, editable=False)

    privacy = internal("terms")

    objects = SpellQuerySet.as_manager()

    class Meta(Spell.Meta):
        verbose_name = verbose_name_plural = _("托管协议")
        ordering = ["-starts_on"]
        constraints = [
            UniqueConstraint(fields=["project", "number"], name="customers_custody_number_once"),
            apart("customers_custody_apart", "house", message=_("这段时间内房屋已有托管协议。")),
            forwards("customers_custody_forwards"),
            CheckConstraint(
                condition=Q(terms__regex=r"\S"), name="customers_custody_terms_filled", violation_error_message=_("请写明托管约定。")
            ),
        ]
        indexes = [Index(fields=["project", "starts_on"], name="customers_custody_of_project")]

    def __str__(self) -> str:
        return f"{self.number} {self.house.path}"


class CustodyReading(Scoped):
    """A reading by which a custody began or ended."""

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="readings", verbose_name=_("托管协议"))
    reading = models.OneToOneField(MeterReading, models.PROTECT, related_name="+", verbose_name=_("表计读数"))
    moment = models.CharField(_("时点"), max_length=8, choices=list(CUSTODY_MOMENTS.items()))

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("托管读数")
        ordering = ["custody", "moment", "pk"]
        constraints = [CheckConstraint(condition=Q(moment__in=list(CUSTODY_MOMENTS)), name="customers_custody_moment")]

    def __str__(self) -> str:
        return f"{self.get_moment_display()} {self.reading}"
