"""Registers of customers: people and organisations, and who lives where."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guanjia.customers import phones, services
from guanjia.customers.models import Cleanup, Custody, Customer, Flag, Household, Lease, Note, Occupancy, Preference, Proxy, Segment, Tag
from guanjia.customers.states import CLEANUP, FLAG, PHONE
from guanjia.estate.states import OWNER_OCCUPIED, USES, VACANT
from guanjia.kernel import reading
from guanjia.kernel.act import Act
from guanjia.rulebook import realises
from guanjia.web.actions import Action
from guanjia.web.columns import Column
from guanjia.web.fields import LabelledChoiceField, ListField
from guanjia.web.forms import Field
from guanjia.web.page import Duties, Facts, Files, Page, Table, Timeline
from guanjia.web.register import Register

AFTER_LEASE = LabelledChoiceField(
    label=_("之后的用途"),
    choices=[(use, USES[use]) for use in (VACANT, OWNER_OCCUPIED)] + [("", _("不改"))],
    required=False,
    initial=VACANT,
)


class SaidInFiles(Field):
    """A field that a screen may leave open and a file must say: without it, importing a file twice would double its people."""

    def make(self, model: Any, act: Any, known: dict | None = None) -> forms.Field:
        made = super().make(model, act, known)
        made.required = known is not None
        return made


class PhonesField(ListField):
    """Telephone numbers, each as it is read here; what is none stays as written, for the use case to refuse."""

    def to_python(self, value: Any) -> list[str]:
        return [phones.as_read(text) for text in super().to_python(value)]


@realises("CUS-005")  # its page is the console's, in four parts composed from the rooms
class CustomerRegister(Register):
    """客户台账"""

    label = _("客户台账")
    model = Customer
    icon = "people"
    identity = ("number",)
    columns = (Column("number", _("客户编号")), "name", "kind", Column("phones", _("电话"), personal=True), "id_no", "note")
    more_columns = ("sex", "birth_date", "capacity")
    filters = ("kind",)
    search = ("name", "name_pinyin", "name_initials", "number", "id_no")
    fields = (
        SaidInFiles("number", _("客户编号"), fixed=True, help_text=_("留空自动编号")),
        "name",
        Field("kind", fixed=True),
        Field(
            "phones",
            form_field=lambda act: PhonesField(label=_("电话"), required=False, help_text=_("第一个为首选")),
            initial=lambda row: [str(point) for point in row.contact_points.all() if point.kind == PHONE],
        ),
        "sex",
        "birth_date",
        "id_no",
        "capacity",
        "note",
    )
    order = ("name_pinyin",)
    create, change = services.register_customer, services.change_customer
    actions = (
        Action(reading.set_decoy, _("设为诱饵")),
        Action(reading.lift_decoy, _("不再作诱饵")),
        Action(services.tag_customer, _("加标签"), fields={"tag": _("标签")}),
        Action(services.untag_customer, _("去标签"), fields={"tag": _("标签")}),
        Action(services.add_alias, _("加别名"), fields={"name": _("别名")}),
        Action(services.verify_customer, _("资料已核实")),
        Action(services.assign_segment, _("评定分类")),
    )
    page = Page(
        Facts("number", "name", "kind", "phones", "sex", "birth_date", "id_no", "capacity", "note"),
        Table("occupancies", columns=("house", "role", "starts_on", "ends_on"), title=_("房屋"), order=("-starts_on",)),
        Table("contact_points", columns=("kind", Column("as_read", _("号码"), personal=True), "is_primary", "note"), title=_("联系方式")),
        Table("consents", columns=("purpose", "channel", "given", "edition", "at"), title=_("同意"), order=("-at",)),
        Timeline(),
        Duties(),
        Files(),
    )

    def rows(self, act: Act) -> QuerySet:
        """One file a person: those that were merged are read through the one that speaks for him."""
        return super().rows(act).filter(kept=None)

    def listing(self, act: Act, columns: Any = ()) -> QuerySet:
        return super().listing(act, columns).prefetch_related("contact_points")


class OccupancyRegister(Register):
    """住户台账"""

    label = _("住户台账")
    model = Occupancy
    icon = "house"
    identity = ("house", "customer", "role", "starts_on")
    columns = (
        "house",
        "customer",
        "role",
        Column("customer__phones", _("联系方式"), personal=True),
        "customer__id_no",
        "starts_on",
        "ends_on",
    )
    more_columns = ("share",)
    filters = ("role", "house__building", "starts_on", "ends_on")
    search = ("house__path", "customer__name", "customer__name_pinyin", "customer__name_initials")
    box = ""
    needs = ("house", "customer")
    fields = (
        Field("house", fixed=True),
        SaidInFiles("customer", fixed=True, help_text=_("已有档案的客户；没有档案的，填写姓名和联系方式")),
        Field(
            "name",
            fixed=True,
            form_field=lambda act: forms.CharField(label=_("姓名（新客户）"), required=False),
            initial=lambda row: row.customer.name,
        ),
        Field(
            "contact",
            fixed=True,
            form_field=lambda act: forms.CharField(label=_("联系方式（新客户）"), required=False),
            initial=lambda row: row.customer.phones,
        ),
        Field("role", fixed=True),
        Field("starts_on", fixed=True),
        Field("ends_on", fixed=True),
        Field("share", fixed=True, help_text=_("只填业主和共有人，合计不超过 100")),
    )
    order = ("-starts_on",)
    create = services.move_in
    actions = (
        Action(services.move_out, _("迁出"), fields={"ends_on": _("迁出日期")}, shown=lambda occupancy, act: occupancy.ends_on is None),
        Action(services.change_occupancy, _("更正"), fields={"starts_on": _("入住日期"), "share": _("产权份额（%）")}),
    )
    page = Page(
        Facts("house", "customer", "role", "share", "customer__phones", "customer__id_no", "starts_on", "ends_on"),
        Timeline(),
        Duties(),
        Files(),
    )

    def listing(self, act: Act, columns: Any = ()) -> QuerySet:
        return super().listing(act, columns).prefetch_related("customer__contact_points")


class HouseholdRegister(Register):
    """住户（按户）"""

    label = _("按户查看")
    model = Household
    icon = "people"
    columns = ("house", "kind", "starts_on", "ends_on")
    filters = ("kind", "house__building", "starts_on")
    search = ("house__path",)
    box = ""
    needs = ("house",)
    order = ("-starts_on",)
    see = "customers.occupancy.see"
    in_menu = False
    page = Page(
        Facts("house", "kind", "starts_on", "ends_on"),
        Table("occupancies", columns=("customer", "role", "starts_on", "ends_on"), title=_("住户登记"), order=("starts_on",)),
        Timeline(),
        Files(),
    )


class LeaseRegister(Register):
    """租约台账"""

    label = _("租约台账")
    model = Lease
    icon = "key"
    identity = ("house", "tenant", "starts_on")
    columns = (
        "number",
        "house",
        "landlord",
        "tenant",
        Column("tenant__phones", _("电话"), personal=True),
        "starts_on",
        "ends_on",
        "completed_at",
    )
    more_columns = ("note",)
    filters = ("house__building", "starts_on", "ends_on", "completed_at")
    search = ("number", "house__path", "tenant__name", "tenant__name_pinyin", "tenant__name_initials")
    needs = ("house", "tenant", "landlord")
    fields = (
        Field("house", fixed=True),
        Field("tenant", fixed=True, help_text=_("先在客户台账登记租户")),
        Field("landlord", help_text=_("留空取房屋唯一的业主")),
        Field("starts_on", _("起租日"), fixed=True),
        Field("ends_on", _("到期日（不含）")),
        "note",
    )
    order = ("-starts_on",)
    create, change = services.register_lease, services.change_lease
    actions = (
        Action(
            services.end_lease,
            _("终止租约"),
            fields={"ends_on": _("终止日"), "then": AFTER_LEASE},
            shown=lambda lease, act: lease.ends_on is None or lease.ends_on > timezone.localdate(act.at),
        ),
    )
    page = Page(
        Facts("number", "house", "landlord", "tenant", "tenant__phones", "starts_on", "ends_on", "completed_at", "note"),
        Timeline(),
        Duties(),
        Files(),
    )

    def listing(self, act: Act, columns: Any = ()) -> QuerySet:
        return super().listing(act, columns).prefetch_related("tenant__contact_points")


class ProxyRegister(Register):
    """委托台账"""

    label = _("委托台账")
    model = Proxy
    icon = "person"
    identity = ("principal", "agent", "scope", "starts_on")
    columns = ("principal", "agent", "kind", "scope", "starts_on", "ends_on")
    filters = ("kind", "scope", "starts_on", "ends_on")
    search = ("principal__name", "agent__name", "principal__name_pinyin", "agent__name_pinyin")
    box = ""
    needs = ("principal", "agent")
    fields = (
        Field("principal", fixed=True),
        Field("agent", fixed=True),
        Field("kind", fixed=True),
        Field("scope", fixed=True),
        Field("starts_on", fixed=True),
        Field("ends_on", fixed=True),
    )
    order = ("-starts_on",)
    create = services.accept_proxy
    actions = (Action(services.end_proxy, _("终止委托"), fields={"ends_on": _("终止日")}, shown=lambda proxy, act: proxy.ends_on is None),)
    page = Page(Facts("principal", "agent", "kind", "scope", "starts_on", "ends_on"), Timeline(), Files())


class TagRegister(Register):
    """客户标签"""

    label = _("客户标签")
    model = Tag
    icon = "flag"
    identity = ("code",)
    columns = ("code", "name")
    search = ("code", "name")
    fields = ("code", "name")
    order = ("code",)
    create = services.create_tag
    box = ""
    in_menu = False


@realises("CUS-034", "CUS-035")
class FlagRegister(Register):
    """客户标识"""

    label = _("客户标识")
    model = Flag
    icon = "flag"
    columns = ("customer", "kind", "state", "review_on", "set_at", "lifted_at")
    filters = ("kind", "state", "review_on")
    search = ("customer__name", "customer__name_pinyin", "customer__name_initials")
    box = ""
    needs = ("customer",)
    fields = (
        Field("customer", fixed=True),
        Field("kind", fixed=True),
        Field("reason", fixed=True),
        Field("review_on", fixed=True, help_text=_("劣质客户必填")),
    )
    order = ("-created_at",)
    create = services.propose_flag
    actions = (
        Action(services.set_flag, machine=FLAG),
        Action(services.review_flag, machine=FLAG, fields={"reason": _("理由"), "review_on": _("下次复核日期")}),
        Action(services.lift_flag, machine=FLAG),
    )
    page = Page(Facts("customer", "kind", "state", "reason", "review_on", "set_at", "lifted_at"), Timeline(), Duties(), Files())


@realises("CUS-002")
class NoteRegister(Register):
    """需求意见"""

    label = _("需求意见")
    model = Note
    icon = "edit"
    columns = ("at", "customer", "kind", "channel", "text")
    filters = ("kind", "channel", "at")
    search = ("text", "customer__name", "customer__name_pinyin", "customer__name_initials")
    box = ""
    needs = ("customer",)
    fields = (Field("customer", fixed=True), Field("kind", fixed=True), Field("channel", fixed=True), Field("text", fixed=True))
    order = ("-at",)
    create = services.record_note
    page = Page(Facts("customer", "kind", "channel", "at", "text"), Timeline(), Files())


@realises("CUS-033")
class PreferenceRegister(Register):
    """服务偏好"""

    label = _("服务偏好")
    model = Preference
    icon = "star"
    columns = ("customer", "expectation", "preferred_channel", "convenient_time", "habit", "at")
    filters = ("preferred_channel", "at")
    search = ("customer__name", "customer__name_pinyin", "customer__name_initials", "expectation")
    box = ""
    needs = ("customer",)
    fields = (
        Field("customer", fixed=True),
        Field("expectation", fixed=True),
        Field("preferred_channel", fixed=True),
        Field("habit", fixed=True),
        Field("convenient_time", fixed=True),
    )
    order = ("-at",)
    create = services.record_preference
    page = Page(Facts("customer", "expectation", "preferred_channel", "habit", "convenient_time", "at"), Timeline())


class SegmentRegister(Register):
    """客户分类"""

    label = _("客户分类")
    model = Segment
    icon = "chart"
    columns = ("customer", "letter", "because", "starts_on", "ends_on")
    filters = ("letter", "starts_on")
    search = ("customer__name", "customer__name_pinyin", "customer__name_initials")
    box = ""
    needs = ("customer",)
    order = ("-starts_on",)
    in_menu = False


class CleanupRegister(Register):
    """数据清理"""

    label = _("数据清理")
    model = Cleanup
    icon = "refresh"
    columns = ("number", "state", "opened_at", "finished_at", "merged", "cancelled", "cleared", "completed", "classified", "transferred")
    filters = ("state", "opened_at")
    search = ("number", "note")
    fields = (Field("note", fixed=True),)
    order = ("-opened_at",)
    create = services.open_cleanup
    actions = (
        Action(
            services.finish_cleanup,
            machine=CLEANUP,
            fields={
                "merged": _("重复账户合并（留空按日志计）"),
                "cancelled": _("注销"),
                "cleared": _("清理"),
                "completed": _("五级地址补全（留空按日志计）"),
                "classified": _("归类（留空按日志计）"),
                "transferred": _("归属变更"),
            },
        ),
    )
    page = Page(
        Facts(
            "number",
            "state",
            "opened_at",
            "finished_at",
            "merged",
            "cancelled",
            "cleared",
            "completed",
            "classified",
            "transferred",
            "note",
        ),
        Timeline(),
        Duties(),
        Files(),
    )


class CustodyRegister(Register):
    """托管台账: houses that their owners left in our keeping, with the readings at both ends."""

    label = _("托管台账")
    model = Custody
    icon = "key"
    identity = ("number",)
    columns = ("number", "house", "owner", "starts_on", "ends_on", "keys_left", "ended_at")
    more_columns = ("terms",)
    filters = ("house", "owner", "starts_on", "ends_on")
    search = ("number", "house__path")
    box = "number"
    needs = ("house", "owner")
    fields = tuple(Field(name, fixed=True) for name in ("house", "owner", "starts_on", "ends_on", "keys_left", "terms"))
    order = ("-starts_on",)
    create = services.begin_custody
    actions = (
        Action(
            services.end_custody,
            _("终止托管"),
            icon="key",
            fields={"ends_on": _("终止日"), "then": LabelledChoiceField(label=_("此后用途"), choices=list(USES.items()), initial=VACANT)},
            shown=lambda custody, act: custody.ended_at is None,
        ),
    )
    page = Page(
        Facts("number", "house", "owner", "starts_on", "ends_on", "keys_left", "terms", "ended_at"),
        Table(
            "readings",
            columns=("moment", Column("reading__meter__code", _("表号")), "reading__read_on", "reading__value"),
            title=_("读数"),
            order=("-moment", "pk"),
        ),
        Timeline(),
        Duties(),
        Files(),
    )  # fmt: skip

    def may_import(self, act: Act) -> bool:
        """A custody is begun at the door, with meters read: a file cannot do that."""
        return False
