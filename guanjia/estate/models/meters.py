"""Meters at houses and common places, and what was read from them.

A meter lives from its installation to its removal; within that life its readings never fall. PostgreSQL sees to it
(migration `readings_never_fall`), because two people may read one meter at once.
"""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal, personal, staff
from guanjia.org.scope import Scoped

from ..states import METERS, PURPOSES, UNIT_LABELS, UNITS, WITNESSED
from .common import filled, one_of
from .houses import House
from .places import CommonArea


class Meter(Scoped):
    """One meter of a house or a common area. `position` tells two of a kind at one place apart."""

    code = models.CharField(_("表号"), max_length=40)
    kind = models.CharField(_("表计类别"), max_length=10, choices=list(METERS.items()))
    unit = models.CharField(_("单位"), max_length=4, choices=list(UNIT_LABELS.items()), editable=False)
    house = models.ForeignKey(House, models.PROTECT, null=True, blank=True, related_name="meters", verbose_name=_("房屋"))
    area = models.ForeignKey(CommonArea, models.PROTECT, null=True, blank=True, related_name="meters", verbose_name=_("公共区域"))
    position = models.CharField(_("安装位置"), max_length=40, blank=True, default="")
    installed_on = models.DateField(_("安装日期"))
    removed_on = models.DateField(_("拆除日期"), null=True, blank=True)
    first_value = models.DecimalField(_("起始读数"), max_digits=12, decimal_places=3, default=0)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", editable=False, verbose_name=_("替换")
    )

    privacy = internal("position")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("表计")
        ordering = ["code"]
        constraints = [
            UniqueConstraint(fields=["project", "code"], name="estate_meter_once", violation_error_message=_("本项目已有这个表号。")),
            UniqueConstraint(
                fields=["house", "area", "kind", "position"],
                condition=Q(removed_on=None),
                nulls_distinct=False,
                name="estate_meter_one_in_place",
                violation_error_message=_("这个位置已有同类表计；换表请用「换表」，两块表请写明安装位置。"),
            ),
            one_of("house", "area", name="estate_meter_of_one", message=_("表计装在房屋或公共区域，请选定一处。")),
            filled("code", "estate_meter_code_filled", _("表号不能空白。")),
            CheckConstraint(
                condition=Q(removed_on=None) | Q(removed_on__gte=F("installed_on")),
                name="estate_meter_life",
                violation_error_message=_("拆除日期不能早于安装日期。"),
            ),
            CheckConstraint(condition=Q(first_value__gte=0), name="estate_meter_first", violation_error_message=_("起始读数不能为负。")),
            CheckConstraint(
                condition=reduce(or_, (Q(kind=kind, unit=unit) for kind, unit in UNITS.items())), name="estate_meter_kind_and_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.code}"

    @property
    def place(self) -> House | CommonArea:
        return self.house or self.area


class MeterReading(Scoped):
    """What a meter showed on a day. Append-only; a wrong one is followed by a right one, within the meter's life."""

    meter = models.ForeignKey(Meter, models.PROTECT, related_name="readings", db_index=False, verbose_name=_("表计"))
    purpose = models.CharField(_("用途"), max_length=8, choices=list(PURPOSES.items()))
    value = models.DecimalField(_("读数"), max_digits=12, decimal_places=3)
    read_on = models.DateField(_("抄表日期"))
    reader_name = models.CharField(_("抄表人"), max_length=60)
    witness_name = models.CharField(_("见证人"), max_length=60, blank=True, default="")

    privacy = staff("reader_name") | personal("witness_name")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("表计读数")
        ordering = ["meter", "-read_on", "-id"]
        constraints = [
            filled("reader_name", "estate_reading_reader_filled", _("请写明抄表人。")),
            CheckConstraint(
                condition=~Q(purpose__in=WITNESSED) | Q(witness_name__regex=r"\S"),
                name="estate_reading_witnessed",
                violation_error_message=_("交房底数与托管读数须有第二人见证。"),
            ),
            CheckConstraint(
                condition=~Q(witness_name=F("reader_name")),
                name="estate_reading_two_people",
                violation_error_message=_("抄表人与见证人须是两个人。"),
            ),
            CheckConstraint(condition=Q(value__gte=0), name="estate_reading_not_negative", violation_error_message=_("读数不能为负。")),
            CheckConstraint(condition=Q(purpose__in=list(PURPOSES)), name="estate_reading_purpose"),
            UniqueConstraint(
                fields=["meter", "purpose", "read_on"],
                name="estate_reading_once_a_day",
                violation_error_message=_("这块表这一天已有同一用途的读数。"),
            ),
        ]
        indexes = [Index(fields=["meter", "-read_on"], name="estate_reading_of_meter")]

    #: what the triggers of the table say, by the name they give
    said_by_triggers = {
        "estate_reading_never_falls": _("读数不能比同一块表更早的读数小，也不能比更晚的读数大；表坏了请先换表。"),
        "estate_reading_in_life": _("抄表日期须在表计安装之后、拆除之前。"),
    }

    def __str__(self) -> str:
        return f"{self.meter} {self.read_on} {self.value.normalize():f} {UNIT_LABELS[UNITS[self.meter.kind]]}"
