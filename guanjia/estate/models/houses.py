"""Houses, and what each is used for.

The address has five levels (EST-010): district, community, building, entrance or floor, room. None may be blank;
PostgreSQL sees to that. `code` (「3-2-1801」) and `path` (「翠湖花园 3-2-1801」) are derived from them by the services
and kept, because every list shows the one and every search looks for the other.
"""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, CheckConstraint, F, Index, OuterRef, Q, Subquery, UniqueConstraint, Value, When
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal, personal
from guanjia.kernel.querysets import SubjectQuerySet
from guanjia.org.scope import Scoped

from .. import addresses
from ..spells import Spell, SpellQuerySet, apart, forwards
from ..states import DECORATING, HANDED_OVER, HOUSE, KINDS, SOLD, UNSOLD, USES, standing
from .common import filled
from .places import Building, Entrance


class HouseQuerySet(SubjectQuerySet):
    def with_use(self, on: date) -> "HouseQuerySet":
        """Adds `use`: what each house is used for on that day, the spell that the colour grid shows first."""
        priority = Case(*[When(use=use, then=Value(rank)) for rank, use in enumerate(USES)])
        spells = HouseUse.objects.on(on).filter(house=OuterRef("pk")).order_by(priority)
        return self.annotate(use=Subquery(spells.values("use")[:1]))

    def standing_on(self, day: date) -> "HouseQuerySet":
        """Houses that were there on that day: not those that a split or merge had ended, nor those that one made later."""
        return self.filter(Q(opened_on=None) | Q(opened_on__lte=day), Q(closed_on=None) | Q(closed_on__gt=day))


class House(Scoped):
    """A flat, shop or office. `number` is the room number on its door."""

    family = "estate.house"

    building = models.ForeignKey(Building, models.PROTECT, db_index=False, related_name="houses", verbose_name=_("楼栋"))
    entrance = models.ForeignKey(Entrance, models.PROTECT, null=True, blank=True, related_name="houses", verbose_name=_("单元"))
    floor = models.SmallIntegerField(_("楼层"), null=True, blank=True)
    kind = models.CharField(_("类型"), max_length=8, choices=list(KINDS.items()), default="flat")
    area_m2 = models.DecimalField(_("建筑面积（㎡）"), max_digits=10, decimal_places=2)
    layout = models.CharField(_("户型"), max_length=40, blank=True)
    state = models.CharField(_("交付状态"), max_length=12, choices=HOUSE.choices, default=UNSOLD)
    sold_on = models.DateField(_("售出日期"), null=True, blank=True, editable=False)
    handed_over_on = models.DateField(_("交付日期"), null=True, blank=True, editable=False)
    # A house that came of a split or a merge began on a day; one that was split or merged ended on one, and stays on file.
    opened_on = models.DateField(_("启用日期"), null=True, blank=True, editable=False)
    closed_on = models.DateField(_("注销日期"), null=True, blank=True, editable=False)
    code = models.CharField(_("房号"), max_length=60, editable=False)
    path = models.CharField(_("房屋地址"), max_length=140, editable=False)
    sort_code = models.CharField(max_length=140, editable=False)

    privacy = internal("layout", "path", "sort_code")

    #: what it is used for on the day asked for; `with_use` fills it
    use: str | None = None

    objects = HouseQuerySet.as_manager()

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("房屋")
        ordering = ["sort_code"]
        constraints = [
            UniqueConstraint(
                fields=["building", "entrance", "number"],
                name="estate_house_number_once_per_building",
                nulls_distinct=False,
                violation_error_message=_("本楼栋（单元）已有这个房号。"),
            ),
            # Also the index of every search by address; the operator class makes 「3-2-%」 use it under any collation.
            UniqueConstraint(
                fields=["project", "code"],
                name="estate_house_code_once_per_project",
                opclasses=["uuid_ops", "varchar_pattern_ops"],
                violation_error_message=_("本项目已有这个房号的房屋。"),
            ),
            CheckConstraint(condition=Q(area_m2__gt=0), name="estate_house_area_positive", violation_error_message=_("建筑面积须大于 0。")),
            CheckConstraint(
                condition=Q(entrance__isnull=False) | Q(floor__isnull=False),
                name="estate_house_entrance_or_floor",
                violation_error_message=_("地址缺单元或楼层（五级地址第四级）。"),
            ),
            filled("number", "estate_house_number_filled", _("地址缺房号（五级地址第五级）。")),
            CheckConstraint(condition=Q(kind__in=list(KINDS)), name="estate_house_kind"),
            CheckConstraint(
                condition=Q(opened_on=None) | Q(closed_on=None) | Q(closed_on__gt=F("opened_on")),
                name="estate_house_life",
                violation_error_message=_("房屋当天刚由变更产生，次日起才能再变更。"),
            ),
            HOUSE.constraint("estate_house_state"),
        ]
        indexes = [
            Index(fields=["project", "sort_code"], name="estate_house_in_order"),
            Index(fields=["project", "number"], name="estate_house_by_room"),
            Index(fields=["project", "building"], name="estate_house_by_building"),
        ]

    def __str__(self) -> str:
        return self.path

    def locate(self) -> None:
        """Derive `code`, `path` and `sort_code` from the five levels."""
        self.code = addresses.code(self.building.code, self.entrance.name if self.entrance else "", self.number)
        self.path = f"{self.building.address_community} {self.code}"
        self.sort_code = addresses.in_order(self.code)

    @property
    def is_closed(self) -> bool:
        return self.closed_on is not None

    def stands_on(self, day: date) -> bool:
        """Whether it was there on that day: begun, and not yet ended by a split or merge."""
        return (self.opened_on is None or self.opened_on <= day) and (self.closed_on is None or self.closed_on > day)

    def delivery_on(self, day: date) -> str:
        """How far the delivery had come on that day. Where no day was noted, it had come so far before we took the house on."""
        if self.state == HANDED_OVER and (self.handed_over_on is None or self.handed_over_on <= day):
            return HANDED_OVER
        if self.state != UNSOLD and (self.sold_on is None or self.sold_on <= day):
            return SOLD
        return UNSOLD

    def standing_code(self, day: date) -> str:
        """Its key in STANDINGS on that day; `with_use` was asked for the same day."""
        delivery = self.delivery_on(day)
        return self.use or HANDED_OVER if delivery == HANDED_OVER else delivery

    @property
    def standing(self) -> Any:
        """The handbook's word for the state of the house on the day that `with_use` was asked for (EST-003)."""
        return standing(self.state, self.use)


class HouseUse(Spell):
    """What a house is used for over a span of days; base uses exclude each other, decorating lies over them."""

    house = models.ForeignKey(House, models.PROTECT, db_index=False, related_name="uses", verbose_name=_("房屋"))
    use = models.CharField(_("用途"), max_length=16, choices=list(USES.items()))
    reason = models.CharField(_("原因"), max_length=200, blank=True, default="")
    keys_at = models.CharField(_("钥匙存放"), max_length=80, blank=True, default="")

    privacy = personal("reason") | internal("keys_at")

    objects = SpellQuerySet.as_manager()

    class Meta(Spell.Meta):
        verbose_name = verbose_name_plural = _("房屋用途")
        ordering = ["house", "starts_on"]
        constraints = [
            apart("estate_house_use_apart", "house", condition=~Q(use=DECORATING), message=_("这段时间内房屋已有别的用途。")),
            apart("estate_house_decorating_apart", "house", condition=Q(use=DECORATING), message=_("这段时间内房屋已在装修。")),
            forwards("estate_house_use_forwards"),
            CheckConstraint(condition=Q(use__in=list(USES)), name="estate_house_use_known"),
        ]
        indexes = [Index(fields=["house", "-starts_on"], name="estate_use_of_house")]

    def __str__(self) -> str:
        return str(USES.get(self.use, self.use))

    #: the day on which it is looked at, and the name of whoever is to be asked about it; a list that shows them fills them
    as_of: date | None = None
    person_name: str | None = None

    @property
    def days(self) -> int | None:
        """How many days it had held by the day on which it is looked at, or held altogether."""
        if self.as_of is None:
            return None
        return max(0, ((min(self.ends_on, self.as_of) if self.ends_on else self.as_of) - self.starts_on).days)
