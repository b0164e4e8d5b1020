"""Orders, who was sent, when he comes, when he came.

PostgreSQL keeps what must always hold: no completed order without a sign-off, no paid work begun without an agreed
price, one open assignment an order, one technician at one place at a time.
"""

from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField
from django.db import models
from django.db.models import CheckConstraint, F, Func, Index, Q, UniqueConstraint, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from guanjia.customers import phones
from guanjia.customers.models import Customer
from guanjia.estate.models import CommonArea, House
from guanjia.kernel.disclosing import Disclosed
from guanjia.kernel.ids import Ref
from guanjia.kernel.models import Signature
from guanjia.kernel.privacy import internal, personal, reach, sensitive
from guanjia.kernel.querysets import SubjectQuerySet
from guanjia.org.models import Person
from guanjia.org.scope import Scoped
from guanjia.rulebook.priority import PRIORITY_NAMES

from .states import (
    APPOINTMENT,
    AWAY,
    BOOKED,
    CANCELLED,
    CLASSES,
    COMPLETED,
    CRAFTS,
    DONE,
    HOME,
    KINDS,
    NEW,
    ORDER,
    PAUSES,
    PLACES,
    PRICED,
    REWORK,
    UNITS,
)


class WorkOrderQuerySet(SubjectQuerySet):
    def unfinished(self) -> "WorkOrderQuerySet":
        """Neither completed nor cancelled; work that nobody has signed for is among them (WORK-008)."""
        return self.exclude(state__in=DONE)

    def completed(self) -> "WorkOrderQuerySet":
        return self.filter(state=COMPLETED)

    def of_source(self, source: Ref) -> "WorkOrderQuerySet":
        """The orders that this case (patrol, defect …) asked for."""
        return self.filter(source_kind=source.kind, source_id=source.id)

    def of(self, technician: Person) -> "WorkOrderQuerySet":
        return self.filter(technician=technician)

    def away(self) -> "WorkOrderQuerySet":
        """Orders whose technician is out on them just now."""
        return self.filter(state__in=AWAY)

    def completed_on(self, start: datetime, end: datetime) -> "WorkOrderQuerySet":
        """Completed in [start, end)."""
        return self.completed().filter(completed_at__gte=start, completed_at__lt=end)

    def by_priority(self) -> "WorkOrderQuerySet":
        """The important and urgent first, then the oldest (WORK-037)."""
        return self.order_by("priority", "opened_at", "id")

    def with_names(self) -> "WorkOrderQuerySet":
        """Everything a list shows, in one query."""
        return self.select_related("house", "area", "technician", "reporter_customer")


class WorkOrder(Scoped):
    """工单: one piece of work at one place, for whoever asked (`source`)."""

    family = "work.order"

    owned_by = ("technician_id",)
    disclosed = {"reporter_phone": Disclosed(_("联系电话"), lambda one: phones.as_read(one.reporter_phone))}
    privacy = (
        personal("content", "reporter_name", "payer", "entry_permission", "convenient_time", "result")
        | reach("reporter_phone")
        | internal("place_text", "materials")
    )

    state = models.CharField(_("状态"), max_length=10, choices=ORDER.choices, default=NEW)
    kind = models.CharField(_("类别"), max_length=12, choices=list(KINDS.items()), default="repair")
    craft = models.CharField(_("工种"), max_length=10, choices=list(CRAFTS.items()), default="other")
    work_class = models.CharField(_("维修分类"), max_length=20, choices=list(CLASSES.items()), default="other")
    content = models.TextField(_("内容"))

    place = models.CharField(_("地点"), max_length=8, choices=list(PLACES.items()), default=HOME)
    house = models.ForeignKey(House, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("房屋"))
    area = models.ForeignKey(CommonArea, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("公共区域"))
    place_text = models.CharField(_("具体位置"), max_length=120, blank=True)

    reporter_customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("报修客户")
    )
    reporter_name = models.CharField(_("报修人"), max_length=60, blank=True)
    reporter_phone = models.CharField(_("联系电话"), max_length=24, blank=True)
    reporter_unit = models.CharField(_("报修单位"), max_length=10, choices=list(UNITS.items()), default="service")

    urgency = models.PositiveSmallIntegerField(_("紧急程度"), default=2)
    importance = models.PositiveSmallIntegerField(_("重要程度"), default=2)
    priority = models.PositiveSmallIntegerField(_("优先级"), choices=list(PRIORITY_NAMES.items()), default=3, editable=False)

    paid = models.BooleanField(_("有偿"), default=False)
    price_fen = models.BigIntegerField(_("费用（分）"), null=True, blank=True)
    price_agreed_at = models.DateTimeField(_("费用认可时间"), null=True, blank=True, editable=False)
    payer = models.CharField(_("付费人"), max_length=60, blank=True)

    #: someone_home, spare_key_left, may_use_key: bool; visit_time: text. Copied from the case at opening (DESK-072).
    entry_permission = models.JSONField(_("入户许可"), default=dict, blank=True)
    convenient_time = models.CharField(_("方便时间"), max_length=60, blank=True)

    source_kind = models.CharField(max_length=40, blank=True, editable=False)
    source_id = models.UUIDField(null=True, blank=True, editable=False)
    first_order = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reworks", verbose_name=_("原工单"))

    technician = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("技术员"))
    pause_reason = models.CharField(_("暂停原因"), max_length=20, choices=list(PAUSES.items()), blank=True)
    result = models.TextField(_("处理结果"), blank=True)
    materials = models.TextField(_("用料"), blank=True)
    sign_off = models.OneToOneField(Signature, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("签认"))
    rejections = models.PositiveSmallIntegerField(_("返工次数"), default=0, editable=False)

    opened_at = models.DateTimeField(_("开单时间"), editable=False)
    arrived_at = models.DateTimeField(_("到场时间"), null=True, blank=True, editable=False)
    started_at = models.DateTimeField(_("开工时间"), null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("做完时间"), null=True, blank=True, editable=False)
    water_tested_at = models.DateTimeField(_("试水时间"), null=True, blank=True, editable=False)
    completed_at = models.DateTimeField(_("完工时间"), null=True, blank=True, editable=False)

    objects = WorkOrderQuerySet.as_manager()

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("工单")
        constraints = [
            ORDER.constraint("work_order_state"),
            CheckConstraint(
                condition=Q(urgency__in=[1, 2, 3], importance__in=[1, 2, 3]),
                name="work_order_urgency_and_importance",
                violation_error_message=_("紧急程度和重要程度为 1 至 3。"),
            ),
            CheckConstraint(
                condition=~Q(state=COMPLETED) | Q(sign_off__isnull=False, completed_at__isnull=False),
                name="work_order_completed_is_signed",
                violation_error_message=_("未签认的工单不能完工。"),
            ),
            CheckConstraint(
                condition=Q(paid=False) | ~Q(state__in=PRICED) | Q(price_fen__isnull=False, price_agreed_at__isnull=False),
                name="work_order_paid_is_agreed",
                violation_error_message=_("有偿服务须先获费用认可再开工。"),
            ),
            CheckConstraint(
                condition=Q(price_fen=None) | Q(price_fen__gte=0),
                name="work_order_price_not_negative",
                violation_error_message=_("费用不能为负数。"),
            ),
            CheckConstraint(
                condition=Q(state__in=[NEW, CANCELLED]) | Q(technician__isnull=False),
                name="work_order_in_somebodys_hands",
                violation_error_message=_("工单须有技术员。"),
            ),
            CheckConstraint(
                condition=~Q(kind=REWORK) | Q(first_order__isnull=False),
                name="work_order_rework_has_a_first",
                violation_error_message=_("返工单须关联原工单。"),
            ),
            CheckConstraint(condition=~Q(first_order=F("id")), name="work_order_not_its_own_first"),
            CheckConstraint(
                condition=~Q(place=HOME) | Q(house__isnull=False) | ~Q(place_text=""),
                name="work_order_home_has_an_address",
                violation_error_message=_("入户维修须有房屋或具体位置。"),
            ),
        ]
        indexes = [
            Index(fields=["project", "priority", "opened_at"], name="work_order_board", condition=~Q(state__in=DONE)),
            Index(fields=["technician", "state"], name="work_order_of_technician"),
            Index(fields=["source_id"], name="work_order_of_source"),
            Index(fields=["house", "-opened_at"], name="work_order_of_house"),
            Index(fields=["project", "-opened_at"], name="work_order_newest"),
            Index(fields=["project", "completed_at"], name="work_order_completed", condition=Q(state=COMPLETED)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def source(self) -> Ref | None:
        """What asked for this order, if anything."""
        return Ref(self.source_kind, self.source_id) if self.source_id else None

    @property
    def is_done(self) -> bool:
        return self.state in DONE

    @property
    def is_price_agreed(self) -> bool:
        """True for free work, and for paid work whose present price the payer has accepted."""
        return not self.paid or (self.price_fen is not None and self.price_agreed_at is not None)

    @property
    def sign_off_slot(self) -> str:
        """Each round of work has a signature of its own: one for work that was rejected afterwards proves nothing."""
        return f"sign_off_{self.rejections + 1}" if self.rejections else "sign_off"

    @property
    def where(self) -> str:
        """The place as a technician reads it: 「翠湖花园 3-2-1801 厨房」."""
        return " ".join(filter(None, [str(self.house or self.area or ""), self.place_text]))


class Assignment(Scoped):
    """派工: one spell of an order in somebody's hands. Rows are never changed but for their end."""

    owned_by = ("technician_id",)

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="assignments")
    technician = models.ForeignKey(Person, models.PROTECT, related_name="assignments", verbose_name=_("技术员"))
    assigned_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("派工人"))
    assigned_at = models.DateTimeField(_("派工时间"))
    on_duty_in_room = models.BooleanField(_("当时在值班室"))
    why = models.CharField(_("派工理由"), max_length=200, blank=True)
    accepted_at = models.DateTimeField(_("接单时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    end = models.CharField(
        _("结束方式"),
        max_length=12,
        blank=True,
        choices=[("done", _("完工")), ("declined", _("退单")), ("reassigned", _("改派")), ("cancelled", _("取消"))],
    )

    privacy = internal("why")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("派工")
        ordering = ["assigned_at"]
        constraints = [
            UniqueConstraint(
                fields=["order"],
                condition=Q(ended_at=None),
                name="work_assignment_one_open_an_order",
                violation_error_message=_("这张工单已派给别人。"),
            ),
            CheckConstraint(
                condition=Q(ended_at=None, end="") | Q(ended_at__isnull=False) & ~Q(end=""), name="work_assignment_ends_with_a_reason"
            ),
        ]
        indexes = [Index(fields=["technician", "-assigned_at"], name="work_assignment_of")]

    def __str__(self) -> str:
        return f"{self.order} · {self.technician}"


def _hours() -> Func:
    return Func("starts_at", "ends_at", function="tstzrange", output_field=DateTimeRangeField())


def _one(key: str) -> Func:
    # GiST without the btree_gist extension takes no uuid: a key stands in the index as the one-number range of its hash.
    hashed = Func(Cast(key, models.TextField()), Value(0), function="hashtextextended", output_field=models.BigIntegerField())
    return Func(hashed, hashed, Value("[]"), function="int8range", output_field=BigIntegerRangeField())


class Appointment(Scoped):
    """预约: the window in which somebody comes. Nobody is promised to two places at once."""

    owned_by = ("technician_id",)

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="appointments")
    technician = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="appointments", verbose_name=_("技术员"))
    starts_at = models.DateTimeField(_("自"))
    ends_at = models.DateTimeField(_("至"))
    state = models.CharField(_("状态"), max_length=8, choices=APPOINTMENT.choices, default=BOOKED)
    agreed_with = models.CharField(_("与谁约定"), max_length=60, blank=True)
    booked_at = models.DateTimeField(_("预约时间"))
    reason = models.CharField(_("改约原因"), max_length=200, blank=True)

    privacy = personal("agreed_with", "reason")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("预约")
        ordering = ["starts_at"]
        constraints = [
            APPOINTMENT.constraint("work_appointment_state"),
            CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="work_appointment_forwards", violation_error_message=_("预约结束须晚于开始。")
            ),
            UniqueConstraint(
                fields=["order"],
                condition=Q(state=BOOKED),
                name="work_appointment_one_an_order",
                violation_error_message=_("这张工单已有预约，请改约。"),
            ),
            ExclusionConstraint(
                name="work_appointment_one_place_at_a_time",
                expressions=[(_one("technician"), "&&"), (_hours(), "&&")],
                condition=Q(state=BOOKED, technician__isnull=False),
                violation_error_message=_("这位技术员那时已另有预约。"),
            ),
        ]
        indexes = [Index(fields=["project", "starts_at"], name="work_appointment_next", condition=Q(state=BOOKED))]

    def __str__(self) -> str:
        return f"{self.order} {self.starts_at:%m-%d %H:%M}"


class Attendance(Scoped):
    """到场: somebody came, then and there. Append-only."""

    owned_by = ("technician_id",)

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="attendances")
    technician = models.ForeignKey(Person, models.PROTECT, related_name="attendances", verbose_name=_("技术员"))
    arrived_at = models.DateTimeField(_("到场时间"))
    place = models.CharField(_("到场地点"), max_length=120, blank=True)

    privacy = sensitive("place")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("到场")
        ordering = ["arrived_at"]

    def __str__(self) -> str:
        return f"{self.technician} {self.arrived_at:%m-%d %H:%M}"
