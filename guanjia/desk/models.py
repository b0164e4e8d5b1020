"""Contacts, cases and what belongs to them; the desk's code lists.

What must be true whatever the code does stands here as a constraint: an open case has an owner, a closed one a day, a
case number comes once. That an unfinished case also has a next due time is a deferred trigger (migration
`0003_unfinished_cases_are_on_the_clock`), because it looks at another table (DESK-007).
"""

from datetime import datetime
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, F, Func, GeneratedField, Index, Q, UniqueConstraint
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _

from guanjia.customers import phones
from guanjia.customers.models import Customer
from guanjia.estate.models import House
from guanjia.kernel.disclosing import Disclosed
from guanjia.kernel.personal import masked
from guanjia.kernel.privacy import internal, personal, reach
from guanjia.kernel.querysets import SubjectQuerySet
from guanjia.org.models import Person, Post
from guanjia.org.scope import CompanyScoped, Scoped
from guanjia.rulebook.priority import PRIORITY_NAMES
from guanjia.work import states as work_states
from guanjia.work.models import WorkOrder

from . import states
from .states import CASE, COMPLAINT, LEVELS, OWNED, RANKS, UNFINISHED


def filled(field: str, name: str, message: Any) -> CheckConstraint:
    """The text has at least one sign that is not a blank."""
    return CheckConstraint(condition=Q(**{f"{field}__regex": r"\S"}), name=name, violation_error_message=message)


# -- code lists: rows, so that a company may add to them ------------------------------------------------
class CodeList(CompanyScoped):
    """A list of codes with names, in an order."""

    code = models.CharField(_("代码"), max_length=24)
    name = models.CharField(_("名称"), max_length=40)
    ordinal = models.PositiveSmallIntegerField(_("次序"), default=0)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta(CompanyScoped.Meta):
        abstract = True
        ordering = ["ordinal", "code"]

    def __str__(self) -> str:
        return self.name


class Channel(CodeList):
    """A way to turn to us (DESK-001). A new one is a row here and an adapter at the edge."""

    privacy = internal("name")

    class Meta(CodeList.Meta):
        verbose_name = verbose_name_plural = _("受理渠道")
        constraints = [
            UniqueConstraint(fields=["company", "code"], name="desk_channel_once", violation_error_message=_("已有这个渠道代码。"))
        ]


class CaseType(CodeList):
    """What a case can be (DESK-002): which branch it takes, whether it can be answered on the spot, and whom it goes up to (DESK-006)."""

    BRANCHES = [("general", _("一般")), ("consultation", _("咨询")), ("complaint", _("投诉")), ("repair", _("报修"))]

    branch = models.CharField(_("办理流程"), max_length=12, choices=BRANCHES, default="general")
    is_answerable = models.BooleanField(_("可当场答复"), default=False)
    ladder = models.JSONField(_("上报路径"), default=list, blank=True)

    privacy = internal("name", "ladder")

    class Meta(CodeList.Meta):
        verbose_name = verbose_name_plural = _("受理类型")
        constraints = [UniqueConstraint(fields=["company", "code"], name="desk_type_once", violation_error_message=_("已有这个类型代码。"))]


class Category(CodeList):
    """What a case is about: a tree, found by name, by pinyin initials (「ls」 finds 漏水) and by words of the caller."""

    code = models.CharField(_("代码"), max_length=40)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级分类"))
    type = models.CharField(_("常见类型"), max_length=24, blank=True, choices=list(states.TYPES.items()))
    initials = models.CharField(_("首字母"), max_length=40, blank=True, editable=False)
    pinyin = models.CharField(_("拼音"), max_length=120, blank=True, editable=False)
    keywords = models.JSONField(_("关键词"), default=list, blank=True)
    craft = models.CharField(_("工种"), max_length=10, blank=True, choices=list(work_states.CRAFTS.items()))
    work_class = models.CharField(_("维修类别"), max_length=20, default="other", choices=list(work_states.CLASSES.items()))
    urgency = models.PositiveSmallIntegerField(_("紧急"), default=2, choices=list(LEVELS.items()))
    importance = models.PositiveSmallIntegerField(_("重要"), default=2, choices=list(LEVELS.items()))
    place = models.CharField(_("常见位置"), max_length=8, blank=True, choices=list(states.PLACES.items()))

    privacy = internal("name", "initials", "pinyin", "keywords")

    class Meta(CodeList.Meta):
        verbose_name = verbose_name_plural = _("诉求分类")
        constraints = [
            UniqueConstraint(fields=["company", "code"], name="desk_category_once", violation_error_message=_("已有这个分类代码。")),
            CheckConstraint(condition=Q(urgency__range=(1, 3), importance__range=(1, 3)), name="desk_category_levels"),
        ]
        indexes = [Index(fields=["company", "initials"], opclasses=["uuid_ops", "varchar_pattern_ops"], name="desk_category_by_initials")]


# -- contacts --------------------------------------------------------------------------------------------
class Contact(Scoped):
    """One touch, by whatever way: who turned to us, when, and when somebody listened. Only its end is added later."""

    family = "desk.contact"

    channel = models.CharField(_("渠道"), max_length=24, choices=list(states.CHANNELS.items()))
    direction = models.CharField(_("方向"), max_length=3, choices=list(states.DIRECTIONS.items()), default=states.IN)
    number_from = models.CharField(_("号码"), max_length=40, blank=True)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("客户"))
    house = models.ForeignKey(House, models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("房屋"))
    case = models.ForeignKey("desk.Case", models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("诉求"))
    spoke_with = models.CharField(_("来人"), max_length=60, blank=True)
    content = models.TextField(_("内容"), blank=True)
    received_at = models.DateTimeField(_("接到时间"))
    answered_at = models.DateTimeField(_("接待时间"), null=True, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("接待人"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    place = models.CharField(_("地点"), max_length=120, blank=True)
    matter = models.CharField(_("联系事宜"), max_length=400, blank=True)
    to_solve = models.CharField(_("须解决问题"), max_length=400, blank=True)
    room = models.CharField(_("楼号房号"), max_length=60, blank=True)
    repeated_back = models.BooleanField(_("已复述"), default=False)
    source = models.CharField(_("来源系统"), max_length=40, blank=True)
    external_id = models.CharField(_("来源编号"), max_length=120, blank=True)

    owned_by = ("answered_by_id",)
    privacy = (
        reach("number_from") | personal("spoke_with", "content", "place", "matter", "to_solve", "room") | internal("source", "external_id")
    )

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("接触")
        ordering = ["-received_at", "-id"]
        constraints = [
            UniqueConstraint(
                fields=["project", "source", "external_id"],
                condition=~Q(external_id=""),
                name="desk_contact_once",
                violation_error_message=_("这条来访来电已登记。"),
            ),
            CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("received_at")), name="desk_contact_answered_after_received"
            ),
            CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("received_at")), name="desk_contact_ended_after_received"
            ),
            CheckConstraint(condition=Q(direction__in=list(states.DIRECTIONS)), name="desk_contact_direction"),
        ]
        indexes = [
            Index(fields=["project", "-received_at"], name="desk_contact_recent"),
            Index(fields=["project", "number_from", "-received_at"], name="desk_contact_by_number"),
            Index(fields=["customer", "-received_at"], name="desk_contact_of_customer"),
            Index(fields=["case"], name="desk_contact_of_case"),
        ]

    def __str__(self) -> str:
        return f"{states.CHANNELS.get(self.channel, self.channel)} {masked(self.number_from)}".strip()


# -- cases -----------------------------------------------------------------------------------------------
class CaseQuerySet(SubjectQuerySet):
    def unfinished(self) -> "CaseQuerySet":
        """Somebody still owes something."""
        return self.filter(state__in=UNFINISHED)

    def for_house(self, house: House) -> "CaseQuerySet":
        return self.filter(house=house)

    def since(self, moment: datetime) -> "CaseQuerySet":
        return self.filter(opened_at__gte=moment)

    def with_faces(self) -> "CaseQuerySet":
        """With what a page shows of others, in one query."""
        return self.select_related("category", "house", "customer", "owner").defer("search_text", *UNSHOWN)


#: of a case's neighbours in the tables what no page of a case shows; read when it is asked for all the same
UNSHOWN = (
    "owner__password", "owner__last_login", "owner__pinyin", "owner__phone", "owner__skills", "owner__language", "owner__login",
    "category__keywords", "category__initials", "category__pinyin", "house__area_m2", "house__layout", "house__sort_code",
    "customer__id_no", "customer__birth_date", "customer__note", "customer__name_pinyin", "customer__name_initials",
)  # fmt: skip


class Case(Scoped):
    """What somebody wants of us, from the first word until it is closed."""

    family = "desk.case"

    type = models.CharField(_("类型"), max_length=24, choices=list(states.TYPES.items()))
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("分类"), db_index=False
    )
    state = models.CharField(_("状态"), max_length=10, choices=CASE.choices, default=states.NEW)
    title = models.CharField(_("标题"), max_length=200)
    content = models.TextField(_("内容"))
    place = models.CharField(_("位置"), max_length=8, choices=list(states.PLACES.items()), default=states.HOME)
    house = models.ForeignKey(House, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("房屋"), db_index=False)
    area_text = models.CharField(_("地点说明"), max_length=200, blank=True)
    requester = models.CharField(_("提出人类别"), max_length=10, choices=list(states.REQUESTERS.items()), default=states.CUSTOMER)
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("客户"), db_index=False
    )
    customer_name = models.CharField(_("客户姓名"), max_length=80, blank=True)
    customer_phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    phone_tail = GeneratedField(
        expression=Func(F("customer_phone"), 4, function="right", output_field=models.CharField(max_length=4)),
        output_field=models.CharField(max_length=4),
        db_persist=True,
    )
    channel = models.CharField(_("渠道"), max_length=24, blank=True, choices=list(states.CHANNELS.items()))
    entry = models.JSONField(_("入户事项"), default=dict, blank=True)

    urgency = models.PositiveSmallIntegerField(_("紧急"), choices=list(LEVELS.items()), default=2)
    importance = models.PositiveSmallIntegerField(_("重要"), choices=list(LEVELS.items()), default=2)
    priority = models.PositiveSmallIntegerField(_("优先级"), choices=list(PRIORITY_NAMES.items()), default=3)
    rank = models.PositiveSmallIntegerField(_("投诉级别"), choices=list(RANKS.items()), null=True, blank=True)
    difficulty = models.CharField(_("难度"), max_length=10, choices=list(states.DIFFICULTIES.items()), blank=True)
    is_urgent = models.BooleanField(_("紧急事项"), default=False)

    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("首问责任人"), db_index=False
    )
    owner_post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任岗位"), db_index=False
    )

    opened_at = models.DateTimeField(_("登记时间"))
    accepted_at = models.DateTimeField(_("受理时间"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("客户认可时间"), null=True, blank=True)
    denied_at = models.DateTimeField(_("客户不认可时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("关闭时间"), null=True, blank=True)
    beyond_authority_at = models.DateTimeField(_("标记超权限时间"), null=True, blank=True)
    instructed_at = models.DateTimeField(_("指示时间"), null=True, blank=True)
    instructed_fen = models.BigIntegerField(_("获准金额（分）"), null=True, blank=True)
    reopened_count = models.PositiveSmallIntegerField(_("重办次数"), default=0)

    process = models.TextField(_("处理过程"), blank=True)
    result = models.TextField(_("处理结果"), blank=True)
    cause = models.CharField(_("原因"), max_length=200, blank=True)
    feedback = models.TextField(_("客户反馈"), blank=True)
    satisfaction = models.PositiveSmallIntegerField(_("满意度"), null=True, blank=True)
    outcome = models.CharField(_("结案方式"), max_length=12, choices=list(states.OUTCOMES.items()), blank=True)
    manager_reason = models.CharField(_("管理者结案理由"), max_length=400, blank=True)

    source = models.CharField(_("导入来源"), max_length=40, blank=True)
    external_id = models.CharField(_("来源编号"), max_length=120, blank=True)
    search_text = GeneratedField(
        expression=Func(F("title"), F("content"), F("customer_name"), function="desk_search_text", output_field=models.TextField()),
        output_field=models.TextField(),
        db_persist=True,
    )

    owned_by = ("owner_id",)
    disclosed = {"customer_phone": Disclosed(_("电话"), lambda one: phones.as_read(one.customer_phone))}
    privacy = (
        personal("title", "content", "area_text", "customer_name", "entry", "process", "result", "cause", "feedback", "manager_reason")
        | reach("customer_phone")
        | internal("source", "external_id")
    )
    objects = CaseQuerySet.as_manager()

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("诉求")
        ordering = ["-opened_at", "-id"]
        constraints = [
            CASE.constraint("desk_case_state"),
            CheckConstraint(
                condition=~Q(state__in=OWNED) | Q(owner__isnull=False),
                name="desk_open_case_has_owner",
                violation_error_message=_("办理中的诉求必须有责任人。"),
            ),
            CheckConstraint(
                condition=~Q(state__in=(states.RESOLVED, states.CLOSED)) | Q(resolved_at__isnull=False),
                name="desk_resolved_case_has_its_time",
            ),
            CheckConstraint(
                condition=Q(state=states.CLOSED) & Q(closed_at__isnull=False) | ~Q(state=states.CLOSED) & Q(closed_at__isnull=True),
                name="desk_closed_case_has_its_time",
            ),
            CheckConstraint(
                condition=~Q(outcome=states.TRANSFERRED),
                name="desk_case_never_closed_by_transfer",
                violation_error_message=_("转给他人不等于办结，不能以此关闭。"),
            ),
            CheckConstraint(condition=Q(urgency__range=(1, 3), importance__range=(1, 3), priority__range=(1, 4)), name="desk_case_levels"),
            CheckConstraint(condition=Q(rank__isnull=True) | Q(rank__range=(1, 3)), name="desk_case_rank"),
            CheckConstraint(condition=Q(satisfaction__isnull=True) | Q(satisfaction__range=(1, 5)), name="desk_case_satisfaction"),
            filled("content", "desk_case_content_filled", _("诉求内容不能空白。")),
            # Also the index of what is typed of a number; the operator class lets LIKE use it under any collation.
            UniqueConstraint(
                fields=["project", "number"],
                condition=~Q(number=""),
                opclasses=["uuid_ops", "varchar_pattern_ops"],
                name="desk_case_number_once",
            ),
            UniqueConstraint(
                fields=["project", "source", "external_id"],
                condition=~Q(external_id=""),
                name="desk_case_imported_once",
                violation_error_message=_("这条诉求已导入过。"),
            ),
        ]
        indexes = [
            Index(fields=["project", "-opened_at", "-id"], name="desk_case_newest"),
            Index(fields=["-opened_at", "-id"], name="desk_case_newest_of_all"),
            Index(
                fields=["project", "state", "type", "category", "priority"],
                include=["company"],  # which the wall asks of every row that is counted
                condition=Q(state__in=UNFINISHED),
                name="desk_case_counted",
            ),
            Index(fields=["owner", "project"], condition=Q(state__in=UNFINISHED), name="desk_case_mine"),
            Index(fields=["house", "-opened_at"], name="desk_case_of_house"),
            Index(fields=["customer", "-opened_at"], name="desk_case_of_customer"),
            Index(fields=["project", "phone_tail", "-opened_at"], condition=~Q(phone_tail=""), name="desk_case_by_phone_tail"),
            Index(F("project"), MD5("content"), name="desk_case_same_words"),
            GinIndex(Func(F("search_text"), function="desk_bigrams", output_field=models.TextField()), name="desk_case_bigrams"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def type_name(self) -> str:
        return states.type_name(self.type)

    @property
    def address(self) -> str:
        """Where it is, as people say it: the house, or the words used for a public place."""
        return self.house.path if self.house_id else self.area_text

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    def open_orders(self) -> Any:
        """Links to orders of this case that are neither completed nor cancelled."""
        return self.works.exclude(order__state__in=work_states.DONE)

    def has_open_work(self) -> bool:
        return self.open_orders().exists()

    def has_final_reply(self) -> bool:
        return self.replies.filter(is_final=True).exists()

    def has_open_offer(self) -> bool:
        """A remedy was offered and nobody has agreed to it yet."""
        return self.type == states.COMPLAINT_TYPE and Complaint.objects.unscoped("link").filter(case=self, state=states.OFFERED).exists()

    def harm_is_ongoing(self) -> bool:
        return (
            self.type == states.COMPLAINT_TYPE
            and Complaint.objects.unscoped("link").filter(case=self, harm_ongoing=True, harm_stopped_at__isnull=True).exists()
        )


class Complaint(Scoped):
    """The further facts of a complaint; one row for its case."""

    family = "desk.case"

    case = models.OneToOneField(Case, models.CASCADE, related_name="complaint", verbose_name=_("诉求"))
    state = models.CharField(_("进度"), max_length=10, choices=COMPLAINT.choices, default=states.REGISTERED)
    occurred_at = models.CharField(_("发生时间"), max_length=60, blank=True)
    place = models.CharField(_("地点"), max_length=200, blank=True)
    accused = models.CharField(_("被投诉人或部门"), max_length=120, blank=True)
    course = models.TextField(_("经过"), blank=True)
    demand = models.TextField(_("住户要求"), blank=True)
    demanded_by = models.DateTimeField(_("住户要求的期限"), null=True, blank=True)
    harm_ongoing = models.BooleanField(_("损害正在发生"), default=False)
    harm_stopped_at = models.DateTimeField(_("止损时间"), null=True, blank=True)
    measure = models.CharField(_("止损措施"), max_length=200, blank=True)
    grounds = models.CharField(_("定级依据"), max_length=200, blank=True)
    graded_at = models.DateTimeField(_("定级时间"), null=True, blank=True)
    accused_told_at = models.DateTimeField(_("告知被投诉方时间"), null=True, blank=True)
    validity = models.CharField(_("是否有效"), max_length=8, choices=list(states.VALIDITIES.items()), blank=True)
    liability = models.CharField(_("责任"), max_length=10, choices=list(states.LIABILITIES.items()), blank=True)
    judged_at = models.DateTimeField(_("判定时间"), null=True, blank=True)

    owned_by = ("case__owner_id",)
    privacy = personal("occurred_at", "place", "accused", "course", "demand", "measure", "grounds")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("投诉")
        ordering = ["-created_at", "-id"]
        constraints = [COMPLAINT.constraint("desk_complaint_state")]
        indexes = [Index(fields=["project", "state"], name="desk_complaint_of_project")]

    def __str__(self) -> str:
        return str(self.case)


# -- what hangs on a case -----------------------------------------------------------------------------------
class OfCase(Scoped):
    """A line that hangs on a case; written once."""

    family = "desk.case"

    case: Any
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("经手人"), db_index=False)

    owned_by = ("case__owner_id",)

    class Meta(Scoped.Meta):
        abstract = True
        ordering = ["at", "id"]


class Promise(OfCase):
    """A time by which the customer hears from us, whatever the progress (DESK-047)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="promises", verbose_name=_("诉求"))
    promised_at = models.DateTimeField(_("承诺时间"))
    question = models.CharField(_("问题"), max_length=400, blank=True)
    expert = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("请教人员"))

    privacy = personal("question")

    class Meta(OfCase.Meta):
        verbose_name = verbose_name_plural = _("承诺")
        constraints = [
            CheckConstraint(
                condition=Q(promised_at__gt=F("at")), name="desk_promise_lies_ahead", violation_error_message=_("承诺时间须晚于现在。")
            )
        ]

    def __str__(self) -> str:
        return f"{self.promised_at:%Y-%m-%d %H:%M}"


class Reply(OfCase):
    """What the customer was told: the answer, or how far it has come."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="replies", verbose_name=_("诉求"))
    text = models.TextField(_("答复内容"))
    way = models.CharField(_("方式"), max_length=8, choices=list(states.WAYS.items()))
    is_final = models.BooleanField(_("正式答复"), default=True)

    privacy = personal("text")

    class Meta(OfCase.Meta):
        verbose_name = verbose_name_plural = _("答复")
        constraints = [filled("text", "desk_reply_filled", _("答复内容不能空白。"))]

    def __str__(self) -> str:
        return self.text[:40]


class Offer(OfCase):
    """How a complaint is to be made good, and what that costs."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="offers", verbose_name=_("诉求"))
    plan = models.TextField(_("补救方案"))
    cost_fen = models.BigIntegerField(_("费用（分）"), default=0)
    agreed_at = models.DateTimeField(_("达成一致时间"), null=True, blank=True)

    privacy = personal("plan")

    class Meta(OfCase.Meta):
        verbose_name = verbose_name_plural = _("补救方案")
        constraints = [CheckConstraint(condition=Q(cost_fen__gte=0), name="desk_offer_cost", violation_error_message=_("费用不能为负。"))]

    def __str__(self) -> str:
        return self.plan[:40]


class Transfer(OfCase):
    """Somebody was asked to take a case over. Until he does, it stays where it is (DESK-008)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="transfers", verbose_name=_("诉求"))
    to_person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("请谁接手"))
    reason = models.CharField(_("理由"), max_length=200)
    accepted_at = models.DateTimeField(_("接手时间"), null=True, blank=True)
    recalled_at = models.DateTimeField(_("收回时间"), null=True, blank=True)

    privacy = personal("reason")

    owned_by = ("case__owner_id", "to_person_id")

    class Meta(OfCase.Meta):
        verbose_name = verbose_name_plural = _("转办")
        constraints = [
            UniqueConstraint(
                fields=["case"],
                condition=Q(accepted_at__isnull=True, recalled_at__isnull=True),
                name="desk_one_open_transfer",
                violation_error_message=_("已请他人接手，尚未答复。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case.number} → {self.to_person}"


class CaseWork(OfCase):
    """Which order does the work of which case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="works", verbose_name=_("诉求"))
    order = models.OneToOneField(WorkOrder, models.PROTECT, related_name="+", verbose_name=_("工单"))

    class Meta(OfCase.Meta):
        verbose_name = verbose_name_plural = _("诉求工单")

    def __str__(self) -> str:
        return f"{self.case.number} → {self.order.number}"


class CaseNote(OfCase):
    """A note on a case: a colleague's, a superior's instruction, or the system's."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="notes", verbose_name=_("诉求"))
    kind = models.CharField(_("类别"), max_length=12, choices=list(states.NOTE_KINDS.items()), default="note")
    text = models.TextField(_("内容"))

    privacy = personal("text")

    class Meta(OfCase.Meta):
        verbose_name = verbose_name_plural = _("备注")
        constraints = [filled("text", "desk_note_filled", _("备注不能空白。"))]

    def __str__(self) -> str:
        return self.text[:40]


class CaseLink(OfCase):
    """One case points at another; taking the link away undoes it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="links", verbose_name=_("诉求"))
    other = models.ForeignKey(Case, models.CASCADE, related_name="linked_from", verbose_name=_("关联诉求"))
    kind = models.CharField(_("关系"), max_length=10, choices=list(states.LINK_KINDS.items()))

    class Meta(OfCase.Meta):
        verbose_name = verbose_name_plural = _("诉求关联")
        constraints = [
            UniqueConstraint(fields=["case", "other", "kind"], name="desk_link_once", violation_error_message=_("已这样关联。")),
            CheckConstraint(condition=~Q(case=F("other")), name="desk_link_to_another", violation_error_message=_("不能关联到自己。")),
            CheckConstraint(condition=Q(kind__in=list(states.LINK_KINDS)), name="desk_link_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.case.number} → {self.other.number}"
